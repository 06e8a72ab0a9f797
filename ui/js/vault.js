/**
 * The vault when it is closed: asks the person to open it, or to choose who keeps its key, and the action goes on.
 * @import { Code } from '../../src-tauri/bindings/Code'
 * @import { Failure } from '../../src-tauri/bindings/Failure'
 * @import { KeyProtection } from '../../src-tauri/bindings/KeyProtection'
 * @import { App } from './app.js'
 */

import { announce, fill, h } from './dom.js';
import { host } from './host.js';
import { keyProtectionForm, passphraseField } from './key-protection.js';
import { asFailure } from './model.js';
import { button, failureNote, fixes, orgsOfQuestion } from './parts.js';
import * as words from './words.js';
import { names, outOfSight, vaultQuestions, withholdsKey } from './words/names.js';

const text = words.vault;
const HEADING = 'vault-question';

/**
 * @typedef {{ done: () => void, leave: () => void }} Ways `done`: the vault is open now
 * @typedef {() => HTMLElement | null} Orgs the connections whose stored secrets are in question
 */

/**
 * Asks the person until the vault is open. Calls during a question share its answer.
 * @param {App} app
 * @returns {(thrown: unknown, signsIn: boolean) => Promise<boolean>} whether to try the failed action again
 */
export function vaultAsker(app) {
  /** @type {Promise<boolean> | null} */
  let asking = null;
  return (thrown, signsIn) => {
    const failure = asFailure(thrown);
    const asked = vaultQuestions[failure.code];
    if (!asked || (asked === 'new_key' && !signsIn)) return Promise.resolve(false);
    asking ??= askIn(failure, (told, ways) => QUESTIONS[asked](told, ways, orgsIn(app))).finally(() => { asking = null; });
    return asking;
  };
}

/** Asks in a dialog. @param {Failure} failure @param {(failure: Failure, ways: Ways) => (HTMLElement | null)[]} ask @returns {Promise<boolean>} */
export function askIn(failure, ask) {
  return new Promise((answer) => {
    let opened = false;
    const dialog = h('dialog', { class: 'vault', 'aria-labelledby': HEADING, 'data-testid': 'vault-dialog', onclose: () => {
      dialog.remove();
      answer(opened);
    } });
    const ways = { done: () => { opened = true; dialog.close(); }, leave: () => dialog.close() };
    fill(dialog, ask(failure, ways));
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** The connections that need a new sign-in where the present key is given up. @param {App} app @returns {Orgs} */
function orgsIn(app) {
  return () => {
    const all = app.snapshot?.connections ?? [];
    const waiting = all.filter(({ reason }) => reason !== null && outOfSight.includes(reason.code));
    return orgsOfQuestion(waiting.length > 0 ? waiting : all);
  };
}

/** @type {Record<NonNullable<(typeof vaultQuestions)[Code]>, (failure: Failure, ways: Ways, orgs: Orgs) => (HTMLElement | null)[]>} */
const QUESTIONS = {
  passphrase: (_, ways, orgs) => [question(text.locked), unlockPart('vault', ways.done, ways.leave, orgs)],
  no_keychain: (failure, ways, orgs) => [question(text.noKeychain), h('p', {}, text.noKeychainMeans), choicePart('vault', ['passphrase', 'session'], ways, orgs),
    h('details', { class: 'code' }, h('summary', {}, text.keychainFix), h('p', { class: 'quiet small' }, failure.fix[0] ?? ''))],
  closed_keychain: closed,
  empty_keychain: (failure, ways, orgs) => [question(failure.message), h('div', {}, fixes(failure.fix.slice(0, 1))), choicePart('vault', ['passphrase', 'session'], ways, orgs)],
  new_key: keyGone,
};

/** The question of a dialog. @param {string} words */
export function question(words) {
  return h('h2', { id: HEADING }, words);
}

/** The question about a key that is somewhere else, or gone. @param {Failure} failure @param {Ways} ways @param {Orgs} orgs */
function keyGone({ message, fix }, { done, leave }, orgs) {
  const trouble = h('div', { role: 'status' });
  const goOn = () => host.protect({ guard: 'keychain', passphrase: null, start_over: true }).then(done, (thrown) => { fill(trouble, failureNote(asFailure(thrown))); });
  return [question(message), h('div', {}, fixes(fix.slice(0, 1))), h('p', { 'data-testid': 'vault-new-key-means' }, text.newKeyMeans), orgs(), trouble, h('div', { class: 'acts end' },
    button(text.leave, leave, { autofocus: true, 'data-testid': 'vault-leave' }), button(text.newKey, () => void goOn(), { class: 'danger', 'data-testid': 'vault-new-key' }),
    button(text.again, done, { class: 'primary', 'data-testid': 'vault-again' }))];
}

/** The question about a keychain that stays locked. @param {Failure} failure @param {Ways} ways */
function closed({ message, fix }, { done, leave }) {
  return [question(message), h('div', {}, fixes(fix)), h('div', { class: 'acts end' },
    button(text.leave, leave, { 'data-testid': 'vault-leave' }), button(text.again, done, { class: 'primary', 'data-testid': 'vault-again' }))];
}

/**
 * The passphrase, and the way on without it.
 * @param {string} id
 * @param {() => void} done
 * @param {(() => void) | null} leave
 * @param {Orgs} orgs
 */
function unlockPart(id, done, leave, orgs) {
  const passphrase = passphraseField(`${id}-unlock-passphrase`, text.passphrase, text.passphraseHint);
  const unlock = h('button', { type: 'submit', class: 'primary', 'data-testid': `${id}-unlock` }, text.unlock);
  const form = h('form', { class: 'stack', novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    void send();
  } }, passphrase.element, h('div', { class: 'acts' }, unlock, leave && button(text.leave, leave, { 'data-testid': 'vault-leave' }),
    button(text.forgotten, forgotten, { class: 'plain', 'data-testid': `${id}-forgotten` })));
  const place = h('div', { class: 'unlock' }, form);

  async function send() {
    if (unlock.getAttribute('aria-disabled')) return;
    unlock.setAttribute('aria-disabled', 'true');
    unlock.textContent = text.unlocking;
    const { value } = passphrase.input;
    try {
      await host.unlock(value);
      passphrase.input.value = '';
      announce(text.unlocked);
      done();
    } catch (thrown) {
      const { message, fix } = asFailure(thrown);
      passphrase.notes([{ message: [message, fix[0]].filter(Boolean).join(' '), blocks: true }]);
      passphrase.input.select();
      passphrase.input.focus();
    }
    unlock.removeAttribute('aria-disabled');
    unlock.textContent = text.unlock;
  }

  function forgotten() {
    const back = () => { fill(place, form); passphrase.input.focus(); };
    const choices = choicePart(id, ['keychain', 'passphrase', 'session'], { done, leave: back }, orgs, true);
    fill(place, h('div', { class: 'stack' }, h('h3', { tabindex: -1 }, text.startOver), h('p', {}, text.forgottenMeans), orgs(), choices));
    place.querySelector('h3')?.focus();
  }

  return place;
}

/**
 * @param {string} id
 * @param {KeyProtection[]} guards
 * @param {Ways} ways
 * @param {Orgs} orgs
 * @param {boolean} [startOver] whether the stored secrets are given up
 */
function choicePart(id, guards, ways, orgs, startOver = false) {
  const trouble = h('div', { role: 'status' });
  const form = keyProtectionForm(id, guards, (guard, passphrase) => void keep(guard, passphrase, startOver), [button(text.leave, ways.leave, { 'data-testid': 'vault-leave' })]);

  /** @param {KeyProtection} guard @param {string | null} passphrase @param {boolean} giveUp */
  async function keep(guard, passphrase, giveUp) {
    form.working(true);
    trouble.replaceChildren();
    try {
      await host.protect({ guard, passphrase, start_over: giveUp });
      form.clear();
      announce(names.key_protection[guard].now);
      ways.done();
    } catch (thrown) {
      form.working(false);
      refused(asFailure(thrown), guard, passphrase);
    }
  }

  /** @param {Failure} failure @param {KeyProtection} guard @param {string | null} passphrase */
  function refused(failure, guard, passphrase) {
    if (form.refuse(failure)) return;
    // The stored secrets need the missing key.
    const inTheWay = guard !== 'keychain' && withholdsKey.includes(failure.code);
    trouble.replaceChildren(inTheWay
      ? h('div', { class: 'note wait', 'data-testid': `${id}-give-up` }, h('span', { class: 'note-mark', 'aria-hidden': 'true' }, '!'),
        h('div', {}, h('p', {}, text.needsOldKeychain), orgs(), button(text.giveUp, () => void keep(guard, passphrase, true), { class: 'danger', 'data-testid': `${id}-start-over` })))
      : failureNote(failure));
    trouble.querySelector('button')?.focus();
  }

  return h('div', { class: 'stack' }, form.element, trouble);
}

/** The note above every screen while the passphrase is needed; the next snapshot removes it. @param {App} app */
export function lockedNote(app) {
  return h('section', { class: 'locked', 'data-testid': 'vault-locked', 'aria-label': text.locked },
    h('h2', {}, text.locked), h('p', { class: 'quiet small' }, text.lockedMeans), unlockPart('locked', () => {}, null, orgsIn(app)));
}
