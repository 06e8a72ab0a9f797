/**
 * The guided set-up of one org, from the guide and the agent's snapshots. Pure.
 * @import { Mark } from '../../src-tauri/bindings/Mark'
 * @import { SetupView } from '../../src-tauri/bindings/SetupView'
 * @import { Step } from '../../src-tauri/bindings/Step'
 * @import { StepMark } from '../../src-tauri/bindings/StepMark'
 * @import { Stage } from './attempts.js'
 */

/**
 * A step in the rail.
 * @typedef {{ id: string, number: number, title: string, mark: Mark, current: boolean, reachable: boolean }} Stop
 * @typedef {{ text: string, differs: boolean }} Piece
 */

/** The steps of a sign-in: between these the window moves by itself. */
const BY_ITSELF = ['paste', 'wait', 'sign_in', 'connected'];

/** What a screen is marked as by its steps: the first of these that one of them has. @type {Mark[]} */
export const WEIGHTS = ['wrong', 'doubted', 'open', 'said', 'implied', 'proved'];

/** The step on whose screen a step is shown. @param {Step[]} steps @param {string} id */
export function screenOf(steps, id) {
  return steps.find((step) => step.id === id)?.on ?? id;
}

/** The steps that a screen shows, in order. @param {Step[]} steps @param {string} id of its own step */
export function together(steps, id) {
  return steps.filter((step) => (step.on ?? step.id) === id);
}

/** The number of the screen that shows a step, and of all screens. @param {Step[]} steps @param {string} id */
export function placeOf(steps, id) {
  const screens = steps.filter(({ on }) => on === null);
  return { number: screens.findIndex((step) => step.id === screenOf(steps, id)) + 1, count: screens.length };
}

/**
 * The screens of the set-up, each by its own step.
 * @param {Step[]} steps
 * @param {SetupView | null} setup null while no org is chosen
 * @param {string} current
 * @returns {Stop[]}
 */
export function stops(steps, setup, current) {
  return steps.filter(({ on }) => on === null).map(({ id, short }, at) => ({
    id, number: at + 1, title: short, mark: markOfScreen(steps, setup, id), current: id === current, reachable: setup !== null || id === current,
  }));
}

/** @param {Step[]} steps @param {SetupView | null} setup @param {string} id @returns {Mark} */
export function markOfScreen(steps, setup, id) {
  const marks = together(steps, id).map((step) => markOf(setup, step.id).mark);
  return WEIGHTS.find((mark) => marks.includes(mark)) ?? 'open';
}

/** @param {SetupView | null} setup @param {string} id @returns {StepMark} */
export function markOf(setup, id) {
  return setup?.steps.find((step) => step.id === id) ?? { id, mark: 'open', message: null, fix: [] };
}

/** The steps that the org objects to, in order. @param {Step[]} steps @param {SetupView} setup */
export function wrong(steps, setup) {
  return steps.filter(({ id }) => markOf(setup, id).mark === 'wrong');
}

/** The steps with a warning of the org, in order. @param {Step[]} steps @param {SetupView} setup */
export function doubted(steps, setup) {
  return steps.filter(({ id }) => markOf(setup, id).mark === 'doubted');
}

/** The screen beside that of a step. @param {Step[]} steps @param {string} id @param {1 | -1} by @returns {Step | null} */
export function beside(steps, id, by) {
  const screens = steps.filter(({ on }) => on === null);
  return screens[screens.findIndex((step) => step.id === screenOf(steps, id)) + by] ?? null;
}

/**
 * The step to show for a sign-in's stage, when `shown` is on the screen; null to stay there.
 * @param {Stage | null} stage
 * @param {string} shown
 * @returns {'wait' | 'sign_in' | 'connected' | null}
 */
export function stepOfStage(stage, shown) {
  if (!stage || !BY_ITSELF.includes(shown)) return null;
  switch (stage.name) {
    case 'waiting': return 'wait';
    case 'connected': return 'connected';
    case 'checking': return shown === 'wait' ? null : 'sign_in';
    case 'browser':
    case 'finishing':
    case 'confirming': return 'sign_in';
    // A wait in vain is reported at the step of the wait.
    case 'failed': return shown === 'wait' && stage.way !== 'wait' ? 'sign_in' : null;
    default: return null;
  }
}

/**
 * The differences between a registered line and the wanted one.
 * @param {string} wanted
 * @param {string} found
 * @returns {{ wanted: Piece[], found: Piece[] }}
 */
export function difference(wanted, found) {
  const most = Math.min(wanted.length, found.length);
  let start = 0;
  while (start < most && wanted[start] === found[start]) start += 1;
  let end = 0;
  while (end < most - start && wanted.at(-1 - end) === found.at(-1 - end)) end += 1;
  const cut = (/** @type {string} */ line) => [
    { text: line.slice(0, start), differs: false },
    { text: line.slice(start, line.length - end), differs: true },
    { text: line.slice(line.length - end), differs: false },
  ].filter(({ text }) => text !== '');
  return { wanted: cut(wanted), found: cut(found) };
}

/** Minutes and seconds since then, such as `3:12`. @param {string} then @param {Date} now */
export function elapsed(then, now) {
  const seconds = Math.max(0, Math.floor((now.getTime() - new Date(then).getTime()) / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (/** @type {number} */ count) => String(count).padStart(2, '0');
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** A text in pieces, split at Salesforce's labels. @param {string} text @param {string[]} labels @returns {{ text: string, label: boolean }[]} */
export function labelled(text, labels) {
  const escaped = labels.filter(Boolean).sort((one, other) => other.length - one.length).map((label) => label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (!escaped.length) return [{ text, label: false }];
  const pattern = new RegExp(`(?<![\\p{L}\\d])(${escaped.join('|')})(?![\\p{L}\\d])`, 'gu');
  return text.split(pattern).map((piece, at) => ({ text: piece, label: at % 2 === 1 })).filter(({ text: piece }) => piece !== '');
}
