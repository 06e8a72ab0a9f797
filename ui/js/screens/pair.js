/**
 * The pasted key and secret, who will sign in, the connection's name and its browser: kept only in their fields, for as long
 * as the set-up is shown or until they are sent on.
 * @import { Finding } from '../../../src-tauri/bindings/Finding'
 * @import { Failure } from '../../../src-tauri/bindings/Failure'
 * @import { Understanding } from '../../../src-tauri/bindings/Understanding'
 * @import { Verdict } from '../../../src-tauri/bindings/Verdict'
 * @import { App } from '../app.js'
 * @import { Pair } from '../pasting.js'
 */

import { listenForAnswers } from '../answering.js';
import { signInBrowser } from '../browsers.js';
import { announce, debounced, h } from '../dom.js';
import { host } from '../host.js';
import { asFailure } from '../model.js';
import { button, field } from '../parts.js';
import { mayValidate, spoken } from '../pasting.js';
import * as words from '../words.js';

const text = words.paste;
const TYPING_PAUSE = 200;

/** @typedef {ReturnType<typeof pastedPair>} Pasted */

/**
 * @param {App} app
 * @param {() => string} address names the org
 * @param {() => void} checked called after an answer of the org
 * @param {{ answered?: (text: string) => void, asksOrg?: boolean }} [more] what is called with a sealed answer that is pasted in place of a value, and
 *   whether the org is asked about the two as soon as they are there
 */
export function pastedPair(app, address, checked, { answered, asksOrg = true } = {}) {
  /** @type {{ understanding: Understanding | null, findings: Finding[] | null, verdict: Verdict | null, checking: boolean, failure: Failure | null, hosted: boolean }} */
  const state = { understanding: null, findings: null, verdict: null, checking: false, failure: null, hosted: false };
  // Answers about former values are ignored.
  let typed = 0;
  let asked = -1;

  const key = field({ id: 'key', label: text.key, hint: text.keyHint, mono: true });
  const secret = field({ id: 'secret', label: text.secret, hint: text.secretHint, type: 'password', mono: true });
  const user = field({ id: 'user', label: words.signIn.user, hint: words.signIn.userHint });
  const alias = field({ id: 'alias', label: words.signIn.alias, hint: words.signIn.aliasHint });
  const browser = signInBrowser();
  const toggle = button(text.show, () => reveal(secret.input.type === 'password'), { class: 'in-field', 'aria-pressed': 'false', 'data-testid': 'show-secret' });
  secret.box.append(toggle);
  const understandSoon = debounced(TYPING_PAUSE, () => void understand());
  for (const { input } of [key, secret]) {
    input.addEventListener('input', changed);
    if (answered) listenForAnswers(input, answered);
  }
  alias.input.addEventListener('input', () => alias.notes([]));
  reveal(false);

  function changed() {
    typed += 1;
    Object.assign(state, { findings: null, verdict: null, checking: false, failure: null, hosted: false });
    understandSoon();
    app.changed();
  }

  /** @param {boolean} shown */
  function reveal(shown) {
    secret.input.type = shown ? 'text' : 'password';
    toggle.textContent = shown ? text.hide : text.show;
    toggle.setAttribute('aria-label', text.toggle(shown ? text.hide : text.show));
    toggle.setAttribute('aria-pressed', String(shown));
  }

  const values = () => ({ address: address(), key: key.input.value, secret: secret.input.value });
  /** @returns {Pair} */
  const now = () => ({ ...state, key: Boolean(key.input.value), secret: Boolean(secret.input.value) });

  async function understand() {
    const question = typed;
    const answer = await host.understand(values()).catch(() => null);
    if (question !== typed || !answer) return;
    state.understanding = answer;
    app.changed();
    if (asksOrg) void validate();
  }

  async function validate() {
    if (asked === typed || !mayValidate(now())) return;
    const question = typed;
    asked = question;
    Object.assign(state, { checking: true, findings: null, verdict: null, failure: null });
    app.changed();
    const answer = await host.validate(values()).catch((thrown) => asFailure(thrown));
    if (question !== typed) return;
    state.checking = false;
    if ('checks' in answer) {
      state.findings = answer.checks;
      state.verdict = answer.verdict ?? null;
      announce(spoken(answer.checks));
    } else {
      asked = -1;
      state.failure = answer;
      announce(answer.message);
    }
    app.changed();
    if (state.findings) checked();
  }

  return {
    key, secret, user, alias, browser, values, now,
    /** What most people need not choose, folded away. */
    more: () => h('details', { class: 'fold', ontoggle: browser.read }, h('summary', { 'data-testid': 'name-open' }, words.signIn.more),
      h('div', { class: 'fold-body' }, alias.element, browser.element)),
    failure: () => state.failure,
    /** Reads everything anew, as after a change of the address. */
    reread: changed,
    keyText: () => key.input.value,
    /** Leads to the key, marked whole, so that the next paste takes its place. */
    mendKey() {
      key.input.focus();
      key.input.select();
    },
    isThere: () => Boolean(key.input.value && secret.input.value),
    checkAgain() {
      asked = -1;
      if (state.understanding) void validate();
      else void understand();
    },
    exchange() {
      [key.input.value, secret.input.value] = [secret.input.value, key.input.value];
      reveal(false);
      announce(text.exchanged);
      key.input.focus();
      changed();
    },
    /** Lets the sign-in come back by Datatrax's own page. */
    comeBackHosted() {
      state.hosted = true;
      app.changed();
    },
    /** Shows the field for the name, and returns whether it is on the screen. */
    showName() {
      const fold = alias.element.closest('details');
      if (fold) fold.open = true;
      return alias.element.isConnected;
    },
    /** Clears both values. */
    clear() {
      key.input.value = '';
      secret.input.value = '';
      typed += 1;
      Object.assign(state, { understanding: null, findings: null, verdict: null, checking: false, failure: null, hosted: false });
      reveal(false);
    },
  };
}
