/**
 * This computer: what the doctor found, a line for each thing. It needs no background part.
 * @import { Computer } from '../../../src-tauri/bindings/Computer'
 * @import { Look } from '../../../src-tauri/bindings/Look'
 * @import { App, Screen } from '../app.js'
 */

import { announce, fill, h } from '../dom.js';
import { host } from '../host.js';
import { asFailure } from '../model.js';
import { button, copyButton, failureNote, heading, sinceNow } from '../parts.js';
import * as words from '../words.js';

const text = words.computer;

/** The states, as the lines of checks show them. @type {Record<Look['state'], { kind: string, mark: string }>} */
const SHOWN = { good: { kind: 'pass', mark: '✓' }, look: { kind: 'warn', mark: '!' }, wrong: { kind: 'fail', mark: '✕' }, cannot_tell: { kind: 'unknown', mark: '?' } };

/** @param {App} app @returns {Screen} */
export function computerScreen(app) {
  const wait = h('div', { role: 'status', 'data-testid': 'computer-wait' });
  const found = h('div', { class: 'stack', 'data-testid': 'computer-found' });
  let busy = false;
  const acts = [
    act(text.again, 'computer-again', () => look(false, false)),
    act(text.ask, 'computer-ask', () => look(true, false)),
    act(text.tryKeychain, 'computer-try', () => look(false, true)),
  ];
  const [again, ask, tried] = acts;
  const element = h('div', { class: 'page', 'data-testid': 'screen-computer' },
    heading(text.heading, { lead: text.lead, eyebrow: button(text.back, () => app.go({ name: 'help' }), { class: 'plain small', 'data-testid': 'to-help' }) }),
    wait, found,
    h('div', { class: 'stack' }, h('div', {}, again),
      h('div', { class: 'stack tight' }, h('p', { class: 'quiet', id: 'ask-why' }, text.askWhy), h('div', {}, ask)),
      h('div', { class: 'stack tight' }, h('p', { class: 'quiet', id: 'try-why' }, text.tryWhy), h('div', {}, tried))));
  ask?.setAttribute('aria-describedby', 'ask-why');
  tried?.setAttribute('aria-describedby', 'try-why');

  /** @param {string} name @param {string} testid @param {() => Promise<void>} run */
  function act(name, testid, run) {
    return button(name, () => { if (!busy) void run(); }, { 'data-testid': testid });
  }

  /** @param {boolean} network @param {boolean} keychain */
  async function look(network, keychain) {
    busy = true;
    for (const one of acts) one.setAttribute('aria-disabled', 'true');
    const what = keychain ? text.trying : network ? text.asking : text.looking;
    fill(wait, h('p', { class: 'calm-line' }, h('span', { class: 'pulse', 'aria-hidden': 'true' }), `${what} ${sinceNow()}`));
    try {
      const computer = await host.examine(network, keychain);
      fill(wait);
      fill(found, ...lines(computer));
      announce(sum(computer));
    } catch (thrown) {
      fill(wait, failureNote(asFailure(thrown)));
    }
    busy = false;
    for (const one of acts) one.removeAttribute('aria-disabled');
  }

  void look(false, false);
  return { element, update() {} };
}

/** @param {Computer} computer */
function sum({ looks }) {
  const count = (/** @type {Look['state']} */ wanted) => looks.filter(({ state }) => state === wanted).length;
  return text.sum(count('wrong'), count('look'));
}

/** @param {Computer} computer @returns {HTMLElement[]} */
function lines(computer) {
  const list = h('ul', { class: 'checks', 'aria-label': text.label }, computer.looks.map(line));
  return [h('p', { 'data-testid': 'computer-sum' }, sum(computer)), list, h('div', {}, copyButton(text.label, asText(computer), list, 'computer'))];
}

/** @param {Look} look */
function line({ id, title, state, message, fix }) {
  const { kind, mark } = SHOWN[state];
  return h('li', { class: kind, 'data-testid': `look-${id}`, 'data-state': state }, h('span', { class: 'dot', 'aria-hidden': 'true' }, mark),
    h('div', { class: 'check-text' }, h('div', { class: 'check-title' }, h('b', {}, title), h('span', { class: 'check-state' }, text.states[state])),
      h('p', {}, message), fix.length > 0 && h('ul', { class: 'fixes' }, fix.map((one) => h('li', {}, one)))));
}

/** As it is handed on. @param {Computer} computer */
function asText({ looks, program_version: version, looked_at: at }) {
  const parts = looks.map(({ title, state, message, fix }) => [`${text.states[state]}: ${title}`, `  ${message}`, ...fix.map((one) => `  - ${one}`)].join('\n'));
  return [`${words.product} ${version}, ${at}`, ...parts].join('\n\n');
}
