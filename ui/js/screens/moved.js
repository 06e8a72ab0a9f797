/**
 * The question before files that seem to be a copy are taken as moved here.
 * @import { App } from '../app.js'
 */

import { announce, fill, h } from '../dom.js';
import { isCopied } from '../health.js';
import { host } from '../host.js';
import { asFailure } from '../model.js';
import { button, failureNote, orgsOfQuestion } from '../parts.js';
import * as words from '../words.js';

const text = words.moved;

/** @param {App} app @param {() => void} done called once the connections go on here */
export function movedDialog(app, done) {
  const orgs = h('div', {});
  const trouble = h('div', { role: 'status' });
  const leave = button(text.leave, () => element.close(), { autofocus: true, 'data-testid': 'moved-leave' });
  const sure = button(text.sure, () => void settle(), { class: 'primary', 'data-testid': 'moved-confirm' });
  const element = h('dialog', { 'aria-labelledby': 'moved-question', 'data-testid': 'moved-dialog' },
    h('h2', { id: 'moved-question' }, text.question), orgs, text.means.map((line) => h('p', {}, line)), trouble, h('div', { class: 'acts end' }, leave, sure));

  async function settle() {
    if (sure.getAttribute('aria-disabled')) return;
    sure.setAttribute('aria-disabled', 'true');
    try {
      await host.settleHere();
      element.close();
      announce(text.done);
      done();
    } catch (thrown) {
      trouble.replaceChildren(failureNote(asFailure(thrown)));
    }
    sure.removeAttribute('aria-disabled');
  }

  return {
    element,
    ask() {
      trouble.replaceChildren();
      // It is about every connection of these files that stands still.
      const still = app.snapshot?.connections.filter(isCopied) ?? [];
      fill(orgs, orgsOfQuestion(still));
      element.showModal();
    },
  };
}
