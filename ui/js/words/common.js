/**
 * Words that every screen may use.
 * @import { OrgKind } from '../../../src-tauri/core/bindings/OrgKind'
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
  marks: { open: '', said: 'done, as you said', proved: 'done, the org confirms it', wrong: 'not right' },
  onTop: 'Keep on top',
};

export const standing = {
  starting: 'Datatrax Connect is starting its background part. This page goes on by itself.',
  away: 'The background part of Datatrax Connect has stopped. It is being started again; nothing stored is lost.',
  lost: 'The background part of Datatrax Connect cannot be reached. It is tried again by itself.',
};

export const time = {
  now: 'just now',
  /** @param {number} count */
  minutes: (count) => (count === 1 ? '1 minute ago' : `${count} minutes ago`),
  /** @param {number} count */
  hours: (count) => (count === 1 ? '1 hour ago' : `${count} hours ago`),
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

/** @param {number} percent */
export const zoomed = (percent) => `Zoom ${percent} %.`;
