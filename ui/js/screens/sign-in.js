/**
 * The content of a sign-in under way, in a set-up and for a stored connection alike.
 * @import { Exact } from '../../../src-tauri/bindings/Exact'
 * @import { Failure } from '../../../src-tauri/bindings/Failure'
 * @import { App } from '../app.js'
 * @import { Stage } from '../attempts.js'
 * @import { Foot } from '../foot.js'
 * @import { Child } from '../dom.js'
 */

import { fill, h } from '../dom.js';
import { host } from '../host.js';
import { asFailure, badge, countdown, keyWords } from '../model.js';
import { badgeMark, button, explainButton, facts, failureNote, field, fixes, heading, hostName, note, othersAct, prose, sentence, underWay, valueCard } from '../parts.js';
import { setupWay } from '../setup-way.js';
import * as words from '../words.js';
import { noAnswer, ofUser, typedFixes } from '../words/names.js';

const text = words.attempt;

/**
 * @typedef {{ stage: Stage, created: string | null, knows: boolean, notOpened: boolean, opened: boolean, named: string | null, before: string | null, renews: boolean, host: string }} Shown
 *   `knows`: whether the org knows the app; `opened`: whether this window has opened the page; `named`: the user who
 *   was to sign in; `before`: the connection's former user; `renews`: whether it was connected before
 */

/**
 * The model of a sign-in's content.
 * @param {App} app @param {string} id @param {Stage} stage @param {{ created?: string | null, knows?: boolean }} [of] facts of the set-up
 * @returns {Shown}
 */
export function shownOf(app, id, stage, { created = null, knows = false } = {}) {
  const known = app.seen.get(id);
  const stored = app.snapshot?.connections.find(({ alias }) => alias === known?.alias);
  return { stage, created, knows, notOpened: app.notOpened.has(id), opened: app.hasOpened(id), named: known?.user ?? null, before: stored?.username ?? null, renews: Boolean(known?.before), host: known?.host ?? '' };
}

/**
 * @param {string} id
 * @param {Shown} shown
 * @param {Child} eyebrow
 * @param {HTMLElement} clock
 * @param {Folds} folds
 * @returns {Child[]}
 */
export function stageContent(id, { stage, created, knows, notOpened, opened, named, before, renews, host: orgHost }, eyebrow, clock, folds) {
  if (stage.name !== 'browser') folds.forget();
  switch (stage.name) {
    case 'checking':
    case 'finishing':
      return [heading(text[stage.name].heading, { eyebrow, lead: text[stage.name].lead }), underWay(text[stage.name].line)];
    case 'waiting':
      return waiting(stage, eyebrow, h('p', {}, created && `${words.wait.created(created)} `, clock));
    case 'browser':
      return [opened ? heading(text.browser.heading, { eyebrow, lead: text.browser.lead }) : heading(knows ? text.browser.knownHeading : text.browser.unopenedHeading, { eyebrow, lead: text.browser.unopenedLead }),
        notOpened && note('wait', text.browser.notOpened, 'not-opened'),
        stage.noticed && note('wait', [h('b', { class: 'note-title' }, stage.noticed.message), fixes(stage.noticed.fix)], 'noticed'),
        stage.noticed && folds.pasteBack(id, true),
        underWay(text.browser.line, h('p', {}, stage.endsAt ? clock : text.browser.limit)),
        valueCard(text.browser.address, stage.url, 'sign-in-address', null, true), !stage.noticed && folds.pasteBack(id, false), folds.errorPage(id)];
    case 'confirming':
      return [heading(text.confirming.heading, { eyebrow, lead: text.confirming.lead }),
        stage.question && question(stage.question, named ? text.confirming.named(named) : before ? text.confirming.before(before) : text.confirming.otherUser),
        facts([
          [text.confirming.user, h('strong', { 'data-testid': 'found-user' }, stage.found.username)],
          [text.confirming.powers, h('span', { 'data-testid': 'powers' }, powers(stage.found.modifies_all_data))],
          [text.confirming.host, h('span', {}, hostName(orgHost))],
          [text.confirming.org, stage.found.org_name ?? words.detail.unknown],
          [text.confirming.orgId, stage.found.org_id],
          [text.confirming.kind, badgeMark(badge(stage.found.kind))],
        ]),
        h('p', { class: 'quiet small' }, text.confirming.rights)];
    case 'connected':
      return [heading(text.connected.heading, { eyebrow: badgeMark(badge(stage.kind)), lead: text.connected.lead(stage.alias) }),
        facts([[text.connected.user, h('strong', { 'data-testid': 'connected-user' }, stage.username)], [words.detail.orgId, stage.orgId]]),
        renews && stage.kind !== 'practice' && note('calm', h('p', {}, sentence(text.connected.portal, words.connected.labels)), 'portal-of-its-own'),
        valueCard(text.connected.instance, stage.instance, 'instance')];
    case 'failed': {
      const { failure, exact } = forWindow(stage.failure, stage.exact);
      return [heading(text.failed.heading, { eyebrow, lead: text.failed.lead }), failureNote(failure, 'failure', exact)];
    }
    case 'cancelled':
    case 'gone':
      return [heading(text[stage.name].heading, { eyebrow, lead: text[stage.name].lead })];
  }
}

/** @param {Extract<Stage, { name: 'waiting' }>} stage what the org does not know yet @param {Child} eyebrow @param {Child} clock @returns {Child[]} */
function waiting({ told, lacks, key }, eyebrow, clock) {
  const { wait } = words;
  const meanwhile = h('section', { class: 'stack tight' }, h('h2', {}, wait.meanwhile), h('ul', { class: 'points' }, wait.meanwhileDo.map((line) => h('li', {}, line))));
  if (lacks?.what === 'callback') {
    return [heading(wait.callbackHeading, { eyebrow, lead: wait.callbackLead }), underWay(wait.callbackLine, clock),
      told && note('wait', [h('b', { class: 'note-title' }, prose(told.message)), fixes(told.fix, lacks.exact)], 'lacking'), meanwhile];
  }
  return [heading(wait.heading, { eyebrow, lead: wait.lead }), underWay(wait.line, clock, key && h('p', { 'data-testid': 'key-ends' }, wait.key(keyWords(key)))),
    note('calm', [h('b', {}, wait.calm), ' ', wait.calmMore]), meanwhile];
}

/** Updates the countdown without a redraw. @param {HTMLElement} clock @param {Stage | null} stage */
export function tick(clock, stage) {
  const then = stage?.name === 'waiting' ? stage.nextCheckAt : stage?.name === 'browser' ? stage.endsAt : null;
  const left = countdown(then, new Date());
  const told = stage?.name === 'browser' ? text.browser.left(left ?? '0:00') : left ? words.wait.next(left) : words.wait.asking;
  if (clock.textContent !== told) clock.textContent = told;
}

/**
 * The actions at this stage; null if the screen has its own.
 * @param {App} app
 * @param {string} id
 * @param {Stage} stage
 * @param {(thrown: unknown) => void} failed
 * @param {(user: string | null) => void} anew begins the sign-in anew, for this user
 * @returns {Foot | null}
 */
export function stageFoot(app, id, stage, failed, anew) {
  const cancel = { words: text.cancel, run: () => void host.cancel(id).catch(failed), testid: 'cancel' };
  switch (stage.name) {
    case 'checking':
    case 'finishing':
      return { second: cancel };
    case 'waiting':
      return { second: { ...cancel, words: words.wait.stop } };
    case 'browser':
      return { second: cancel, primary: { words: app.hasOpened(id) ? text.browser.again : text.browser.open, run: () => void app.openSignIn(id) } };
    case 'confirming': {
      const { named, before } = shownOf(app, id, stage);
      const accept = { words: text.confirming.accept(stage.found.username), run: () => void host.answer(id, true).catch(failed), testid: 'accept' };
      const decline = { words: text.confirming.decline, run: () => void host.answer(id, false).catch(failed), testid: 'decline' };
      const user = named ?? before;
      // The safe answer is the main one.
      if (!stage.question || !ofUser.includes(stage.question.code)) return { second: accept, primary: decline };
      return { third: decline, second: accept, primary: { words: user ? text.confirming.instead(user) : text.confirming.somebodyElse, run: () => anew(user) } };
    }
    default:
      return null;
  }
}

/** The question in the window's words, since its buttons are the answers. @param {Failure} asked @param {string} other says that another user has signed in */
function question(asked, other) {
  const { code, message, fix } = forWindow(asked).failure;
  if (code === 'user_unnamed') return note('wait', [h('b', { class: 'note-title' }, text.confirming.unnamed), h('p', {}, text.confirming.unnamedFix)], 'question');
  if (code === 'identity_mismatch') return note('wait', [h('b', { class: 'note-title' }, other), h('p', {}, text.confirming.otherUserFix)], 'question');
  if (code === 'sandbox_refreshed') return note('wait', [h('b', { class: 'note-title' }, text.confirming.refreshed), h('p', {}, text.confirming.refreshedFix)], 'question');
  return note('wait', [h('b', { class: 'note-title' }, message), fixes(fix)], 'question');
}

/** Whether a user may change everything, in words. @param {boolean | undefined} told */
function powers(told) {
  return told === undefined ? text.confirming.untold : told ? text.confirming.allPowerful : text.confirming.limited;
}

/** The failure without fixes that only the terminal offers. @param {Failure} failure @param {Exact[]} [exact] */
function forWindow(failure, exact = []) {
  const typed = typedFixes[failure.code] ?? [];
  const kept = failure.fix.map((step, of) => ({ step, of })).filter(({ of }) => !typed.includes(of));
  return {
    failure: { ...failure, fix: kept.map(({ step }) => step) },
    exact: kept.flatMap(({ of }, at) => exact.filter((one) => one.of === of).map((one) => ({ ...one, of: at }))),
  };
}

/**
 * @typedef {{ pasteBack: (id: string, open: boolean) => HTMLElement, errorPage: (id: string) => HTMLElement, forget: () => void }} Folds
 *   `open`: whether only a paste can help now
 */

/**
 * The parts that fold out during the browser's part. A person may be reading or typing there during a redraw, so each
 * stays as it is until the sign-in goes on, and is forgotten then.
 * @param {(id: string) => void} again begins this sign-in anew
 * @returns {Folds}
 */
export function folds(again) {
  /** @type {{ id: string, open: boolean, paste: HTMLDetailsElement, error: HTMLElement } | null} */
  let kept = null;
  const of = (/** @type {string} */ id) => (kept?.id === id ? kept : (kept = { id, open: false, paste: pasteBack(id), error: errorPage(() => again(id)) }));
  return {
    pasteBack(id, open) {
      const parts = of(id);
      // Opened only once, so that a person may fold it in again.
      if (open && !parts.open) parts.paste.open = true;
      parts.open = open;
      return parts.paste;
    },
    errorPage: (id) => of(id).error,
    forget() { kept = null; },
  };
}

/** Salesforce's own error pages do not lead back to this computer. @param {() => void} again */
function errorPage(again) {
  return h('details', { class: 'fold', 'data-later': true, 'data-testid': 'error-page' }, h('summary', {}, text.browser.errorPage),
    h('div', { class: 'fold-body' }, h('dl', { class: 'cases' }, text.browser.errors.flatMap(([shown, means]) => [h('dt', {}, shown), h('dd', {}, sentence(means))])),
      explainButton(words.explain.toExplain, null),
      h('p', { class: 'quiet small' }, text.browser.checkAgainWhy), button(text.browser.checkAgain, again, { 'data-testid': 'sign-in-again' })));
}

/** @param {string} id */
function pasteBack(id) {
  const address = field({ id: 'paste-back', label: text.browser.pasteBack, mono: true });
  const explained = h('div', { role: 'status' });

  /** What was pasted says why the sign-in was refused, and proves nothing: whether it ends is the person's to say. @param {Failure} failure @param {string} value */
  function offerToEnd(failure, value) {
    const end = () => void host.pasteBack(id, value, true).catch((thrown) => fill(explained, failureNote(asFailure(thrown))));
    fill(explained, note('wait', [h('b', { class: 'note-title' }, prose(failure.message)), fixes(failure.fix), failure.setup && setupWay(failure.setup), othersAct(failure),
      button(text.browser.endWithIt, end, { 'data-testid': 'paste-back-end' })], 'paste-back-explained'));
  }

  return h('details', { class: 'fold', 'data-later': true }, h('summary', { 'data-testid': 'paste-back-open' }, text.browser.stuck),
    h('form', { class: 'fold-body stack', novalidate: true, onsubmit: (event) => {
      event.preventDefault();
      const { value } = address.input;
      if (!value.trim()) { address.input.focus(); return; }
      address.input.value = '';
      fill(explained);
      host.pasteBack(id, value, false).then(() => address.notes([]), (thrown) => {
        const failure = asFailure(thrown);
        const isExplained = !noAnswer.includes(failure.code);
        address.notes(isExplained ? [] : [{ message: failure.message, fix: failure.fix, blocks: true }]);
        if (isExplained) offerToEnd(failure, value);
        address.input.focus();
      });
    } }, h('p', { class: 'quiet' }, text.browser.stuckWhy), address.element, explained, h('div', {}, h('button', { type: 'submit', 'data-testid': 'paste-back-send' }, text.browser.send))));
}
