// How connections are told and found, worked out from what the agent says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as health from '../../ui/js/health.js';
import * as say from './fixtures.mjs';
import * as told from './say-connections.mjs';

const now = new Date('2026-03-10T12:00:00Z');
/** @param {any} value @returns {any} */
const any = (value) => value;
const shown = (/** @type {any} */ connection) => health.row(connection, now);
const connection = (/** @type {object} */ more, /** @type {object} */ health = {}) => any(say.connection({ ...more, health: told.health(health) }));

test('each status has its words, and an unreachable org is still connected', () => {
  assert.equal(shown(connection({ safe_until: '2026-04-09T12:00:00Z' })).status, 'Connected');
  assert.equal(shown(connection({ safe_until: null })).status, 'Connected');
  const away = shown(connection({ status: 'unreachable' }, { since: '2026-03-10T10:15:00Z' }));
  assert.match(away.status, /^Not reachable since \d\d:\d\d, still connected$/, 'today: the time');
  assert.deepEqual([away.tone, away.way, away.detail], ['wait', null, 'We keep trying. Nothing to do.']);
  assert.equal(shown(connection({ status: 'unreachable' }, { since: '2026-03-08T10:15:00Z' })).status, 'Not reachable since 8 Mar, still connected', 'earlier: the day');
  assert.equal(shown(connection({ status: 'not_connected', checked_at: null })).checked, 'Not checked yet');
});

test('a pause that the org asked for is told with its end, and the org is not called out of reach', () => {
  const pause = { until: '2026-03-10T12:09:30Z' };
  for (const status of ['connected', 'unreachable']) {
    const paused = shown(connection({ status, pause }, { since: '2026-03-10T10:15:00Z' }));
    assert.match(paused.status, /^Salesforce asks for a pause until \d\d:10, still connected$/, 'the first minute that is late enough');
    assert.deepEqual([paused.tone, paused.way, paused.detail], ['wait', null, 'It goes on by itself after the pause. Nothing to do.']);
    assert.equal(health.summary(any([told.fine, connection({ status, pause })])), '1 of 2 is well. Salesforce asks for a pause for one.');
  }
  assert.equal(shown(connection({ status: 'unreachable', pause: { until: null } })).status, 'Salesforce asks for a pause, still connected');
  const risky = shown(connection({ status: 'unreachable', pause, safe_until: '2026-03-15T12:00:00Z' }, { at_risk: true }));
  assert.equal(risky.status, 'Salesforce asks for a pause, may end on 15 Mar');
  assert.equal(shown(connection({ status: 'needs_you', pause, reason: say.failure('unexpected', 'Why.') }, { needs: 'sign_in' })).way, 'reconnect', 'what a person has to do comes first');
});

test('a connection that may end has a tone and words of its own', () => {
  const risky = { safe_until: '2026-03-15T12:00:00Z' };
  const connected = shown(connection(risky, { at_risk: true }));
  assert.deepEqual([connected.tone, connected.status], ['soon', 'Connected, may end on 15 Mar']);
  const away = shown(connection({ ...risky, status: 'unreachable' }, { at_risk: true, since: '2026-03-01T12:00:00Z' }));
  assert.deepEqual([away.tone, away.status], ['soon', 'Not reachable since 1 Mar, may end on 15 Mar']);
});

test('an end that use does not put off is told in the agent’s words, with a new sign-in as the way on', () => {
  const text = 'Connected, and by default until 2026-03-15: unless an admin chose another.';
  const ending = { safe_until: '2026-03-15T12:00:00Z' };
  const near = shown(connection(ending, { at_risk: true, ends: 'by_default', text }));
  assert.deepEqual([near.tone, near.status, near.detail, near.way], ['soon', 'Connected, may end on 15 Mar', 'Connected, and by default until 15 Mar: unless an admin chose another.', 'reconnect']);
  const weeks = shown(connection(ending, { ends: 'told', text }));
  assert.deepEqual([weeks.tone, weeks.status, weeks.way], ['good', 'Connected, may end on 15 Mar', null], 'weeks before it is only said');
  const away = shown(connection({ ...ending, status: 'unreachable' }, { at_risk: true, ends: 'by_default', text }));
  assert.equal(away.way, null, 'nobody can sign in to an org that is away');
  assert.doesNotMatch(away.detail, /has to be reached once/);
});

test('what helps follows from what is needed', () => {
  const ways = (/** @type {string} */ needs) => { const row = shown(connection({ status: 'needs_you', reason: say.failure('unexpected', 'Why.') }, { needs })); return [row.way, row.status, row.detail]; };
  assert.deepEqual(ways('sign_in'), ['reconnect', 'Needs you: sign in again', 'Why.']);
  assert.deepEqual(ways('new_pair'), ['pair', 'Needs you: paste a new key and secret', 'Why.']);
  assert.deepEqual(ways('setting'), ['check', 'Needs you: a setting in Salesforce', 'Why.']);
  assert.equal(shown(told.fine).way, null, 'nothing to do');
  assert.equal(shown(say.connection({ status: 'needs_you' })).way, 'reconnect', 'told by an older agent, without its health');
});

test('what needs somebody comes first, and empty groups are left out', () => {
  const groups = health.grouped(any(told.each));
  assert.deepEqual([...groups].map(([group, members]) => [group, members.map(({ alias }) => alias)]), [
    ['needs', ['Acme, dev2', 'Globex', 'Initech']], ['soon', ['Soylent']], ['away', ['Vandelay']], ['well', ['Acme', 'Acme, uat', 'Rehearsal']],
  ]);
  assert.deepEqual([...health.grouped(any([told.fine])).keys()], ['well']);
});

test('the summary counts who is well and who needs somebody', () => {
  assert.equal(health.summary(any([told.fine])), 'Your connection is well.');
  assert.equal(health.summary(any([told.fine, told.sandbox])), 'Both are well.');
  assert.equal(health.summary(any(told.each)), '3 of 8 are well. 3 need you. One may end soon. One cannot be reached at the moment.');
});

test('the search looks at name, host, user, org and kind, whatever the case and order', () => {
  const found = (/** @type {string} */ text) => health.matching(any(told.each), text).map(({ alias }) => alias);
  assert.deepEqual(found('GLOBEX'), ['Globex']);
  assert.deepEqual(found('--uat.'), ['Acme, uat']);
  assert.deepEqual(found('admin@practice'), ['Rehearsal']);
  assert.deepEqual(found('sandbox dev2'), ['Acme, dev2'], 'every word, in any order');
  assert.deepEqual(found('production soylent'), ['Soylent'], 'by kind');
  assert.equal(found(' ').length, told.each.length, 'an empty search shows all');
  assert.deepEqual(found('nothing like it'), []);
});

test('the agent’s times are told in the reader’s own zone and form', () => {
  assert.equal(health.inOwnTime('It may end on 2026-03-12: until then.', now), 'It may end on 12 Mar: until then.');
  assert.equal(health.inOwnTime('Safe until 2027-01-01.', now), 'Safe until 1 Jan 2027.', 'another year is named');
  assert.match(health.inOwnTime('Not since 2026-03-10 10:15 UTC. Kept.', now), /^Not since \d+ Mar, \d\d:\d\d\. Kept\.$/);
  assert.equal(health.inOwnTime('Ports 17177 and 7177.', now), 'Ports 17177 and 7177.', 'other numbers stay');
});

test('disconnecting says what has become of the tokens, and how that is known', () => {
  const said = (/** @type {any} */ answer) => health.farewell('Acme', answer, now);
  const proved = said({ revoked: true, proved_at: '2026-03-10T11:59:00Z' });
  assert.match(proved.text, /has confirmed/);
  assert.deepEqual(proved.proof.map(({ done }) => done), [true, true, true]);
  assert.deepEqual(said({ revoked: true, proved_at: null }).proof.map(({ done }) => done), [true, false, true], 'revoked, and not proved');
  assert.match(said({ revoked: 'later', proved_at: null }).text, /still to be revoked.*tried again by itself/);
  const not = said({ revoked: false, proved_at: null });
  assert.match(not.text, /did not revoke/);
  assert.equal(not.tone, 'wait');
  const none = said({ revoked: false, proved_at: null, had_no_tokens: true });
  assert.match(none.text, /It had no tokens/, 'of one that was brought back and never signed in to');
  assert.deepEqual([none.tone, none.proof], ['good', []]);
});
