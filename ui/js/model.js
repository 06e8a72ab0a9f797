/**
 * Texts and lists to show, from the agent's answers. Pure: no page, no host, no clock of its own.
 * @import { Code } from '../../src-tauri/bindings/Code'
 * @import { Exact } from '../../src-tauri/bindings/Exact'
 * @import { Failure } from '../../src-tauri/bindings/Failure'
 * @import { Finding } from '../../src-tauri/bindings/Finding'
 * @import { KeyEnds } from '../../src-tauri/bindings/KeyEnds'
 * @import { OrgKind } from '../../src-tauri/bindings/OrgKind'
 */

import * as words from './words.js';

/**
 * @typedef {{ word: string, kind: OrgKind }} Badge
 * @typedef {{ id: string, title: string, state: import('../../src-tauri/bindings/CheckState').CheckState | 'next' | 'running',
 *   stateWord: string, message: string, fix: string[], exact?: Exact[], code: Code | null, setup?: import('../../src-tauri/bindings/SetupLink').SetupLink }} CheckLine
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// Made once, since that takes longer than drawing a row.
const DAY_ALONE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const DAY_AND_YEAR = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** @param {OrgKind} kind @returns {Badge} */
export function badge(kind) {
  return { word: words.kinds[kind], kind };
}

/**
 * The window's title; production and practice orgs are named first, so that they show in a task bar.
 * @param {OrgKind | null} kind @param {string | null} subject
 */
export function title(kind, subject) {
  const loud = kind === 'production' || kind === 'practice' ? words.kinds[kind] : null;
  return [loud, subject, words.product].filter(Boolean).join(' · ');
}

/** A text in singular or plural, with the number in place of `#`. @param {{ one: string, other: string }} forms @param {number} count */
export function counted(forms, count) {
  return (count === 1 ? forms.one : forms.other).replace('#', String(count));
}

/** @param {string} then @param {Date} now */
export function ago(then, now) {
  const passed = now.getTime() - new Date(then).getTime();
  if (passed < MINUTE) return words.time.now;
  if (passed < HOUR) return counted(words.time.minutes, Math.floor(passed / MINUTE));
  if (passed < DAY) return counted(words.time.hours, Math.floor(passed / HOUR));
  return day(then, now);
}

/** A short date, with the year if it is not the present one. @param {string} when @param {Date} now */
export function day(when, now) {
  const date = new Date(when);
  return (date.getFullYear() === now.getFullYear() ? DAY_ALONE : DAY_AND_YEAR).format(date);
}

/** The time for today, else day and time. @param {string} when @param {Date} now */
export function lately(when, now) {
  const date = new Date(when);
  return date.toDateString() === now.toDateString() ? CLOCK.format(date) : moment(when, now);
}

/** Day and time. @param {string} when @param {Date} now */
export function moment(when, now) {
  return `${day(when, now)}, ${CLOCK.format(new Date(when))}`;
}

/** Minutes and seconds until then, such as `0:24`; null once it has come. @param {string | null} then @param {Date} now */
export function countdown(then, now) {
  if (!then) return null;
  const seconds = Math.ceil((new Date(then).getTime() - now.getTime()) / 1000);
  if (!(seconds > 0)) return null;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/**
 * The list of checks: the findings when there are any, else the checks to come.
 * @param {Finding[] | null} findings @param {boolean} running @returns {CheckLine[]}
 */
export function checkLines(findings, running) {
  if (!findings || running) {
    const state = running ? 'running' : 'next';
    const message = running ? words.checking.running : words.checking.next;
    return words.checksToCome.map(([id, title]) => ({ id, title, state, stateWord: words.checkStates[state], message, fix: [], code: null }));
  }
  return findings.map((finding) => ({ ...finding, stateWord: words.checkStates[finding.state] }));
}

/** The announcement when checks are done. @param {Finding[]} findings */
export function checkSummary(findings) {
  const titles = (/** @type {string} */ state) => findings.filter((finding) => finding.state === state).map(({ title }) => title);
  const [wrong, look] = [titles('fail'), titles('warn')];
  if (wrong.length) return words.checkSummary.wrong(wrong);
  if (look.length) return words.checkSummary.look(look);
  return findings.some(({ state }) => state === 'pass') ? words.checkSummary.good : words.checkSummary.none;
}

/** What a person compares a Consumer Key by. @param {KeyEnds} key */
export function keyWords({ start, end, length }) {
  return [start && `${start}…${end}`, counted(words.paste.length, length)].filter(Boolean).join(', ');
}

/** An address that names the org of a connection or attempt again. @param {string} host @param {OrgKind} kind */
export function addressOf(host, kind) {
  return kind === 'practice' ? `http://${host}` : `https://${host}`;
}

/** A thrown value as a failure with words. @param {unknown} thrown @returns {Failure} */
export function asFailure(thrown) {
  const known = /** @type {Partial<Failure> | null} */ (typeof thrown === 'object' ? thrown : null);
  if (known && typeof known.message === 'string' && typeof known.code === 'string' && Array.isArray(known.fix)) {
    return /** @type {Failure} */ (known);
  }
  return { code: 'unexpected', message: words.failure.unexpected, fix: [], retryable: false };
}
