/**
 * The way of those who have key and secret already: one form, and the sign-in.
 * @import { AddressView } from '../../../src-tauri/bindings/AddressView'
 * @import { App, Screen } from '../app.js'
 * @import { CheckLine } from '../model.js'
 */

import { announce, fill, h, region } from '../dom.js';
import { foot } from '../foot.js';
import { host } from '../host.js';
import { asFailure } from '../model.js';
import { button, checkList, failureNote, field, heading, note } from '../parts.js';
import { awaited, checkLinesBeforeSignIn, failedAt, isKeyCut, notesOf, opensSession, readiness, swap } from '../pasting.js';
import { kindNote } from './setup-org.js';
import { pastedPair } from './pair.js';
import { toSignIn } from './requests.js';
import * as words from '../words.js';
import { ofName } from '../words/names.js';

const text = words.short;

/**
 * @param {App} app
 * @param {{ address?: string }} given
 * @returns {Screen}
 */
export function shortScreen(app, given) {
  let starting = false;
  const address = field({ id: 'address', label: words.org.label, hint: words.org.hint, placeholder: words.org.example, mono: true });
  address.input.value = given.address ?? app.draft;
  const pair = pastedPair(app, () => address.input.value.trim(), () => {}, { answered: (given) => void openAnswer(given) });
  const meantPlace = h('div', {});
  const aboutPlace = h('div', { role: 'status' });
  const swapPlace = h('div', { role: 'status' });
  const checksPlace = h('div', {});
  const trouble = h('div', { role: 'status' });
  const page = h('div', { class: 'page' }, heading(text.heading, { lead: text.lead }), trouble,
    h('div', { class: 'guided even' },
      h('div', { class: 'stack tell' }, address.element, meantPlace, aboutPlace, pair.key.element, swapPlace, pair.secret.element, pair.user.element,
        pair.more(),
        h('div', {}, button(words.requests.toAnswer, () => app.go({ name: 'requests' }), { class: 'small', 'data-testid': 'to-answer' }))),
      h('section', { class: 'stack show', 'aria-labelledby': 'checks-heading' }, h('h2', { id: 'checks-heading' }, words.paste.checks), checksPlace)));
  const bar = foot();
  const element = h('div', { class: 'screen', 'data-testid': 'screen-short', onkeydown: (event) => enter(event) }, page, bar.element);
  address.input.addEventListener('input', () => pair.reread());

  const drawMeant = region(meantPlace, (/** @type {AddressView[]} */ meant) => meant.length > 0
    && h('div', { class: 'acts', role: 'group', 'aria-label': words.org.meant }, meant.map((org) => button(words.org.use(org.host), () => use(org), { 'data-testid': 'meant' }))));
  const drawAbout = region(aboutPlace, (/** @type {{ kind: string | null, alias: string | null }} */ { kind, alias }) => [
    alias && note('wait', [h('p', {}, words.org.connected(alias)), h('div', {}, button(words.org.toConnection, () => app.go({ name: 'connection', alias }), { 'data-testid': 'to-connection' }))], 'connected-note'),
    kind && kindNote(kind)]);
  const drawSwap = region(swapPlace, (/** @type {string | null} */ message) => message !== null && note('bad', [
    h('b', { class: 'note-title' }, message), button(words.paste.exchange, pair.exchange, { class: 'primary small', 'data-testid': 'exchange' })], 'swapped'));
  const drawChecks = region(checksPlace, (/** @type {CheckLine[]} */ lines) => checkList(lines));

  /** Enter in a field presses the primary button. @param {Event} event */
  function enter(event) {
    if (!(event instanceof KeyboardEvent) || event.key !== 'Enter' || event.ctrlKey || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    bar.act();
  }

  /** The person chooses an org. @param {AddressView} org */
  function use(org) {
    address.input.value = org.origin;
    pair.reread();
    address.input.focus();
  }

  /** An admin's answer names its org by itself. @param {string} given */
  async function openAnswer(given) {
    try {
      const { request } = await host.openAnswer(given, null);
      announce(words.requests.opened(request.number, request.host));
      await app.refresh();
      toSignIn(app, request.host);
    } catch (thrown) {
      refuse(thrown);
    }
  }

  /** The org's set-up, with the way on when something is wrong in Setup. @param {string} step */
  async function toGuide(step) {
    try {
      const setup = await host.setUp(address.input.value);
      app.takeSetup(await host.goTo(setup.host, step));
      app.go({ name: 'set_up', host: setup.host });
    } catch (thrown) {
      refuse(thrown);
    }
  }

  async function begin() {
    if (starting) return;
    starting = true;
    app.changed();
    const org = pair.now().understanding?.address;
    const isNew = org ? app.setup(org.host) === null : false;
    try {
      await signIn();
    } catch (thrown) {
      starting = false;
      refuse(thrown);
      // What was begun for this try alone is not left behind.
      if (org && isNew) await host.removeSetup(org.host).then(() => app.dropSetup(org.host), () => {});
    }
    app.changed();
  }

  async function signIn() {
    const { key, secret } = pair.values();
    const [alias, user, browser] = [pair.alias.input.value.trim() || null, pair.user.input.value.trim() || null, pair.browser.chosen()];
    const begun = await host.setUp(address.input.value);
    const setup = await host.goTo(begun.host, awaited(pair.now().verdict) ? 'wait' : 'sign_in');
    app.takeSetup(setup);
    const started = await host.connect({ address: setup.pasted_address, key, secret, alias, user, accept_user: null, hosted: false, ...(browser && { browser }) });
    pair.clear();
    address.input.value = '';
    app.signIns.set(setup.host, started.attempt);
    app.follow(started, { alias: started.alias, host: setup.host, kind: setup.address.kind, user, hosted: false });
    app.go({ name: 'set_up', host: setup.host });
  }

  /** @param {unknown} thrown */
  function refuse(thrown) {
    const failure = asFailure(thrown);
    if (ofName.includes(failure.code) && pair.showName()) {
      pair.alias.notes([{ message: failure.message, fix: failure.fix, blocks: true }]);
      pair.alias.input.focus();
      return;
    }
    fill(trouble, failureNote(failure));
    announce(failure.message);
    trouble.scrollIntoView({ block: 'nearest' });
  }

  function showFoot() {
    const now = pair.now();
    const { ready, line } = readiness(now);
    const isNamed = Boolean(now.understanding?.address);
    const mend = now.verdict?.verdict === 'mend' && now.verdict.step !== 'paste' ? now.verdict : null;
    const back = () => app.go({ name: 'add', address: address.input.value });
    if (mend) {
      bar.show({ back, line, second: { words: words.paste.again, run: pair.checkAgain, testid: 'check-again' }, primary: { words: text.mend, run: () => void toGuide(mend.step) } });
      return;
    }
    const guide = { words: text.guide, run: back, testid: 'to-guide' };
    if (isKeyCut(now)) {
      bar.show({ back, line, third: guide, second: { words: words.paste.wait, run: () => void begin(), testid: 'wait-all-the-same' }, primary: { words: words.paste.mendKey, run: pair.mendKey } });
      return;
    }
    bar.show({
      back,
      line: starting ? words.signIn.starting : !isNamed || !pair.isThere() ? text.needed : ready ? text.ready : line,
      second: guide,
      primary: { words: awaited(now.verdict) ? words.paste.wait : text.signIn, ready: ready && isNamed && !starting, run: () => void begin() },
    });
  }

  function update() {
    const now = pair.now();
    const { understanding, findings } = now;
    const org = understanding?.address ?? null;
    const filled = Boolean(address.input.value.trim());
    if (org && opensSession(understanding)) address.input.value = org.origin;
    address.hint(org?.words ?? words.org.hint);
    address.element.classList.toggle('understood', Boolean(org));
    address.notes(filled ? notesOf(understanding, 'address') : []);
    pair.key.notes(now.key ? [...notesOf(understanding, 'key'), ...failedAt(findings, 'key')] : [], findings !== null);
    pair.secret.notes(now.secret ? [...notesOf(understanding, 'secret'), ...failedAt(findings, 'secret')] : [], findings !== null);
    drawMeant(filled ? understanding?.meant ?? [] : []);
    drawAbout({ kind: org?.kind ?? null, alias: app.snapshot?.connections.find(({ host: orgHost }) => orgHost === org?.host)?.alias ?? null });
    drawSwap(now.key && now.secret ? swap(understanding) : null);
    drawChecks(checkLinesBeforeSignIn(findings, now.checking));
    const failure = pair.failure();
    if (failure) fill(trouble, failureNote(failure));
    showFoot();
  }

  if (address.input.value) pair.reread();
  return {
    element, update,
    arrive: () => { (address.input.value ? pair.key : address).input.focus(); return true; },
    leave: () => {
      app.draft = opensSession(pair.now().understanding) ? '' : address.input.value;
      pair.clear();
    },
    org: () => pair.now().understanding?.address ?? null,
  };
}
