/**
 * The pasted key and secret, as the agent judges them, and where each remark is shown. Pure.
 * @import { Awaited } from '../../src-tauri/bindings/Awaited'
 * @import { Exact } from '../../src-tauri/bindings/Exact'
 * @import { Finding } from '../../src-tauri/bindings/Finding'
 * @import { PasteNote } from '../../src-tauri/bindings/PasteNote'
 * @import { Understanding } from '../../src-tauri/bindings/Understanding'
 * @import { Verdict } from '../../src-tauri/bindings/Verdict'
 * @import { CheckLine } from './model.js'
 */

import { checkLines } from './model.js';
import * as words from './words.js';
import { doubtsKey, opensSession as opensSessionCodes } from './words/names.js';

/**
 * The state of the two fields.
 * @typedef {{ key: boolean, secret: boolean, understanding: Understanding | null, findings: Finding[] | null,
 *   verdict: Verdict | null, checking: boolean, hosted: boolean }} Pair `key`, `secret`: whether the field has text; `hosted`: whether
 *   the sign-in may come back by Datatrax's own page
 * @typedef {{ message: string, blocks: boolean, fix?: string[], exact?: Exact[] }} FieldNote
 */

/** The notes beside a field; a swap concerns both and is shown once, between them. @param {Understanding | null} understanding @param {PasteNote['field']} field @returns {PasteNote[]} */
export function notesOf(understanding, field) {
  const exchange = swap(understanding) !== null;
  return understanding?.notes.filter((note) => note.field === field && !(exchange && note.blocks)) ?? [];
}

/** Why the two values have to be exchanged; else null. @param {Understanding | null} understanding */
export function swap(understanding) {
  return understanding?.looks?.looks === 'exchange' ? understanding.looks.message : null;
}

/** Whether a pasted address lets its reader into the org. @param {Understanding | null} understanding */
export function opensSession(understanding) {
  return understanding?.notes.some(({ code }) => opensSessionCodes.includes(code)) ?? false;
}

/** Whether the org can be asked about the pair. @param {Pair} pair */
export function mayValidate({ key, secret, understanding }) {
  return key && secret && understanding?.looks?.looks === 'may_ask';
}

/** Whether the sign-in may begin, and the line beside the button. @param {Pair} pair @returns {{ ready: boolean, line: string }} */
export function readiness({ key, secret, understanding, verdict, hosted }) {
  const { notYet } = words.paste;
  const not = (/** @type {string} */ line) => ({ ready: false, line });
  if (!key || !secret) return not(notYet.pair);
  switch (understanding ? understanding.looks?.looks : 'reading') {
    case 'reading': return not(notYet.reading);
    case 'missing': return not(notYet.pair);
    case 'exchange': return not(notYet.exchange);
    case 'blocked': return not(notYet.blocked);
    default:
  }
  switch (verdict?.verdict) {
    case 'mend': return hosted && verdict.hosted_helps ? { ready: true, line: notYet.ready } : not(notYet.failed);
    case 'blocked': return not(notYet.failed);
    case 'waits': return { ready: true, line: notYet.wait };
    default: return { ready: true, line: notYet.ready };
  }
}

/** What a sign-in would wait for; null for nothing. @param {Verdict | null | undefined} verdict @returns {Awaited | null} */
export function awaited(verdict) {
  return verdict?.verdict === 'waits' ? verdict.what : null;
}

/** Whether the wait for a new app may begin by itself. @param {Pair} pair */
export function waitsByItself({ verdict }) {
  return verdict?.verdict === 'waits' && verdict.by_itself;
}

/** Whether the org does not know a key that does not look like one: to wait for it is most likely in vain. @param {Pair} pair */
export function isKeyCut({ understanding, verdict }) {
  return awaited(verdict) === 'activation' && notesOf(understanding, 'key').some(({ code }) => doubtsKey.includes(code));
}

/** The list before a sign-in, without the checks that are possible only after it. @param {Finding[] | null} findings @param {boolean} running @returns {CheckLine[]} */
export function checkLinesBeforeSignIn(findings, running) {
  return checkLines(findings, running).filter(({ state }) => state !== 'skip');
}

/** The notes of a failed check beside its own field. @param {Finding[] | null} findings @param {'key' | 'secret'} field @returns {FieldNote[]} */
export function failedAt(findings, field) {
  return (findings ?? []).filter(({ id, state }) => id === field && state === 'fail').map(({ message, fix, exact }) => ({ message, fix, exact, blocks: true }));
}

/** All checks in one text, failures first. @param {Finding[]} findings */
export function spoken(findings) {
  const rank = (/** @type {Finding} */ { state }) => (state === 'fail' ? 0 : state === 'warn' ? 1 : 2);
  return findings.filter(({ state }) => state !== 'skip').sort((one, other) => rank(one) - rank(other))
    .map(({ title, state, message }) => words.checking.spoken(title, words.checkStates[state], state === 'pass' ? '' : message)).join(' ');
}
