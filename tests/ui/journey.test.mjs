// The guided set-up, the pasted pair and the sign-ins as the page works them out from what the agent told.
/**
 * @import { Code } from '../../src-tauri/bindings/Code'
 * @import { PasteNote } from '../../src-tauri/bindings/PasteNote'
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as attempts from '../../ui/js/attempts.js';
import * as journey from '../../ui/js/journey.js';
import * as pasting from '../../ui/js/pasting.js';
import * as words from '../../ui/js/words.js';
import * as say from './fixtures.mjs';
import * as told from './say-guide.mjs';

const now = new Date('2026-03-10T12:00:00Z');
/** @param {any} value @returns {any} */
const any = (value) => value;
/** @param {any} more @returns {any} */
const pair = (more = {}) => ({ key: true, secret: true, understanding: say.understanding(), findings: null, checking: false, hosted: false, ...more });
const note = (/** @type {PasteNote['field']} */ field, /** @type {Code} */ code, /** @type {boolean} */ blocks) => say.understanding({ notes: [say.note(field, code, 'm', blocks)] });

test('the rail shows each step with what is known of it', () => {
  const marks = (/** @type {any} */ setup, /** @type {string} */ current) => journey.stops(told.steps, setup, current).map(({ id, mark, current: is, reachable }) => `${id} ${mark}${is ? ' here' : ''}${reachable ? '' : ' closed'}`);
  assert.deepEqual(marks(null, 'org').slice(0, 2), ['org open here', 'before open closed'], 'without an org there is only the first step');
  assert.deepEqual(marks(told.wrongCallback(), 'paste').slice(0, 5), ['org proved', 'before said', 'open proved', 'details implied', 'oauth wrong']);
  assert.equal(marks(told.created(), 'wait').length, 11, 'all steps');
  assert.deepEqual(journey.stops(told.steps, any(told.created()), 'wait').at(8), { id: 'wait', number: 9, title: 'Wait for Salesforce', mark: 'open', current: true, reachable: true });
});

test('what is wrong leads back, the earliest step first', () => {
  assert.deepEqual(journey.wrong(told.steps, any(told.wrongCallback())).map(({ id }) => id), ['oauth']);
  assert.deepEqual(journey.wrong(told.steps, any(told.created())), []);
  assert.equal(journey.beside(told.steps, 'org', -1), null, 'nothing before the first');
  assert.equal(journey.beside(told.steps, 'oauth', -1)?.id, 'details');
});

test('a sign-in moves the page on from its own steps, and nobody away from another', () => {
  const step = (/** @type {any} */ stage, /** @type {string} */ shown) => journey.stepOfStage({ name: stage }, shown);
  assert.deepEqual(['paste', 'wait', 'sign_in'].map((shown) => step('waiting', shown)), ['wait', 'wait', 'wait']);
  assert.deepEqual(['paste', 'wait'].map((shown) => step('browser', shown)), ['sign_in', 'sign_in']);
  assert.equal(step('connected', 'sign_in'), 'connected');
  assert.equal(step('browser', 'oauth'), null, 'who reads an earlier step stays there');
  assert.equal(step('checking', 'wait'), null, 'a waiting that is asked about again stays');
  assert.equal(step('failed', 'sign_in'), null);
  assert.equal(journey.stepOfStage(null, 'paste'), null);
});

test('a near miss is cut where it differs', () => {
  const differing = (/** @type {string} */ wanted, /** @type {string} */ found) => {
    const pieces = journey.difference(wanted, found);
    assert.equal(pieces.wanted.map(({ text }) => text).join(''), wanted, 'nothing of the wanted line is lost');
    assert.equal(pieces.found.map(({ text }) => text).join(''), found, 'nothing of the registered line is lost');
    return [pieces.wanted, pieces.found].map((side) => side.filter(({ differs }) => differs).map(({ text }) => text).join('|'));
  };
  assert.deepEqual(differing('http://localhost:17177/callback', 'http://localhost:17177/callback/'), ['', '/']);
  assert.deepEqual(differing('http://localhost:17177/callback', 'https://localhost:17177/callback'), ['', 's']);
  assert.deepEqual(differing('http://localhost:17177/callback', 'http://127.0.0.1:17177/callback'), ['localhost', '127.0.0.1']);
  assert.deepEqual(differing('aa', 'aaa'), ['', 'a'], 'a repeated letter is not cut twice');
  assert.deepEqual(differing('same', 'same'), ['', '']);
});

test('the lines to paste once more are those that are not registered', () => {
  assert.equal(journey.missing(any(told.audit.lines)), 'http://localhost:17177/auth/salesforce/callback\nhttp://localhost:7177/auth/salesforce/callback');
});

test('the time since Create is told to the second', () => {
  const since = (/** @type {number} */ seconds) => journey.elapsed(new Date(now.getTime() - seconds * 1000).toISOString(), now);
  assert.deepEqual([0, 59, 192, 3661, -5].map(since), ['0:00', '0:59', '3:12', '1:01:01', '0:00']);
});

test('the labels of Setup stand out in a sentence, the longest first', () => {
  const labels = (/** @type {string} */ text) => journey.labelled(text, words.guide.labels).filter(({ label }) => label).map(({ text: piece }) => piece);
  assert.deepEqual(labels('Expand API (Enable OAuth Settings) and check Enable OAuth.'), ['API (Enable OAuth Settings)', 'Enable OAuth']);
  assert.deepEqual(labels('Click New External Client App.'), ['New External Client App']);
  assert.deepEqual(labels('Created again, without Settingsx.'), [], 'only whole words');
  assert.equal(journey.labelled('a.b (c)', ['(c)']).map(({ text }) => text).join(''), 'a.b (c)');
});

test('going on waits for what is missing and says what that is', () => {
  const line = (/** @type {object} */ more) => pasting.readiness(pair(more)).line;
  const { notYet } = words.paste;
  assert.equal(line({ secret: false }), notYet.pair);
  assert.equal(line({ understanding: null }), notYet.reading);
  assert.equal(line({ understanding: note('key', 'swapped', true) }), notYet.exchange);
  assert.equal(line({ understanding: note('key', 'practice_key_is_real', true) }), notYet.blocked);
  assert.equal(line({ findings: say.wrongSecret }), notYet.failed);
  assert.equal(line({ findings: told.notActive }), notYet.wait);
});

test('nothing that is only doubtful stops anybody', () => {
  assert.equal(pasting.readiness(pair({ understanding: note('key', 'key_odd', false) })).ready, true, 'a warning');
  assert.equal(pasting.readiness(pair({ checking: true })).ready, true, 'checks under way');
  const unknown = say.allGood.with(1, say.finding('key', 'Consumer Key', 'unknown', 'Could not be told.'));
  assert.equal(pasting.readiness(pair({ findings: unknown })).ready, true, 'a check that could not tell');
  assert.equal(pasting.readiness(pair({ findings: told.notActive })).ready, true, 'an app that is not active yet');
});

test('a swap is said once, not at both fields', () => {
  const swapped = any(say.understanding({ notes: [say.note('key', 'swapped', 'Swapped.'), say.note('secret', 'swapped', 'Swapped.')] }));
  assert.equal(pasting.swap(swapped), 'Swapped.');
  assert.deepEqual([...pasting.notesOf(swapped, 'key'), ...pasting.notesOf(swapped, 'secret')], []);
  assert.equal(pasting.swap(any(say.understanding())), null);
});

test('the org is asked about a pair only when all of it can be used', () => {
  assert.equal(pasting.mayValidate(pair()), true);
  assert.equal(pasting.mayValidate(pair({ secret: false })), false);
  assert.equal(pasting.mayValidate(pair({ understanding: note('secret', 'swapped', true) })), false, 'a secret in the field of the key is not sent');
  assert.equal(pasting.mayValidate(pair({ understanding: say.understanding({ address: null }) })), false);
});

test('before a sign-in, what only a sign-in can tell is left out', () => {
  const findings = [...say.allGood, say.finding('api', 'API call', 'skip', 'Not checked: API calls need a sign-in.')];
  assert.deepEqual(pasting.checkLinesBeforeSignIn(any(findings), false).map(({ id }) => id), ['address', 'key', 'secret', 'callback']);
});

test('a failed check is said at its own field with what to do', () => {
  assert.deepEqual(pasting.failedAt(any(say.wrongSecret), 'secret').map(({ message, blocks }) => [message, blocks]), [['Salesforce knows this key, but not this secret.', true]]);
  assert.deepEqual(pasting.failedAt(any(say.wrongSecret), 'key'), []);
  assert.deepEqual(pasting.failedAt(null, 'key'), []);
});

test('every check is spoken, what is wrong first', () => {
  const spoken = pasting.spoken(any(say.wrongSecret));
  assert.match(spoken, /^Consumer Secret: Not right\. Salesforce knows this key, but not this secret\. /);
  assert.match(spoken, /Address: Good\. Consumer Key: Good\. Callback URL: Good\.$/);
});

test('a sign-in is told by its outcome before its last phase', () => {
  const stage = (/** @type {any} */ view, /** @type {any} */ outcome, seen = true) => attempts.stage(view, outcome, seen);
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
  const toForm = (/** @type {Code} */ code) => /** @type {any} */ (attempts.stage(undefined, any({ event: 'failed', ...say.failure(code, 'm') }), true)).toForm;
  assert.deepEqual(/** @type {Code[]} */ (['secret_wrong', 'callback_missing', 'key_unknown']).map(toForm), [true, true, true]);
  assert.deepEqual(/** @type {Code[]} */ (['denied', 'sign_in_timeout', 'network_dns', 'state_mismatch']).map(toForm), [false, false, false, false]);
});

test('only pages of this window’s own sign-ins are opened, each once', () => {
  const waiting = any(say.snapshot({ attempts: [say.attempt('browser', { authorize_url: say.authorizeUrl }), say.attempt('browser', { id: 'other', authorize_url: say.authorizeUrl })] }));
  assert.deepEqual(attempts.toOpen(waiting, new Set(['a1']), new Set()), ['a1']);
  assert.deepEqual(attempts.toOpen(waiting, new Set(['a1']), new Set(['a1'])), []);
  assert.deepEqual(attempts.toOpen(any(say.snapshot({ attempts: [say.attempt('checking')] })), new Set(['a1']), new Set()), []);
});

test('what a fix wants entered stands apart from its sentence', () => {
  const scopes = ['Manage user data via APIs (api)'];
  assert.deepEqual(journey.exact('Put these in:\nhttp://localhost:1/a\napp://b', scopes), { text: 'Put these in:', lines: 'http://localhost:1/a\napp://b', scopes: [] });
  assert.deepEqual(journey.exact('Select Manage user data via APIs (api).', scopes), { text: 'Select Manage user data via APIs (api).', lines: '', scopes });
  assert.deepEqual(journey.exact('One thing.\nAnother thing.', scopes), { text: 'One thing.\nAnother thing.', lines: '', scopes: [] }, 'sentences stay together');
});

test('that the hosted line stands alone is told by the lines that were asked about', () => {
  const lines = (/** @type {string} */ ours) => any(told.hostedAlone.lines.map((one, at) => (at === 4 ? { ...one, state: 'skip' } : at === 1 ? { ...one, state: ours } : one)));
  assert.equal(journey.isHostedAlone(lines('fail')), true);
  assert.equal(journey.isHostedAlone(lines('pass')), false);
});
