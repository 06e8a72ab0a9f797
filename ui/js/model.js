/**
 * What to show, worked out from what the agent told. Pure: no page, no host, no clock of its own.
 * @import { AttemptEvent } from '../../src-tauri/core/bindings/AttemptEvent'
 * @import { AttemptView } from '../../src-tauri/core/bindings/AttemptView'
 * @import { Code } from '../../src-tauri/core/bindings/Code'
 * @import { ConnectionView } from '../../src-tauri/core/bindings/ConnectionView'
 * @import { Disconnected } from '../../src-tauri/core/bindings/Disconnected'
 * @import { Failure } from '../../src-tauri/core/bindings/Failure'
 * @import { Finding } from '../../src-tauri/core/bindings/Finding'
 * @import { Identity } from '../../src-tauri/core/bindings/Identity'
 * @import { OrgKind } from '../../src-tauri/core/bindings/OrgKind'
 * @import { PasteNote } from '../../src-tauri/core/bindings/PasteNote'
 * @import { Step } from '../../src-tauri/core/bindings/Step'
 * @import { Snapshot } from '../../src-tauri/core/bindings/Snapshot'
 * @import { Understanding } from '../../src-tauri/core/bindings/Understanding'
 */

import * as words from './words.js';

/**
 * @typedef {'good' | 'bad' | 'wait' | 'off'} Tone
 * @typedef {{ word: string, kind: OrgKind }} Badge
 * @typedef {{ alias: string, host: string, badge: Badge, user: string, tone: Tone, status: string, detail: string,
 *   checked: string, urgent: boolean }} Row
 * @typedef {{ id: string, title: string, state: import('../../src-tauri/core/bindings/CheckState').CheckState | 'next' | 'running',
 *   stateWord: string, message: string, fix: string[], code: Code | null }} CheckLine
 * @typedef {{ id: string, title: string, mark: 'done' | 'now' | 'next' | 'wrong' }} Stop
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// Made once: making one takes longer than drawing a row.
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

/** @param {string} then @param {Date} now */
export function ago(then, now) {
  const passed = now.getTime() - new Date(then).getTime();
  if (passed < MINUTE) return words.time.now;
  if (passed < HOUR) return words.time.minutes(Math.floor(passed / MINUTE));
  if (passed < DAY) return words.time.hours(Math.floor(passed / HOUR));
  return day(then, now);
}

/** A day in short, with the year when it is another one. @param {string} when @param {Date} now */
export function day(when, now) {
  const date = new Date(when);
  return (date.getFullYear() === now.getFullYear() ? DAY_ALONE : DAY_AND_YEAR).format(date);
}

/** Day and time. @param {string} when @param {Date} now */
export function moment(when, now) {
  return `${day(when, now)}, ${CLOCK.format(new Date(when))}`;
}

/** Minutes and seconds until then, such as `0:24`; null when it is there. @param {string | null} then @param {Date} now */
export function countdown(then, now) {
  if (!then) return null;
  const seconds = Math.ceil((new Date(then).getTime() - now.getTime()) / 1000);
  if (!(seconds > 0)) return null;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** @param {ConnectionView} connection @param {Date} now @returns {Row} */
export function row(connection, now) {
  const { alias, host, kind, username, checked_at: checkedAt } = connection;
  return {
    alias,
    host,
    badge: badge(kind),
    user: username,
    ...health(connection, now),
    checked: checkedAt ? words.status.checked(ago(checkedAt, now)) : words.status.neverChecked,
    urgent: connection.status === 'needs_you' || connection.status === 'not_connected',
  };
}

/**
 * @param {ConnectionView} connection @param {Date} now
 * @returns {{ tone: Tone, status: string, detail: string }}
 */
function health({ status, reason, safe_until: safeUntil }, now) {
  switch (status) {
    case 'connected':
      return { tone: 'good', status: safeUntil ? words.status.safeUntil(day(safeUntil, now)) : words.status.connected, detail: '' };
    case 'needs_you':
      return { tone: 'bad', status: words.status.needsYou, detail: reason?.message ?? words.status.signInAgain };
    case 'unreachable':
      return { tone: 'wait', status: words.status.unreachable, detail: words.status.keepTrying };
    case 'not_connected':
      return { tone: 'off', status: words.status.notConnected, detail: reason?.message ?? words.status.signInAgain };
  }
}

/** One or two sentences about all connections. @param {ConnectionView[]} connections */
export function summary(connections) {
  const count = (/** @type {string} */ status) => connections.filter((connection) => connection.status === status).length;
  const [well, need, away, out] = [count('connected'), count('needs_you'), count('unreachable'), count('not_connected')];
  if (well === connections.length) return well === 1 ? words.connections.one : words.connections.allWell(well);
  const sentences = [words.connections.wellOf(well, connections.length)];
  if (need) sentences.push(words.connections.needYou(need));
  if (away) sentences.push(words.connections.unreachable(away));
  if (out) sentences.push(words.connections.signedOut(out));
  return sentences.join(' ');
}

/** Those whose name, host or user holds the text. @param {ConnectionView[]} connections @param {string} text */
export function matching(connections, text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return connections;
  return connections.filter(({ alias, host, username }) => [alias, host, username].some((field) => field.toLowerCase().includes(wanted)));
}

/** What is checked before a sign-in, in the order it is shown while nothing is known. */
const BEFORE_SIGN_IN = /** @type {const} */ (['address', 'tls', 'key', 'callback', 'secret']);

/**
 * The list of checks: the findings when there are any, else what will be looked at.
 * @param {Finding[] | null} findings @param {boolean} running @returns {CheckLine[]}
 */
export function checkLines(findings, running) {
  if (!findings || running) {
    const state = running ? 'running' : 'next';
    const message = running ? words.add.checks.running : words.add.checks.next;
    return BEFORE_SIGN_IN.map((id) => ({
      id, title: words.checkTitles[id], state, stateWord: words.checkStates[state], message, fix: [], code: null,
    }));
  }
  return findings.map((finding) => ({ ...finding, title: finding.title || words.checkTitles[finding.id], stateWord: words.checkStates[finding.state] }));
}

/** The list before a sign-in: what can only be known after it would be a row of excuses. @param {Finding[] | null} findings @param {boolean} running */
export function checkLinesBeforeSignIn(findings, running) {
  return checkLines(findings, running).filter(({ state }) => state !== 'skip');
}

/** What a screen reader is told when checks are done. @param {Finding[]} findings */
export function checkSummary(findings) {
  const titles = (/** @type {string} */ state) => findings.filter((finding) => finding.state === state).map(({ title }) => title);
  const [wrong, look] = [titles('fail'), titles('warn')];
  if (wrong.length) return words.checkSummary.wrong(wrong);
  if (look.length) return words.checkSummary.look(look);
  return findings.some(({ state }) => state === 'pass') ? words.checkSummary.good : words.checkSummary.none;
}

/**
 * The form of a new connection as it stands.
 * @typedef {{ address: boolean, key: boolean, secret: boolean, understanding: Understanding | null,
 *   findings: Finding[] | null, checking: boolean }} Form `address`, `key`, `secret`: whether something stands in the field
 */

/** @param {Understanding | null} understanding @param {'address' | 'key' | 'secret' | 'alias'} field @returns {PasteNote[]} */
export function notesOf(understanding, field) {
  return understanding?.notes.filter((note) => note.field === field) ?? [];
}

/** Whether each value has the other's shape. @param {Understanding | null} understanding */
export function isSwapped(understanding) {
  return understanding?.notes.some(({ code }) => code === 'swapped') ?? false;
}

/** Whether the org can be asked about the pair. @param {Form} form */
export function mayValidate({ key, secret, understanding }) {
  return Boolean(key && secret && understanding?.address) && !understanding?.notes.some(({ blocks }) => blocks);
}

/** Whether the sign-in may start, and the line beside the button. @param {Form} form @returns {{ ready: boolean, line: string }} */
export function signIn(form) {
  const { notYet } = words.add;
  const not = (/** @type {string} */ line) => ({ ready: false, line });
  const blocking = form.understanding?.notes.filter(({ blocks }) => blocks) ?? [];
  if (!form.address) return not(notYet.org);
  if (!form.understanding?.address) return not(notYet.address);
  if (!form.key || !form.secret) return not(notYet.pair);
  if (isSwapped(form.understanding)) return not(notYet.exchange);
  if (blocking.length) return not(notYet.blocked);
  if (form.findings?.some(({ state }) => state === 'fail')) return not(notYet.failed);
  return { ready: true, line: notYet.ready };
}

/** The steps of the guide by the part of the page they stand in; the middle ones are done in Salesforce. @param {Step[]} steps */
export function stepsByPart(steps) {
  const [org, after] = [['org'], ['wait', 'sign_in']];
  return {
    org: steps.filter(({ id }) => org.includes(id)),
    app: steps.filter(({ id }) => !org.includes(id) && !after.includes(id)),
    signIn: steps.filter(({ id }) => after.includes(id)),
  };
}

/** @param {Form} form @returns {Stop[]} */
export function journeyOfForm(form) {
  const org = Boolean(form.understanding?.address);
  const pasted = form.key && form.secret;
  const wrong = pasted && !signIn(form).ready && org;
  const ready = pasted && org && !wrong && !form.checking;
  return stops([
    org ? 'done' : 'now',
    !org ? 'next' : form.key ? 'done' : 'now',
    !org || !form.key ? 'next' : wrong ? 'wrong' : ready ? 'done' : 'now',
    ready ? 'now' : 'next',
    'next',
  ]);
}

/** @param {Stage['name']} stage @returns {Stop[]} */
export function journeyOfAttempt(stage) {
  const over = stage === 'failed' || stage === 'gone' || stage === 'cancelled';
  const connected = stage === 'connected';
  return stops(['done', 'done', 'done', connected ? 'done' : over ? 'wrong' : 'now', connected ? 'done' : 'next']);
}

/** @param {Stop['mark'][]} marks @returns {Stop[]} */
function stops(marks) {
  const { org, app, paste, signIn: sign, connected } = words.rail;
  return [org, app, paste, sign, connected].map((stop, at) => ({ id: String(at + 1), title: stop, mark: marks[at] ?? 'next' }));
}

/**
 * Where a sign-in stands for the one who looks at it.
 * @typedef {{ name: 'checking' | 'finishing' | 'gone' | 'cancelled' }
 *   | { name: 'waiting', nextCheckAt: string | null }
 *   | { name: 'browser', url: string }
 *   | { name: 'confirming', found: Identity, question: Failure | null }
 *   | { name: 'connected', alias: string, orgId: string, username: string, instance: string, kind: OrgKind }
 *   | { name: 'failed', failure: Failure, toForm: boolean }} Stage
 */

/**
 * @param {AttemptView | undefined} view the attempt in the newest snapshot
 * @param {AttemptEvent | undefined} outcome its last event, when that ended it
 * @param {boolean} seen whether a snapshot ever held it
 * @returns {Stage}
 */
export function stage(view, outcome, seen) {
  if (outcome?.event === 'connected') {
    const { alias, org_id: orgId, username, instance_url: instance, kind } = outcome;
    return { name: 'connected', alias, orgId, username, instance, kind };
  }
  if (outcome?.event === 'failed') {
    const { code, message, fix, retryable } = outcome;
    if (code === 'cancelled') return { name: 'cancelled' };
    return { name: 'failed', failure: { code, message, fix, retryable }, toForm: BELONGS_TO_FORM.has(code) };
  }
  if (!view) return { name: seen ? 'gone' : 'checking' };
  if (view.phase === 'waiting') return { name: 'waiting', nextCheckAt: view.next_check_at };
  if (view.phase === 'browser' && view.authorize_url) return { name: 'browser', url: view.authorize_url };
  if (view.phase === 'confirming' && view.found) return { name: 'confirming', found: view.found, question: view.question };
  return { name: view.phase === 'finishing' ? 'finishing' : 'checking' };
}

/** Failures that are put right by another key, secret or address. @type {Set<Code>} */
const BELONGS_TO_FORM = new Set([
  'address_moved', 'value_missing', 'practice_key_is_real', 'key_unknown', 'secret_wrong', 'swapped', 'key_odd', 'secret_odd',
  'key_looks_secret', 'callback_missing', 'callback_hosted_only', 'app_not_in_org', 'name_taken', 'name_invalid', 'name_other_host',
]);

/** The attempts whose browser page is to be opened by this window. @param {Snapshot} snapshot @param {Set<string>} own @param {Set<string>} opened */
export function toOpen(snapshot, own, opened) {
  return snapshot.attempts.filter(({ id, phase, authorize_url: url }) => own.has(id) && !opened.has(id) && phase === 'browser' && url).map(({ id }) => id);
}

/** An address that names the org of a connection or attempt again. @param {string} host @param {OrgKind} kind */
export function addressOf(host, kind) {
  return kind === 'practice' ? `http://${host}` : `https://${host}`;
}

/** @param {string} alias @param {Disconnected} answer */
export function farewell(alias, { revoked, proved_at: provedAt }) {
  if (revoked === 'later') return words.disconnected.later(alias);
  if (!revoked) return words.disconnected.notRevoked(alias);
  return provedAt ? words.disconnected.proved(alias) : words.disconnected.revoked(alias);
}

/** Whatever was thrown, as a failure with words. @param {unknown} thrown @returns {Failure} */
export function asFailure(thrown) {
  const known = /** @type {Partial<Failure> | null} */ (typeof thrown === 'object' ? thrown : null);
  if (known && typeof known.message === 'string' && typeof known.code === 'string' && Array.isArray(known.fix)) {
    return /** @type {Failure} */ (known);
  }
  return { code: 'unexpected', message: words.failure.unexpected, fix: [], retryable: false };
}
