/**
 * A new connection on one page: the org, the guide, the key and the secret, the sign-in.
 * @import { Understanding } from '../../../src-tauri/core/bindings/Understanding'
 * @import { Finding } from '../../../src-tauri/core/bindings/Finding'
 * @import { App, Screen } from '../app.js'
 * @import { Form } from '../model.js'
 */

import { announce, debounced, h, region } from '../dom.js';
import { host } from '../host.js';
import { asFailure, checkSummary, journeyOfForm, mayValidate, notesOf, signIn } from '../model.js';
import { bar, button, failureNote, field, heading } from '../parts.js';
import { guideParts } from './guide.js';
import { pastePart } from './paste.js';
import { WAIT_SECONDS } from './reconnect.js';
import * as words from '../words.js';

const TYPING_PAUSE = 200;

/**
 * @param {App} app
 * @param {{ address: string, alias: string }} given
 * @returns {Screen}
 */
export function addScreen(app, given) {
  /** @type {{ understanding: Understanding | null, findings: Finding[] | null, checking: boolean, starting: boolean }} */
  const state = { understanding: null, findings: null, checking: false, starting: false };
  // Answers to what no longer stands in the fields are left aside; the values themselves are kept nowhere but there.
  let typed = 0;
  let checked = -1;

  const address = field({ id: 'address', label: words.add.org.label, hint: words.add.org.hint, placeholder: words.add.org.example, mono: true });
  const guide = guideParts(() => address.input.value, () => paste.key.input.focus());
  const paste = pastePart({ onInput: changed, onExchange: changed, onCheckAgain: () => { checked = -1; void validate(); } });
  const alias = field({ id: 'alias', label: words.add.signIn.alias, hint: words.add.signIn.aliasHint });
  const user = field({ id: 'user', label: words.add.signIn.user, hint: words.add.signIn.userHint });
  const signInButton = button(words.add.signIn.button, () => void connect(), { class: 'primary', 'data-testid': 'sign-in', 'aria-describedby': 'sign-in-line' });
  const line = h('p', { class: 'grow', id: 'sign-in-line', 'data-testid': 'sign-in-line' });
  const trouble = h('div', { role: 'status' });
  const element = h('form', { class: 'screen', novalidate: true, 'data-testid': 'screen-add', onsubmit: (event) => { event.preventDefault(); void connect(); } },
    h('div', { class: 'page' },
      heading(words.add.heading, { lead: words.add.lead }),
      section('1', words.add.org.heading, address.element, guide.org),
      section('2', words.add.app.heading, guide.app),
      section('3', words.add.paste.heading, paste.element),
      section('4', words.add.signIn.heading, h('div', { class: 'pair' }, user.element, alias.element), guide.signIn),
      trouble),
    bar(line, signInButton));

  address.input.value = given.address;
  alias.input.value = given.alias;
  const understandSoon = debounced(TYPING_PAUSE, () => void understand());
  address.input.addEventListener('input', changed);
  alias.input.addEventListener('input', () => alias.notes([]));

  const drawLine = region(line, (/** @type {string} */ text) => text);

  function changed() {
    typed += 1;
    state.findings = null;
    state.checking = false;
    if (!address.input.value.trim()) state.understanding = null;
    understandSoon();
    app.changed();
  }

  function pasted() {
    return { address: address.input.value, key: paste.key.input.value, secret: paste.secret.input.value };
  }

  async function understand() {
    const asked = typed;
    const answer = await host.understand(pasted()).catch(() => null);
    if (asked !== typed || !answer) return;
    const before = state.understanding?.address?.words;
    state.understanding = address.input.value.trim() ? answer : { ...answer, address: null, notes: answer.notes.filter(({ field: at }) => at !== 'address') };
    const org = state.understanding.address;
    if (org && org.words !== before) announce(org.words);
    guide.show(org);
    app.changed();
    void validate();
  }

  async function validate() {
    if (checked === typed || !mayValidate(form())) return;
    const asked = typed;
    checked = asked;
    state.checking = true;
    state.findings = null;
    app.changed();
    const answer = await host.validate(pasted()).catch((thrown) => asFailure(thrown));
    if (asked !== typed) return;
    state.checking = false;
    if ('checks' in answer) {
      state.findings = answer.checks;
      announce(words.add.checks.result(checkSummary(answer.checks)));
      trouble.replaceChildren();
    } else {
      checked = -1;
      trouble.replaceChildren(failureNote(answer));
    }
    app.changed();
  }

  /** @returns {Form} */
  function form() {
    const { address: where, key, secret } = pasted();
    return { ...state, address: Boolean(where.trim()), key: Boolean(key), secret: Boolean(secret) };
  }

  function update() {
    const now = form();
    const { ready, line: text } = signIn(now);
    address.hint(state.understanding?.address?.words ?? words.add.org.hint);
    address.element.classList.toggle('understood', Boolean(state.understanding?.address));
    address.notes(now.address ? notesOf(state.understanding, 'address') : []);
    paste.update(now);
    drawLine(state.starting ? words.add.signIn.starting : text);
    signInButton.setAttribute('aria-disabled', String(!ready || state.starting));
  }

  async function connect() {
    const { ready, line: text } = signIn(form());
    if (!ready || state.starting) {
      announce(text);
      return;
    }
    state.starting = true;
    app.changed();
    const org = state.understanding?.address;
    const { value: name } = alias.input;
    const { value: who } = user.input;
    try {
      const started = await host.connect({ ...pasted(), alias: name.trim() || null, user: who.trim() || null, accept_user: null, wait_seconds: WAIT_SECONDS });
      paste.clear();
      address.input.value = '';
      alias.input.value = '';
      app.follow(started, { alias: started.alias, host: org?.host ?? '', kind: org?.kind ?? null });
    } catch (thrown) {
      state.starting = false;
      refuse(asFailure(thrown));
      app.changed();
    }
  }

  /** @param {import('../../../src-tauri/core/bindings/Failure').Failure} failure */
  function refuse(failure) {
    if (failure.code.startsWith('name_')) {
      alias.notes([{ message: failure.message, blocks: true }]);
      alias.input.focus();
    } else {
      trouble.replaceChildren(failureNote(failure));
      trouble.scrollIntoView({ block: 'nearest' });
    }
  }

  guide.show(null);
  if (given.address) understandSoon();
  return {
    element, update,
    // The secret stays in the page only while this screen does.
    leave: () => {
      paste.clear();
      app.draft = { address: address.input.value, alias: alias.input.value };
    },
    org: () => state.understanding?.address ?? null,
    journey: () => journeyOfForm(form()),
  };
}

/**
 * @param {string} number
 * @param {string} title
 * @param {...HTMLElement} content
 */
function section(number, title, ...content) {
  return h('section', { class: 'part', 'aria-labelledby': `part-${number}` },
    h('h2', { id: `part-${number}` }, h('span', { class: 'mark', 'aria-hidden': 'true' }, number), title),
    h('div', { class: 'part-body stack' }, content));
}
