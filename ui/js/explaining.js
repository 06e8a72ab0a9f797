/**
 * A text is pasted, and what it means stands below: on a screen of its own, and above any screen where something failed.
 * @import { Cause } from '../../src-tauri/bindings/Cause'
 * @import { Explained } from '../../src-tauri/bindings/Explained'
 * @import { Failure } from '../../src-tauri/bindings/Failure'
 * @import { GivenAway } from '../../src-tauri/bindings/GivenAway'
 * @import { App } from './app.js'
 * @import { Child } from './dom.js'
 */

import { debounced, fill, h } from './dom.js';
import { host } from './host.js';
import { asFailure } from './model.js';
import { button, copyButton, facts, failureNote, fixes, note, prose } from './parts.js';
import { orgsOf, setupWay } from './setup-way.js';
import * as words from './words.js';
import { names } from './words/names.js';

const text = words.explain;
/** As much as the window reads, in bytes. A text of more characters is cut before it is handed on, and one more says that it was. */
const LONGEST = 200 * 1024;
/** What was typed is read after a pause of so many milliseconds. */
const PAUSE = 300;

/**
 * The field and the answer. What is pasted never stands in the field as it was: only without its secrets.
 * @param {App} app
 * @param {string} id begins the ids of its elements
 * @param {'h2' | 'h3'} level of the headings in the answer
 * @param {() => void} leave is called before another screen is shown
 */
export function explainPart(app, id, level, leave) {
  const said = h('p', { class: 'unseen', role: 'status', 'data-testid': `${id}-said` });
  const answer = h('div', { class: 'stack roomy', 'data-testid': `${id}-answer` });
  const input = h('textarea', {
    id: `${id}-text`, rows: 4, class: 'mono', autocomplete: 'off', autocapitalize: 'off', autocorrect: 'off', spellcheck: 'false',
    'data-testid': `${id}-text`, 'aria-describedby': `${id}-hint`, onpaste: pasted, oninput: debounced(PAUSE, () => void read(input.value)),
  });
  const clear = button(text.clear, () => { input.value = ''; forget(); say(text.cleared); input.focus(); }, { 'data-testid': `${id}-clear`, hidden: true });
  const element = h('div', { class: 'stack roomy' },
    h('div', { class: 'field' }, h('label', { for: `${id}-text` }, text.field), input, h('p', { class: 'hint', id: `${id}-hint` }, text.hint), h('div', {}, clear)),
    said, answer);
  /** What the text gave away stays said, although it is hidden now. @type {Map<string, GivenAway>} */
  let secrets = new Map();
  let wasCut = false;
  let turn = 0;

  /** @param {string} sentence */
  function say(sentence) {
    if (said.textContent !== sentence) said.textContent = sentence;
  }

  function forget() {
    turn += 1;
    secrets = new Map();
    wasCut = false;
    clear.hidden = true;
    fill(answer);
  }

  /** @param {Event} event */
  function pasted(event) {
    const { clipboardData } = /** @type {ClipboardEvent} */ (event);
    const given = clipboardData?.getData('text/plain');
    if (!given) return;
    event.preventDefault();
    if (input.readOnly) return;
    const { value, selectionStart, selectionEnd } = input;
    // Nothing is typed into it while the text is read.
    input.readOnly = true;
    void read(`${value.slice(0, selectionStart)}${given}${value.slice(selectionEnd)}`).finally(() => {
      input.readOnly = false;
      // Below the field, the answer may be out of sight.
      answer.firstElementChild?.scrollIntoView({ block: 'nearest' });
    });
  }

  /** @param {string} given */
  async function read(given) {
    const mine = ++turn;
    if (!given.trim()) { forget(); say(''); return; }
    try {
      const explained = await host.explain(wellFormed(given.slice(0, LONGEST + 1)));
      if (mine === turn) show(explained);
    } catch (thrown) {
      if (mine === turn) fill(answer, failureNote(asFailure(thrown)));
    }
  }

  /** @param {Explained} explained */
  function show({ shown, explanation, unknown }) {
    if (input.value !== shown) input.value = shown;
    clear.hidden = false;
    wasCut ||= explanation.cut;
    for (const secret of explanation.secrets) secrets.set(secret.kind, secret);
    const given = [...secrets.values()];
    const { causes } = explanation;
    fill(answer,
      ...given.map(({ kind, message, fix }) => note('bad', [h('b', { class: 'note-title' }, message), fixes(fix)], `secret-${kind}`)),
      wasCut && note('wait', h('p', {}, text.cut), 'explain-cut'),
      ...causes.map((cause) => causePart(app, cause, level)),
      unknown && unknownPart(app, unknown, leave),
      causes.length > 0 && h('div', {}, copyButton(text.copy, asText(causes), answer, 'explain')));
    say([...given.map(({ message }) => message), causes.length > 1 && text.several(causes.length), causes[0]?.message ?? unknown?.message].filter(Boolean).join(' '));
  }

  return { element, input, forget };
}

/** A text that can be handed on: halves of characters become a mark. @param {string} given */
function wellFormed(given) {
  return given.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** @param {App} app @param {Cause} cause @param {'h2' | 'h3'} level */
function causePart(app, { cause, code, message, fix, acts, waiting, sure, source, setup }, level) {
  return h('section', { class: 'cause', 'data-testid': 'cause', 'data-cause': cause, 'data-code': code },
    h('p', { class: 'eyebrow' }, text.by), h(level, {}, prose(message)), h('p', { class: 'note-fix' }, words.failure.fix), fixes(fix), setup && setupWay(setup, orgsOf(app)),
    facts([[text.who, names.acts[acts]], [text.wait, names.waiting[waiting ? 'helps' : 'does_not']], [text.sure, text.sureBy(names.sure[sure], source)]]));
}

/** @param {App} app @param {Failure} unknown @param {() => void} leave */
function unknownPart(app, { message, fix }, leave) {
  return note('calm', [h('b', { class: 'note-title' }, message), fixes(fix), h('p', {}, text.diagnostics),
    button(text.toHelp, () => { leave(); app.go({ name: 'help' }); }, { 'data-testid': 'explain-to-help' })], 'explain-unknown');
}

/** As it is handed on to whoever can do it. @param {Cause[]} causes */
function asText(causes) {
  return causes.map(({ message, fix, acts, waiting, sure, setup }) => [
    message, ...fix.map((step) => `- ${step}`), [names.acts[acts], names.waiting[waiting ? 'helps' : 'does_not'], names.sure[sure]].join(' '),
    ...(setup ? [`Setup: ${setup.url ?? setup.label}`] : []),
  ].join('\n')).join('\n\n');
}

/**
 * The same above the present screen, which stays as it is: what failed, and a field for what else was shown.
 * @param {App} app
 * @param {Failure | null} failure null to explain a text alone
 */
export function explainDialog(app, failure) {
  const close = () => dialog.close();
  const part = explainPart(app, 'explain-more', failure ? 'h3' : 'h2', close);
  /** @type {Child[]} */
  const content = failure
    ? [h('h2', { id: 'explain-about' }, text.about), failurePart(app, failure),
      h('section', { class: 'stack' }, h('div', { class: 'stack tight' }, h('h3', {}, text.other), h('p', { class: 'quiet' }, text.otherWhy)), part.element)]
    : [h('h2', { id: 'explain-about' }, text.heading), h('p', { class: 'quiet' }, text.lead), part.element];
  const dialog = h('dialog', { class: 'wide', 'aria-labelledby': 'explain-about', 'data-testid': 'explain-dialog', onclose: () => dialog.remove() },
    content, h('div', { class: 'acts end' }, button(text.close, close, { class: 'primary', 'data-testid': 'explain-close' })));
  document.body.append(dialog);
  dialog.showModal();
  if (!failure) part.input.focus();
}

/** @param {App} app @param {Failure} failure */
function failurePart(app, { code, message, fix, acts, retryable, setup }) {
  return h('section', { class: 'cause', 'data-testid': 'explain-failure', 'data-code': code }, h('h3', {}, prose(message)),
    fix.length > 0 && h('p', { class: 'note-fix' }, words.failure.fix), fixes(fix), setup && setupWay(setup, orgsOf(app)),
    acts && facts([[text.who, names.acts[acts]], [text.wait, names.waiting[retryable ? 'helps' : 'does_not']]]));
}
