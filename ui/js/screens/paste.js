/**
 * The fields for the Consumer Key and the Consumer Secret, and what the checks say about them.
 * @import { Form } from '../model.js'
 */

import { announce, h, region } from '../dom.js';
import { checkLinesBeforeSignIn, isSwapped, notesOf } from '../model.js';
import { button, checkList, field } from '../parts.js';
import * as words from '../words.js';

/** @param {{ onInput: () => void, onExchange: () => void, onCheckAgain: () => void }} told */
export function pastePart({ onInput, onExchange, onCheckAgain }) {
  const text = words.add.paste;
  const key = field({ id: 'key', label: text.key, hint: text.keyHint, mono: true });
  const secret = field({ id: 'secret', label: text.secret, hint: text.secretHint, type: 'password', mono: true });
  const toggle = button(text.show, () => reveal(secret.input.type === 'password'), { class: 'in-field', 'aria-pressed': 'false', 'data-testid': 'show-secret' });
  secret.box.append(toggle);
  const exchangePlace = h('div', {});
  const checksPlace = h('div', {});
  const again = button(words.add.checks.again, onCheckAgain, { 'data-testid': 'check-again' });
  const element = h('div', { class: 'stack' },
    h('p', { class: 'quiet' }, text.lead),
    h('div', { class: 'two' },
      h('div', { class: 'stack' }, key.element, exchangePlace, secret.element),
      h('div', { class: 'stack tight' }, h('div', { class: 'checks-head' }, h('h3', {}, words.add.checks.heading), again), checksPlace)));

  for (const { input } of [key, secret]) input.addEventListener('input', onInput);
  reveal(false);

  /** @param {boolean} shown */
  function reveal(shown) {
    secret.input.type = shown ? 'text' : 'password';
    toggle.textContent = shown ? text.hide : text.show;
    toggle.setAttribute('aria-label', text.toggle(shown ? text.hide : text.show));
    toggle.setAttribute('aria-pressed', String(shown));
  }

  function exchange() {
    [key.input.value, secret.input.value] = [secret.input.value, key.input.value];
    reveal(false);
    announce(text.exchanged);
    key.input.focus();
    onExchange();
  }

  const drawExchange = region(exchangePlace, (/** @type {boolean} */ swapped) => swapped && button(text.exchange, exchange, { class: 'primary small', 'data-testid': 'exchange' }));
  const drawChecks = region(checksPlace, (/** @type {ReturnType<typeof checkLinesBeforeSignIn>} */ lines) => checkList(lines));

  return {
    element, key, secret,
    /** @param {Form} form */
    update(form) {
      const { understanding } = form;
      key.hint(form.key && understanding ? text.length(understanding.key_length) : text.keyHint);
      secret.hint(form.secret && understanding ? text.length(understanding.secret_length) : text.secretHint);
      key.notes(form.key ? notesOf(understanding, 'key') : []);
      secret.notes(form.secret ? notesOf(understanding, 'secret') : []);
      drawExchange(isSwapped(understanding));
      drawChecks(checkLinesBeforeSignIn(form.findings, form.checking));
      again.hidden = form.checking || !form.findings;
    },
    /** The page forgets both values. */
    clear() {
      key.input.value = '';
      secret.input.value = '';
      reveal(false);
    },
  };
}
