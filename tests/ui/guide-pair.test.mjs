// The guided set-up in the page as it ships: the pair, what the org says of it, and the wait for a new app.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announced, asked, at, focused, rescript, tell, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-guide.mjs';
import { created, passes, pastePair, phase, step, toAttempt } from './screens-guide.mjs';

/** @typedef {import('playwright-core').Page} Page */
const withPage = walking();
const notActive = { validate: [{ ok: told.answers.notActive }] };
const lastConnect = async (/** @type {Page} */ page) => (await asked(page, 'connect')).at(-1).request;

test('a pair is checked once, and again only when asked or changed', () => withPage(told.script(created), async (page) => {
  await step(page, 'paste');
  assert.equal((await asked(page, 'validate')).length, 0, 'nothing is asked without a pair');
  await pastePair(page);
  await passes(page);
  assert.equal((await asked(page, 'validate')).length, 1, 'one question for the pair');
  await announced(page, 'Consumer Secret: Good.');
  await page.waitForTimeout(400);
  assert.equal((await asked(page, 'validate')).length, 1, 'and no more by itself');
  await at(page, 'check-again').click();
  await passes(page);
  assert.equal((await asked(page, 'validate')).length, 2, 'again on request');
  await at(page, 'secret').fill('another');
  await passes(page);
  assert.equal((await asked(page, 'validate')).length, 3, 'another pair is another question');
}));

test('an answer about a pair that was changed meanwhile is left aside', () => withPage(told.script(created, { validate: [{ never: true }, { ok: say.answers.allGood }] }), async (page) => {
  await step(page, 'paste');
  await pastePair(page);
  await page.locator('[data-testid="check-key"][data-state="running"]').waitFor();
  await at(page, 'secret').fill('another');
  await passes(page);
}));

test('swapped values are said once, never sent, and exchanged by one click', () => withPage(told.script(created), async (page) => {
  const swapped = /** @type {const} */ (['key', 'secret']).map((field) => say.note(field, 'swapped', 'The two are the wrong way round.'));
  await step(page, 'paste');
  await rescript(page, { understand: [{ ok: say.understanding({ notes: swapped, looks: { looks: 'exchange', message: swapped[0]?.message ?? '' } }) }] });
  await pastePair(page);
  await at(page, 'exchange').waitFor();
  assert.equal(await page.locator('main').getByText('The two are the wrong way round.').count(), 1, 'said once');
  assert.equal((await asked(page, 'validate')).length, 0, 'a secret in the field of the key is never sent');
  await at(page, 'done').click({ force: true });
  await announced(page, 'Exchange the two values first');
  assert.equal(await at(page, 'step-paste').count(), 1, 'and nobody goes on');
  await rescript(page, { understand: [{ ok: say.understanding() }] });
  await at(page, 'exchange').click();
  assert.equal(await at(page, 'key').inputValue(), '0123456789ABCDEF');
  assert.equal(await at(page, 'secret').inputValue(), '3MVG9example.of.a.key');
  await passes(page);
}));

test('a wrong secret is said at its field with what to do, and its code behind Details', () => withPage(told.script(created, { validate: [{ ok: say.answers.wrongSecret }] }), async (page) => {
  await step(page, 'paste');
  await pastePair(page);
  await at(page, 'secret-notes').getByText('copy the secret with its copy icon').waitFor();
  assert.equal(await at(page, 'secret').getAttribute('aria-invalid'), 'true');
  await announced(page, 'Consumer Secret: Not right.');
  await at(page, 'done').click({ force: true });
  assert.equal(await at(page, 'step-paste').count(), 1, 'nobody goes on with it');
  await at(page, 'check-secret').getByText('Details', { exact: true }).click();
  await at(page, 'check-secret').getByText('secret_wrong').waitFor();
}));

test('what the org says is wrong leads back to its step, and from there to a new check', () => withPage(told.script(told.wrongCallback(), { validate: [{ ok: told.answers.notRegistered }, { ok: say.answers.allGood }] }), async (page) => {
  await step(page, 'paste');
  await pastePair(page);
  await page.locator('[data-testid="check-callback"][data-state="fail"]').waitFor();
  await at(page, 'back-to-oauth').click();
  await step(page, 'oauth');
  await at(page, 'wrong').getByText('in place of').waitFor();
  assert.equal(await at(page, 'done').textContent(), 'I have put this right');
  await at(page, 'done').click();
  await step(page, 'paste');
  await passes(page);
  assert.equal((await asked(page, 'validate')).length, 2, 'the pair at hand is asked about again');
  assert.deepEqual((await asked(page, 'step_done')), [{ host: say.address.host, step: 'oauth', done: true }]);
}));

test('every callback line is checked on request, and a near miss is marked where it differs', () => withPage(told.script(told.wrongCallback({ step: 'oauth' })), async (page) => {
  await at(page, 'audit-paste').click();
  await step(page, 'paste');
  await pastePair(page);
  await passes(page);
  assert.equal((await asked(page, 'audit_callbacks')).length, 0, 'not without being asked');
  await at(page, 'rail-oauth').click();
  await at(page, 'audit-check').click();
  await announced(page, '3 of 5 lines are registered. The app has it with a / at the end.');
  assert.deepEqual(await asked(page, 'audit_callbacks'), [{ address: say.address.origin, key: '3MVG9example.of.a.key' }]);
  assert.deepEqual(await at(page, 'audit-line').evaluateAll((lines) => lines.map((line) => line.getAttribute('data-state'))), ['pass', 'warn', 'pass', 'fail', 'pass']);
  assert.deepEqual(await at(page, 'near-miss').locator('mark').allTextContents(), ['/']);
  await at(page, 'copy-audit-missing').click();
  await announced(page, 'copied');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'http://localhost:17177/auth/salesforce/callback\nhttp://localhost:7177/auth/salesforce/callback');
}));

test('where only the hosted line is registered, the sign-in goes through it on request', () => withPage(told.script(created, { audit_callbacks: [{ ok: told.hostedAlone }], validate: [{ ok: told.answers.notRegistered }] }), async (page) => {
  await step(page, 'paste');
  await pastePair(page);
  await page.locator('[data-testid="check-callback"][data-state="fail"]').waitFor();
  assert.match(await at(page, 'done').textContent() ?? '', /Go to step/, 'not by itself: what is wrong is put right at its step');
  await at(page, 'audit-check').click();
  await at(page, 'audit-hosted').click();
  await step(page, 'sign_in');
  await at(page, 'done').click();
  await page.locator('h1', { hasText: 'Checking the key' }).waitFor();
  const [{ request }] = await asked(page, 'connect');
  assert.equal(request.hosted, true);
}));

test('what the org was last found to say is shown until both values are pasted again', () => withPage(told.script(told.wrongCallback()), async (page) => {
  await at(page, 'earlier').getByText('Checked 1 minute ago').waitFor();
  assert.equal(await at(page, 'check-callback').getAttribute('data-state'), 'fail');
  await pastePair(page);
  await passes(page);
  assert.equal(await at(page, 'earlier').count(), 0);
}));

test('the secret is hidden until asked for, and forgotten once sent on', () => withPage(told.script(created), async (page) => {
  await step(page, 'paste');
  await pastePair(page);
  assert.equal(await at(page, 'secret').getAttribute('type'), 'password');
  await at(page, 'show-secret').click();
  assert.equal(await at(page, 'secret').getAttribute('type'), 'text');
  await passes(page);
  await at(page, 'done').click();
  await step(page, 'sign_in');
  await at(page, 'user').fill(' datatrax@acme.com.uat ');
  await at(page, 'done').click();
  await page.locator('h1', { hasText: 'Checking the key' }).waitFor();
  assert.deepEqual(await asked(page, 'connect'), [{ request: {
    address: say.address.origin, key: '3MVG9example.of.a.key', secret: '0123456789ABCDEF', alias: null, user: 'datatrax@acme.com.uat', accept_user: null, hosted: false, may_ask: true,
  } }]);
  await page.evaluate(() => { /** @type {any} */ (globalThis).calls = []; });
  await at(page, 'rail-paste').click();
  assert.equal(await at(page, 'secret').inputValue() + await at(page, 'key').inputValue(), '', 'both fields are empty');
  assert.ok(!(await page.content()).includes('0123456789ABCDEF'), 'the page no longer holds it');
}));

test('the pair stays while one looks at other steps, and goes with the guide', () => withPage(told.script(created), async (page) => {
  await step(page, 'paste');
  await pastePair(page);
  await at(page, 'rail-oauth').click();
  await at(page, 'rail-paste').click();
  assert.equal(await at(page, 'secret').inputValue(), '0123456789ABCDEF');
  await at(page, 'nav-connections').click();
  await at(page, 'setup-go-on').click();
  await step(page, 'paste');
  assert.equal(await at(page, 'secret').inputValue(), '');
}));

test('an app that is not active yet is waited for at once, and the page goes on by itself', () => withPage(told.script(told.created(), notActive), async (page) => {
  await step(page, 'paste');
  await pastePair(page);
  await step(page, 'wait');
  assert.equal((await lastConnect(page)).secret, '0123456789ABCDEF', 'the agent has the pair');
  assert.ok(!(await page.content()).includes('0123456789ABCDEF'), 'and the page no longer');
  assert.equal(await focused(page), 'heading');
  await phase(page, say.attempt('waiting', { next_check_at: new Date(Date.now() + 20_500).toISOString() }));
  const left = await at(page, 'next-check').textContent() ?? '';
  assert.match(left, /^Asked again in 0:(1\d|2[01])$/);
  assert.match(await at(page, 'step-wait').textContent() ?? '', /Created 3 minutes ago\./);
  await page.waitForFunction((before) => {
    const now = document.querySelector('[data-testid="next-check"]')?.textContent ?? '';
    return /0:\d\d$/.test(now) && now !== before;
  }, left);
  await phase(page, say.attempt('browser', { authorize_url: say.authorizeUrl }));
  await step(page, 'sign_in');
  assert.equal(await focused(page), 'heading');
  assert.deepEqual(await asked(page, 'open_sign_in'), [{ attempt: 'a1', browser: null }], 'the sign-in page is opened');
}));

test('while it waits, who signs in can be named without another paste', () => withPage(told.script(told.created(), { ...notActive, connect: [{ ok: { attempt: 'a1', alias: 'acme--uat' } }, { ok: { attempt: 'a2', alias: 'acme--uat' } }] }), async (page) => {
  await step(page, 'paste');
  await pastePair(page);
  await step(page, 'wait');
  await phase(page, say.attempt('waiting', { next_check_at: new Date(Date.now() + 20_500).toISOString() }));
  await at(page, 'user').fill('datatrax@acme.com.uat');
  await at(page, 'name-user').click();
  await at(page, 'named').getByText('datatrax@acme.com.uat is remembered for the sign-in. Nobody is notified.').waitFor();
  const { key, secret, user, alias } = await lastConnect(page);
  assert.deepEqual([key, secret, user, alias], [null, null, 'datatrax@acme.com.uat', 'acme--uat'], 'in the place of the one under way');
  await tell(page, 'notice', { method: 'attempt', params: { attempt: 'a1', event: { event: 'failed', ...say.failure('cancelled', 'Cancelled.') } } });
  await phase(page, { ...say.attempt('waiting', { next_check_at: new Date(Date.now() + 20_500).toISOString() }), id: 'a2' });
  await step(page, 'wait');
  await page.locator('h1', { hasText: 'The org does not know this key yet' }).waitFor();
}));

test('a key that may be wrong is waited for only when somebody says so, and nothing is promised before', () => withPage(told.script({ ...told.created(), created_at: null }, { validate: [{ ok: told.answers.doubtedKey }] }), async (page) => {
  await step(page, 'paste');
  await pastePair(page);
  await at(page, 'not-active').getByText('press Wait for Salesforce. The org is then asked again by itself').waitFor();
  assert.equal((await asked(page, 'connect')).length, 0, 'not by itself');
  await at(page, 'step-paste').getByText('both are in this window alone, and gone when it is closed').waitFor();
  assert.equal(await at(page, 'done').textContent(), 'Wait for Salesforce');
  await at(page, 'rail-wait').click();
  await at(page, 'step-wait').getByText('and is not being asked').waitFor();
  await at(page, 'rail-paste').click();
  await at(page, 'done').click();
  await step(page, 'wait');
  assert.equal((await lastConnect(page)).key, '3MVG9example.of.a.key');
}));

test('what was waited for in vain is told there, with the way on', () => withPage(told.script(created), async (page) => {
  await toAttempt(page, say.attempt('waiting', { next_check_at: new Date(Date.now() + 20_500).toISOString() }));
  await step(page, 'wait');
  await tell(page, 'notice', { method: 'attempt', params: { attempt: 'a1', event: { event: 'failed', ...say.failure('key_unknown', 'The org does not know this Consumer Key.', ['Check that the app is in this very org.']) }, after: { way: 'wait' } } });
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ setups: [told.unknownKey({ step: 'wait', pair_until: new Date(Date.now() + 60 * 60_000).toISOString(), updated_at: new Date(Date.now() + 5000).toISOString() })] }) });
  await page.locator('h1', { hasText: 'Still not known' }).waitFor();
  await at(page, 'failure').getByText('in this very org').waitFor();
  await at(page, 'variants').locator('summary').click();
  await at(page, 'variants').getByText('It is still not known after 30 minutes.').waitFor();
  await at(page, 'done').getByText('Wait again').click();
  await page.waitForFunction(() => /** @type {any} */ (globalThis).calls.filter((/** @type {any} */ call) => call.command === 'connect').length === 2);
  assert.equal((await lastConnect(page)).key, null, 'with the pair that is kept');
}));

test('that the org knows the app is said only where it has said so', () => withPage(told.script(created, { validate: [{ ok: told.answers.outOfReach }] }), async (page) => {
  await step(page, 'paste');
  await pastePair(page);
  await page.locator('[data-testid="check-key"][data-state="unknown"]').waitFor();
  await at(page, 'rail-wait').click();
  await page.locator('h1', { hasText: 'Whether Salesforce knows the app could not be told' }).waitFor();
  assert.equal(await page.getByText('Salesforce knows the app.').count(), 0);
  await at(page, 'to-checks').click();
  await rescript(page, { validate: [{ ok: say.answers.allGood }] });
  await at(page, 'check-again').click();
  await passes(page);
  await at(page, 'rail-wait').click();
  await page.getByText('Salesforce knows the app.').waitFor();
}));

test('waiting can be stopped', () => withPage(told.script(created), async (page) => {
  await toAttempt(page, say.attempt('waiting', { next_check_at: new Date(Date.now() + 20_500).toISOString() }));
  await at(page, 'cancel').click();
  assert.deepEqual(await asked(page, 'cancel'), [{ attempt: 'a1' }]);
  await tell(page, 'notice', { method: 'attempt', params: { attempt: 'a1', event: { event: 'failed', ...say.failure('cancelled', 'Cancelled.') } } });
  await at(page, 'done').getByText('Paste the key and the secret').waitFor();
}));

test('before the key is pasted only the time since Create is told', () => withPage(told.script(told.created({ step: 'wait' })), async (page) => {
  await at(page, 'since-create').getByText('Created 3 minutes ago.').waitFor();
  assert.equal(await at(page, 'next-check').count(), 0, 'nothing is asked, so nothing is counted down');
  await at(page, 'done').click();
  await step(page, 'paste');
}));

test('whoever reads an earlier step while it waits stays there', () => withPage(told.script(created), async (page) => {
  await toAttempt(page, say.attempt('waiting', { next_check_at: new Date(Date.now() + 20_500).toISOString() }));
  await step(page, 'wait');
  await at(page, 'rail-oauth').click();
  await phase(page, say.attempt('browser', { authorize_url: say.authorizeUrl }));
  await page.waitForFunction(() => /** @type {any} */ (globalThis).calls.some((/** @type {any} */ call) => call.command === 'open_sign_in'));
  assert.equal(await at(page, 'step-oauth').count(), 1);
  await at(page, 'rail-wait').click();
  await page.getByText('There is nothing to wait for').waitFor();
}));

test('an app that is too new for its callback lines is not called wrong, and three ways lead on', () => withPage(told.script(told.doubted(), { validate: [{ ok: told.answers.notRegisteredYet }] }), async (page) => {
  await step(page, 'paste');
  await pastePair(page);
  await at(page, 'doubted-steps').getByText('A new app may need some minutes').waitFor();
  assert.equal(await at(page, 'wrong-steps').count(), 0);
  assert.equal(await at(page, 'rail-oauth').getAttribute('data-mark'), 'doubted');
  await at(page, 'audit-check').click();
  await at(page, 'near-miss').waitFor();
  await at(page, 'back-to-oauth').click();
  await step(page, 'oauth');
  await at(page, 'mark').getByText('or the app is not active everywhere yet').waitFor();
  assert.equal(await at(page, 'done').textContent(), 'I have entered these');
  assert.equal(await at(page, 'corrected').textContent(), 'I have put this right');
  await at(page, 'rail-paste').click();
  assert.equal(await at(page, 'done').textContent(), 'Wait for Salesforce');
  await at(page, 'done').click();
  await step(page, 'wait');
  await phase(page, say.attempt('waiting', { next_check_at: new Date(Date.now() + 20_500).toISOString(), ...told.lacksCallback() }));
  await page.locator('h1', { hasText: 'Waiting for the Callback URL' }).waitFor();
  await at(page, 'lacking').locator('[data-testid="copy-fix"]').click();
  await announced(page, 'Callback URL copied');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), told.steps.find(({ id }) => id === 'oauth')?.values[0]?.value, 'the lines, exactly');
}));

test('the last answers about the callback lines stand at their step, also without a key in this window', () => withPage(told.script(told.slipped({ step: 'oauth' })), async (page) => {
  await at(page, 'audit-outcome').getByText('3 of 5 lines are registered. Checked 2 minutes ago.').waitFor();
  assert.deepEqual(await at(page, 'near-miss').locator('mark').allTextContents(), ['/']);
  assert.equal((await asked(page, 'audit_callbacks')).length, 0, 'nobody was asked');
  await at(page, 'rail-paste').click();
  assert.deepEqual(await at(page, 'near-miss').locator('mark').allTextContents(), ['/']);
}));
