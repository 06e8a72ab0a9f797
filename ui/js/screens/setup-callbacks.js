/**
 * Each callback line: the last answers that the agent keeps, and new ones on request. It shows which are registered,
 * and how others differ.
 * @import { CallbackAudit } from '../../../src-tauri/bindings/CallbackAudit'
 * @import { CallbackLine } from '../../../src-tauri/bindings/CallbackLine'
 * @import { Failure } from '../../../src-tauri/bindings/Failure'
 * @import { SetupView } from '../../../src-tauri/bindings/SetupView'
 * @import { Piece } from '../journey.js'
 */

import { announce, h, region } from '../dom.js';
import { host } from '../host.js';
import { difference } from '../journey.js';
import { ago, asFailure } from '../model.js';
import { button, failureNote, note, prose, sinceNow, valueCard } from '../parts.js';
import * as words from '../words.js';

const text = words.callbacks;

/**
 * @param {string} id
 * @param {{ setup: () => SetupView | null, key: () => string, toPaste: () => void, comeBackHosted?: () => void }} told
 *   `comeBackHosted` goes on if Datatrax's own page is the app's only line
 */
export function callbackAudit(id, { setup, key, toPaste, comeBackHosted }) {
  /** @type {{ failure: Failure | null, running: boolean, since: string }} */
  const state = { failure: null, running: false, since: '' };
  /** The answer to this window's own question, until the agent has a newer one. @type {{ audit: CallbackAudit, at: string } | null} */
  let own = null;
  const element = h('section', { class: 'stack tight audit', 'data-testid': id, 'aria-label': text.heading });
  const draw = region(element, (/** @type {typeof state & { audit: CallbackAudit | null, when: string | null, hasKey: boolean }} */ { audit, when, failure, running, since, hasKey }) => [
    hasKey
      ? h('div', { class: 'acts' }, button(audit ? text.again : text.check, () => void run(), { 'data-testid': `${id}-check`, 'aria-disabled': running ? 'true' : null }))
      : h('p', { class: 'quiet small' }, text.needsKey, ' ', button(text.toPaste, toPaste, { class: 'link', 'data-testid': `${id}-paste` })),
    running && h('p', { class: 'calm-line' }, h('span', { class: 'pulse', 'aria-hidden': 'true' }), `${text.checking} ${since}`),
    failure && failureNote(failure, `${id}-failure`),
    audit && results(id, audit, when),
    audit?.told?.hosted_alone && comeBackHosted && note('wait', [
      h('b', { class: 'note-title' }, text.hostedAlone), h('p', {}, text.hostedAloneMore), button(text.hosted, comeBackHosted, { 'data-testid': `${id}-hosted` })]),
  ]);

  /** The newest answers. */
  function newest() {
    const known = setup();
    const kept = known?.audit && known.audited_at ? { audit: known.audit, at: known.audited_at } : null;
    return own && (!kept || new Date(own.at) > new Date(kept.at)) ? own : kept;
  }

  async function run() {
    if (state.running) return;
    Object.assign(state, { running: true, failure: null, since: sinceNow() });
    announce(text.checking);
    show();
    try {
      const audit = await host.auditCallbacks(setup()?.pasted_address ?? '', key());
      own = { audit, at: new Date().toISOString() };
      announce(`${outcome(audit.lines)} ${audit.lines.filter(({ state: is }) => is !== 'pass').map(({ message }) => message).join(' ')}`);
    } catch (thrown) {
      state.failure = asFailure(thrown);
    }
    state.running = false;
    show();
  }

  function show() {
    const known = setup();
    const shown = newest();
    draw({ ...state, audit: shown?.audit ?? null, when: shown && ago(shown.at, new Date()), hasKey: Boolean(key() || known?.alias || known?.pair_until) });
  }

  return {
    element,
    /** @param {boolean} wanted whether to show it without any answers yet */
    update(wanted) {
      element.hidden = !wanted && newest() === null;
      show();
    },
  };
}

/** @param {CallbackLine[]} lines */
function outcome(lines) {
  const there = lines.filter(({ state }) => state === 'pass').length;
  const asked = lines.filter(({ state }) => state !== 'skip').length;
  if (there === lines.length) return text.allThere;
  if (asked === lines.length) return text.count(there, lines.length);
  return there === asked && asked > 0 ? text.enough(asked) : text.soFar(there, asked);
}

/** @type {Record<string, string>} */
const SHAPES = { pass: '✓', warn: '!', fail: '✕', unknown: '?', skip: '–' };

/** @param {string} id @param {CallbackAudit} audit @param {string | null} when */
function results(id, { lines, told }, when) {
  const block = told?.missing.join('\n');
  return h('div', { class: 'stack tight' },
    h('p', { class: 'outcome', 'data-testid': `${id}-outcome` }, outcome(lines), when && h('small', { class: 'quiet' }, ` ${words.status.checked(when)}.`)),
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
