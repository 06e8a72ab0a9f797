// The way of those who have key and secret already, in the page as it ships.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, at, focused, tell, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-guide.mjs';
import { pastePair, phase, ready, step, toShort } from './screens-guide.mjs';

const withPage = walking();

test('whoever has key and secret already fills in one form', () => withPage(told.beginning(), async (page) => {
  await toShort(page);
  assert.equal(await focused(page), 'address', 'the first thing to do');
  assert.equal(await at(page, 'done').getAttribute('aria-disabled'), 'true');
  await at(page, 'address').fill('acme--uat');
  await pastePair(page);
  await at(page, 'user').fill('datatrax@acme.com.uat');
  await ready(page);
  assert.equal(await page.locator('[data-testid^="check-"][data-state="pass"]').count(), 4, 'the org is asked before any browser opens');
  await page.keyboard.press('Enter');
  await phase(page, say.attempt('browser', { authorize_url: say.authorizeUrl, ends_at: new Date(Date.now() + 14 * 60_000).toISOString() }));
  await step(page, 'sign_in');
  await at(page, 'step-sign_in').getByText(/1[34]:\d\d left/).waitFor();
  const [{ request }] = await asked(page, 'connect');
  assert.deepEqual([request.address, request.key, request.user, request.may_ask], [say.address.origin, '3MVG9example.of.a.key', 'datatrax@acme.com.uat', true]);
  assert.ok(!(await page.content()).includes('0123456789ABCDEF'), 'the page no longer holds the secret');
}));

test('what is wrong in Setup leads to its step, and values in each other’s place are exchanged', () => withPage(told.beginning({ validate: [{ ok: told.answers.notRegistered }] }), async (page) => {
  await toShort(page);
  await at(page, 'address').fill('acme--uat');
  await pastePair(page);
  await at(page, 'done').getByText('Show where to put it right').click();
  await step(page, 'oauth');
}));

test('what the short way began for a try that was refused is not left behind', () => withPage(told.beginning({ connect: [{ fail: say.failure('vault_full', 'The disk is full.') }] }), async (page) => {
  await toShort(page);
  await at(page, 'address').fill('acme--uat');
  await pastePair(page);
  await ready(page);
  await at(page, 'done').click();
  await at(page, 'failure').getByText('The disk is full.').waitFor();
  await at(page, 'nav-connections').click();
  await at(page, 'empty').waitFor();
  assert.equal(await at(page, 'setup').count(), 0);
}));

test('an org that is connected already has a link to its connection, and a key of another one is said there', () => withPage(told.beginning({
  snapshot: [{ ok: say.snapshot({ connections: [say.connection({ alias: 'uat', host: say.address.host, kind: 'sandbox' })] }) }],
  validate: [{ ok: { checks: say.allGood.with(1, say.finding('key', 'Consumer Key', 'fail', 'This is the Consumer Key of your connection practice.', { code: 'key_of_connection' })), verdict: { verdict: 'mend', check: 'key', step: 'paste', message: 'm', fix: [], hosted_helps: false } } }],
}), async (page) => {
  await at(page, 'nav-add').click();
  await at(page, 'address').fill('acme--uat');
  await at(page, 'connected-note').waitFor();
  await at(page, 'short').click();
  await pastePair(page);
  await at(page, 'key-notes').getByText('This is the Consumer Key of your connection practice.').waitFor();
  assert.equal(await at(page, 'done').getAttribute('aria-disabled'), 'true', 'nothing is waited for');
  await at(page, 'to-connection').click();
  await at(page, 'screen-connection').waitFor();
}));

test('what is waited for is shown, and not known yet is never called right', () => withPage(told.script(told.checked(), {}, { attempts: [say.attempt('waiting', { next_check_at: new Date(Date.now() + 20_000).toISOString(), key: { start: '3MVG9a', end: 'r2_hOx', length: 70 } })] }), async (page) => {
  await page.locator('h1', { hasText: 'The org does not know this key yet' }).waitFor();
  await at(page, 'key-ends').getByText('3MVG9a…r2_hOx, 70 characters').waitFor();
  assert.equal(await page.locator('#stage .note.good').count(), 0, 'nothing is ticked off');
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ setups: [told.checked()] }) });
}));

test('somebody whom nobody named and who may change everything is asked about', () => withPage(told.script(told.checked(), { connect: [{ ok: { attempt: 'a2', alias: 'acme--uat' } }] }, { attempts: [say.attempt('confirming', { found: { ...say.identity, modifies_all_data: true }, question: say.failure('user_unnamed', 'm') })] }), async (page) => {
  await at(page, 'question').getByText('No username was entered before, and this user may change everything in the org.').waitFor();
  await at(page, 'powers').getByText('Modify All Data').waitFor();
  await at(page, 'accept').getByText('Yes, connect as jane.admin@acme.com.uat').waitFor();
  await at(page, 'done').getByText('Sign in as somebody else').click();
  await page.waitForFunction(() => /** @type {any} */ (globalThis).calls.some((/** @type {any} */ { command }) => command === 'connect'));
}));
