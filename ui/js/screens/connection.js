/**
 * One connection: its state and what to do, its facts, its checks, its history, and its actions.
 * @import { ConnectionDetail } from '../../../src-tauri/bindings/ConnectionDetail'
 * @import { ConnectionView } from '../../../src-tauri/bindings/ConnectionView'
 * @import { Failure } from '../../../src-tauri/bindings/Failure'
 * @import { Findings } from '../../../src-tauri/bindings/Findings'
 * @import { App, Screen } from '../app.js'
 * @import { Row, Way } from '../health.js'
 */

import { browserPart } from '../browsers.js';
import { commandOf } from '../copying.js';
import { announce, h, region } from '../dom.js';
import { inOwnTime, row } from '../health.js';
import { host } from '../host.js';
import { addressOf, asFailure, checkSummary, day, moment } from '../model.js';
import { badgeMark, button, checksOf, copyButton, facts, failureNote, fixes, groupMark, note, prose, sinceNow } from '../parts.js';
import { setupWay } from '../setup-way.js';
import { askerName, consentLines, useLines } from '../uses.js';
import { appFilesFold } from './app-files.js';
import { disconnectDialog } from './disconnect.js';
import { groupPart } from './grouping.js';
import { movedDialog } from './moved.js';
import { handOver } from './portal.js';
import { reconnect, renewPair } from './reconnect.js';
import { renamePart } from './rename.js';
import { withoutSecretDialog } from './without-secret.js';
import * as words from '../words.js';

const text = words.detail;

/**
 * @param {App} app
 * @param {string} alias
 * @param {'check' | 'rename' | 'reconnect' | 'open' | undefined} act the action to start at once
 * @returns {Screen}
 */
export function connectionScreen(app, alias, act) {
  /** @type {{ detail: ConnectionDetail | null, failure: Failure | null, findings: Findings | null, checking: boolean, since: string }} */
  const state = { detail: null, failure: null, findings: null, checking: false, since: '' };
  let drawnFor = '';

  const eyebrow = h('div', { class: 'eyebrow' });
  const rename = renamePart(app, alias);
  const grouping = groupPart(app, alias, view);
  const browser = browserPart(alias, view);
  const healthPlace = h('div', {});
  const trouble = h('div', { role: 'status' });
  const factsPlace = h('div', {});
  const checksPlace = h('div', { class: 'stack' });
  const usesPlace = h('div', {});
  const consentsPlace = h('div', {});
  const historyPlace = h('div', {});
  const guidePlace = h('div', {});
  const hand = handOver(app, alias);
  const portal = h('section', { class: 'last stack tight', hidden: true, 'data-testid': 'portal-of-connection' }, h('h2', {}, text.portal));
  const portalWhy = h('p', { class: 'quiet' });
  const told = button(words.connected.told, () => void attempt(portalDone), { 'data-testid': 'portal-told' });
  const portalGoesOn = h('p', { class: 'quiet' }, text.portalGoesOn);
  portal.append(portalWhy, hand.element, h('div', { class: 'acts' }, told));
  const dialog = disconnectDialog(app);
  const moved = movedDialog(app, () => void app.refresh());
  const signIn = () => attempt(() => reconnect(app, alias));
  const openOrg = () => attempt(() => host.openOrg(alias).then((opened) => { if (opened) announce(words.connections.opened(alias)); }));
  const buttons = {
    reconnect: button(words.connections.reconnect, () => void signIn(), { 'data-testid': 'reconnect' }),
    pair: button(words.connections.newPair, () => renewPair(app, alias), { 'data-testid': 'paste-pair' }),
    check: button(words.connections.check, () => void check(), { 'data-testid': 'check' }),
    moved: button(`${words.moved.act} …`, moved.ask, { 'data-testid': 'moved' }),
  };
  const secret = withoutSecretDialog(app, alias, () => compare(true));
  const besideGuide = h('section', { class: 'last stack tight' }, h('h2', {}, text.besideGuide), h('p', { class: 'quiet' }, text.besideGuideWhy),
    h('div', { class: 'acts' }, button(text.compare, () => compare(false), { 'data-testid': 'compare' }),
      button(`${text.tryWithoutSecret} …`, secret.ask, { 'data-testid': 'without-secret' })),
    appFilesFold(() => { const known = view(); return known && addressOf(known.host, known.kind); }, text.appFiles));
  const open = button(words.connections.open, () => void openOrg(), { 'data-testid': 'open-org' });
  const factsAndHistory = h('div', { class: 'two' },
    h('div', { class: 'stack' }, checksPlace, h('section', { class: 'stack tight' }, h('h2', {}, text.facts), factsPlace),
      h('section', { class: 'stack tight' }, h('h2', {}, text.uses), usesPlace, consentsPlace)),
    h('section', { class: 'stack tight' }, h('h2', {}, text.history), historyPlace));
  const rotationPlace = h('div', {});
  const rotate = () => app.go({ name: 'rotate', alias });
  const rotation = h('section', { class: 'last stack tight' }, h('h2', {}, words.rotate.title), h('p', { class: 'quiet' }, words.rotate.why),
    h('div', {}, button(words.rotate.title, rotate, { 'data-testid': 'rotate' })));
  const last = h('section', { class: 'last stack tight' }, h('h2', {}, text.newPair), h('p', { class: 'quiet' }, text.newPairWhy),
    h('div', {}, button(text.newPair, () => renewPair(app, alias), { 'data-testid': 'new-pair' })));
  const element = h('div', { class: 'page connection', 'data-testid': 'screen-connection' },
    button(`‹ ${text.back}`, () => app.go({ name: 'connections', back: true }), { class: 'plain back', 'data-testid': 'back' }),
    h('header', { class: 'heading' }, eyebrow, rename.element),
    healthPlace, rotationPlace, h('div', { class: 'acts', 'data-testid': 'acts' }, buttons.moved, buttons.reconnect, buttons.pair, buttons.check, open), trouble, portal,
    factsAndHistory, guidePlace, grouping.element, browser.element, besideGuide, rotation, last,
    h('section', { class: 'last stack tight' }, h('h2', {}, words.connections.disconnect), h('p', { class: 'quiet' }, text.disconnectWhy), portalGoesOn,
      h('div', {}, button(`${words.connections.disconnect} …`, () => dialog.ask(alias), { class: 'danger', 'data-testid': 'disconnect' }))),
    dialog.element, moved.element, secret.element);

  /** The connection in the newest snapshot. @returns {ConnectionView | null} */
  function view() {
    return app.snapshot?.connections.find((connection) => connection.alias === alias) ?? state.detail;
  }

  const drawEyebrow = region(eyebrow, (/** @type {{ badge: Row['badge'], group: Row['group'] } | null} */ shown) => shown && [badgeMark(shown.badge), groupMark(shown.group)]);
  const drawHealth = region(healthPlace, (/** @type {ReturnType<typeof health> | null} */ shown) => shown && healthCard(shown));
  const drawFacts = region(factsPlace, (/** @type {Parameters<typeof factList>[0]} */ pairs) => factList(pairs));
  const drawTrouble = region(trouble, (/** @type {Failure | null} */ failure) => failure && failureNote(failure));
  const drawChecks = region(checksPlace, (/** @type {{ findings: Findings | null, checking: boolean, since: string }} */ { findings, checking, since }) => [
    checking && h('p', { class: 'calm-line' }, h('span', { class: 'pulse', 'aria-hidden': 'true' }), `${text.checking} ${since}`),
    !checking && findings && h('h2', {}, text.checks),
    !checking && findings && checksOf(findings, view()?.kind ?? 'other'),
  ]);
  const drawUses = region(usesPlace, (/** @type {ReturnType<typeof useLines> | null} */ lines) => !lines?.length
    ? h('p', { class: 'quiet' }, lines ? text.noUses : text.loading)
    : h('ol', { class: 'history', 'data-testid': 'uses' }, lines.map(({ when, text: line }) => h('li', {}, h('time', {}, when), h('span', {}, line)))));
  const drawConsents = region(consentsPlace, (/** @type {Parameters<typeof consentList>[0]} */ consents) => consents.length > 0 && consentList(consents, (program) => void attempt(async () => {
    state.detail = await host.consent(alias, program, null);
    announce(text.takenBack);
  })));
  const drawHistory = region(historyPlace, (/** @type {{ at: string, text: string }[]} */ lines) => lines.length === 0
    ? h('p', { class: 'quiet' }, state.detail ? text.noHistory : text.loading)
    : h('ol', { class: 'history', 'data-testid': 'history' }, lines.map(({ at, text: line }) => h('li', {}, h('time', {}, at), h('span', {}, line)))));
  const drawGuide = region(guidePlace, (/** @type {string | null} */ orgHost) => orgHost
    && button(text.guide, () => app.go({ name: 'set_up', host: orgHost }), { 'data-testid': 'guide' }));

  const drawRotation = region(rotationPlace, (/** @type {{ title: string, helps: boolean } | null} */ at) => at !== null && note('calm', [
    h('b', { class: 'note-title' }, at.title), h('p', {}, words.rotate.underWay),
    button(words.rotate.goOn, rotate, { class: at.helps ? 'primary small' : 'small', 'data-testid': 'rotation-go-on' })], 'rotation-under-way'));

  function update() {
    const now = new Date();
    const known = view();
    const underWay = known?.rotation ?? null;
    const model = known && row(known, now);
    drawRotation(underWay && { title: underWay.title, helps: underWay.helps ?? false });
    rotation.hidden = underWay !== null;
    drawEyebrow(model && { badge: model.badge, group: model.group });
    grouping.update();
    browser.update();
    drawHealth(known && model && health(known, model, now));
    showWay(model?.way ?? null);
    if (known) drawFacts([...factPairs(known, now), ...seenPairs(state.detail?.seen, now)]);
    // The connection's own reason is shown above already.
    drawTrouble(state.failure?.code === known?.reason?.code ? null : state.failure);
    drawChecks({ findings: state.findings, checking: state.checking, since: state.since });
    drawConsents(consentLines(state.detail?.consents, now));
    drawUses(state.detail && useLines(state.detail.uses, now));
    drawHistory((state.detail?.history ?? []).map(({ at, text: line }) => ({ at: moment(at, now), text: inOwnTime(line, now) })));
    showPortal(known);
    drawGuide(app.snapshot?.setups.find((setup) => setup.alias === alias)?.host ?? null);
    const newest = JSON.stringify(known);
    if (newest !== drawnFor && app.snapshot) {
      drawnFor = newest;
      void load();
    }
  }

  /** The portal's step stays until somebody says that it is done; after that it is only at hand. @param {ConnectionView | null} known */
  function showPortal(known) {
    const isLeft = isPortalLeft();
    portal.hidden = !known || known.kind === 'practice';
    portalGoesOn.hidden = portal.hidden;
    const place = isLeft ? factsAndHistory : last;
    if (portal.nextElementSibling !== place) place.before(portal);
    told.hidden = !isLeft;
    const why = isLeft ? text.portalWhy : text.portalDone;
    if (portalWhy.textContent !== why) portalWhy.textContent = why;
    hand.update();
  }

  function isPortalLeft() {
    return app.snapshot?.setups.some((setup) => setup.alias === alias) ?? false;
  }

  async function portalDone() {
    const setup = app.snapshot?.setups.find((one) => one.alias === alias);
    if (!setup) return;
    await host.removeSetup(setup.host);
    app.dropSetup(setup.host);
    announce(text.portalSaid);
  }

  /** Offers the action that helps first, and highlights it. @param {Way | null} way */
  function showWay(way) {
    for (const [name, one] of Object.entries(buttons)) one.classList.toggle('primary', name === way);
    buttons.moved.hidden = way !== 'moved';
    buttons.pair.hidden = way !== 'pair';
    buttons.reconnect.hidden = way === 'pair' || way === 'rotate';
  }

  async function load() {
    await host.show(alias).then((detail) => { state.detail = detail; }, (thrown) => { state.failure = asFailure(thrown); });
    if (element.isConnected) app.changed();
  }

  /** @param {() => Promise<void>} action */
  async function attempt(action) {
    state.failure = null;
    await action().catch((thrown) => {
      state.failure = asFailure(thrown);
      announce(state.failure.message);
    });
    if (element.isConnected) app.changed();
  }

  async function check(ask = () => host.check(alias)) {
    if (state.checking) return;
    state.checking = true;
    state.since = sinceNow();
    buttons.check.setAttribute('aria-disabled', 'true');
    app.changed();
    await attempt(async () => {
      state.findings = await ask();
      announce(words.checking.result(checkSummary(state.findings.checks)));
    }).finally(() => { state.checking = false; buttons.check.removeAttribute('aria-disabled'); });
    if (element.isConnected) app.changed();
    await load();
  }

  /** What is found stands above, where this is asked from below. @param {boolean} withoutSecret */
  function compare(withoutSecret) {
    void check(() => host.checkApp(alias, withoutSecret));
    checksPlace.scrollIntoView({ block: 'nearest' });
  }

  const atOnce = act && { check, reconnect: signIn, open: openOrg, rename: null }[act];
  if (atOnce) queueMicrotask(() => void atOnce());
  return {
    element, update,
    arrive: act === 'rename' ? () => { rename.edit(); return true; } : undefined,
    org: () => { const known = view(); return known ? { words: known.alias, host: known.host, kind: known.kind } : null; },
  };
}

/**
 * The texts of the state. The agent's sentence is shown with the person's task, if any, else alone.
 * @param {ConnectionView} connection @param {Row} model @param {Date} now
 */
function health({ health: told, reason }, { tone, status, detail, causes, checked, way }, now) {
  const since = told?.since ? words.status.since(moment(told.since, now)) : '';
  const said = inOwnTime(told?.text ?? '', now);
  const common = { tone, since, checked, causes };
  if (reason && (tone === 'bad' || tone === 'off')) return { ...common, lines: [status, detail, said], fix: way === 'moved' ? [] : reason.fix, setup: reason.setup };
  return { ...common, lines: tone === 'good' && said ? [said] : [status, said || detail], fix: [], setup: undefined };
}

/** The state, its reasons, and what to do. @param {ReturnType<typeof health>} shown */
function healthCard({ tone, lines: [status, ...more], since, checked, causes, fix, setup }) {
  return h('section', { class: `health ${tone}`, 'data-testid': 'health', 'aria-label': text.health },
    h('i', { class: 'light', 'aria-hidden': 'true' }),
    h('div', { class: 'stack tight' },
      h('p', { class: 'health-status' }, status),
      more.filter(Boolean).map((line) => h('p', {}, line)),
      h('p', { class: 'quiet small' }, [since, checked].filter(Boolean).join(' · ')),
      causes.length > 0 && h('div', {}, h('h2', {}, text.causes), h('ol', { class: 'causes', 'data-testid': 'causes' }, causes.map((cause) => h('li', {}, cause)))),
      fix.length > 0 && h('div', {}, h('h2', {}, text.fix), fixes(fix)), setup && setupWay(setup)));
}

/** What was said of programs, each with the way to take it back. @param {ReturnType<typeof consentLines>} consents @param {(program: string | null) => void} takeBack */
function consentList(consents, takeBack) {
  return h('div', { class: 'stack tight' }, h('h3', {}, text.consents), h('ol', { class: 'history', 'data-testid': 'consents' }, consents.map(({ program, text: line }) => h('li', {}, h('span', {}, line),
    button(text.takeBack, () => takeBack(program), { class: 'small', 'aria-label': text.takeBackOf(program ?? words.uses.unknown), 'data-testid': 'take-back' })))));
}

/** @param {ConnectionView} connection @param {Date} now @returns {{ name: string, value: string, copied: boolean, testid?: string }[]} */
function factPairs({ alias, host: orgHost, org_name: name, org_id: id, username, instance_url: instance, checked_at: checked, last_use: used, safe_until: safe }, now) {
  const fact = (/** @type {string} */ what, /** @type {string} */ value) => ({ name: what, value, copied: false });
  return [
    fact(text.user, username), fact(text.host, orgHost), fact(text.org, name ?? text.unknown),
    { name: text.orgId, value: id, copied: true, testid: 'org-id' },
    { name: text.instance, value: instance, copied: true, testid: 'instance' },
    { name: text.command, value: commandOf(alias), copied: true, testid: 'command' },
    fact(text.checked, checked ? moment(checked, now) : words.status.neverChecked), fact(text.used, used ? `${moment(used.at, now)}, ${askerName(used)}` : words.uses.none),
    fact(text.safeUntil, safe ? day(safe, now) : text.unknown),
  ];
}

/** The app's settings, as far as they were seen. @param {ConnectionDetail['seen']} seen @param {Date} now @returns {ReturnType<typeof factPairs>} */
function seenPairs(seen, now) {
  if (!seen) return [];
  return [
    { name: text.scopes, value: seen.scopes.join(', '), copied: false },
    { name: text.rotation, value: seen.rotates ? text.rotates : text.steady, copied: false },
    { name: text.policy, value: inOwnTime(seen.policy, now), copied: false, testid: 'policy' },
  ];
}

/** @param {ReturnType<typeof factPairs>} pairs */
function factList(pairs) {
  return facts(pairs.map(({ name, value, copied, testid }) => {
    const shown = h('span', { 'data-testid': testid }, prose(value));
    return [name, copied ? h('span', { class: 'copied-fact' }, shown, copyButton(name, value, shown, testid)) : shown];
  }));
}
