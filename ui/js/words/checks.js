/**
 * Words of the checks.
 * @import { CheckId } from '../../../src-tauri/bindings/CheckId'
 * @import { CheckState } from '../../../src-tauri/bindings/CheckState'
 */

/**
 * The checks before a sign-in, in the order shown while nothing is known. A finding brings its own title.
 * @type {[CheckId, string][]}
 */
export const checksToCome = [['address', 'Address'], ['tls', 'Secure connection'], ['key', 'Consumer Key'], ['callback', 'Callback URL'], ['secret', 'Consumer Secret']];

/** @type {Record<CheckState | 'next' | 'running', string>} */
export const checkStates = {
  pass: 'Good',
  warn: 'Look at this',
  fail: 'Not right',
  unknown: 'Cannot tell',
  skip: 'Not checked',
  next: 'Not yet',
  running: 'Checking',
};

export const checkSummary = {
  none: 'nothing could be told.',
  good: 'all good.',
  /** @param {string[]} titles */
  wrong: (titles) => `${titles.join(' and ')} not right.`,
  /** @param {string[]} titles */
  look: (titles) => `look at ${titles.join(' and ')}.`,
};

export const checking = {
  next: '',
  running: 'Asking the org',
  nothingElse: 'So nothing else could be asked about. The connection is kept, and this is tried again by itself.',
  practiceAway: 'The practice org does not run.',
  practiceFix: ['Start it again where it was started: in a terminal with dtx practice and its port, or with the button of this window at Add an org.'],
  /** @param {string} what */
  result: (what) => `Checks: ${what}`,
  /** @param {string} title @param {string} state @param {string} message */
  spoken: (title, state, message) => `${title}: ${state}.${message ? ` ${message}` : ''}`,
};
