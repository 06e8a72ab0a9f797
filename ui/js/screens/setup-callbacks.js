/**
 * Every callback line by itself, on request: which are registered, and how a near miss differs.
 * @import { CallbackAudit } from '../../../src-tauri/core/bindings/CallbackAudit'
 * @import { CallbackLine } from '../../../src-tauri/core/bindings/CallbackLine'
 * @import { Failure } from '../../../src-tauri/core/bindings/Failure'
 * @import { Piece } from '../journey.js'
 */

import { announce, h, region } from '../dom.js';
import { difference, isHostedAlone, missing } from '../journey.js';
import { asFailure } from '../model.js';
import { button, failureNote, note, prose, valueCard } from '../parts.js';
import * as words from '../words.js';

const text = words.callbacks;

/**
 * @param {string} id
 * @param {{ key: () => string, ask: () => Promise<CallbackAudit>, toPaste: () => void, comeBackHosted?: () => void }} told
 *   `comeBackHosted` goes on where Datatrax's own page is the only line the app has
 */
export function callbackAudit(id, { key, ask, toPaste, comeBackHosted }) {
  /** @type {{ audit: CallbackAudit | null, failure: Failure | null, running: boolean, hasKey: boolean }} */
  const state = { audit: null, failure: null, running: false, hasKey: false };
  const element = h('section', { class: 'stack tight audit', 'data-testid': id, 'aria-label': text.heading });
  const draw = region(element, (/** @type {typeof state} */ { audit, failure, running, hasKey }) => [
    hasKey
      ? h('div', { class: 'acts' }, button(audit ? text.again : text.check, () => void run(), { 'data-testid': `${id}-check`, 'aria-disabled': running ? 'true' : null }))
      : h('p', { class: 'quiet small' }, text.needsKey, ' ', button(text.toPaste, toPaste, { class: 'link', 'data-testid': `${id}-paste` })),
    running && h('p', { class: 'calm-line' }, h('span', { class: 'pulse', 'aria-hidden': 'true' }), text.checking),
    failure && failureNote(failure, `${id}-failure`),
    audit && results(id, audit.lines),
    audit && comeBackHosted && isHostedAlone(audit.lines) && note('wait', [
      h('b', { class: 'note-title' }, text.hostedAlone), h('p', {}, text.hostedAloneMore), button(text.hosted, comeBackHosted, { 'data-testid': `${id}-hosted` })]),
  ]);

  async function run() {
    if (state.running) return;
    Object.assign(state, { running: true, failure: null });
    announce(text.checking);
    update();
    try {
      state.audit = await ask();
      announce(`${outcome(state.audit.lines)} ${state.audit.lines.filter(({ state: is }) => is !== 'pass').map(({ message }) => message).join(' ')}`);
    } catch (thrown) {
      state.failure = asFailure(thrown);
    }
    state.running = false;
    update();
  }

  function update() {
    draw({ ...state, hasKey: Boolean(key()) });
  }

  return { element, update };
}

/** @param {CallbackLine[]} lines */
function outcome(lines) {
  const there = lines.filter(({ state }) => state === 'pass').length;
  return there === lines.length ? text.allThere : text.count(there, lines.length);
}

/** @type {Record<string, string>} */
const SHAPES = { pass: '✓', warn: '!', fail: '✕', unknown: '?', skip: '–' };

/** @param {string} id @param {CallbackLine[]} lines */
function results(id, lines) {
  const block = missing(lines);
  return h('div', { class: 'stack tight' },
    h('p', { class: 'outcome', 'data-testid': `${id}-outcome` }, outcome(lines)),
    h('ul', { class: 'checks lines' }, lines.map(({ line, state, registered_as: near, message }) =>
      h('li', { class: state, 'data-testid': `${id}-line`, 'data-state': state },
        h('span', { class: 'dot', 'aria-hidden': 'true' }, SHAPES[state]),
        h('div', { class: 'check-text' }, near === null ? h('code', {}, prose(line)) : nearMiss(line, near), h('p', {}, prose(message)))))),
    block && valueCard(text.missing, block, `${id}-missing`));
}

/** @param {string} line @param {string} near */
function nearMiss(line, near) {
  const { wanted, found } = difference(line, near);
  return h('dl', { class: 'near', 'data-testid': 'near-miss' },
    h('dt', {}, text.yours), h('dd', {}, h('code', {}, marked(wanted))),
    h('dt', {}, text.registered), h('dd', {}, h('code', {}, marked(found))));
}

/** @param {Piece[]} pieces */
function marked(pieces) {
  return pieces.flatMap(({ text: piece, differs }) => (differs ? h('mark', {}, piece) : prose(piece)));
}
