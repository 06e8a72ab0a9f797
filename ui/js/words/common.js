/**
 * Words that every screen may use.
 * @import { OrgKind } from '../../../src-tauri/bindings/OrgKind'
 */

export const product = 'Datatrax Connect';

/** @type {Record<OrgKind, string>} */
export const kinds = {
  production: 'PRODUCTION',
  sandbox: 'SANDBOX',
  developer: 'DEVELOPER',
  scratch: 'SCRATCH',
  other: 'OTHER',
  practice: 'PRACTICE',
};

/** Closing the window, and ending the whole program. */
export const closing = {
  question: 'The window closes, and your connections go on',
  /** @param {boolean} starts whether the background part starts with the login */
  means: (starts) => `The background part of Datatrax Connect keeps them alive and hands programs their tokens, ${starts ? 'also after the next login' : 'until you log out or restart this computer'}. This is said once.`,
  signIns: 'A sign-in that is under way goes on too.',
  close: 'Close the window',
  stay: 'Keep it open',
  quitInstead: 'Quit instead',
};

export const rail = {
  navigation: 'Main',
  connections: 'Connections',
  add: 'Add an org',
  settings: 'Settings',
  explain: 'Explain an error',
  help: 'Help',
  steps: 'Steps of the set-up',
  /** @param {number} step @param {number} steps @param {string} title */
  at: (step, steps, title) => `Step ${step} of ${steps} · ${title}`,
  all: ', all steps',
  needsOrg: 'This step opens once the org is chosen.',
  marks: { open: '', said: 'done, as you said', implied: 'done, as far as the org can tell', proved: 'done, the org confirms it', doubted: 'to be looked at', wrong: 'not right' },
  onTop: 'Keep on top',
};

/** @param {number} count */
const connectionsIn = (count) => (count === 1 ? 'one connection' : `${count} connections`);

export const quit = {
  title: 'Quit Datatrax Connect',
  why: 'Ends the background part too. Connections are stored, but not kept alive until it is started again; programs of yours still get tokens with dtx token.',
  signIns: 'A sign-in that is under way is cut off, and nothing of it is kept.',
  question: 'Quit Datatrax Connect?',
  means: 'Everything stored stays. No connection is looked after until Datatrax Connect is started again.',
  unknown: 'How the key of the vault is kept could not be read just now. Where it is kept for this session alone, sign-ins end when you quit, and Consumer Key and Consumer Secret have to be pasted again.',
  /** @param {number} connections */
  ends: (connections) => [
    `The key of the vault is kept for this session alone, so the sign-in of ${connectionsIn(connections)} ends when you quit. To go on later, Consumer Key and Consumer Secret have to be pasted again, and somebody has to sign in once.`,
    'To keep what is stored, choose another way to keep the key first: the keychain of this computer, or a passphrase.',
  ],
  keep: 'Not now',
  another: 'Keep the key another way',
  sure: 'Quit',
};

export const agent = {
  starting: 'Datatrax Connect is starting its background part. This page goes on by itself.',
  away: 'The background part of Datatrax Connect has stopped, and is being started again. This page goes on by itself.',
  lost: 'The background part of Datatrax Connect cannot be reached. It is tried again by itself.',
  stopped: 'The background part of Datatrax Connect was stopped, so no connection is looked after at the moment.',
  quit: 'Datatrax Connect was quit, so no connection is looked after at the moment.',
  nothingLost: 'Nothing stored is lost.',
  /** @param {number} connections */
  endedWithKey: (connections) =>
    `The key of the vault was kept for this session alone, so the sign-in of ${connectionsIn(connections)} ended with it. To go on, reconnect: paste Consumer Key and Consumer Secret, and sign in once.`,
  /** @param {string[]} names */
  ended: (names) => `The sign-in for ${names.join(', ')} ended with it, and nothing of it is kept.`,
  again: 'Start it again',
};

export const time = {
  /** @param {string} at */
  since: (at) => `Since ${at}.`,
  now: 'just now',
  minutes: { one: '1 minute ago', other: '# minutes ago' },
  hours: { one: '1 hour ago', other: '# hours ago' },
};

export const failure = {
  fix: 'What to do',
  details: 'Details',
  code: 'Code',
  retry: 'The same may work in a moment, without changing anything.',
  unexpected: 'Something went wrong that has no words yet. Try once more; if it stays, the code below helps to find it.',
};

export const copy = {
  button: 'Copy',
  done: 'Copied',
  failed: 'Press Ctrl+C',
  /** @param {string} label */
  said: (label) => `${label} copied.`,
  /** @param {string} label */
  selected: (label) => `${label} is selected. Press Ctrl+C to copy it.`,
};

/** The keys of a screen, as its buttons tell them. */
export const keys = {
  primary: 'Ctrl+Enter',
  back: 'Alt+Left',
  /** The entries of the navigation. @type {Record<string, string>} */
  ways: { 'nav-connections': 'Ctrl+1', 'nav-add': 'Ctrl+2, Ctrl+N', 'nav-settings': 'Ctrl+3, Ctrl+comma', 'nav-explain': 'Ctrl+4', 'nav-help': 'Ctrl+5' },
};

/** @param {number} percent */
export const zoomed = (percent) => `Zoom ${percent} %.`;
