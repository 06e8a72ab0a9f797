/**
 * Which programs were given tokens of a connection, in words. Pure.
 * @import { LastUse } from '../../src-tauri/bindings/LastUse'
 * @import { Consent } from '../../src-tauri/bindings/Consent'
 * @import { Use } from '../../src-tauri/bindings/Use'
 */

import { counted, moment } from './model.js';
import * as words from './words.js';

const text = words.uses;

/** What the system told of a program, with its whole path. @param {Pick<LastUse, 'program' | 'through_dtx'>} asker */
export function askerName({ program, through_dtx: throughDtx }) {
  const name = program ?? text.unknown;
  return throughDtx ? text.through(name) : name;
}

/** How often it was given one, and for what. @param {Use} use */
export function useCounts({ token, fresh, run }) {
  const named = [fresh > 0 && text.fresh(fresh), run > 0 && text.run(run)].filter(Boolean);
  const all = counted(text.tokens, token + fresh + run);
  return named.length > 0 ? `${all} (${named.join(', ')})` : all;
}

/** A line for each program, the latest first. @param {Use[] | undefined} uses @param {Date} now */
export function useLines(uses, now) {
  return (uses ?? []).map((use) => ({ when: moment(use.last_at, now), text: `${askerName(use)}: ${useCounts(use)}` }));
}

/** A line for each program that something was said of. @param {Consent[] | undefined} consents @param {Date} now */
export function consentLines(consents, now) {
  return (consents ?? []).map(({ program, allowed, at }) => ({ program, text: (allowed ? text.allowed : text.refused)(program ?? text.unknown, moment(at, now)) }));
}
