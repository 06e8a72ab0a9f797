/**
 * @import { AttemptStarted } from '../../src-tauri/core/bindings/AttemptStarted'
 * @import { Change } from '../../src-tauri/core/bindings/Change'
 * @import { Connect } from '../../src-tauri/core/bindings/Connect'
 * @import { ConnectionDetail } from '../../src-tauri/core/bindings/ConnectionDetail'
 * @import { Disconnected } from '../../src-tauri/core/bindings/Disconnected'
 * @import { Failure } from '../../src-tauri/core/bindings/Failure'
 * @import { Findings } from '../../src-tauri/core/bindings/Findings'
 * @import { Notice } from '../../src-tauri/core/bindings/Notice'
 * @import { Pasted } from '../../src-tauri/core/bindings/Pasted'
 * @import { Place } from '../../src-tauri/core/bindings/Place'
 * @import { Reconnect } from '../../src-tauri/core/bindings/Reconnect'
 * @import { SettingsView } from '../../src-tauri/core/bindings/SettingsView'
 * @import { Snapshot } from '../../src-tauri/core/bindings/Snapshot'
 * @import { Step } from '../../src-tauri/core/bindings/Step'
 * @import { Theme } from '../../src-tauri/core/bindings/Theme'
 * @import { Understanding } from '../../src-tauri/core/bindings/Understanding'
 */

import { invoke, listen } from './host.tauri.js';

/**
 * Whether the agent can be asked.
 * @typedef {{ state: 'starting' } | { state: 'ready' } | { state: 'lost', failure: Failure }} Standing
 */

/** All the page may ask for. Every answer is a promise; what fails is rejected with a `Failure`. */
export const host = {
  /** @returns {Promise<Standing>} */
  standing: () => invoke('standing'),
  /** @returns {Promise<Snapshot>} */
  snapshot: () => invoke('snapshot'),
  /** @param {Pasted} pasted @returns {Promise<Understanding>} */
  understand: (pasted) => invoke('understand', { pasted }),
  /** @param {Pasted} pasted @returns {Promise<Findings>} */
  validate: (pasted) => invoke('validate', { pasted }),
  /** @param {string} address @returns {Promise<Step[]>} */
  guide: (address) => invoke('guide', { address }),
  /** @param {Connect} request @returns {Promise<AttemptStarted>} */
  connect: (request) => invoke('connect', { request }),
  /** @param {Reconnect} request @returns {Promise<AttemptStarted>} */
  reconnect: (request) => invoke('reconnect', { request }),
  /** @param {string} attempt @param {string} address @returns {Promise<null>} */
  pasteBack: (attempt, address) => invoke('paste_back', { attempt, address }),
  /** @param {string} attempt @param {boolean} accept @returns {Promise<null>} */
  answer: (attempt, accept) => invoke('answer', { attempt, accept }),
  /** @param {string} attempt @returns {Promise<null>} */
  cancel: (attempt) => invoke('cancel', { attempt }),
  /** @param {string} name @returns {Promise<ConnectionDetail>} */
  show: (name) => invoke('show', { name }),
  /** @param {string} old @param {string} renamed @returns {Promise<null>} */
  rename: (old, renamed) => invoke('rename', { old, new: renamed }),
  /** @param {string} name @returns {Promise<Findings>} */
  check: (name) => invoke('check', { name }),
  /** @param {string} name @returns {Promise<Disconnected>} */
  disconnect: (name) => invoke('disconnect', { name }),
  /** @param {string} attempt @returns {Promise<null>} */
  openSignIn: (attempt) => invoke('open_sign_in', { attempt }),
  /** @param {string} address @returns {Promise<null>} */
  openSetup: (address) => invoke('open_setup', { address }),

  /** Where the page begins, and in which theme. @returns {Promise<{ place: Place | null, theme: Theme }>} */
  beginning: () => invoke('beginning'),
  /** @param {Place} place @returns {Promise<null>} */
  remember: (place) => invoke('remember', { place }),
  /** The page has drawn itself. @returns {Promise<null>} */
  ready: () => invoke('ready'),
  /** @returns {Promise<SettingsView>} */
  settings: () => invoke('settings'),
  /** @param {Change} change @returns {Promise<SettingsView>} */
  set: (change) => invoke('set', { change }),

  /** @param {(notice: Notice) => void} heard */
  onNotice: (heard) => listen('notice', heard),
  /** @param {(standing: Standing) => void} heard */
  onStanding: (heard) => listen('standing', heard),
  /** The window was called to a place. @param {(place: Place) => void} heard */
  onPlace: (heard) => listen('place', heard),
};
