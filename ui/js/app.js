/**
 * What the screens share: the newest snapshot, the sign-ins of this window, and the way from screen to screen.
 * @import { AttemptEvent } from '../../src-tauri/core/bindings/AttemptEvent'
 * @import { AttemptStarted } from '../../src-tauri/core/bindings/AttemptStarted'
 * @import { Notice } from '../../src-tauri/core/bindings/Notice'
 * @import { OrgKind } from '../../src-tauri/core/bindings/OrgKind'
 * @import { SettingsView } from '../../src-tauri/core/bindings/SettingsView'
 * @import { Snapshot } from '../../src-tauri/core/bindings/Snapshot'
 * @import { Standing } from './host.js'
 * @import { Stop } from './model.js'
 */

import { host } from './host.js';
import { asFailure, toOpen } from './model.js';

/**
 * @typedef {{ alias: string, host: string, kind: OrgKind | null }} Started
 * @typedef {{ name: 'connections', said?: string } | { name: 'connection', alias: string, check?: boolean }
 *   | { name: 'add', address?: string, alias?: string } | { name: 'attempt', id: string } | { name: 'settings' }} Place
 * @typedef {{ words: string, host: string, kind: OrgKind }} Org
 * @typedef {{ element: HTMLElement, update(): void, leave?(): void, org?(): Org | null, journey?(): Stop[] }} Screen
 */

export class App {
  /** @type {Standing} */
  standing = { state: 'starting' };
  /** Whether the agent was there before. */
  met = false;
  /** @type {Snapshot | null} */
  snapshot = null;
  /** Absent until asked for. @type {SettingsView | null} */
  settings = null;
  /** The last event of each attempt that ended. @type {Map<string, AttemptEvent>} */
  outcomes = new Map();
  /** Attempts that a snapshot has held. @type {Map<string, Started>} */
  seen = new Map();
  /** Attempts whose sign-in page could not be opened. @type {Set<string>} */
  notOpened = new Set();
  /** What stood in the form when it was left; never the key or the secret. @type {{ address: string, alias: string }} */
  draft = { address: '', alias: '' };
  /** @type {Set<string>} */
  #own = new Set();
  /** @type {Set<string>} */
  #opened = new Set();
  #visit;

  /**
   * @param {() => void} changed draws everything again; to be called after every change
   * @param {(place: Place) => void} visit shows another screen
   */
  constructor(changed, visit) {
    this.changed = changed;
    this.#visit = visit;
  }

  /** Hears the agent, then asks for all there is: nothing can be missed in between. */
  async start() {
    await Promise.all([host.onNotice((notice) => this.#notice(notice)), host.onStanding((standing) => this.#stand(standing))]);
    this.#stand(await host.standing());
    await this.refresh();
  }

  async refresh() {
    await host.snapshot().then((snapshot) => this.#take(snapshot), (thrown) => this.#stand({ state: 'lost', failure: asFailure(thrown) }));
  }

  /** @param {Place} place */
  go(place) {
    this.#visit(place);
  }

  /** Follows a sign-in this window has started: its browser page is opened from here. @param {AttemptStarted} started @param {Started} org */
  follow({ attempt }, org) {
    this.#own.add(attempt);
    if (!this.seen.has(attempt)) this.seen.set(attempt, org);
    this.go({ name: 'attempt', id: attempt });
    this.#openPages();
  }

  /** Opens the sign-in page of an attempt in the browser. @param {string} attempt */
  async openSignIn(attempt) {
    this.#opened.add(attempt);
    const opened = await host.openSignIn(attempt).then(() => true, () => false);
    if (opened) this.notOpened.delete(attempt);
    else this.notOpened.add(attempt);
    this.changed();
  }

  /** @param {string} attempt */
  attempt(attempt) {
    return this.snapshot?.attempts.find(({ id }) => id === attempt);
  }

  /** @param {Notice} notice */
  #notice(notice) {
    if (notice.method === 'snapshot') {
      this.#take(notice.params);
      return;
    }
    // The desktop's own notification tells of a warning, and the next snapshot shows its cause.
    if (notice.method === 'warning') return;
    if (notice.method === 'settings') {
      this.takeSettings(notice.params);
      return;
    }
    if (notice.method !== 'attempt') return;
    const { attempt, event } = notice.params;
    if (event.event === 'connected' || event.event === 'failed') {
      this.outcomes.set(attempt, event);
      this.changed();
    }
  }

  /** @param {SettingsView} settings */
  takeSettings(settings) {
    this.settings = settings;
    showTheme(settings.theme);
    this.changed();
  }

  /** @param {Snapshot} snapshot */
  #take(snapshot) {
    this.snapshot = snapshot;
    for (const { id, alias, host: orgHost, kind } of snapshot.attempts) this.seen.set(id, { alias, host: orgHost, kind });
    this.#openPages();
    this.changed();
  }

  /** @param {Standing} standing */
  #stand(standing) {
    if (standing.state === 'ready') this.met = true;
    this.standing = standing;
    this.changed();
  }

  #openPages() {
    if (!this.snapshot) return;
    for (const attempt of toOpen(this.snapshot, this.#own, this.#opened)) void this.openSignIn(attempt);
  }
}

/** @param {import('../../src-tauri/core/bindings/Theme').Theme} theme */
export function showTheme(theme) {
  document.documentElement.dataset.theme = theme;
}
