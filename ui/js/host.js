/**
 * @import { AttemptStarted } from '../../src-tauri/core/bindings/AttemptStarted'
 * @import { CallbackAudit } from '../../src-tauri/core/bindings/CallbackAudit'
 * @import { Change } from '../../src-tauri/core/bindings/Change'
 * @import { Connect } from '../../src-tauri/core/bindings/Connect'
 * @import { ConnectionDetail } from '../../src-tauri/core/bindings/ConnectionDetail'
 * @import { ConnectionView } from '../../src-tauri/core/bindings/ConnectionView'
 * @import { Copied } from '../../src-tauri/core/bindings/Copied'
 * @import { Disconnected } from '../../src-tauri/core/bindings/Disconnected'
 * @import { Failure } from '../../src-tauri/core/bindings/Failure'
 * @import { Findings } from '../../src-tauri/core/bindings/Findings'
 * @import { Notice } from '../../src-tauri/core/bindings/Notice'
 * @import { Pasted } from '../../src-tauri/core/bindings/Pasted'
 * @import { Place } from '../../src-tauri/core/bindings/Place'
 * @import { Protect } from '../../src-tauri/core/bindings/Protect'
 * @import { Reconnect } from '../../src-tauri/core/bindings/Reconnect'
 * @import { SettingsView } from '../../src-tauri/core/bindings/SettingsView'
 * @import { SetupView } from '../../src-tauri/core/bindings/SetupView'
 * @import { Snapshot } from '../../src-tauri/core/bindings/Snapshot'
 * @import { Step } from '../../src-tauri/core/bindings/Step'
 * @import { Theme } from '../../src-tauri/core/bindings/Theme'
 * @import { Understanding } from '../../src-tauri/core/bindings/Understanding'
 * @import { VaultView } from '../../src-tauri/core/bindings/VaultView'
 */

import { invoke, listen } from './host.tauri.js';

/**
 * Whether the agent can be asked.
 * @typedef {{ state: 'starting' } | { state: 'ready' } | { state: 'lost', failure: Failure }
 *   | { state: 'stopped', quit: boolean, sign_ins: string[] }} Standing
 */

/** Asks whoever is there to open the vault; whether it is open then. @type {(thrown: unknown) => Promise<boolean>} */
let askToOpenVault = async () => false;

/** @param {typeof askToOpenVault} ask */
export function vaultIsOpenedBy(ask) {
  askToOpenVault = ask;
}

/**
 * What needs the vault's secrets: while that is closed, the person is asked, and then it goes on where it was.
 * @param {() => Promise<any>} action
 * @returns {Promise<any>}
 */
async function withVault(action) {
  for (;;) {
    try {
      return await action();
    } catch (thrown) {
      if (!(await askToOpenVault(thrown))) throw thrown;
    }
  }
}

/** All the page may ask for. Every answer is a promise; what fails is rejected with a `Failure`. */
export const host = {
  /** @returns {Promise<Standing>} */
  standing: () => invoke('standing'),
  /** Has an agent that was stopped started again. @returns {Promise<null>} */
  startAgain: () => invoke('start_again'),
  /** @returns {Promise<Snapshot>} */
  snapshot: () => invoke('snapshot'),
  /** @param {Pasted} pasted @returns {Promise<Understanding>} */
  understand: (pasted) => invoke('understand', { pasted }),
  /** @param {Pasted} pasted @returns {Promise<Findings>} */
  validate: (pasted) => invoke('validate', { pasted }),
  /** @param {string} address @returns {Promise<Step[]>} */
  guide: (address) => invoke('guide', { address }),
  /** Begins the set-up of an org, or answers with the one there is. @param {string} address @returns {Promise<SetupView>} */
  setUp: (address) => invoke('set_up', { address }),
  /** @param {string} org @param {string} step @returns {Promise<SetupView>} */
  goTo: (org, step) => invoke('go_to', { host: org, step }),
  /** @param {string} org @param {string} step @param {boolean} done @returns {Promise<SetupView>} */
  stepDone: (org, step, done) => invoke('step_done', { host: org, step, done }),
  /** @param {string} org @returns {Promise<SetupView>} */
  startOver: (org) => invoke('start_over', { host: org }),
  /** @param {string} org @returns {Promise<null>} */
  removeSetup: (org) => invoke('remove_setup', { host: org }),
  /** @param {string} address @param {string} key @returns {Promise<CallbackAudit>} */
  auditCallbacks: (address, key) => invoke('audit_callbacks', { address, key }),
  /** @returns {Promise<null>} */
  openPortal: () => invoke('open_portal'),
  /** Keeps the window in front of others, or lets it go. @param {boolean} keep @returns {Promise<null>} */
  keepOnTop: (keep) => invoke('keep_on_top', { keep }),

  /** @param {Connect} request @returns {Promise<AttemptStarted>} */
  connect: (request) => withVault(() => invoke('connect', { request })),
  /** @param {Reconnect} request @returns {Promise<AttemptStarted>} */
  reconnect: (request) => withVault(() => invoke('reconnect', { request })),
  /** @param {string} attempt @param {string} address @returns {Promise<null>} */
  pasteBack: (attempt, address) => invoke('paste_back', { attempt, address }),
  /** @param {string} attempt @param {boolean} accept @returns {Promise<null>} */
  answer: (attempt, accept) => invoke('answer', { attempt, accept }),
  /** @param {string} attempt @returns {Promise<null>} */
  cancel: (attempt) => invoke('cancel', { attempt }),
  /** @param {string} name @returns {Promise<ConnectionDetail>} */
  show: (name) => invoke('show', { name }),
  /** @param {string} old @param {string} renamed @returns {Promise<ConnectionView>} */
  rename: (old, renamed) => invoke('rename', { old, new: renamed }),
  /** @param {string} name @returns {Promise<Findings>} */
  check: (name) => withVault(() => invoke('check', { name })),
  /** @param {string} name @returns {Promise<Disconnected>} */
  disconnect: (name) => withVault(() => invoke('disconnect', { name })),
  /** Has the agent put it on the clipboard, for the Datatrax portal. @param {string} name @returns {Promise<Copied>} */
  copyKey: (name) => withVault(() => invoke('copy_key', { name })),
  /** Within 30 minutes after its paste. @param {string} name @returns {Promise<Copied>} */
  copySecret: (name) => withVault(() => invoke('copy_secret', { name })),
  /** @param {string} attempt @returns {Promise<null>} */
  openSignIn: (attempt) => invoke('open_sign_in', { attempt }),
  /** Opens a connected org in the browser. @param {string} name @returns {Promise<null>} */
  openOrg: (name) => invoke('open_org', { name }),
  /** @param {string} address @returns {Promise<null>} */
  openSetup: (address) => invoke('open_setup', { address }),

  /** Who keeps the vault's key. @returns {Promise<VaultView>} */
  vault: () => invoke('vault'),
  /** @param {string} passphrase @returns {Promise<null>} */
  unlock: (passphrase) => invoke('unlock', { passphrase }),
  /** Has the vault's key kept another way. @param {Protect} protect @returns {Promise<VaultView>} */
  protect: (protect) => invoke('protect', { protect }),

  /** Where the page begins, and in which theme. @returns {Promise<{ place: Place | null, theme: Theme, tray_note_read?: boolean }>} */
  beginning: () => invoke('beginning'),
  /** @param {Place} place @returns {Promise<null>} */
  remember: (place) => invoke('remember', { place }),
  /** Somebody has read that this desktop shows no tray. @returns {Promise<null>} */
  trayNoteRead: () => invoke('tray_note_read'),
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
