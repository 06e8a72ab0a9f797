/**
 * The question before a connection is disconnected, and the result.
 * @import { App } from '../app.js'
 * @import { Farewell } from '../health.js'
 */

import { h } from '../dom.js';
import { farewell } from '../health.js';
import { host } from '../host.js';
import { asFailure } from '../model.js';
import { button, failureNote, note } from '../parts.js';
import * as words from '../words.js';

const text = words.detail;

/** @param {App} app @param {() => void} [leftOpen] called when it was cancelled */
export function disconnectDialog(app, leftOpen) {
  let alias = '';
  const question = h('h2', { id: 'disconnect-question' });
  const trouble = h('div', { role: 'status' });
  const keep = button(text.keep, () => element.close(), { 'data-testid': 'disconnect-keep' });
  const sure = button(words.connections.disconnect, () => void leave(), { class: 'danger', 'data-testid': 'disconnect-confirm' });
  const element = h('dialog', { 'aria-labelledby': 'disconnect-question', 'data-testid': 'disconnect-dialog', onclose: () => leftOpen?.() },
    question, h('p', {}, text.disconnectMeans), trouble, h('div', { class: 'acts end' }, keep, sure));

  async function leave() {
    if (sure.getAttribute('aria-disabled')) return;
    working(true);
    try {
      const said = farewell(alias, await host.disconnect(alias), new Date());
      app.go({ name: 'connections', said });
    } catch (thrown) {
      trouble.replaceChildren(failureNote(asFailure(thrown)));
      working(false);
    }
  }

  /** @param {boolean} now */
  function working(now) {
    if (now) sure.setAttribute('aria-disabled', 'true');
    else sure.removeAttribute('aria-disabled');
    sure.textContent = now ? text.disconnecting : words.connections.disconnect;
  }

  return {
    element,
    /** @param {string} which */
    ask(which) {
      alias = which;
      question.textContent = text.askDisconnect(alias);
      trouble.replaceChildren();
      working(false);
      element.showModal();
    },
  };
}

/** @param {Farewell} said */
export function farewellNote({ tone, text: what, proof }) {
  return note(tone, [
    h('b', { class: 'note-title' }, what),
    proof.length > 0 && h('ul', { class: 'proof', 'data-testid': 'proof' }, proof.map(({ done, text: line }) =>
      h('li', { class: done ? 'done' : 'open' }, h('span', { class: 'proof-mark', 'aria-hidden': 'true' }, done ? '✓' : '?'), line))),
  ], 'said');
}
