// The pure part of the page: what is shown, worked out from what the agent told.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as model from '../../ui/js/model.js';
import * as words from '../../ui/js/words.js';
import * as say from './fixtures.mjs';

const now = new Date('2026-03-10T12:00:00Z');
/** @param {number} seconds */
const before = (seconds) => new Date(now.getTime() - seconds * 1000).toISOString();
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

test('checks keep their place while nothing is known', () => {
  assert.deepEqual(model.checkLines(null, false).map(({ id, state }) => [id, state]), [['address', 'next'], ['tls', 'next'], ['key', 'next'], ['callback', 'next'], ['secret', 'next']]);
  assert.ok(model.checkLines(any(say.allGood), true).every(({ state }) => state === 'running'), 'old results are not shown as new ones');
  assert.equal(model.checkLines(any(say.wrongSecret), false)[2]?.stateWord, 'Not right');
});

test('a screen reader hears what is wrong first', () => {
  assert.equal(model.checkSummary(any(say.wrongSecret)), 'Consumer Secret not right.');
  assert.equal(model.checkSummary(any(say.allGood)), 'all good.');
  assert.equal(model.checkSummary([]), 'nothing could be told.');
});

test('whatever is thrown ends in words', () => {
  assert.equal(model.asFailure(say.failure('key_unknown', 'Not known.')).message, 'Not known.');
  assert.equal(model.asFailure(new Error('x')).code, 'unexpected');
  assert.equal(model.asFailure('command refused').message, words.failure.unexpected);
});

test('the checks to come are called as the core calls what it finds', () => {
  const file = fileURLToPath(new URL('../../src-tauri/core/src/words/checks.toml', import.meta.url));
  const told = JSON.parse(execFileSync('python3', ['-c', 'import json, sys, tomllib; print(json.dumps(tomllib.load(open(sys.argv[1], "rb"))))', file], { encoding: 'utf8' }));
  assert.ok(words.checksToCome.length > 3);
  for (const [id, title] of words.checksToCome) assert.equal(title, told[id].title, id);
});
