/**
 * @import { Appearance } from '../../src-tauri/bindings/Appearance'
 * @import { Browser } from '../../src-tauri/bindings/Browser'
 * @import { BrowserChoice } from '../../src-tauri/bindings/BrowserChoice'
 * @import { Change } from '../../src-tauri/bindings/Change'
 * @import { Connect } from '../../src-tauri/bindings/Connect'
 * @import { Events } from '../../src-tauri/bindings/Window'
 * @import { Instead } from '../../src-tauri/bindings/Instead'
 * @import { Pasted } from '../../src-tauri/bindings/Pasted'
 * @import { Place } from '../../src-tauri/bindings/Place'
 * @import { Protect } from '../../src-tauri/bindings/Protect'
 * @import { Reconnect } from '../../src-tauri/bindings/Reconnect'
 * @import { RotateSignIn } from '../../src-tauri/bindings/RotateSignIn'
 * @import { RotationMove } from '../../src-tauri/bindings/RotationMove'
 * @import { SetupPage } from '../../src-tauri/bindings/SetupPage'
 */

import { invoke, listen } from './host.tauri.js';

/** Asks the person whether to sign in although the org has asked for a pause. @type {(thrown: unknown) => Promise<boolean>} */
let askInPause = async () => false;

/** @param {typeof askInPause} ask */
export function pauseIsAskedAboutBy(ask) {
  askInPause = ask;
}

/** Asks the person to open the vault; resolves to whether it is open. @type {(thrown: unknown, signsIn: boolean) => Promise<boolean>} */
let askToOpenVault = async () => false;

/** @param {typeof askToOpenVault} ask */
export function vaultIsOpenedBy(ask) {
  askToOpenVault = ask;
}

/**
 * Runs an action that needs the vault's secrets: if the vault is closed, the person is asked, and it is tried again.
 * @template T
 * @param {() => Promise<T>} action
 * @param {boolean} [signsIn] whether a new key would do too, since the action ends with a sign-in
 * @returns {Promise<T>}
 */
async function withVault(action, signsIn = false) {
  for (;;) {
    try {
      return await action();
    } catch (thrown) {
      if (!(await askToOpenVault(thrown, signsIn))) throw thrown;
    }
  }
}

/**
 * Begins a sign-in. In a pause that the org has asked for, nothing is begun before the person says so.
 * @template {Connect | Reconnect | RotateSignIn} R
 * @template T
 * @param {R} request
 * @param {(request: R) => Promise<T>} send
 */
async function signIn(request, send) {
  try {
    return await withVault(() => send(request), true);
  } catch (thrown) {
    if (!(await askInPause(thrown))) throw thrown;
    return withVault(() => send({ ...request, despite_pause: true }), true);
  }
}

/** Asks the person in which of these browsers a page is to open; null where it is not to. @type {(browsers: Browser[]) => Promise<BrowserChoice | null>} */
let askForBrowser = async () => null;
/** Says why a page has opened in the default browser. @type {(why: string) => void} */
let sayInDefault = () => {};

/** @param {typeof askForBrowser} ask @param {typeof sayInDefault} say */
export function browsersAreChosenBy(ask, say) {
  askForBrowser = ask;
  sayInDefault = say;
}

/**
 * Opens a page of an org. Where the person is asked each time in which browser, nothing opens before the answer.
 * @param {(browser: BrowserChoice | null) => Promise<Instead | null>} open
 * @returns {Promise<boolean>} whether it was opened
 */
async function opening(open) {
  let instead = await open(null);
  if (instead?.instead === 'choose') {
    const chosen = await askForBrowser(instead.browsers);
    if (!chosen) return false;
    instead = await open(chosen);
  }
  if (instead?.instead === 'default') sayInDefault(instead.why);
  return true;
}

/**
 * All commands of the page. Each returns a promise of the command's answer in Rust; a failure rejects it with a
 * `Failure`.
 */
export const host = {
  agentState: () => invoke('agent_state'),
  /** Starts a stopped agent again. */
  startAgain: () => invoke('start_again'),
  snapshot: () => invoke('snapshot'),
  /** @param {Pasted} pasted */
  understand: (pasted) => invoke('understand', { pasted }),
  /** @param {Pasted} pasted */
  validate: (pasted) => invoke('validate', { pasted }),
  /** @param {string} address */
  guide: (address) => invoke('guide', { address }),
  /** Begins the set-up of an org, or returns the present one. @param {string} address */
  setUp: (address) => invoke('set_up', { address }),
  /** @param {string} org @param {string} step */
  goTo: (org, step) => invoke('go_to', { host: org, step }),
  /** @param {string} org @param {string} step @param {boolean} done */
  stepDone: (org, step, done) => invoke('step_done', { host: org, step, done }),
  /** @param {string} org */
  startOver: (org) => invoke('start_over', { host: org }),
  /** @param {string} org */
  removeSetup: (org) => invoke('remove_setup', { host: org }),
  /** Brings back a set-up that was just removed. @param {string} org */
  restoreSetup: (org) => invoke('restore_setup', { host: org }),
  /** The orgs that Salesforce CLI knows on this computer. */
  knownOrgs: () => invoke('known_orgs'),
  /** Whether the org of an address is there. @param {string} address */
  reach: (address) => invoke('reach', { address }),
  /** @param {string} address @param {string} key */
  auditCallbacks: (address, key) => invoke('audit_callbacks', { address, key }),
  openPortal: () => invoke('open_portal'),
  /** Keeps the window in front of others, or stops that. @param {boolean} keep */
  keepOnTop: (keep) => invoke('keep_on_top', { keep }),

  /** Somebody is in front of the window, to be asked about a user whom nobody named. @param {Connect} request */
  connect: (request) => signIn({ ...request, may_ask: true }, (asked) => invoke('connect', { request: asked })),
  /** @param {Reconnect} request */
  reconnect: (request) => signIn(request, (asked) => invoke('reconnect', { request: asked })),
  /** Begins the rotation of key and secret, or finds the one under way. @param {string} name @param {boolean} exposed */
  rotate: (name, exposed) => invoke('rotate', { name, exposed }),
  /** @param {string} name @param {RotationMove} what */
  rotateOn: (name, what) => withVault(() => invoke('rotate_on', { name, what })),
  /** Gives a rotation its new pair. @param {string} name @param {string} key @param {string} secret */
  rotatePaste: (name, key, secret) => withVault(() => invoke('rotate_paste', { name, key, secret })),
  /** Signs in with the new pair of a rotation. @param {RotateSignIn} request */
  rotateSignIn: (request) => signIn(request, (asked) => invoke('rotate_sign_in', { request: asked })),
  /** @param {string} attempt @param {string} address @param {boolean} ends whether what only explains a refusal ends the sign-in */
  pasteBack: (attempt, address, ends) => invoke('paste_back', { attempt, address, ends }),
  /** @param {string} attempt @param {boolean} accept */
  answer: (attempt, accept) => invoke('answer', { attempt, accept }),
  /** @param {string} attempt */
  cancel: (attempt) => invoke('cancel', { attempt }),
  /** @param {string} name */
  show: (name) => invoke('show', { name }),
  /** @param {string} old @param {string} renamed */
  rename: (old, renamed) => invoke('rename', { old, new: renamed }),
  /** @param {string} name */
  check: (name) => withVault(() => invoke('check', { name })),
  /** Compares the app with the guide as well. @param {string} name @param {boolean} secretless whether one refresh is tried without the secret */
  checkApp: (name, secretless) => withVault(() => invoke('check_app', { name, secretless })),
  /** Says that the files were moved here, and the original is used no more. */
  settleHere: () => withVault(() => invoke('settle_here')),
  /** @param {string} name */
  disconnect: (name) => withVault(() => invoke('disconnect', { name })),
  /** Brings back a connection that was disconnected, with its name and history. @param {string} id */
  bringBack: (id) => invoke('bring_back', { id }),
  /** Forgets at once what is kept of a connection that was disconnected. @param {string} id */
  forgetSetAside: (id) => invoke('forget_set_aside', { id }),
  /** Has the agent copy the Consumer Key, for the Datatrax portal. @param {string} name */
  copyKey: (name) => withVault(() => invoke('copy_key', { name })),
  /** Has the agent copy the Consumer Secret, within 30 minutes after its paste. @param {string} name */
  copySecret: (name) => withVault(() => invoke('copy_secret', { name })),
  /** @param {string} attempt */
  openSignIn: (attempt) => opening((browser) => invoke('open_sign_in', { attempt, browser })),
  /** Opens a connected org in its browser. @param {string} name */
  openOrg: (name) => opening((browser) => invoke('open_org', { name, browser })),
  /** Opens a page in the Setup of an org: External Client App Manager, or the one that is named. @param {string} address @param {SetupPage | null} [page] */
  openSetup: (address, page = null) => opening((browser) => invoke('open_setup', { address, page, browser })),
  /** The browsers of this computer, with their profiles. */
  browsers: () => invoke('browsers'),
  /** Has the pages of a connection's org opened in a browser from now on. @param {string} name @param {BrowserChoice} browser */
  setBrowser: (name, browser) => invoke('set_browser', { name, browser }),

  /** Allows a program the tokens of a connection, refuses them, or takes back what was said. @param {string} name @param {string | null} program @param {boolean | null} allowed */
  consent: (name, program, allowed) => invoke('consent', { name, program, allowed }),
  /** Puts a connection into a group, or into none. @param {string} name @param {string | null} group @param {import('../../src-tauri/bindings/Colour').Colour | null} colour */
  group: (name, group, colour) => invoke('group', { name, group, colour }),
  /** Has programs be given tokens, or none. @param {boolean} wanted */
  handOut: (wanted) => invoke('hand_out', { wanted }),
  /** Who keeps the vault's key. */
  vault: () => invoke('vault'),
  /** @param {string} passphrase */
  unlock: (passphrase) => invoke('unlock', { passphrase }),
  /** Changes who keeps the vault's key. @param {Protect} protect */
  protect: (protect) => invoke('protect', { protect }),
  /** Ends the key before the present one. */
  endFormerKey: () => withVault(() => invoke('end_former_key')),

  /** The first screen, and the theme. */
  beginning: () => invoke('beginning'),
  /** @param {Place} place */
  remember: (place) => invoke('remember', { place }),
  /** @param {Appearance} appearance */
  rememberAppearance: (appearance) => invoke('remember_appearance', { appearance }),
  /** The person was told what goes on once the window is closed. */
  closingTold: () => invoke('closing_told'),
  /** Closes the window; the agent goes on. */
  closeWindow: () => invoke('close_window'),
  /** Quits the whole program: background part and window. */
  quit: () => invoke('quit'),
  /** The practice org that this window runs, if any. */
  practice: () => invoke('practice'),
  startPractice: () => invoke('start_practice'),
  stopPractice: () => invoke('stop_practice'),
  /** The page has drawn itself. */
  ready: () => invoke('ready'),
  about: () => invoke('about'),
  licences: () => invoke('licences'),
  /** Looks at this computer. @param {boolean} network whether one host is asked @param {boolean} keychain whether a test entry is written */
  examine: (network, keychain) => invoke('examine', { network, keychain }),
  /** Writes what helps to help into a new file. @param {boolean} names whether orgs, users and hosts are named */
  exportDiagnostics: (names) => invoke('export_diagnostics', { names }),
  /** Says what a pasted text means. Nothing of it leaves the window. @param {string} text */
  explain: (text) => invoke('explain', { text }),
  /** Writes the app of the guide as files into a new folder among the downloads. @param {string} address */
  writeAppFiles: (address) => invoke('write_app_files', { address }),
  openExported: () => invoke('open_exported'),
  /** Makes a request to an admin, and writes its page. @param {string} address @param {string} name who asks @param {number} days */
  askAdmin: (address, name, days) => withVault(() => invoke('ask_admin', { address, name, days })),
  adminRequests: () => invoke('admin_requests'),
  /** Writes the page of a request once more. @param {string} id */
  saveRequest: (id) => withVault(() => invoke('save_request', { id })),
  /** @param {string} id */
  withdrawRequest: (id) => invoke('withdraw_request', { id }),
  /** Opens a sealed answer; its key and secret stay with the agent. @param {string} text @param {string | null} org the host it was pasted for */
  openAnswer: (text, org) => withVault(() => invoke('open_answer', { text, host: org })),
  openLogs: () => invoke('open_logs'),
  settings: () => invoke('settings'),
  /** @param {Change} change */
  set: (change) => invoke('set', { change }),

  /** @param {(notice: Events['notice']) => void} heard */
  onNotice: (heard) => listen('notice', heard),
  /** @param {(agentState: Events['agent_state']) => void} heard */
  onAgentState: (heard) => listen('agent_state', heard),
  /** The window was asked to show a place. @param {(place: Events['place']) => void} heard */
  onPlace: (heard) => listen('place', heard),
  /** The window was asked to close, for the first time. @param {(nothing: Events['closing']) => void} heard */
  onClosing: (heard) => listen('closing', heard),
};
