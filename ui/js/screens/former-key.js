/**
 * The question before the former key is ended.
 * @import { VaultView } from '../../../src-tauri/bindings/VaultView'
 * @import { App } from '../app.js'
 */

import { announce, fill, h } from '../dom.js';
import { host } from '../host.js';
import { asFailure } from '../model.js';
import { button, failureNote, orgsOfQuestion } from '../parts.js';
import * as words from '../words.js';

const text = words.vault;

/** @param {App} app @param {(view: VaultView) => void} ended called with the vault's new view */
export function formerKeyDialog(app, ended) {
  const orgs = h('div', {});
  const trouble = h('div', { role: 'status' });
  const keep = button(text.endFormerKeep, () => element.close(), { autofocus: true, 'data-testid': 'end-former-keep' });
  const sure = button(text.endFormer, () => void end(), { class: 'danger', 'data-testid': 'end-former-confirm' });
  const element = h('dialog', { 'aria-labelledby': 'end-former-question', 'data-testid': 'end-former-dialog' },
    h('h2', { id: 'end-former-question' }, text.endFormerQuestion), orgs, h('p', {}, text.endFormerMeans), trouble, h('div', { class: 'acts end' }, keep, sure));

  async function end() {
    if (sure.getAttribute('aria-disabled')) return;
    working(true);
    try {
      const view = await host.endFormerKey();
      element.close();
      announce(text.formerEnded);
      ended(view);
    } catch (thrown) {
      trouble.replaceChildren(failureNote(asFailure(thrown)));
    }
    working(false);
  }

  /** @param {boolean} now */
  function working(now) {
    if (now) sure.setAttribute('aria-disabled', 'true');
    else sure.removeAttribute('aria-disabled');
    sure.textContent = now ? text.endingFormer : text.endFormer;
  }

  return {
    element,
    ask() {
      trouble.replaceChildren();
      fill(orgs, orgsOfQuestion(app.snapshot?.connections ?? []));
      element.showModal();
    },
  };
}
