// The pure part of the page: what is shown, worked out from what the agent told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as model from '../../ui/js/model.js';
import * as words from '../../ui/js/words.js';
import * as say from './fixtures.mjs';

const now = new Date('2026-03-10T12:00:00Z');
/** @param {number} seconds */
const before = (seconds) => new Date(now.getTime() - seconds * 1000).toISOString();
/** @param {any} more @returns {any} */
const form = (more = {}) => ({ address: true, key: true, secret: true, understanding: say.understanding(), findings: null, checking: false, ...more });
/** @param {any} value @returns {any} */
const any = (value) => value;

test('the title names production and practice orgs before all else, and no other kind', () => {
  assert.equal(model.title('production', 'Acme'), 'PRODUCTION · Acme · Datatrax Connect');
  assert.equal(model.title('practice', 'Practice org on this computer'), 'PRACTICE · Practice org on this computer · Datatrax Connect');
  assert.equal(model.title('sandbox', 'Sandbox uat of acme'), 'Sandbox uat of acme · Datatrax Connect');
  assert.equal(model.title(null, null), 'Datatrax Connect');
});

test('times are told in words that fit their distance', () => {
  assert.equal(model.ago(before(5), now), 'just now');
  assert.equal(model.ago(before(60), now), '1 minute ago');
  assert.equal(model.ago(before(59 * 60), now), '59 minutes ago');
  assert.equal(model.ago(before(3600), now), '1 hour ago');
  assert.equal(model.ago(before(23 * 3600), now), '23 hours ago');
  assert.equal(model.ago('2026-03-01T12:00:00Z', now), '1 Mar');
  assert.equal(model.ago('2025-12-01T12:00:00Z', now), '1 Dec 2025', 'another year is named');
});

test('the countdown counts whole seconds and ends', () => {
  assert.equal(model.countdown(before(-24), now), '0:24');
  assert.equal(model.countdown(before(-83.2), now), '1:24', 'a part of a second is still to wait');
  assert.equal(model.countdown(before(0), now), null);
  assert.equal(model.countdown(null, now), null);
});

test('each status has its words, and an unreachable org is still connected', () => {
  const shown = (/** @type {object} */ more) => model.row(any(say.connection(more)), now);
  assert.equal(shown({ safe_until: '2026-04-09T12:00:00Z' }).status, 'Connected, safe until 9 Apr');
  assert.equal(shown({ safe_until: null }).status, 'Connected');
  const needs = shown({ status: 'needs_you', reason: say.failure('refresh_token_dead', 'The sign-in has ended.') });
  assert.deepEqual([needs.status, needs.detail, needs.urgent, needs.tone], ['Needs you', 'The sign-in has ended.', true, 'bad']);
  const away = shown({ status: 'unreachable' });
  assert.deepEqual([away.status, away.urgent], ['Not reachable, still connected', false]);
  assert.equal(shown({ status: 'not_connected', checked_at: null }).checked, 'Not checked yet');
});

test('the summary counts who is well and who needs somebody', () => {
  assert.equal(model.summary(any([say.connection()])), 'Your connection is well.');
  assert.equal(model.summary(any([say.connection(), say.connection()])), 'All 2 are well.');
  assert.equal(model.summary(any(say.connections)), '2 of 5 are well. One needs you. One cannot be reached at the moment. One is not connected.');
});

test('the filter looks at name, host and user, whatever the case', () => {
  const found = (/** @type {string} */ text) => model.matching(any(say.connections), text).map(({ alias }) => alias);
  assert.deepEqual(found('GLOBEX'), ['Globex']);
  assert.deepEqual(found('--uat.'), ['Acme, uat']);
  assert.deepEqual(found('admin@practice'), ['Rehearsal']);
  assert.equal(found(' ').length, 5, 'an empty filter shows all');
});

test('the sign-in waits for what is missing and says what that is', () => {
  const line = (/** @type {object} */ more) => model.signIn(form(more)).line;
  const note = (/** @type {string} */ field, /** @type {string} */ code, /** @type {boolean} */ blocks) => say.understanding({ notes: [{ field, code, blocks, message: 'm' }] });
  assert.equal(line({ address: false }), words.add.notYet.org);
  assert.equal(line({ understanding: say.understanding({ address: null }) }), words.add.notYet.address);
  assert.equal(line({ secret: false }), words.add.notYet.pair);
  assert.equal(line({ understanding: note('key', 'swapped', true) }), words.add.notYet.exchange);
  assert.equal(line({ understanding: note('key', 'practice_key_is_real', true) }), words.add.notYet.blocked);
  assert.equal(line({ findings: say.wrongSecret }), words.add.notYet.failed);
});

test('nothing that is only doubtful stops the sign-in', () => {
  const odd = say.understanding({ notes: [{ field: 'key', code: 'key_odd', blocks: false, message: 'm' }] });
  assert.equal(model.signIn(form({ understanding: odd })).ready, true, 'a warning');
  assert.equal(model.signIn(form({ checking: true })).ready, true, 'checks under way');
  const unknown = say.allGood.with(1, say.finding('key', 'Consumer Key', 'unknown', 'Could not be told.'));
  assert.equal(model.signIn(form({ findings: unknown })).ready, true, 'a check that could not tell');
  const notYet = say.allGood.with(1, say.finding('key', 'Consumer Key', 'warn', 'Not active yet.', { code: 'key_unknown' }));
  assert.equal(model.signIn(form({ findings: notYet })).ready, true, 'a key that is not active yet');
});

test('the org is asked about a pair only when all of it can be used', () => {
  assert.equal(model.mayValidate(form()), true);
  assert.equal(model.mayValidate(form({ secret: false })), false, 'no secret yet');
  assert.equal(model.mayValidate(form({ understanding: null })), false, 'nothing understood yet');
  assert.equal(model.mayValidate(form({ understanding: say.understanding({ notes: [{ field: 'key', code: 'swapped', blocks: true, message: 'm' }] }) })), false, 'swapped values are never sent');
});

test('checks keep their place while nothing is known', () => {
  assert.deepEqual(model.checkLines(null, false).map(({ id, state }) => [id, state]), [['address', 'next'], ['tls', 'next'], ['key', 'next'], ['callback', 'next'], ['secret', 'next']]);
  assert.ok(model.checkLines(any(say.allGood), true).every(({ state }) => state === 'running'), 'old results are not shown as new ones');
  assert.equal(model.checkLines(any(say.wrongSecret), false)[2]?.stateWord, 'Not right');
});

test('before a sign-in, what only a sign-in can tell is left out', () => {
  const findings = [...say.allGood, say.finding('api', 'API call', 'skip', 'Not checked: API calls need a sign-in.')];
  assert.deepEqual(model.checkLinesBeforeSignIn(any(findings), false).map(({ id }) => id), ['address', 'key', 'secret', 'callback']);
  assert.equal(model.checkLines(any(findings), false).length, 5, 'a stored connection shows all of them');
});

test('a screen reader hears what is wrong first', () => {
  assert.equal(model.checkSummary(any(say.wrongSecret)), 'Consumer Secret not right.');
  assert.equal(model.checkSummary(any(say.allGood)), 'all good.');
  assert.equal(model.checkSummary([]), 'nothing could be told.');
});

test('the journey shows where one is', () => {
  const marks = (/** @type {object} */ more) => model.journeyOfForm(form(more)).map(({ mark }) => mark).join(' ');
  assert.equal(marks({ address: false, key: false, secret: false, understanding: null }), 'now next next next next');
  assert.equal(marks({ key: false, secret: false }), 'done now next next next');
  assert.equal(marks({ secret: false }), 'done done now next next');
  assert.equal(marks({ findings: say.wrongSecret }), 'done done wrong next next');
  assert.equal(marks({ findings: say.allGood }), 'done done done now next');
  assert.equal(model.journeyOfAttempt('connected').every(({ mark }) => mark === 'done'), true);
  assert.equal(model.journeyOfAttempt('failed')[3]?.mark, 'wrong');
});

test('a sign-in is told by its outcome before its last phase', () => {
  const stage = (/** @type {any} */ view, /** @type {any} */ outcome, seen = true) => model.stage(view, outcome, seen);
  assert.equal(stage(undefined, undefined, false).name, 'checking', 'just started, not in a snapshot yet');
  assert.equal(stage(undefined, undefined, true).name, 'gone', 'the agent no longer knows it');
  assert.equal(stage(say.attempt('waiting'), undefined).name, 'waiting');
  assert.equal(stage(say.attempt('browser', { authorize_url: say.authorizeUrl }), undefined).name, 'browser');
  assert.equal(stage(say.attempt('browser'), undefined).name, 'checking', 'no address to open yet');
  assert.equal(stage(say.attempt('confirming', { found: say.identity }), undefined).name, 'confirming');
  assert.equal(stage(say.attempt('finishing'), { event: 'failed', ...say.failure('denied', 'Denied.') }).name, 'failed');
  assert.equal(stage(undefined, { event: 'failed', ...say.failure('cancelled', 'Cancelled.') }).name, 'cancelled');
});

test('a failure of the pasted values leads back to the form, any other to another try', () => {
  const toForm = (/** @type {string} */ code) => /** @type {any} */ (model.stage(undefined, any({ event: 'failed', ...say.failure(code, 'm') }), true)).toForm;
  assert.deepEqual(['secret_wrong', 'callback_missing', 'key_unknown'].map(toForm), [true, true, true]);
  assert.deepEqual(['denied', 'sign_in_timeout', 'network_dns', 'state_mismatch'].map(toForm), [false, false, false, false]);
});

test('only pages of this window’s own sign-ins are opened, each once', () => {
  const waiting = any(say.snapshot({ attempts: [say.attempt('browser', { authorize_url: say.authorizeUrl }), say.attempt('browser', { id: 'other', authorize_url: say.authorizeUrl })] }));
  assert.deepEqual(model.toOpen(waiting, new Set(['a1']), new Set()), ['a1']);
  assert.deepEqual(model.toOpen(waiting, new Set(['a1']), new Set(['a1'])), []);
  assert.deepEqual(model.toOpen(any(say.snapshot({ attempts: [say.attempt('checking')] })), new Set(['a1']), new Set()), []);
});

test('the guide’s steps stand where they are done', () => {
  const parts = model.stepsByPart(any(say.steps));
  assert.deepEqual([parts.org, parts.app, parts.signIn].map((steps) => steps.map(({ id }) => id)), [['org'], ['open', 'oauth'], ['sign_in']]);
});

test('disconnecting says what has become of the tokens', () => {
  assert.match(model.farewell('Acme', { revoked: true, proved_at: before(1) }), /has confirmed/);
  assert.match(model.farewell('Acme', { revoked: 'later', proved_at: null }), /as soon as it answers/);
  assert.match(model.farewell('Acme', { revoked: false, proved_at: null }), /did not revoke/);
});

test('whatever is thrown ends in words', () => {
  assert.equal(model.asFailure(say.failure('key_unknown', 'Not known.')).message, 'Not known.');
  assert.equal(model.asFailure(new Error('x')).code, 'unexpected');
  assert.equal(model.asFailure('command refused').message, words.failure.unexpected);
});
