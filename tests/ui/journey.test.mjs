// The guided set-up, the pasted pair and the sign-ins as the page works them out from what the agent told.
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
const pair = (more = {}) => ({ key: true, secret: true, understanding: say.understanding(), findings: null, verdict: null, checking: false, hosted: false, ...more });
/** @param {any} looks @param {any} [note] */
const looking = (looks, note) => say.understanding({ looks: { looks, message: 'm' }, notes: note ? [note] : [] });

test('the rail shows each step with what is known of it', () => {
  const marks = (/** @type {any} */ setup, /** @type {string} */ current) => journey.stops(told.steps, setup, current).map(({ id, mark, current: is, reachable }) => `${id} ${mark}${is ? ' here' : ''}${reachable ? '' : ' closed'}`);
  assert.deepEqual(marks(null, 'org').slice(0, 2), ['org open here', 'open open closed'], 'without an org there is only the first step');
  assert.deepEqual(marks(told.wrongCallback(), 'paste').slice(0, 3), ['org said', 'open implied', 'oauth wrong'], 'a screen of two steps is as certain as the less certain one');
  assert.equal(marks(told.created(), 'wait').length, 8, 'all screens');
  assert.deepEqual(journey.stops(told.steps, any(told.created()), 'wait').at(5), { id: 'wait', number: 6, title: 'Wait for Salesforce', mark: 'open', current: true, reachable: true });
});

test('what is wrong leads back, the earliest step first', () => {
  assert.deepEqual(journey.wrong(told.steps, any(told.wrongCallback())).map(({ id }) => id), ['oauth']);
  assert.deepEqual(journey.wrong(told.steps, any(told.created())), []);
  assert.equal(journey.beside(told.steps, 'org', -1), null, 'nothing before the first');
  assert.equal(journey.beside(told.steps, 'oauth', -1)?.id, 'open');
  assert.deepEqual(['before', 'details', 'copy', 'wait'].map((id) => journey.screenOf(told.steps, id)), ['org', 'open', 'paste', 'wait'], 'wherever an older set-up was left');
  assert.deepEqual(journey.placeOf(told.steps, 'details'), { number: 2, count: 8 });
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

test('going on waits for what the agent says is missing, and says what that is', () => {
  const line = (/** @type {object} */ more) => pasting.readiness(pair(more)).line;
  const { notYet } = words.paste;
  assert.equal(line({ secret: false }), notYet.pair);
  assert.equal(line({ understanding: null }), notYet.reading);
  assert.equal(line({ understanding: looking('missing') }), notYet.pair);
  assert.equal(line({ understanding: looking('exchange') }), notYet.exchange);
  assert.equal(line({ understanding: looking('blocked') }), notYet.blocked);
  assert.equal(line(say.answers.wrongSecret), notYet.failed);
  assert.equal(line({ verdict: { verdict: 'blocked', by: 'tls', message: 'm', fix: [] } }), notYet.failed);
  assert.equal(line(told.answers.notActive), notYet.wait);
});

test('whatever the agent does not say is wrong stops nobody', () => {
  const ready = (/** @type {object} */ more) => pasting.readiness(pair(more)).ready;
  const odd = { field: 'key', code: 'key_odd', blocks: false, message: 'm' };
  assert.equal(ready({ understanding: looking('may_ask', odd) }), true, 'a warning');
  assert.equal(ready({ checking: true }), true, 'checks under way');
  assert.equal(ready(told.answers.outOfReach), true, 'checks that could not tell');
  assert.equal(ready(told.answers.notActive), true, 'an app that is not active yet');
  assert.equal(ready({ findings: say.wrongSecret, verdict: null }), true, 'findings alone decide nothing');
});

test('coming back by Datatrax’s own page helps where the agent says so', () => {
  const ready = (/** @type {object} */ more) => pasting.readiness(pair({ hosted: true, ...more })).ready;
  assert.equal(ready(told.answers.notRegistered), true);
  assert.equal(ready(say.answers.wrongSecret), false);
  assert.equal(pasting.readiness(pair(told.answers.notRegistered)).ready, false, 'not by itself');
});

test('what is waited for, and whether by itself, is the agent’s word', () => {
  const { notActive, doubtedKey, notRegisteredYet } = told.answers;
  const waits = (/** @type {any} */ answer) => [pasting.awaited(answer.verdict), pasting.waitsByItself(pair(answer))];
  assert.deepEqual(waits(notActive), ['activation', true]);
  assert.deepEqual(waits(doubtedKey), ['activation', false]);
  assert.deepEqual(waits(notRegisteredYet), ['callback', false]);
  assert.deepEqual(waits(say.answers.allGood), [null, false]);
});

test('a swap is said once, not at both fields', () => {
  const swapped = any(say.understanding({ looks: { looks: 'exchange', message: 'Swapped.' }, notes: [say.note('key', 'swapped', 'Swapped.'), say.note('secret', 'swapped', 'Swapped.')] }));
  assert.equal(pasting.swap(swapped), 'Swapped.');
  assert.deepEqual([...pasting.notesOf(swapped, 'key'), ...pasting.notesOf(swapped, 'secret')], []);
  assert.equal(pasting.swap(any(say.understanding())), null);
});

test('the org is asked about a pair only when the agent says that it may be', () => {
  assert.equal(pasting.mayValidate(pair()), true);
  assert.equal(pasting.mayValidate(pair({ secret: false })), false);
  for (const looks of ['missing', 'exchange', 'blocked']) assert.equal(pasting.mayValidate(pair({ understanding: looking(looks) })), false, looks);
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

test('what helps after a sign-in that failed is the agent’s word', () => {
  const failed = (/** @type {any} */ after) => any(attempts.stage(undefined, any({ event: 'failed', ...say.failure('denied', 'm') }), true, after));
  assert.deepEqual(['form', 'wait', 'again'].map((way) => failed({ way }).way), ['form', 'wait', 'again']);
  assert.deepEqual([failed(undefined).way, failed(undefined).exact], ['again', []], 'an older agent says nothing of it');
  assert.deepEqual(['form', 'wait', 'again'].map((way) => journey.stepOfStage(failed({ way }), 'wait')), ['sign_in', null, 'sign_in'], 'what was waited for in vain is told where it was waited for');
});

test('only pages of this window’s own sign-ins are opened, each once', () => {
  const waiting = any(say.snapshot({ attempts: [say.attempt('browser', { authorize_url: say.authorizeUrl }), say.attempt('browser', { id: 'other', authorize_url: say.authorizeUrl })] }));
  assert.deepEqual(attempts.toOpen(waiting, new Set(['a1']), new Set()), ['a1']);
  assert.deepEqual(attempts.toOpen(waiting, new Set(['a1']), new Set(['a1'])), []);
  assert.deepEqual(attempts.toOpen(any(say.snapshot({ attempts: [say.attempt('checking')] })), new Set(['a1']), new Set()), []);
});
