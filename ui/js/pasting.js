/**
 * The pasted key and secret, worked out from what the agent says about them. Pure.
 * @import { Finding } from '../../src-tauri/bindings/Finding'
 * @import { PasteNote } from '../../src-tauri/bindings/PasteNote'
 * @import { Understanding } from '../../src-tauri/bindings/Understanding'
 * @import { CheckLine } from './model.js'
 */

import { checkLines } from './model.js';
import * as words from './words.js';

/**
 * The two fields as they stand.
 * @typedef {{ key: boolean, secret: boolean, understanding: Understanding | null, findings: Finding[] | null,
 *   checking: boolean, hosted: boolean }} Pair `key`, `secret`: whether something stands in the field; `hosted`: whether
 *   the sign-in may come back by Datatrax's own page
 * @typedef {{ message: string, blocks: boolean, fix?: string[] }} FieldNote
 */

/** What is said beside a field; a swap concerns both and is said once, between them. @param {Understanding | null} understanding @param {PasteNote['field']} field @returns {PasteNote[]} */
export function notesOf(understanding, field) {
  return understanding?.notes.filter((note) => note.field === field && note.code !== 'swapped') ?? [];
}

/** Why the two values have to be exchanged; null when they have not. @param {Understanding | null} understanding */
export function swap(understanding) {
  return understanding?.notes.find(({ code }) => code === 'swapped')?.message ?? null;
}

/** Whether a pasted address lets whoever has it into the org. @param {Understanding | null} understanding */
export function opensSession(understanding) {
  return understanding?.notes.some(({ code }) => code === 'address_opens_session') ?? false;
}

/** Whether the org can be asked about the pair. @param {Pair} pair */
export function mayValidate({ key, secret, understanding }) {
  return Boolean(key && secret && understanding?.address) && !understanding?.notes.some(({ blocks }) => blocks);
}

/** Whether one may go on to the sign-in, and the line beside the button. @param {Pair} pair @returns {{ ready: boolean, line: string }} */
export function readiness(pair) {
  const { notYet } = words.paste;
  const not = (/** @type {string} */ line) => ({ ready: false, line });
  if (!pair.key || !pair.secret) return not(notYet.pair);
  if (!pair.understanding) return not(notYet.reading);
  if (swap(pair.understanding)) return not(notYet.exchange);
  if (pair.understanding?.notes.some(({ blocks }) => blocks)) return not(notYet.blocked);
  if (pair.findings?.some(({ id, state }) => state === 'fail' && !(pair.hosted && id === 'callback'))) return not(notYet.failed);
  return { ready: true, line: isNotActive(pair.findings) || lacksCallback(pair.findings) ? notYet.wait : notYet.ready };
}

/** Whether Salesforce does not know the app yet. @param {Finding[] | null} findings */
export function isNotActive(findings) {
  return findings?.some(({ id, state, code }) => id === 'key' && state === 'warn' && code === 'key_unknown') ?? false;
}

/** Whether the org has said that it knows the app. @param {Finding[] | null} findings */
export function knowsKey(findings) {
  return findings?.some(({ id, state }) => id === 'key' && state === 'pass') ?? false;
}

/** Whether none of the callback lines is known, of an app that is still new. @param {Finding[] | null} findings */
export function lacksCallback(findings) {
  return findings?.some(({ id, state, code }) => id === 'callback' && state === 'warn' && code === 'callback_missing') ?? false;
}

/** Whether something about the key is odd; that more was pasted than the key is not. @param {Understanding | null} understanding */
export function isOdd(understanding) {
  return notesOf(understanding, 'key').some(({ code }) => code !== 'value_cleaned');
}

/**
 * Whether the wait for a new app begins by itself: nothing is left to doubt in what was pasted.
 * @param {Pair} pair
 * @param {boolean} created whether somebody has said that Create was pressed
 */
export function waitsByItself(pair, created) {
  return created && readiness(pair).ready && isNotActive(pair.findings) && !isOdd(pair.understanding);
}

/** The list before a sign-in: what can only be known after it would be a row of excuses. @param {Finding[] | null} findings @param {boolean} running @returns {CheckLine[]} */
export function checkLinesBeforeSignIn(findings, running) {
  return checkLines(findings, running).filter(({ state }) => state !== 'skip');
}

/** What is said of a failed check beside its own field. @param {Finding[] | null} findings @param {'key' | 'secret'} field @returns {FieldNote[]} */
export function failedAt(findings, field) {
  return (findings ?? []).filter(({ id, state }) => id === field && state === 'fail').map(({ message, fix }) => ({ message, fix, blocks: true }));
}

/** Every check in one breath, what is wrong first. @param {Finding[]} findings */
export function spoken(findings) {
  const rank = (/** @type {Finding} */ { state }) => (state === 'fail' ? 0 : state === 'warn' ? 1 : 2);
  return findings.filter(({ state }) => state !== 'skip').sort((one, other) => rank(one) - rank(other))
    .map(({ title, state, message }) => words.checking.spoken(title, words.checkStates[state], state === 'pass' ? '' : message)).join(' ');
}
