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
  quit: 'Quit Datatrax Connect',
  quitWhy: 'Ends the background part too. Connections are stored, but not kept alive until it is started again; programs of yours still get tokens with dtx token.',
  quitQuestion: 'Quit Datatrax Connect?',
  quitSignIns: 'A sign-in that is under way is cut off, and nothing of it is kept.',
  quitKeep: 'Not now',
};

export const rail = {
  navigation: 'Main',
  connections: 'Connections',
  add: 'Add an org',
  settings: 'Settings',
  steps: 'Steps of the set-up',
  /** @param {number} step @param {number} steps @param {string} title */
  at: (step, steps, title) => `Step ${step} of ${steps} · ${title}`,
  all: ', all steps',
  needsOrg: 'This step opens once the org is chosen.',
  marks: { open: '', said: 'done, as you said', implied: 'done, as far as the org can tell', proved: 'done, the org confirms it', doubted: 'to be looked at', wrong: 'not right' },
  onTop: 'Keep on top',
};

export const agent = {
  starting: 'Datatrax Connect is starting its background part. This page goes on by itself.',
  away: 'The background part of Datatrax Connect has stopped. It is being started again; nothing stored is lost.',
  lost: 'The background part of Datatrax Connect cannot be reached. It is tried again by itself.',
  stopped: 'The background part of Datatrax Connect was stopped, so no connection is looked after at the moment. Nothing stored is lost.',
  quit: 'Datatrax Connect was quit, so no connection is looked after at the moment. Nothing stored is lost.',
  /** @param {string[]} names */
  ended: (names) => `The sign-in for ${names.join(', ')} ended with it, and nothing of it is kept.`,
  again: 'Start it again',
};

export const time = {
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
export const keys = { primary: 'Ctrl+Enter', back: 'Alt+Left' };

/** @param {number} percent */
export const zoomed = (percent) => `Zoom ${percent} %.`;
