/**
 * The state of all screens: the newest snapshot, the sign-ins of this window, and the way from screen to screen.
 * @import { After } from '../../src-tauri/bindings/After'
 * @import { AttemptEvent } from '../../src-tauri/bindings/AttemptEvent'
 * @import { AttemptStarted } from '../../src-tauri/bindings/AttemptStarted'
 * @import { BrowserChoice } from '../../src-tauri/bindings/BrowserChoice'
 * @import { Notice } from '../../src-tauri/bindings/Notice'
 * @import { OrgKind } from '../../src-tauri/bindings/OrgKind'
 * @import { SetupView } from '../../src-tauri/bindings/SetupView'
 * @import { SettingsView } from '../../src-tauri/bindings/SettingsView'
 * @import { Snapshot } from '../../src-tauri/bindings/Snapshot'
 * @import { Step } from '../../src-tauri/bindings/Step'
 * @import { Stop } from './journey.js'
 * @import { Farewell } from './health.js'
 * @import { AgentState } from '../../src-tauri/bindings/AgentState'
 */

import { painted } from './dom.js';
import { host } from './host.js';
import { stage, toOpen } from './attempts.js';
import { asFailure } from './model.js';

/**
 * @typedef {{ alias: string, host: string, kind: OrgKind | null, user?: string | null, before?: string | null, hosted?: boolean, browser?: BrowserChoice }} Started `user`: the user who was named;
 *   `before`: the connection's former user;
 *   `hosted`: whether the sign-in may come back by Datatrax's own page
 * @typedef {{ name: 'connections', said?: string | Farewell, back?: boolean } | { name: 'connection', alias: string, act?: 'check' | 'rename' | 'reconnect' | 'open' }
 *   | { name: 'add', address?: string, alias?: string } | { name: 'short', address?: string } | { name: 'set_up', host: string } | { name: 'attempt', id: string } | { name: 'rotate', alias: string }
 *   | { name: 'settings' } | { name: 'help' } | { name: 'computer' } | { name: 'explain' } | { name: 'requests', address?: string }} Place
 * @typedef {{ words: string, host: string, kind: OrgKind }} Org
 * @typedef {{ element: HTMLElement, update(): void, arrive?(): boolean, leave?(): void, org?(): Org | null,
 *   journey?(): { stops: Stop[], go(step: string): void } | null }} Screen `arrive`: may take the focus in the
 *   heading's place; `org`, `journey`: the rail's content for it
 */

export class App {
  /** @type {AgentState} */
  agentState = { state: 'starting' };
  /** Whether the agent was reached before. */
  met = false;
  /** @type {Snapshot | null} */
  snapshot = null;
  /** Null until the settings were requested. @type {SettingsView | null} */
  settings = null;
  /** The last event of each attempt that ended. @type {Map<string, AttemptEvent>} */
  outcomes = new Map();
  /** Attempts this window knows of. @type {Map<string, Started>} */
  seen = new Map();
  /** Attempts that a snapshot has held. @type {Set<string>} */
  #met = new Set();
  /** Attempts whose sign-in page could not be opened. @type {Set<string>} */
  notOpened = new Set();
  /** The content of the address field when it was left. */
  draft = '';
  /** The chosen names of future connections, by host. @type {Map<string, string>} */
  names = new Map();
  /** The newest sign-in of each host that a set-up has led to. @type {Map<string, string>} */
  signIns = new Map();
  /** The set-up that was removed last, while that can be undone. @type {{ host: string, words: string } | null} */
  removed = null;
  /** What was set aside of the connection that was disconnected last, by its id. @type {string | null} */
  disconnected = null;
  /** Whether the window stays in front of others. */
  onTop = false;
  /** @type {Map<string, Promise<Step[]>>} */
  #guides = new Map();
  /** @type {Map<string, Step[]>} */
  #read = new Map();
  /** The conclusions from failed sign-ins. @type {Map<string, After>} */
  #after = new Map();
  /** @type {Set<string>} */
  #own = new Set();
  /** @type {Set<string>} */
  #opened = new Set();
  /** Of those, the ones where the person chose no browser. @type {Set<string>} */
  #left = new Set();
  #visit;

  /**
   * @param {() => void} changed draws everything again; to be called after every change
   * @param {(place: Place) => void} visit shows another screen
   */
  constructor(changed, visit) {
    this.changed = changed;
    this.#visit = visit;
  }

  /**
   * Listens to the agent, then asks for everything, so that nothing is missed. Until then it shows the early answers.
   * @param {{ agentState: Promise<AgentState | null>, snapshot: Promise<Snapshot | null> }} early
   */
  async start({ agentState: stood, snapshot: shown }) {
    const drawn = Promise.all([stood, shown]).then(([agentState, snapshot]) => {
      if (this.snapshot || agentState?.state !== 'ready' || !snapshot) return null;
      this.#stand(agentState);
      this.#take(snapshot);
      return painted();
    });
    await Promise.all([host.onNotice((notice) => this.#notice(notice)), host.onAgentState((agentState) => this.#stand(agentState))]);
    // Changes since then are fetched once the first picture is drawn.
    await Promise.all([host.agentState().then((agentState) => this.#stand(agentState)), drawn.then(() => this.refresh())]);
  }

  async refresh() {
    await host.snapshot().then((snapshot) => this.#take(snapshot), (thrown) => {
      if (this.agentState.state !== 'stopped') this.#stand({ state: 'lost', failure: asFailure(thrown) });
    });
  }

  /** @param {Place} place */
  go(place) {
    this.#visit(place);
  }

  /** Follows a sign-in this window has started: its browser page is opened from here. @param {AttemptStarted} started @param {Started} org */
  follow({ attempt }, org) {
    this.#own.add(attempt);
    // A snapshot may have shown it first, but without the named user.
    const before = this.snapshot?.connections.find(({ alias }) => alias === org.alias)?.username ?? null;
    this.seen.set(attempt, { ...org, ...this.seen.get(attempt), user: org.user, before, hosted: org.hosted });
    this.#openPages();
  }

  /** Whether this window has opened the sign-in page of an attempt. @param {string} attempt */
  hasOpened(attempt) {
    return this.#opened.has(attempt) && !this.#left.has(attempt);
  }

  /** The guide for the org of an address, or in general. @param {string} address */
  guide(address) {
    const known = this.#guides.get(address);
    if (known) return known;
    const asked = host.guide(address);
    this.#guides.set(address, asked);
    asked.then((steps) => this.#read.set(address, steps), () => this.#guides.delete(address));
    return asked;
  }

  /** The same if it was fetched before; else an empty guide. @param {string} address */
  guideAtHand(address) {
    return this.#read.get(address) ?? [];
  }

  /** @param {string} orgHost @returns {SetupView | null} */
  setup(orgHost) {
    return this.snapshot?.setups.find((setup) => setup.host === orgHost) ?? null;
  }

  /** Takes in the answer to a request about a set-up, before the next snapshot. @param {SetupView} setup */
  takeSetup(setup) {
    if (!this.snapshot) return;
    const others = this.snapshot.setups.filter((known) => known.host !== setup.host);
    this.snapshot = { ...this.snapshot, setups: [...others, setup] };
    this.changed();
  }

  /** @param {string} orgHost */
  dropSetup(orgHost) {
    this.signIns.delete(orgHost);
    this.names.delete(orgHost);
    if (this.snapshot) this.snapshot = { ...this.snapshot, setups: this.snapshot.setups.filter((setup) => setup.host !== orgHost) };
  }

  /** Removes a set-up, which can be brought back for a while. @param {string} orgHost @param {string} words */
  async removeSetup(orgHost, words) {
    await host.removeSetup(orgHost);
    this.dropSetup(orgHost);
    this.removed = { host: orgHost, words };
    this.changed();
  }

  /** Brings back the set-up that was removed last. */
  async restoreSetup() {
    const { removed } = this;
    if (!removed) return;
    this.removed = null;
    this.takeSetup(await host.restoreSetup(removed.host));
  }

  /** @param {boolean} keep */
  async keepOnTop(keep) {
    if (keep === this.onTop) return;
    this.onTop = keep;
    this.changed();
    await host.keepOnTop(keep).catch(() => { this.onTop = !keep; });
    this.changed();
  }

  /** Opens the sign-in page of an attempt in the browser. @param {string} attempt */
  async openSignIn(attempt) {
    this.#opened.add(attempt);
    const opened = await host.openSignIn(attempt).catch(() => null);
    if (opened === null) this.notOpened.add(attempt);
    else this.notOpened.delete(attempt);
    if (opened === false) this.#left.add(attempt);
    else this.#left.delete(attempt);
    this.changed();
  }

  /** @param {string} attempt */
  attempt(attempt) {
    return this.snapshot?.attempts.find(({ id }) => id === attempt);
  }

  /** The stage of a sign-in. @param {string} attempt */
  stage(attempt) {
    return stage(this.attempt(attempt), this.outcomes.get(attempt), this.#met.has(attempt), this.#after.get(attempt));
  }

  /** @param {Notice} notice */
  #notice(notice) {
    if (notice.method === 'snapshot') {
      this.#take(notice.params);
      return;
    }
    if (notice.method === 'settings') {
      this.takeSettings(notice.params);
      return;
    }
    if (notice.method !== 'attempt') return;
    const { attempt, event, after } = notice.params;
    if (event.event === 'connected' || event.event === 'failed') {
      this.#end(attempt, event, after);
      this.changed();
    }
  }

  /** @param {string} attempt @param {AttemptEvent} event @param {After} [after] */
  #end(attempt, event, after) {
    this.outcomes.set(attempt, event);
    if (after) this.#after.set(attempt, after);
  }

  /** @param {SettingsView} settings */
  takeSettings(settings) {
    this.settings = settings;
    showTheme(settings.theme);
    this.changed();
  }

  /** @param {Snapshot} snapshot */
  #take(snapshot) {
    // An agent of an older version sends neither set-ups nor leaving connections.
    const { setups = [], leaving = [] } = /** @type {Partial<Snapshot>} */ (snapshot);
    this.snapshot = { ...snapshot, leaving, setups: setups.map((setup) => newer(setup, this.setup(setup.host))) };
    for (const { id, alias, host: orgHost, kind } of snapshot.attempts) {
      this.seen.set(id, { ...this.seen.get(id), alias, host: orgHost, kind });
      this.#met.add(id);
    }
    for (const { host: orgHost, attempt } of setups) if (attempt) this.signIns.set(orgHost, attempt);
    // An end that this window missed, as behind many other notices.
    for (const { id, event, after } of snapshot.ended ?? []) if (this.#met.has(id) && !this.outcomes.has(id)) this.#end(id, event, after);
    this.#openPages();
    this.changed();
  }

  /** @param {AgentState} agentState */
  #stand(agentState) {
    if (agentState.state === 'ready') this.met = true;
    this.agentState = agentState;
    this.changed();
  }

  #openPages() {
    if (!this.snapshot) return;
    for (const attempt of toOpen(this.snapshot, this.#own, this.#opened)) void this.openSignIn(attempt);
  }
}

/** The newer of two: a notice may be older than an answer that came before it. @param {SetupView} told @param {SetupView | null} known */
function newer(told, known) {
  return known && new Date(known.updated_at) > new Date(told.updated_at) ? known : told;
}

/** @param {import('../../src-tauri/bindings/Theme').Theme} theme */
export function showTheme(theme) {
  document.documentElement.dataset.theme = theme;
}
