/**
 * Requests to an admin: made, withdrawn, and their sealed answers opened.
 * @import { AdminRequestView } from '../../../src-tauri/bindings/AdminRequestView'
 * @import { AnswerOpened } from '../../../src-tauri/bindings/AnswerOpened'
 * @import { PageWritten } from '../../../src-tauri/bindings/PageWritten'
 * @import { App, Screen } from '../app.js'
 */

import { listenForAnswers, textOf } from '../answering.js';
import { announce, fill, h, region } from '../dom.js';
import { host } from '../host.js';
import { asFailure, badge, keyWords, lately } from '../model.js';
import { asking, badgeMark, button, facts, failureNote, field, fixes, heading, hostName, note, valueCard } from '../parts.js';
import * as words from '../words.js';

const text = words.requests;
const USUAL_DAYS = 7;

/** @param {App} app @param {{ address?: string }} given @returns {Screen} */
export function requestsScreen(app, given) {
  const listPlace = h('div', {});
  const trouble = h('div', { role: 'status' });
  const opening = openingPart(app, () => void read());
  const element = h('div', { class: 'page', 'data-testid': 'screen-requests' }, heading(text.heading, { lead: text.lead }), trouble,
    opening.element, askingPart(app, given.address ?? '', () => known, () => void read()),
    h('section', { class: 'stack', 'aria-labelledby': 'requests-list' }, h('h2', { id: 'requests-list' }, text.list), listPlace));
  const draw = region(listPlace, (/** @type {{ requests: AdminRequestView[] }} */ { requests }) => (requests.length === 0
    ? h('p', { class: 'quiet', 'data-testid': 'no-requests' }, text.none)
    : h('ul', { class: 'stack requests', 'data-testid': 'requests' }, requests.map((request) => line(app, request, () => void read(), tell)))));
  /** Those in the list. @type {AdminRequestView[]} */
  let known = [];
  /** What was asked about: another answer of the agent's may have changed the list. */
  let seen = app.snapshot;

  /** @param {unknown} thrown */
  function tell(thrown) {
    fill(trouble, failureNote(asFailure(thrown)));
    trouble.scrollIntoView({ block: 'nearest' });
  }

  async function read() {
    try {
      known = await host.adminRequests();
      draw({ requests: known });
    } catch (thrown) {
      tell(thrown);
    }
  }

  void read();
  return {
    element,
    update() {
      if (seen === app.snapshot) return;
      seen = app.snapshot;
      void read();
    },
  };
}

/** The field for an answer. @param {App} app @param {() => void} changed */
function openingPart(app, changed) {
  const input = h('textarea', { id: 'sealed-answer', rows: 4, class: 'mono', autocomplete: 'off', autocapitalize: 'off', autocorrect: 'off', spellcheck: 'false', 'data-testid': 'sealed-answer', 'aria-describedby': 'sealed-answer-hint' });
  const file = h('input', { type: 'file', id: 'answer-file', accept: '.txt,.eml,text/plain', 'data-testid': 'answer-file', onchange: () => {
    const chosen = file.files?.[0];
    if (!chosen) return;
    void textOf(chosen).then(open);
    // The same file can be chosen again.
    file.value = '';
  } });
  const told = h('div', { role: 'status', 'data-testid': 'answer-told' });
  listenForAnswers(input, (given) => { input.value = given; void open(given); });

  let busy = false;

  /** @param {string} given */
  async function open(given) {
    if (busy) return;
    busy = true;
    fill(told, h('p', { class: 'calm-line' }, h('span', { class: 'pulse', 'aria-hidden': 'true' }), text.opening));
    try {
      const opened = await host.openAnswer(given, null);
      input.value = '';
      await app.refresh();
      fill(told, openedNote(opened, () => toSignIn(app, opened.request.host)));
      announce(text.opened(opened.request.number, opened.request.host));
    } catch (thrown) {
      fill(told, failureNote(asFailure(thrown)));
    }
    busy = false;
    changed();
  }

  const element = h('section', { class: 'stack', 'aria-labelledby': 'requests-answer' }, h('h2', { id: 'requests-answer' }, text.answer),
    h('div', { class: 'field' }, h('label', { for: 'sealed-answer' }, text.answerField), input, h('p', { class: 'hint', id: 'sealed-answer-hint' }, text.answerHint)),
    h('div', { class: 'acts' }, button(text.answer, () => void open(input.value), { 'data-testid': 'open-answer' })),
    h('div', { class: 'field' }, h('label', { for: 'answer-file' }, text.file), file), told);
  return { element };
}

/** The sign-in with what an answer held: how a former one ended is no longer shown. @param {App} app @param {string} orgHost */
export function toSignIn(app, orgHost) {
  app.signIns.delete(orgHost);
  app.go({ name: 'set_up', host: orgHost });
}

/** What was opened, and the way on. @param {AnswerOpened} opened @param {() => void} goOn */
export function openedNote({ request, key, exchanged, notes, until }, goOn) {
  return note('good', [h('b', { class: 'note-title' }, text.opened(request.number, request.host)), h('p', {}, text.kept(keyWords(key), lately(until, new Date()))), h('p', {}, text.again),
    exchanged && h('p', {}, text.exchanged), ...notes.map(({ message, fix }) => h('div', {}, h('p', {}, message), fixes(fix))),
    h('div', {}, button(text.goOn, goOn, { class: 'primary', 'data-testid': 'answer-go-on' }))], 'answer-opened');
}

/**
 * The form of a new request.
 * @param {App} app
 * @param {string} given the address of the org it is for
 * @param {() => AdminRequestView[]} known the requests that were made before
 * @param {() => void} changed
 */
function askingPart(app, given, known, changed) {
  const address = field({ id: 'ask-address', label: text.address, hint: words.org.hint, placeholder: words.org.example, mono: true });
  const name = field({ id: 'ask-name', label: text.name, hint: text.nameHint });
  const days = field({ id: 'ask-days', label: text.days, hint: text.daysHint, type: 'number' });
  [address.input.value, days.input.value] = [given, String(USUAL_DAYS)];
  [days.input.min, days.input.max] = ['1', '30'];
  const told = h('div', { role: 'status', 'data-testid': 'ask-told' });
  let busy = false;

  async function make() {
    if (busy) return;
    busy = true;
    fill(told, h('p', { class: 'calm-line' }, h('span', { class: 'pulse', 'aria-hidden': 'true' }), text.making));
    try {
      const asked = await host.askAdmin(address.input.value, name.input.value, Math.min(30, Math.max(1, Math.round(Number(days.input.value)) || USUAL_DAYS)));
      fill(told, madeNote(asked, besideIt(app, asked.request, known())));
      announce(text.made);
      changed();
    } catch (thrown) {
      fill(told, failureNote(asFailure(thrown)));
    }
    busy = false;
  }

  return h('form', { class: 'stack', novalidate: true, 'aria-labelledby': 'requests-ask', onsubmit: (event) => { event.preventDefault(); void make(); } },
    h('h2', { id: 'requests-ask' }, text.ask), address.element, name.element, days.element,
    h('div', { class: 'acts' }, h('button', { type: 'submit', class: 'primary', 'data-testid': 'ask-make' }, text.make)), told);
}

/** What else there is for the org of a request. @param {App} app @param {AdminRequestView} request @param {AdminRequestView[]} known */
function besideIt(app, { id, host: orgHost }, known) {
  const others = known.filter((other) => other.id !== id && other.host === orgHost && other.standing === 'open');
  const connections = (app.snapshot?.connections ?? []).filter((connection) => connection.host === orgHost);
  return [...others.map(({ number }) => text.another(number)), ...connections.map(({ alias }) => text.isConnected(alias))];
}

/** The page that was written, and what to do with it. @param {PageWritten} asked @param {string[]} [beside] */
function madeNote({ file, sha256, request }, beside = []) {
  const trouble = h('div', { role: 'status' });
  const open = button(text.open, () => void host.openExported().then(() => announce(text.openedFolder), (thrown) => fill(trouble, failureNote(asFailure(thrown)))), { 'data-testid': 'open-page-folder' });
  return note('good', [h('b', { class: 'note-title' }, text.made), facts([[text.where, file]]), h('p', {}, text.standings.open(lately(request.expires_at, new Date()))), h('p', {}, text.madeNext), ...beside.map((words) => h('p', {}, words)), valueCard(text.sum, sha256, 'sha256'), h('div', {}, open), trouble], 'ask-made');
}

/** @param {App} app @param {AdminRequestView} request @param {() => void} changed @param {(thrown: unknown) => void} tell */
function line(app, { id, number, host: orgHost, address, asked_by: name, standing, expires_at: until, ended_at: ended, opened_until: kept }, changed, tell) {
  const saved = h('div', { role: 'status' });
  const withdraw = asking(`withdraw-${number}`, { question: text.askWithdraw, means: text.withdrawMeans, keep: text.keep, sure: text.withdraw }, { words: address.words, kind: address.kind, host: orgHost }, async () => {
    await host.withdrawRequest(id);
    announce(text.withdrawn);
    changed();
  });
  const open = standing === 'open' && h('div', { class: 'acts' },
    kept && button(text.goOn, () => toSignIn(app, orgHost), { class: 'primary', 'data-testid': 'request-go-on' }),
    button(text.save, () => void host.saveRequest(id).then((asked) => fill(saved, madeNote(asked)), tell), { 'data-testid': 'request-save' }),
    button(`${text.withdraw} …`, () => withdraw.showModal(), { class: 'danger', 'data-testid': 'request-withdraw' }), withdraw);
  return h('li', { class: 'stack tight', 'data-testid': 'request', 'data-standing': standing },
    h('div', { class: 'title' }, h('b', {}, text.numbered(number)), badgeMark(badge(address.kind))),
    h('p', {}, `${address.words}, `, h('code', {}, hostName(orgHost)), `, ${text.from(name)}`),
    h('p', { class: 'quiet' }, text.standings[standing](lately(ended ?? until, new Date()))), kept && h('p', {}, text.openedAndKept(lately(kept, new Date()))), open, saved);
}
