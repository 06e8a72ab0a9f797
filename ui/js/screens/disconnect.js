/**
 * The question before a connection is disconnected, and the result.
 * @import { App } from '../app.js'
 * @import { Farewell } from '../health.js'
 */

import { announce, fill, h } from '../dom.js';
import { farewell } from '../health.js';
import { host } from '../host.js';
import { asFailure } from '../model.js';
import { button, failureNote, field, note, orgOfQuestion } from '../parts.js';
import * as words from '../words.js';

const text = words.detail;

/** @param {App} app @param {() => void} [leftOpen] called when it was cancelled */
export function disconnectDialog(app, leftOpen) {
  let alias = '';
  /** Whether its name has to be typed first. */
  let isProduction = false;
  const org = h('div', {});
  const name = field({ id: 'disconnect-name', label: '' });
  const nameLabel = name.element.querySelector('label');
  const typed = h('div', { hidden: true }, name.element);
  name.input.addEventListener('input', () => working(false));
  name.input.addEventListener('keydown', (event) => { if (event.key === 'Enter') void leave(); });
  const question = h('h2', { id: 'disconnect-question' });
  const portal = h('p', { 'data-testid': 'portal-goes-on' }, text.portalGoesOn);
  const trouble = h('div', { role: 'status' });
  const keep = button(text.keep, () => element.close(), { class: 'primary', autofocus: true, 'data-testid': 'disconnect-keep' });
  const sure = button(words.connections.disconnect, () => void leave(), { class: 'danger', 'data-testid': 'disconnect-confirm' });
  const element = h('dialog', { 'aria-labelledby': 'disconnect-question', 'data-testid': 'disconnect-dialog', onclose: () => leftOpen?.() },
    question, org, h('p', {}, text.disconnectMeans), portal, typed, trouble, h('div', { class: 'acts end' }, keep, sure));

  async function leave() {
    if (sure.getAttribute('aria-disabled')) {
      if (!isNamed()) announce(text.typeNameFirst);
      return;
    }
    working(true);
    try {
      const answer = await host.disconnect(alias);
      app.disconnected = answer.set_aside?.id ?? null;
      app.go({ name: 'connections', said: farewell(alias, answer, new Date()) });
    } catch (thrown) {
      trouble.replaceChildren(failureNote(asFailure(thrown)));
      working(false);
    }
  }

  function isNamed() {
    return !isProduction || name.input.value.trim() === alias;
  }

  /** @param {boolean} now */
  function working(now) {
    if (now || !isNamed()) sure.setAttribute('aria-disabled', 'true');
    else sure.removeAttribute('aria-disabled');
    sure.textContent = now ? text.disconnecting : words.connections.disconnect;
  }

  return {
    element,
    /** @param {string} which */
    ask(which) {
      alias = which;
      const known = app.snapshot?.connections.find((one) => one.alias === alias);
      isProduction = known?.kind === 'production';
      fill(org, known && orgOfQuestion({ words: alias, kind: known.kind, host: known.host, user: known.username, group: known.group }));
      typed.hidden = !isProduction;
      portal.hidden = known?.kind === 'practice';
      if (nameLabel) nameLabel.textContent = text.typeName(alias);
      name.input.value = '';
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
