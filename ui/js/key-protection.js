/**
 * The choice of who keeps the vault's key, with explanations, and the passphrase if that is chosen.
 * @import { KeyProtection } from '../../src-tauri/bindings/KeyProtection'
 * @import { Failure } from '../../src-tauri/bindings/Failure'
 */

import { h } from './dom.js';
import { field } from './parts.js';
import * as words from './words.js';
import { names } from './words/names.js';

const text = words.vault;

/**
 * @param {string} id
 * @param {KeyProtection[]} guards the choices
 * @param {(guard: KeyProtection, passphrase: string | null, present: string | null) => void} chosen `present`: the present passphrase, if it is asked for
 * @param {HTMLElement[]} [beside] further buttons
 */
export function keyProtectionForm(id, guards, chosen, beside = []) {
  const present = passphraseField(`${id}-present`, text.present, text.presentHint);
  present.element.hidden = true;
  const first = passphraseField(`${id}-new`, text.newPassphrase, text.rules);
  const second = passphraseField(`${id}-repeat`, text.repeat, '');
  const passphrases = h('div', { class: 'stack passphrases', hidden: true }, first.element, second.element);
  const submit = h('button', { type: 'submit', class: 'primary', 'data-testid': `${id}-keep` });
  const radios = new Map(guards.map((guard) => [guard, h('input', {
    type: 'radio', name: `${id}-guard`, id: `${id}-${guard}`, value: guard, 'data-testid': `${id}-${guard}`, 'aria-describedby': `${id}-${guard}-means`, onchange: () => show(),
  })]));
  const element = h('form', { class: 'stack key-protection', novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    send();
  } },
  h('fieldset', { class: 'choices' }, h('legend', { class: 'unseen' }, text.legend), [...radios].map(([guard, radio]) => h('div', { class: 'choice' },
    radio, h('label', { for: radio.id }, names.key_protection[guard].name), h('p', { class: 'hint', id: `${id}-${guard}-means` }, names.key_protection[guard].means)))),
  present.element, passphrases, h('div', { class: 'acts' }, submit, beside));

  function guard() {
    return guards.find((one) => radios.get(one)?.checked) ?? null;
  }

  function show() {
    const now = guard();
    passphrases.hidden = now !== 'passphrase';
    submit.hidden = now === null;
    submit.textContent = now ? names.key_protection[now].choose : '';
  }

  function send() {
    const now = guard();
    if (!now || submit.getAttribute('aria-disabled')) return;
    const known = present.element.hidden ? null : present.input.value;
    present.notes(known === '' ? [{ message: text.presentMissing, blocks: true }] : []);
    if (known === '') {
      present.input.focus();
      return;
    }
    if (now !== 'passphrase') {
      chosen(now, null, known);
      return;
    }
    const passphrase = first.input.value;
    second.notes(passphrase === second.input.value ? [] : [{ message: text.differ, blocks: true }]);
    if (passphrase === second.input.value) chosen(now, passphrase, known);
    else second.input.focus();
  }

  show();
  return {
    element,
    /** Preselects a choice. @param {KeyProtection} wanted */
    choose(wanted) {
      const radio = radios.get(wanted);
      if (radio) radio.checked = true;
      show();
    },
    /** Asks for the present passphrase. @param {boolean} wanted */
    askPresent(wanted) {
      present.element.hidden = !wanted;
    },
    /** @param {boolean} now */
    working(now) {
      if (now) submit.setAttribute('aria-disabled', 'true');
      else submit.removeAttribute('aria-disabled');
      if (now) submit.textContent = text.working;
      else show();
    },
    /** Shows a refusal beside its field. @param {Failure} failure @returns {boolean} whether there is one */
    refuse(failure) {
      const about = { passphrase_short: first, passphrase_wrong: present, passphrase_needed: present }[/** @type {string} */ (failure.code)];
      if (!about || about.element.hidden) return false;
      const fix = about === present ? failure.fix.slice(0, 1) : failure.fix;
      about.notes([{ message: [failure.message, ...fix].join(' '), blocks: true }]);
      about.input.select();
      about.input.focus();
      return true;
    },
    /** Clears the passphrases. */
    clear() {
      for (const one of [present, first, second]) {
        one.input.value = '';
        one.notes([]);
      }
    },
  };
}

/**
 * A field for a passphrase, hidden unless shown.
 * @param {string} id @param {string} label @param {string} hint
 */
export function passphraseField(id, label, hint) {
  const made = field({ id, label, hint, type: 'password' });
  const toggle = h('button', { type: 'button', class: 'in-field', 'aria-pressed': 'false', 'aria-label': `${text.show}: ${label}`, onclick: () => {
    const shown = made.input.type === 'password';
    made.input.type = shown ? 'text' : 'password';
    toggle.textContent = shown ? text.hide : text.show;
    toggle.setAttribute('aria-pressed', String(shown));
  } }, text.show);
  made.box.append(toggle);
  return made;
}
