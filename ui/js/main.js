/**
 * Starts the page and shows one screen at a time.
 * @import { Place, Screen } from './app.js'
 */

import { App, showTheme } from './app.js';
import { programsAsker } from './asking.js';
import { announce, h, painted, region } from './dom.js';
import { early } from './early.js';
import { browsersAreChosenBy, host, pauseIsAskedAboutBy, vaultIsOpenedBy } from './host.js';
import { title } from './model.js';
import { button, failureNote, failuresAreExplainedBy, note } from './parts.js';
import { steady } from './press.js';
import { lookAsBefore } from './looks.js';
import { pauseAsker } from './pause.js';
import { quitAsker } from './quit.js';
import { rail } from './rail.js';
import { bringTables, connectionsScreen } from './screens/connections.js';
import { listenForClosing } from './closing.js';
import { pausedNote } from './handing-out.js';
import { listenForKeys } from './keys.js';
import { orderStops } from './order.js';
import { lockedNote, vaultAsker } from './vault.js';
import * as words from './words.js';
import { vaultQuestions } from './words/names.js';
import { listenForZoom, zoomAsBefore } from './zoom.js';

const HEARTBEAT = 1000;
/** How long the page may stay blank until the first screen's data is known, in milliseconds. */
const LONGEST_BLANK = 300;

/** @param {string} id */
function place(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no ${id}`);
  return element;
}

const stage = place('stage');
/** @type {Screen | null} */
let screen = null;
/** @type {Place} */
let here = { name: 'connections' };
let visited = false;
/** The other screens, once they are loaded. @type {typeof import('./screens.js') | null} */
let others = null;
/** Whether the heading of a screen that still loads will take the focus. */
let headingWanted = false;
/** Why a page has opened in the default browser, until that was seen. @type {string | null} */
let inDefault = null;

const app = new App(steady(update), visit);
const askToQuit = quitAsker(app);
const askAboutPrograms = programsAsker(app);
const drawRail = rail(place('rail'), app, () => screen?.journey?.() ?? null);
const drawTrouble = region(place('trouble'), (/** @type {ReturnType<typeof trouble>} */ shown) => [
  shown.line && h('p', { class: 'calm-line', 'data-testid': 'agent-state' }, h('span', { class: 'pulse', 'aria-hidden': 'true' }), shown.line),
  shown.stopped && stoppedNote(shown.stopped),
  shown.failure && failureNote(shown.failure, 'agent-failure'),
  shown.paused && pausedNote(shown.paused),
  shown.inDefault && note('wait', [h('p', {}, shown.inDefault), button(words.browsers.seen, () => sayInDefault(null), { class: 'small', 'data-testid': 'in-default-seen' })], 'in-default'),
  shown.vault && (vaultQuestions[shown.vault.code] === 'passphrase' ? lockedNote(app) : failureNote(shown.vault, 'vault-trouble')),
]);

/** An agent that was ended on purpose starts again only on request. @param {{ quit: boolean, sign_ins: string[], ended: number }} stopped */
function stoppedNote({ quit, sign_ins: signIns, ended }) {
  return note('wait', [
    h('p', {}, `${quit ? words.agent.quit : words.agent.stopped} ${ended > 0 ? words.agent.endedWithKey(ended) : words.agent.nothingLost}`),
    signIns.length > 0 && h('p', {}, words.agent.ended(signIns)),
    button(words.agent.again, () => void host.startAgain().catch(() => {}), { class: 'primary small', 'data-testid': 'start-again' }),
  ], 'stopped');
}

/** @param {string | null} why */
function sayInDefault(why) {
  inDefault = why;
  if (why) announce(why);
  app.changed();
}

/** The notes above every screen about present trouble. */
function trouble() {
  const { agentState, met, snapshot } = app;
  const lost = agentState.state === 'lost';
  const stopped = agentState.state === 'stopped';
  return {
    stopped: stopped ? agentState : null,
    line: agentState.state === 'ready' || stopped ? null : lost ? words.agent.lost : met ? words.agent.away : words.agent.starting,
    failure: lost ? agentState.failure : null,
    paused: agentState.state === 'ready' ? snapshot?.paused_since ?? null : null,
    inDefault,
    vault: snapshot?.vault_trouble ?? null,
  };
}

/** The place to show: a sign-in of a set-up is shown in the set-up. @param {Place} place @returns {Place} */
function home(place) {
  const setup = place.name === 'attempt' && app.snapshot?.setups.find(({ attempt }) => attempt === place.id);
  return setup ? { name: 'set_up', host: setup.host } : place;
}

/** @param {Place} wanted */
function visit(wanted) {
  const next = home(wanted);
  const make = maker(next);
  if (!make) {
    void bringOthers().then(() => visit(wanted));
    return;
  }
  screen?.leave?.();
  here = next;
  remember(next);
  // It may use what the former screen has left behind.
  screen = make();
  stage.replaceChildren(screen.element);
  // The first screen leaves the focus where the platform puts it.
  headingWanted = visited;
  visited = true;
  update();
}

/** Focuses the heading of a new screen, unless the focus was moved meanwhile. */
function focusHeading() {
  const heading = headingWanted && screen?.element.querySelector('h1');
  if (!heading) return;
  headingWanted = false;
  if (!stage.contains(document.activeElement) && !screen?.arrive?.()) heading.focus({ preventScroll: true });
}

/** @param {Place} next @returns {(() => Screen) | null} null while it still loads */
function maker(next) {
  if (next.name === 'connections') return () => connectionsScreen(app, next);
  const brought = others;
  return brought && (() => brought.screenAt(app, next));
}

async function bringOthers() {
  others ??= await import('./screens.js');
}

function update() {
  drawTrouble(trouble());
  askAboutPrograms();
  screen?.update();
  const org = screen?.org?.() ?? null;
  document.body.dataset.kind = org?.kind ?? '';
  const wanted = title(org?.kind ?? null, org?.words ?? null);
  if (document.title !== wanted) document.title = wanted;
  drawRail({ place: here.name, org, stops: screen?.journey?.()?.stops ?? null, count: app.snapshot?.connections.length ?? null, onTop: app.onTop });
  focusHeading();
}

// Links and dropped things must not navigate the window.
for (const kind of ['dragover', 'drop']) document.addEventListener(kind, (event) => event.preventDefault());

/** The next window begins where this one was. @param {Place} place */
function remember(place) {
  void host.remember(remembered(place)).catch(() => {});
}

/** @param {Place} place @returns {import('../../src-tauri/bindings/Place').Place} */
function remembered(place) {
  switch (place.name) {
    case 'connection': return { name: 'connection', alias: place.alias };
    case 'attempt': return { name: 'attempt', id: place.id };
    // The connection tells of the rotation, and leads to where it is.
    case 'rotate': return { name: 'connection', alias: place.alias };
    case 'set_up': return { name: 'set_up', host: place.host };
    // What is pasted there is not kept, nor is the form.
    case 'short': return { name: 'add' };
    default: return { name: place.name };
  }
}

/** Whether a remembered place still has something to show. @param {Place} place */
function isThere(place) {
  switch (place.name) {
    case 'attempt': return Boolean(app.attempt(place.id));
    case 'set_up': return app.setup(place.host) !== null;
    case 'rotate':
    case 'connection': return Boolean(app.snapshot?.connections.some(({ alias }) => alias === place.alias));
    default: return true;
  }
}

/** Waits until a place's content is known. @param {Place} wanted */
async function isKnown(wanted) {
  await Promise.all([early.snapshot, early.agentState]);
  const place = home(wanted);
  const kept = place.name === 'set_up' ? app.setup(place.host) : null;
  if (kept) await app.guide(kept.pasted_address).catch(() => null);
  if (place.name === 'add') await app.guide('').catch(() => null);
  if (place.name === 'settings') await host.settings().then((settings) => app.takeSettings(settings), () => null);
}

/** Goes where the window was called to. A question stands above the present screen. @param {import('../../src-tauri/bindings/Place').Place} called */
function call(called) {
  if (called.name !== 'quit') return visit(called);
  remember(here);
  void askToQuit();
}

async function begin() {
  const started = app.start(early);
  const { place, theme, appearance } = await early.beginning ?? { place: null, theme: /** @type {const} */ ('system'), appearance: null };
  showTheme(theme);
  lookAsBefore(appearance);
  zoomAsBefore();
  // The first screen is already right; this does not wait for an agent that is still starting.
  const wanted = place && place.name !== 'quit' ? place : here;
  const known = Promise.race([Promise.all([isKnown(wanted), appearance?.table && bringTables()]), new Promise((passed) => { setTimeout(passed, LONGEST_BLANK); })]);
  await Promise.all([known, wanted.name !== 'connections' && bringOthers()]);
  // Whoever was quicker has chosen a screen already.
  if (!visited) visit((app.snapshot ? isThere(wanted) : wanted.name !== 'attempt') ? wanted : { name: 'connections' });
  void host.ready().catch(() => {});
  void painted().then(bringOthers);
  await Promise.all([host.onPlace(call), listenForClosing(app, askToQuit)]);
  if (place?.name === 'quit') void askToQuit();
  await started;
  if (here.name === 'connections' && wanted.name !== 'connections' && isThere(wanted)) visit(wanted);
  else if (!isThere(here)) visit({ name: 'connections' });
}
vaultIsOpenedBy(vaultAsker(app));
pauseIsAskedAboutBy(pauseAsker());
browsersAreChosenBy((browsers) => import('./browsers.js').then(({ askBrowser }) => askBrowser(browsers)), sayInDefault);
failuresAreExplainedBy((failure) => void import('./explaining.js').then(({ explainDialog }) => explainDialog(app, failure)));
listenForZoom();
listenForKeys(() => void import('./palette.js').then(({ openPalette }) => openPalette(app, askToQuit)));
orderStops(stage);
void begin();
setInterval(() => { if (!document.hidden) app.changed(); }, HEARTBEAT);
