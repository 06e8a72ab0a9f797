/**
 * Pieces that several screens show.
 * @import { Failure } from '../../src-tauri/core/bindings/Failure'
 * @import { Badge, CheckLine } from './model.js'
 * @import { Attributes, Child } from './dom.js'
 */

import { announce, fill, h, region } from './dom.js';
import * as words from './words.js';

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
 * A value to be carried into Salesforce: its label as Salesforce writes it, and Copy.
 * @param {string} label
 * @param {string} value
 * @param {string} [testid]
 */
export function valueCard(label, value, testid) {
  const text = h('pre', { class: 'value-text', tabindex: 0, 'aria-label': label, 'data-testid': testid }, value);
  const copy = button(words.copy.button, () => void copyValue(label, value, text, copy), {
    class: 'copy', 'aria-label': words.copy.label(label), 'data-testid': testid && `${testid}-copy`,
  });
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') copy.click();
  });
  return h('div', { class: value.includes('\n') || value.length > 48 ? 'value wide' : 'value' }, h('span', { class: 'value-label' }, label), text, copy);
}

/**
 * @param {string} label
 * @param {string} value
 * @param {HTMLElement} shown
 * @param {HTMLButtonElement} copy
 */
async function copyValue(label, value, shown, copy) {
  const copied = await navigator.clipboard?.writeText(value).then(() => true, () => false);
  if (!copied) getSelection()?.selectAllChildren(shown);
  // Where the clipboard is kept from pages, the selection is what the platform's own copying takes.
  const done = copied || document.execCommand('copy');
  copy.textContent = done ? words.copy.done : words.copy.failed;
  copy.classList.toggle('done', done);
  announce(done ? words.copy.said(label) : words.copy.selected(label));
  setTimeout(() => {
    copy.textContent = words.copy.button;
    copy.classList.remove('done');
  }, 2000);
}

/** @type {Record<string, string>} */
const SHAPES = { pass: '✓', warn: '!', fail: '✕', unknown: '?', skip: '–', next: '', running: '' };

/** @param {CheckLine[]} lines */
export function checkList(lines) {
  return h('ul', { class: 'checks', 'data-testid': 'checks' }, lines.map((line) =>
    h('li', { class: line.state, 'data-testid': `check-${line.id}`, 'data-state': line.state },
      h('span', { class: 'dot', 'aria-hidden': 'true' }, SHAPES[line.state]),
      h('div', { class: 'check-text' },
        h('div', { class: 'check-title' }, h('b', {}, line.title), h('span', { class: 'check-state' }, line.stateWord)),
        h('p', {}, line.message),
        fixes(line.fix),
        (line.state === 'fail' || line.state === 'warn') && line.code && codeDetails(line.code)))));
}

/** @param {string[]} fix */
function fixes(fix) {
  return fix.length > 0 && h('ul', { class: 'fixes' }, fix.map((step) => h('li', {}, step)));
}

/** @param {string} code */
function codeDetails(code) {
  return h('details', { class: 'code' }, h('summary', {}, words.failure.details), valueCard(words.failure.code, code));
}

/**
 * What went wrong, what to do, and the code behind Details.
 * @param {Failure} failure
 * @param {string} [testid]
 */
export function failureNote(failure, testid = 'failure') {
  return note('bad', [
    h('b', { class: 'note-title' }, failure.message),
    failure.retryable && h('p', {}, words.failure.retry),
    failure.fix.length > 0 && h('p', { class: 'note-fix' }, words.failure.fix),
    fixes(failure.fix),
    codeDetails(failure.code),
  ], testid);
}

/**
 * @param {'good' | 'wait' | 'bad'} tone
 * @param {Child | Child[]} content
 * @param {string} [testid]
 */
export function note(tone, content, testid) {
  const shape = { good: '✓', wait: '!', bad: '!' }[tone];
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
  const drawNotes = region(notesPlace, (/** @type {{ message: string, blocks: boolean }[]} */ notes) =>
    notes.map(({ message, blocks }) => h('p', { class: blocks ? 'field-note bad' : 'field-note wait' }, h('span', { 'aria-hidden': 'true' }, '! '), message)));
  return {
    element, input, box,
    /** @param {string} text */
    hint: (text) => { if (hintLine.textContent !== text) fill(hintLine, text); },
    /** @param {{ message: string, blocks: boolean }[]} notes */
    notes: (notes) => {
      if (!drawNotes(notes.map(({ message, blocks }) => ({ message, blocks })))) return;
      input.setAttribute('aria-invalid', String(notes.some(({ blocks }) => blocks)));
      if (notes.length) announce(notes.map(({ message }) => message).join(' '));
    },
  };
}

/** A host name that wraps after its dots only. @param {string} host @returns {Child[]} */
export function hostName(host) {
  return host.split('.').flatMap((piece, at) => (at === 0 ? [piece] : [h('wbr'), `.${piece}`]));
}

/** Facts in pairs. @param {[string, Child][]} pairs */
export function facts(pairs) {
  return h('dl', { class: 'facts' }, pairs.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
}

/** The line at the foot of a screen. @param {...Child} children */
export function bar(...children) {
  return h('div', { class: 'bar' }, children);
}
