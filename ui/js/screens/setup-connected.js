/**
 * The last step: the connection, its checks, and what is left to do in the Datatrax portal.
 * @import { Failure } from '../../../src-tauri/bindings/Failure'
 * @import { Finding } from '../../../src-tauri/bindings/Finding'
 * @import { Findings } from '../../../src-tauri/bindings/Findings'
 * @import { OrgKind } from '../../../src-tauri/bindings/OrgKind'
 * @import { Step } from '../../../src-tauri/bindings/Step'
 * @import { App } from '../app.js'
 * @import { View } from './setup.js'
 * @import { Told } from './setup-sign-in.js'
 */

import { announce, fill, h, region } from '../dom.js';
import { host } from '../host.js';
import { markOf } from '../journey.js';
import { asFailure, badge, checkLines } from '../model.js';
import { badgeMark, button, checkList, checksOf, facts, failureNote, heading, note, underWay } from '../parts.js';
import { spoken } from '../pasting.js';
import { handOver } from './portal.js';
import { callbackAudit } from './setup-callbacks.js';
import { actionsOf, foldsOf, markNote } from './setup-step.js';
import * as words from '../words.js';

const text = words.connected;

/**
 * @param {App} app
 * @param {Step} step
 * @param {string} eyebrow
 * @param {Told} told
 * @returns {View}
 */
export function connectedStep(app, step, eyebrow, { setup, attempt, go, orgHost }) {
  /** @type {{ findings: Findings | null, failure: Failure | null, asked: string }} */
  const checks = { findings: null, failure: null, asked: '' };
  const place = h('div', { class: 'stack roomy' });
  const checksPlace = h('div', { class: 'stack tight' });
  const trouble = h('div', { role: 'status' });
  const said = h('div', { role: 'status' });
  const audit = callbackAudit('audit', { setup, key: () => '', toPaste: () => go('paste') });
  const markPlace = h('div', { class: 'stack tight' }, said, audit.element);
  const element = h('div', { class: 'step', 'data-testid': 'step-connected' }, place, trouble);
  const offer = startOffer(app);
  /** What was handed on. @type {Set<'portal' | 'key' | 'secret'>} */
  const done = new Set();
  /** @type {ReturnType<typeof handOver> | null} */
  let hand = null;
  const drawMark = markNote(said);

  /** The connection that this set-up led to. */
  function connection() {
    const stage = attempt()?.stage;
    const alias = setup()?.alias ?? (stage?.name === 'connected' ? stage.alias : null);
    const stored = app.snapshot?.connections.find((one) => one.alias === alias);
    if (!alias) return null;
    const { id = '' } = attempt() ?? {};
    const seen = app.seen.get(id);
    return { alias, unnamed: stage?.name === 'connected' && seen !== undefined && !seen.user && !seen.before, username: stored?.username ?? (stage?.name === 'connected' ? stage.username : ''), org: stored?.org_name ?? null, kind: stored?.kind ?? setup()?.address.kind ?? 'other' };
  }

  const drawChecks = region(checksPlace, (/** @type {typeof checks} */ { findings, failure }) => [
    failure ? failureNote(failure) : findings ? checked(findings, connection()?.kind ?? 'other') : underWay(words.detail.checking),
  ].flat());
  const draw = region(place, (/** @type {ReturnType<typeof connection>} */ shown) => {
    if (shown === null) return heading(step.title, { eyebrow, lead: text.notYet });
    hand = handOver(app, shown.alias, (what) => { done.add(what); app.changed(); });
    const isPractice = shown.kind === 'practice';
    return [heading(isPractice ? text.headingPractice(shown.alias) : text.heading, { eyebrow, lead: isPractice ? text.leadPractice : text.lead(shown.alias) }),
      h('div', { class: 'guided even' },
        portal(app, step, shown, markPlace, hand.element),
        h('div', { class: 'stack show', 'data-later': true },
          facts([[text.user, h('strong', { 'data-testid': 'connected-user' }, shown.username)], [text.org, h('span', { class: 'name' }, shown.org ?? words.detail.unknown, ' ', badgeMark(badge(shown.kind)))]]),
          shown.unnamed && h('p', { 'data-testid': 'unnamed' }, text.unnamed(shown.username)),
          h('div', { class: 'acts' }, button(text.someoneElse, () => void signInAgain(shown), { 'data-testid': 'sign-in-else' })),
          offer.element, checksPlace)), isPractice ? null : foldsOf([step])];
  });

  /** Signs in again; the org asks for it even if the browser has a session. @param {{ alias: string, kind: OrgKind }} known */
  async function signInAgain({ alias, kind }) {
    try {
      const started = await host.reconnect({ name: alias, key: null, secret: null, user: null, accept_user: null });
      app.signIns.set(orgHost, started.attempt);
      app.follow(started, { alias, host: orgHost, kind });
      go('sign_in');
    } catch (thrown) {
      fill(trouble, failureNote(asFailure(thrown)));
    }
  }

  /** @param {string} alias */
  async function check(alias) {
    checks.asked = alias;
    await host.check(alias).then((found) => { checks.findings = found; announce(allGood(found.checks) ? text.checksGood : spoken(found.checks)); }, (thrown) => { checks.failure = asFailure(thrown); });
    if (element.isConnected) app.changed();
  }

  async function finish() {
    const alias = connection()?.alias ?? '';
    try {
      await host.removeSetup(orgHost);
      app.dropSetup(orgHost);
      app.go({ name: 'connection', alias });
    } catch (thrown) {
      fill(trouble, failureNote(asFailure(thrown)));
    }
  }

  return {
    element,
    update() {
      const shown = connection();
      const mark = markOf(setup(), step.id);
      drawMark(mark);
      markPlace.hidden = mark.mark !== 'doubted';
      audit.update(true);
      draw(shown);
      hand?.update();
      offer.update();
      drawChecks(checks);
      if (shown && checks.asked !== shown.alias) void check(shown.alias);
    },
    foot() {
      const known = connection();
      if (!known) return { primary: { words: words.paste.goOn, run: () => go('sign_in') } };
      if (known.kind === 'practice') return { line: text.doneLine, primary: { words: text.done, run: () => void finish() } };
      const later = { words: text.later, run: () => app.go({ name: 'connection', alias: known.alias }), testid: 'later' };
      const told = { words: text.told, run: () => void finish() };
      // Each press hands on the next of the two values, in the order of the portal's form; a key that has gone from the clipboard is handed on again.
      if (!done.has('portal')) return { line: text.laterLine, third: later, second: { ...told, testid: 'told' }, primary: { words: text.openWithKey, run: () => void hand?.open(true) } };
      if (hand?.hasSecret() && !done.has('secret')) return { line: text.laterLine, third: later, second: { ...told, testid: 'told' }, primary: hand.isKeyGone() ? { words: text.keyAgain, run: () => hand?.copyKey() } : { words: text.copySecret, run: () => hand?.copySecret() } };
      return { line: text.laterLine, second: later, primary: told };
    },
  };
}

/**
 * @param {App} app
 * @param {Step} step
 * @param {{ alias: string, kind: OrgKind }} connection
 * @param {HTMLElement} mark the org's remark on the portal's callback line
 * @param {HTMLElement} hand what is handed over
 */
function portal(app, step, { kind }, mark, hand) {
  const another = h('div', { class: 'acts', 'data-later': true }, button(text.another, () => app.go({ name: 'add' }), { 'data-testid': 'another-org' }));
  if (kind === 'practice') return h('section', { class: 'stack tell' }, note('good', text.rehearsal, 'rehearsal'), another);
  return h('section', { class: 'stack tell', 'data-testid': 'portal', 'aria-labelledby': 'portal-heading' },
    h('h2', { id: 'portal-heading' }, step.title), mark, actionsOf(step, text.labels), hand, another);
}

/** Whether nothing is left to look at. @param {Finding[]} findings */
function allGood(findings) {
  return findings.every(isQuiet);
}

/** @param {Finding} finding */
function isQuiet({ state }) {
  return state === 'pass' || state === 'skip';
}

/** What is to be looked at. What is good is folded away, and counted. @param {Findings} all @param {OrgKind} kind */
function checked(all, kind) {
  const { checks: findings, away } = all;
  if (away) return [h('h2', {}, text.checks), checksOf(all, kind)];
  const loud = findings.filter((finding) => !isQuiet(finding));
  const quiet = findings.filter(isQuiet);
  const good = quiet.filter(({ state }) => state === 'pass').length;
  const summary = loud.length > 0 ? text.checksQuiet(good, quiet.length - good) : text.checksGood;
  return [
    loud.length > 0 && [h('h2', {}, text.checks), checkList(checkLines(loud, false))],
    quiet.length > 0 && h('details', { class: 'fold', 'data-testid': 'checks-good' }, h('summary', {}, summary), h('div', { class: 'fold-body' }, checkList(checkLines(quiet, false)))),
  ].flat();
}

/** Whether the background part starts with the login. @param {App} app */
function startOffer(app) {
  const trouble = h('div', { role: 'status' });
  const box = h('input', { type: 'checkbox', id: 'start-offer', 'data-testid': 'start-at-login', onchange: () => {
    host.set({ setting: 'start_at_login', value: box.checked }).then((settings) => { app.takeSettings(settings); trouble.replaceChildren(); },
      (thrown) => { box.checked = !box.checked; fill(trouble, failureNote(asFailure(thrown))); });
  } });
  const element = h('div', { class: 'field', hidden: true }, h('label', { class: 'tick', for: 'start-offer' }, box, h('span', {}, text.startAtLogin)), trouble);
  if (!app.settings) host.settings().then((settings) => app.takeSettings(settings), () => {});
  return { element, update: () => {
    element.hidden = app.settings === null;
    box.checked = app.settings?.start_at_login ?? false;
  } };
}
