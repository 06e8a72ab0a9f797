/**
 * Parts shared by several screens.
 * @import { Exact } from '../../src-tauri/bindings/Exact'
 * @import { Failure } from '../../src-tauri/bindings/Failure'
 * @import { Findings } from '../../src-tauri/bindings/Findings'
 * @import { Badge, CheckLine } from './model.js'
 * @import { Attributes, Child } from './dom.js'
 * @import { FieldNote } from './pasting.js'
 * @import { Group } from '../../src-tauri/bindings/Group'
 * @import { OrgKind } from '../../src-tauri/bindings/OrgKind'
 */

import { announce, fill, h, region } from './dom.js';
import { labelled } from './journey.js';
import { asFailure, badge, checkLines } from './model.js';
import { setupWay } from './setup-way.js';
import * as words from './words.js';
import { names } from './words/names.js';

/**
 * The one heading of a screen; it takes the focus when the screen appears.
 * @param {string} text
 * @param {{ eyebrow?: Child, lead?: string }} [more]
 */
export function heading(text, { eyebrow, lead } = {}) {
  return h('header', { class: 'heading' },
    eyebrow && h('div', { class: 'eyebrow' }, eyebrow),
    h('h1', { tabindex: -1, 'data-testid': 'heading' }, text),
    lead && h('p', { class: 'lead' }, lead));
}

/** @param {Badge} badge */
export function badgeMark({ word, kind }) {
  return h('span', { class: `badge ${kind}`, 'data-testid': 'badge' }, word);
}

/**
 * @param {string} text
 * @param {() => void} action
 * @param {Attributes} [attributes]
 */
export function button(text, action, attributes = {}) {
  return h('button', { type: 'button', onclick: action, ...attributes }, text);
}

/**
 * A value to copy: its label as in Salesforce, and a Copy button.
 * @param {string} label
 * @param {string} value
 * @param {string} [id] `value-ID` and `copy-ID` are the test ids
 * @param {string | null} [hint]
 * @param {boolean} [oneLine] whether only its beginning is shown
 */
export function valueCard(label, value, id, hint, oneLine = false) {
  const lines = value.split('\n');
  const wide = !oneLine && (lines.length > 1 || value.length > 48);
  const prose = lines.length > 1 && !/^\S+$/.test(lines[0] ?? '');
  // What scrolls can be reached by the keyboard, and then says what it is; elsewhere its label was read just before.
  const text = h('pre', { class: 'value-text', ...(prose && { tabindex: 0, role: 'group', 'aria-label': label }), 'data-testid': id && `value-${id}` },
    lines.length > 1 ? lines.map((line) => h('span', { class: 'line' }, breakable(line))) : oneLine ? value : breakable(value));
  const copy = copyButton(label, value, text, id);
  return h('div', { class: `value${wide ? ' wide' : ''}${prose ? ' prose' : ''}${oneLine ? ' one-line' : ''}` }, h('span', { class: 'value-label' }, label), text, copy, hint && h('p', { class: 'value-hint' }, hint));
}

/**
 * A small Copy button beside a value within a line.
 * @param {string} label
 * @param {string} value
 * @param {HTMLElement} shown
 * @param {string} [id]
 */
export function copyButton(label, value, shown, id) {
  return confirming(label, id && `copy-${id}`, () => copyText(label, value, shown));
}

/** An address may wrap before a slash, a dot or a question mark, never in mid-word. @param {string} line @returns {Child[]} */
function breakable(line) {
  if (!line.includes('://')) return [line];
  return line.split(/(?<![/:.])(?=[/.?&%])/).flatMap((piece, at) => (at === 0 ? [piece] : [h('wbr'), piece]));
}

/** A sentence in which addresses and hosts may wrap. @param {string} text @returns {Child[]} */
export function prose(text) {
  return text.split(/(\S*:\/\/\S+|\S+\.\S+\.\S+)/).flatMap((piece, at) => (at % 2 === 0 ? [piece] : piece.includes('://') ? breakable(piece) : hostName(piece)));
}

/**
 * A Copy button that shows its result in place.
 * @param {string} label of the copied value
 * @param {string | undefined} testid
 * @param {() => Promise<string | null>} action the word to show, null if it failed
 */
export function confirming(label, testid, action) {
  const word = h('span', {}, words.copy.button);
  const copy = button('', () => void run(), { class: 'copy', 'data-testid': testid });
  copy.append(word, h('span', { class: 'unseen' }, ` ${label}`));

  async function run() {
    const done = await action();
    if (done === null) return;
    word.textContent = done;
    copy.classList.toggle('done', done === words.copy.done);
    setTimeout(() => {
      word.textContent = words.copy.button;
      copy.classList.remove('done');
    }, 2000);
  }
  return copy;
}

/**
 * @param {string} label
 * @param {string} value
 * @param {HTMLElement} shown
 */
async function copyText(label, value, shown) {
  const copied = await navigator.clipboard?.writeText(value).then(() => true, () => false);
  if (!copied) getSelection()?.selectAllChildren(shown);
  // If pages may not use the clipboard, the platform's own copying takes the selection.
  const done = copied || document.execCommand('copy');
  announce(done ? words.copy.said(label) : words.copy.selected(label));
  return done ? words.copy.done : words.copy.failed;
}

/** @type {Record<string, string>} */
const SHAPES = { pass: '✓', warn: '!', fail: '✕', unknown: '?', skip: '–', next: '', running: '' };

/** @param {CheckLine[]} lines @param {(line: CheckLine) => Child} [more] */
export function checkList(lines, more) {
  return h('ul', { class: 'checks', 'data-testid': 'checks' }, lines.map((line) =>
    h('li', { class: line.state, 'data-testid': `check-${line.id}`, 'data-state': line.state },
      h('span', { class: 'dot', 'aria-hidden': 'true' }, SHAPES[line.state]),
      h('div', { class: 'check-text' },
        h('div', { class: 'check-title' }, h('b', {}, line.title), h('span', { class: 'check-state' }, line.stateWord)),
        line.message && h('p', {}, prose(line.message)),
        fixes(line.fix, line.exact),
        line.setup && (line.state === 'fail' || line.state === 'warn') && setupWay(line.setup),
        more?.(line),
        (line.state === 'fail' || line.state === 'warn') && line.code && codeDetails(line.code)))));
}

/** The checks of a connection; where nothing could be reached, that alone. @param {Findings} findings @param {OrgKind} kind */
export function checksOf(findings, kind) {
  const away = findings.checks.find(({ id }) => id === findings.away);
  if (!away) return checkList(checkLines(findings.checks, false));
  const practice = kind === 'practice';
  return note('wait', [h('b', { class: 'note-title' }, prose(practice ? words.checking.practiceAway : away.message)), h('p', {}, words.checking.nothingElse),
    fixes(practice ? words.checking.practiceFix : away.fix, practice ? [] : away.exact)], 'out-of-reach');
}

/** What to do; exact values can be copied. @param {string[]} fix @param {Exact[]} [exact] */
export function fixes(fix, exact = []) {
  return fix.length > 0 && h('ul', { class: 'fixes' }, fix.map((step, at) => {
    const { text, lines, scopes } = exact.find(({ of }) => of === at) ?? { text: step, lines: [], scopes: [] };
    return h('li', {}, prose(text), lines.length > 0 && valueCard(words.guide.callbackUrl, lines.join('\n'), 'fix'), scopes.map((scope) => valueCard(words.guide.oauthScopes, scope, 'fix')));
  }));
}

/** Who has to act, where that is somebody else. @param {Failure} failure */
export function othersAct({ acts }) {
  return (acts === 'admin' || acts === 'it') && h('p', { class: 'quiet', 'data-testid': 'who-acts' }, names.acts[acts]);
}

/** Explains a failure or a text, above the present screen. @type {(failure: Failure | null) => void} */
let explain = () => {};

/** The way to it. @param {string} name @param {Failure | null} failure */
export function explainButton(name, failure) {
  return button(name, () => explain(failure), { class: 'small', 'data-testid': 'explain-more' });
}

/** @param {typeof explain} tell */
export function failuresAreExplainedBy(tell) {
  explain = tell;
}

/** @param {string} code */
function codeDetails(code) {
  return h('details', { class: 'code' }, h('summary', {}, words.failure.details), valueCard(words.failure.code, code, 'code'));
}

/**
 * What went wrong, what to do, and the code behind Details.
 * @param {Failure} failure
 * @param {string} [testid]
 * @param {Exact[]} [exact] the values that its fixes ask for
 */
export function failureNote(failure, testid = 'failure', exact = []) {
  return note('bad', [
    h('b', { class: 'note-title' }, prose(failure.message)),
    // A pause has its end in the fixes.
    failure.retryable && !failure.retry_at && h('p', {}, words.failure.retry),
    failure.fix.length > 0 && h('p', { class: 'note-fix' }, words.failure.fix),
    fixes(failure.fix, exact),
    failure.setup && setupWay(failure.setup),
    othersAct(failure),
    explainButton(words.explain.more, failure),
    codeDetails(failure.code),
  ], testid);
}

/**
 * @param {'good' | 'calm' | 'wait' | 'bad'} tone
 * @param {Child | Child[]} content
 * @param {string} [testid]
 */
export function note(tone, content, testid) {
  const shape = { good: '✓', calm: '…', wait: '!', bad: '!' }[tone];
  return h('div', { class: `note ${tone}`, 'data-testid': testid }, h('span', { class: 'note-mark', 'aria-hidden': 'true' }, shape), h('div', {}, content));
}

/**
 * A text field with its label, a hint that may change, and what is wrong with it.
 * @param {{ id: string, label: string, hint?: string, type?: string, placeholder?: string, mono?: boolean }} options
 */
export function field({ id, label, hint = '', type = 'text', placeholder, mono = false }) {
  const input = h('input', {
    id, type, placeholder, 'data-testid': id, class: mono ? 'mono' : null, autocomplete: 'off', autocapitalize: 'off', autocorrect: 'off',
    spellcheck: 'false', 'aria-describedby': `${id}-hint ${id}-notes`,
  });
  const hintLine = h('p', { class: 'hint', id: `${id}-hint`, 'data-testid': `${id}-hint` }, hint);
  const notesPlace = h('div', { class: 'field-notes', id: `${id}-notes`, 'data-testid': `${id}-notes` });
  const box = h('div', { class: 'input-box' }, input);
  const element = h('div', { class: 'field' }, h('label', { for: id }, label), box, hintLine, notesPlace);
  const drawNotes = region(notesPlace, (/** @type {FieldNote[]} */ notes) => notes.map(({ message, blocks, fix, exact }) =>
    h('div', { class: blocks ? 'field-note bad' : 'field-note wait' }, h('p', {}, h('span', { 'aria-hidden': 'true' }, '! '), prose(message)), fix && fixes(fix, exact))));
  return {
    element, input, box,
    /** @param {string} text */
    hint: (text) => { if (hintLine.textContent !== text) fill(hintLine, text); },
    /** @param {FieldNote[]} notes @param {boolean} [silent] whether another part announces them */
    notes: (notes, silent = false) => {
      if (!drawNotes(notes.map(({ message, blocks, fix, exact }) => ({ message, blocks, fix, exact })))) return;
      input.setAttribute('aria-invalid', String(notes.some(({ blocks }) => blocks)));
      if (notes.length && !silent) announce(notes.map(({ message }) => message).join(' '));
    },
  };
}

/** A host name that wraps after its dots only. @param {string} host @returns {Child[]} */
export function hostName(host) {
  return host.split('.').flatMap((piece, at) => (at === 0 ? [piece] : [h('wbr'), `.${piece}`]));
}

/** A connection's group: its name, with its colour beside it. @param {Group | null | undefined} group */
export function groupMark(group) {
  return group && h('span', { class: `client ${group.colour}`, 'data-testid': 'group' }, h('i', { 'aria-hidden': 'true' }), h('span', { class: 'unseen' }, `${words.groups.group} `), group.name);
}

/**
 * Which org, and who: beside every question that ends or replaces something.
 * @param {{ words: string, kind: OrgKind, host: string, user?: string | null, group?: Group | null }} org
 */
export function orgOfQuestion({ words: name, kind, host, user, group }) {
  return h('div', { class: `org-of-question ${kind}`, 'data-testid': 'org-of-question' },
    h('div', { class: 'name' }, h('strong', {}, name), badgeMark(badge(kind)), groupMark(group)), h('code', {}, hostName(host)), user && h('span', {}, user));
}

/** How many orgs have a card each, and how many are named. */
const MOST_CARDS = 3;
const MOST_NAMES = 60;

/**
 * The same for several: a card each for a few, else their names, those of production first and marked.
 * @param {{ alias: string, kind: OrgKind, host: string, username?: string, group?: Group }[]} orgs
 * @returns {HTMLElement | null} null for none
 */
export function orgsOfQuestion(orgs) {
  if (orgs.length === 0) return null;
  const inOrder = [...orgs.filter(({ kind }) => kind === 'production'), ...orgs.filter(({ kind }) => kind !== 'production')];
  if (orgs.length <= MOST_CARDS) return h('div', { class: 'stack tight' }, inOrder.map(({ alias, kind, host, username, group }) => orgOfQuestion({ words: alias, kind, host, user: username, group })));
  const left = orgs.length - MOST_NAMES;
  return h('ul', { class: 'orgs-of-question', tabindex: 0, 'aria-label': words.connections.heading, 'data-testid': 'orgs-of-question' },
    inOrder.slice(0, MOST_NAMES).map(({ alias, kind }) => h('li', { class: kind }, alias, kind === 'production' && [' ', badgeMark(badge(kind))])), left > 0 && h('li', {}, words.connections.andMore(left)));
}

/** Facts in pairs. @param {[string, Child][]} pairs */
export function facts(pairs) {
  return h('dl', { class: 'facts' }, pairs.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
}

/** Since when somebody waits, from now on: to the second, by this computer's clock. */
export function sinceNow() {
  return words.time.since(new Date().toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' }));
}

/**
 * Work under way, in words and without a spinner.
 * @param {string} title
 * @param {...Child} more
 */
export function underWay(title, ...more) {
  return h('ul', { class: 'checks' }, h('li', { class: 'running' }, h('span', { class: 'dot', 'aria-hidden': 'true' }),
    h('div', { class: 'check-text' }, h('div', { class: 'check-title' }, h('b', {}, title)), more)));
}

/** A sentence of the guide, with Salesforce's labels set apart. @param {string} text @param {string[]} [more] further labels */
export function sentence(text, more = []) {
  return labelled(text, [...words.guide.labels, ...more]).map(({ text: piece, label }) => (label ? h('b', {}, piece) : piece));
}

/**
 * Asks before a loss.
 * @param {string} id
 * @param {{ question: string, means: string, keep: string, sure: string }} text
 * @param {Parameters<typeof orgOfQuestion>[0] | null} org the one it is about
 * @param {() => Promise<void>} action a failure that it throws is shown
 */
export function asking(id, { question, means, keep, sure }, org, action) {
  const trouble = h('div', { role: 'status' });
  const dialog = h('dialog', { 'aria-labelledby': `${id}-question`, 'data-testid': `${id}-dialog` },
    h('h2', { id: `${id}-question` }, question), org && orgOfQuestion(org), h('p', {}, means), trouble,
    h('div', { class: 'acts end' },
      button(keep, () => dialog.close(), { class: 'primary', autofocus: true, 'data-testid': `${id}-keep` }),
      button(sure, () => void action().then(() => dialog.close(), (thrown) => trouble.replaceChildren(failureNote(asFailure(thrown)))), { class: 'danger', 'data-testid': `${id}-sure` })));
  return dialog;
}
