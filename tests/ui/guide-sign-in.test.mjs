// The guided set-up in the page as it ships: the sign-in, and what follows once connected.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announced, asked, at, focused, tell, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-guide.mjs';
import { connected, connection, created, ended, passes, pastePair, phase, ready, step, toAttempt, toSignIn } from './screens-guide.mjs';

const withPage = walking();

test('a name that is taken is said at its field', () => withPage(told.script(created, { connect: [{ fail: say.failure('name_taken', 'Another connection has this name.') }, { ok: { attempt: 'a1', alias: 'uat' } }] }), async (page) => {
  await toSignIn(page);
  await at(page, 'name-open').click();
  await at(page, 'alias').fill('Acme');
  await at(page, 'done').click();
  await at(page, 'alias-notes').getByText('Another connection has this name.').waitFor();
  assert.equal(await focused(page), 'alias');
  await at(page, 'alias').fill('uat');
  await at(page, 'alias').press('Enter');
  await page.locator('h1', { hasText: 'Checking the key' }).waitFor();
  assert.equal((await asked(page, 'connect')).at(-1).request.alias, 'uat');
}));

test('a refused sign-in is said where one is', () => withPage(told.script(created, { connect: [{ fail: say.failure('vault_full', 'The disk is full.') }] }), async (page) => {
  await toSignIn(page);
  await at(page, 'done').click();
  await at(page, 'failure').getByText('The disk is full.').waitFor();
  await ready(page);
}));

test('the browser is opened once for a sign-in of this window, and again on request', () => withPage(told.script(created), async (page) => {
  const view = say.attempt('browser', { authorize_url: say.authorizeUrl });
  await toAttempt(page, view);
  await at(page, 'value-sign-in-address').waitFor();
  await phase(page, view);
  assert.deepEqual(await asked(page, 'open_sign_in'), [{ attempt: 'a1', browser: null }], 'the page names the attempt, never an address');
  await at(page, 'done').click();
  assert.equal((await asked(page, 'open_sign_in')).length, 2);
  await at(page, 'copy-sign-in-address').click();
  await at(page, 'copy-sign-in-address').getByText('Copied').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), say.authorizeUrl);
}));

test('a window that finds a sign-in nobody opened offers to open it', () => withPage(told.script(told.checked(), {}, { attempts: [say.attempt('browser', { authorize_url: say.authorizeUrl })] }), async (page) => {
  await page.locator('h1', { hasText: 'Salesforce knows your app' }).waitFor();
  assert.equal((await asked(page, 'open_sign_in')).length, 0, 'not by itself');
  await at(page, 'done').getByText('Open the sign-in page').click();
  await page.locator('h1', { hasText: 'Go on in your browser' }).waitFor();
  assert.deepEqual(await asked(page, 'open_sign_in'), [{ attempt: 'a1', browser: null }]);
}));

test('beside the browser stand its pictures, what may look different, and a way on from an error page', () => withPage(told.script(created, { connect: [{ ok: { attempt: 'a1', alias: 'acme--uat' } }, { ok: { attempt: 'a2', alias: 'acme--uat' } }] }), async (page) => {
  await toAttempt(page, say.attempt('browser', { authorize_url: say.authorizeUrl }));
  await at(page, 'picture-sign-in').waitFor();
  await at(page, 'picture-allow').waitFor();
  // Their marks have its number.
  const sentences = told.steps.find(({ id }) => id === 'sign_in')?.do ?? [];
  const marked = page.locator('.actions li');
  assert.deepEqual(await marked.allInnerTexts(), sentences.slice(-1));
  assert.equal(await page.locator('.actions').getAttribute('start'), String(sentences.length));
  await at(page, 'variants').locator('summary').click();
  for (const { when } of told.steps.find(({ id }) => id === 'sign_in')?.variants ?? []) await at(page, 'variants').getByText(when).waitFor();
  await at(page, 'more').locator('summary').click();
  await at(page, 'step-sign_in').getByText('How you know it is done:').waitFor();
  await at(page, 'error-page').locator('summary').click();
  await at(page, 'error-page').getByText('redirect_uri_mismatch').waitFor();
  await at(page, 'error-page').getByText('Nothing happens after Allow', { exact: true }).waitFor();
  await at(page, 'sign-in-again').click();
  await page.locator('h1', { hasText: 'Checking the key' }).waitFor();
  const { key, secret, alias } = (await asked(page, 'connect')).at(-1).request;
  assert.deepEqual([key, secret, alias], [null, null, 'acme--uat'], 'begun anew, without another paste');
}));

test('a scope that a failure names can be copied there', () => withPage(told.script(created), async (page) => {
  await ended(page, { event: 'failed', ...say.failure('scope_missing', 'Salesforce did not grant what is needed.', ['Move both into Selected OAuth Scopes: Manage user data via APIs (api), and Perform requests at any time (refresh_token, offline_access).']) }, { way: 'again', exact: [{ of: 0, text: 'Move both into Selected OAuth Scopes.', lines: [], scopes: say.SCOPES }] });
  await at(page, 'copy-fix').nth(1).click();
  await announced(page, 'OAuth Scopes copied');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'Perform requests at any time (refresh_token, offline_access)');
}));

test('what only a command carries out is left out of a sign-in that failed, however it is worded', () => withPage(told.script(created), async (page) => {
  const fix = ['Say so with the command.', 'Move it into Selected OAuth Scopes: Manage user data via APIs (api).'];
  await ended(page, { event: 'failed', ...say.failure('home_copied', 'The files seem to be a copy.', fix) }, { way: 'again', exact: [{ of: 1, text: 'Move it into Selected OAuth Scopes.', lines: [], scopes: say.SCOPES.slice(0, 1) }] });
  await at(page, 'failure').getByText('Move it into Selected OAuth Scopes').waitFor();
  assert.doesNotMatch(await at(page, 'failure').textContent() ?? '', /command/, 'the window has another way');
  assert.equal(await at(page, 'copy-fix').count(), 1, 'and the values stay with their fix');
}));

test('the line that the portal comes back by is looked at before the portal is opened', () => withPage(told.script(told.portalDoubted(), {}, { connections: [connection] }), async (page) => {
  await at(page, 'mark').getByText('The line that the Datatrax portal comes back by').waitFor();
  await at(page, 'audit-check').click();
  await at(page, 'near-miss').waitFor();
  assert.deepEqual(await asked(page, 'audit_callbacks'), [{ address: say.address.origin, key: '' }], 'with the stored key, which the page has not');
  await at(page, 'more').locator('summary').click();
  await at(page, 'copy-connected-1').click();
  await announced(page, 'Datatrax portal copied');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'https://www.getdatatrax.com/');
  await at(page, 'more').getByText('How you know it is done:').waitFor();
}));

test('a pasted-back address is handed over and leaves the field', () => withPage(told.script(created, { paste_back: [{ fail: say.failure('paste_back_unreadable', 'This is not an address of this sign-in.') }, { ok: null }] }), async (page) => {
  await toAttempt(page, say.attempt('browser', { authorize_url: say.authorizeUrl }));
  await at(page, 'paste-back-open').click();
  await at(page, 'paste-back').fill('https://example.com');
  await at(page, 'paste-back-send').click();
  await at(page, 'paste-back-notes').getByText('not an address of this sign-in').waitFor();
  await at(page, 'paste-back').fill('http://localhost:17177/auth/salesforce/callback?code=x&state=y');
  await phase(page, say.attempt('browser', { authorize_url: say.authorizeUrl }));
  assert.match(await at(page, 'paste-back').inputValue(), /code=x/, 'news from the agent leave what was typed');
  await at(page, 'paste-back').press('Enter');
  assert.equal(await at(page, 'paste-back').inputValue(), '');
  assert.equal((await asked(page, 'paste_back'))[1].address, 'http://localhost:17177/auth/salesforce/callback?code=x&state=y');
}));

test('who signed in is shown in the window’s own words, and nothing goes on without an answer', () => withPage(told.script(created), async (page) => {
  await toSignIn(page);
  await at(page, 'user').fill('datatrax@acme.com.uat');
  await at(page, 'done').click();
  await phase(page, say.attempt('confirming', { found: say.identity, question: say.failure('identity_mismatch', 'Another user than expected has signed in. Nothing was stored.', ['If that user is right, say so when asked, or name the user with --accept-user.']) }));
  assert.equal(await at(page, 'found-user').textContent(), 'jane.admin@acme.com.uat');
  await at(page, 'question').getByText('You named datatrax@acme.com.uat, and another user has signed in.').waitFor();
  const question = await at(page, 'question').textContent() ?? '';
  assert.ok(!question.includes('--') && !question.includes('Nothing was stored'), question);
  assert.equal(await focused(page), 'heading', 'the focus goes to the heading of the new stage');
  await at(page, 'powers').getByText('The org does not tell').waitFor();
  await at(page, 'accept').click();
  await at(page, 'decline').click();
  assert.deepEqual(await asked(page, 'answer'), [{ attempt: 'a1', accept: true }, { attempt: 'a1', accept: false }]);
  await at(page, 'done').getByText('Sign in as datatrax@acme.com.uat instead').click();
  await page.waitForFunction(() => /** @type {any} */ (globalThis).calls.filter((/** @type {any} */ { command }) => command === 'connect').length === 2);
  const { key, secret, user } = (await asked(page, 'connect'))[1].request;
  assert.deepEqual([key, secret, user], [null, null, 'datatrax@acme.com.uat'], 'the safe answer is the main one, and needs no other paste');
}));

test('a sign-in that failed leads back to key and secret', () => withPage(told.script(created), async (page) => {
  await ended(page, { event: 'failed', ...say.failure('denied', 'Allow was not pressed.', ['Sign in again and press Allow.']) });
  await at(page, 'failure').getByText('Sign in again and press Allow.').waitFor();
  await at(page, 'done').click();
  await step(page, 'paste');
  await pastePair(page);
  await passes(page);
  await at(page, 'done').click();
  await at(page, 'user').waitFor();
}));

test('after a sign-in that failed another try needs no paste, as long as the pair is kept', () => withPage(told.script(created, { connect: [{ ok: { attempt: 'a1', alias: 'acme--uat' } }, { ok: { attempt: 'a2', alias: 'acme--uat' } }] }), async (page) => {
  await toAttempt(page, say.attempt('browser', { authorize_url: say.authorizeUrl }));
  await tell(page, 'notice', { method: 'attempt', params: { attempt: 'a1', event: { event: 'failed', ...say.failure('denied', 'Allow was not pressed.', ['Sign in again and press Allow.']) } } });
  const kept = told.created({ step: 'sign_in', pair_until: new Date(Date.now() + 30 * 60_000).toISOString(), updated_at: new Date(Date.now() + 5000).toISOString() });
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ setups: [kept] }) });
  await at(page, 'foot-line').getByText('Key and secret are still here for another try').waitFor();
  await page.evaluate(() => { /** @type {any} */ (globalThis).calls = []; });
  await at(page, 'done').getByText('Try again').click();
  await page.locator('h1', { hasText: 'Checking the key' }).waitFor();
  const { request } = (await asked(page, 'connect'))[0];
  assert.deepEqual([request.key, request.secret, request.user, request.alias], [null, null, null, 'acme--uat'], 'it tries, as before');
}));

test('after a sign-in that failed somebody else can be named without a paste', () => withPage(told.script(created, { connect: [{ ok: { attempt: 'a1', alias: 'acme--uat' } }, { ok: { attempt: 'a2', alias: 'acme--uat' } }] }), async (page) => {
  const kept = told.created({ step: 'sign_in', pair_until: new Date(Date.now() + 30 * 60_000).toISOString(), updated_at: new Date(Date.now() + 5000).toISOString() });
  await ended(page, { event: 'failed', ...say.failure('denied', 'Allow was not pressed.') });
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ setups: [kept] }) });
  await at(page, 'other-user').click();
  await at(page, 'user').fill('datatrax@acme.com.uat');
  await at(page, 'done').click();
  await page.locator('h1', { hasText: 'Checking the key' }).waitFor();
  const { request } = (await asked(page, 'connect')).at(-1);
  assert.deepEqual([request.key, request.secret, request.user], [null, null, 'datatrax@acme.com.uat']);
}));

test('once connected the start with the login is one tick away', () => withPage(told.script(created, { set: [{ ok: say.settings({ start_at_login: true }) }, { ok: say.settings({ start_at_login: false }) }] }), async (page) => {
  await connected(page, created, connection);
  await at(page, 'start-at-login').check();
  assert.deepEqual((await asked(page, 'set')).map(({ change }) => change), [{ setting: 'start_at_login', value: true }]);
  await at(page, 'start-at-login').uncheck();
  assert.deepEqual((await asked(page, 'set')).at(-1).change, { setting: 'start_at_login', value: false });
}));

test('a sign-in the agent no longer knows is said to be over', () => withPage(told.script(created), async (page) => {
  await toAttempt(page, say.attempt('browser', { authorize_url: say.authorizeUrl }));
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot() });
  await page.locator('h1', { hasText: 'This sign-in is over' }).waitFor();
}));

test('an end that the window missed is told by the next state', () => withPage(told.script(created), async (page) => {
  await toAttempt(page, say.attempt('browser', { authorize_url: say.authorizeUrl }));
  const event = { event: /** @type {const} */ ('failed'), ...say.failure('denied', 'Allow was not pressed.', ['Sign in again and press Allow.']) };
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ ended: [{ id: 'a1', event }, { id: 'of another window', event }] }) });
  await at(page, 'failure').getByText('Sign in again and press Allow.').waitFor();
}));

test('who was named is known even when the agent tells of the sign-in before it answers', () => withPage(told.script(created), async (page) => {
  await toSignIn(page);
  await at(page, 'user').fill('datatrax@acme.com.uat');
  const view = say.attempt('confirming', { found: say.identity, question: say.failure('identity_mismatch', 'Another user than expected has signed in.') });
  await page.evaluate((snapshot) => {
    /** @type {HTMLElement | null} */ (document.querySelector('[data-testid="done"]'))?.click();
    /** @type {any} */ (globalThis).tell('notice', { method: 'snapshot', params: snapshot });
  }, say.snapshot({ attempts: [view] }));
  await at(page, 'question').getByText('You named datatrax@acme.com.uat').waitFor();
}));

test('once connected the checks run, the values are copied for the portal, and whoever has told Datatrax is done', () => withPage(told.script(created, { copy_secret: [{ ok: { cleared_after_seconds: null } }, { fail: say.failure('copy_too_late', 'That time is over. Nothing was copied.') }] }), async (page) => {
  await connected(page, created, connection);
  assert.equal(await at(page, 'connected-user').textContent(), 'datatrax@acme.com.uat');
  await at(page, 'checks-good').locator('summary').click();
  await at(page, 'check-key').waitFor();
  assert.deepEqual(await asked(page, 'check'), [{ name: 'acme--uat' }], 'once');
  await at(page, 'copy-key').click();
  await at(page, 'copied').getByText('cleared from it in 10 minutes').waitFor();
  await at(page, 'copy-secret').click();
  await at(page, 'copied').getByText('not cleared by itself').waitFor();
  await at(page, 'copy-secret').click();
  await at(page, 'failure').getByText('That time is over').waitFor();
  await at(page, 'done').getByText('Copy the key and open the portal').click();
  await page.waitForFunction(() => /** @type {any} */ (globalThis).calls.some((/** @type {any} */ { command }) => command === 'open_portal'));
  assert.equal((await asked(page, 'copy_key')).length, 2, 'the first of the two values that the portal asks for');
  await at(page, 'done').getByText('The portal shows it as connected').click();
  await at(page, 'screen-connection').waitFor();
  assert.deepEqual(await asked(page, 'remove_setup'), [{ host: say.address.host }]);
}));

test('once connected what is to be looked at stands alone, and what is good is folded away and counted', () => withPage(told.script(created, { check: [{ ok: { checks: [...say.allGood, say.finding('issuer', 'Certificate', 'warn', 'An authority of this network has issued the certificate.', { code: 'network_tls' }), say.finding('limits', 'API limits', 'skip', '')] } }] }), async (page) => {
  await connected(page, created, connection);
  await page.locator('[data-testid="check-issuer"][data-state="warn"]').waitFor();
  assert.equal(await at(page, 'checks-good').locator('summary').textContent(), '4 checks are good, 1 not made');
  assert.equal(await at(page, 'check-key').isVisible(), false, 'folded away');
  await at(page, 'checks-good').locator('summary').click();
  await at(page, 'check-key').waitFor();
  await at(page, 'check-limits').waitFor();
}));

test('once connected somebody else can sign in, and the connection stays when they do not', () => withPage(told.script(created, { reconnect: [{ ok: { attempt: 'a2', alias: 'acme--uat' } }] }), async (page) => {
  await connected(page, created, connection);
  await at(page, 'sign-in-else').click();
  await step(page, 'sign_in');
  const { request } = (await asked(page, 'reconnect'))[0];
  assert.deepEqual([request.name, request.key, request.secret, request.user], ['acme--uat', null, null, null], 'with the stored key and secret');
  const kept = { ...created, step: 'sign_in', alias: 'acme--uat', updated_at: new Date(Date.now() + 10_000).toISOString() };
  const found = { ...say.attempt('confirming', { found: say.identity, question: say.failure('identity_mismatch', 'Another user than expected has signed in.') }), id: 'a2' };
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: [connection], setups: [kept], attempts: [found] }) });
  await at(page, 'question').getByText('Until now this connection was datatrax@acme.com.uat').waitFor();
  await at(page, 'decline').click();
  await tell(page, 'notice', { method: 'attempt', params: { attempt: 'a2', event: { event: 'failed', ...say.failure('identity_mismatch', 'Another user has signed in.') } } });
  await at(page, 'done').getByText('Back to the connection').click();
  await step(page, 'connected');
  assert.equal(await at(page, 'connected-user').textContent(), 'datatrax@acme.com.uat');
}));

test('a rehearsal is not sent to the portal', () => withPage(told.script(created), async (page) => {
  await connected(page, created, { ...connection, kind: 'practice' });
  await at(page, 'rehearsal').waitFor();
  assert.equal(await at(page, 'open-portal').count() + await at(page, 'copy-secret').count(), 0);
}));

test('a window that begins in a sign-in draws that first, and nothing before it', () => withPage(say.script({ beginning: [{ ok: { place: { name: 'attempt', id: 'a1' }, theme: 'system', appearance: null } }], snapshot: [{ ok: say.snapshot({ connections: say.connections, attempts: [say.attempt('browser', { authorize_url: say.authorizeUrl })] }) }] }), async (page) => {
  await at(page, 'screen-attempt').waitFor();
  const first = await page.evaluate(() => /** @type {any} */ (globalThis).calls.find((/** @type {any} */ call) => call.command === 'ready').heading);
  assert.equal(first, 'Sign in now');
}));

test('a notification about a sign-in leads into its set-up', () => withPage(told.script(told.checked(), { beginning: [{ ok: { place: { name: 'connections' }, theme: 'system', appearance: null } }] }, { attempts: [say.attempt('browser', { authorize_url: say.authorizeUrl })] }), async (page) => {
  await at(page, 'screen-connections').waitFor();
  await tell(page, 'place', { name: 'attempt', id: 'a1' });
  await step(page, 'sign_in');
}));

test('a new key and secret for a connection begin where they are pasted, and keep its name', () => withPage(told.beginning({ snapshot: [{ ok: say.snapshot({ connections: say.connections }) }] }), async (page) => {
  await at(page, 'screen-connections').waitFor();
  // A place with more in it than the window ever says: the page goes there by itself.
  await tell(page, 'place', /** @type {any} */ ({ name: 'add', address: 'https://acme--uat.sandbox.my.salesforce.com', alias: 'Acme, uat' }));
  await step(page, 'paste');
  await at(page, 'back').click();
  await at(page, 'screen-connection').waitFor();
  await at(page, 'nav-connections').click();
  await at(page, 'unfinished').getByText('New key for Acme, uat').waitFor();
  await at(page, 'setup-go-on').click();
  await toSignIn(page);
  await at(page, 'done').click();
  await page.locator('h1', { hasText: 'Checking the key' }).waitFor();
  assert.equal((await asked(page, 'connect'))[0].request.alias, 'Acme, uat');
}));

test('the whole way by keyboard alone', () => withPage(told.beginning({ validate: [{ ok: say.answers.allGood }] }), async (page) => {
  await at(page, 'empty').waitFor();
  /** @param {string} id */
  const tabTo = async (id) => {
    for (let presses = 0; presses < 60; presses += 1) {
      if (await focused(page) === id) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`Tab does not lead to ${id}`);
  };
  /** @param {string} id */
  const arrived = async (id) => {
    await step(page, id);
    assert.equal(await focused(page), { org: 'address', paste: 'key' }[id] ?? 'heading', `${id} begins at its heading, or at the field that it is for`);
  };
  await tabTo('nav-add');
  await page.keyboard.press('Enter');
  await arrived('org');
  await tabTo('address');
  await page.keyboard.type('acme--uat');
  await ready(page);
  await page.keyboard.press('Enter');
  for (const id of ['open', 'oauth', 'security']) {
    await arrived(id);
    if (id === 'oauth') {
      await tabTo('copy-oauth-1');
      await page.keyboard.press('Enter');
      await announced(page, 'Callback URL copied');
      await tabTo('zoom-oauth');
      await page.keyboard.press('Enter');
      await at(page, 'zoom').waitFor();
      await page.keyboard.press('Enter');
      await at(page, 'zoom').waitFor({ state: 'detached' });
    }
    await tabTo('done');
    await page.keyboard.press(id === 'open' ? 'Space' : 'Enter');
    if (id === 'open') await at(page, 'done').getByText('I have entered these').press('Control+Enter');
  }
  await arrived('paste');
  await tabTo('key');
  await page.keyboard.type('3MVG9example.of.a.key');
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'secret', 'the two fields follow each other');
  await page.keyboard.type('0123456789ABCDEF');
  await passes(page);
  await page.keyboard.press('Enter');
  await arrived('sign_in');
  await tabTo('user');
  await page.keyboard.type('datatrax@acme.com.uat');
  await page.keyboard.press('Enter');
  await page.locator('h1', { hasText: 'Checking the key' }).waitFor();
  await phase(page, say.attempt('browser', { authorize_url: say.authorizeUrl }));
  await page.locator('h1', { hasText: 'Go on in your browser' }).waitFor();
  assert.equal(await focused(page), 'heading', 'each stage begins at its heading');
  await tabTo('copy-sign-in-address');
  await page.keyboard.press('Enter');
  await announced(page, 'Sign-in address, for another browser or a private window copied');
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: [connection], setups: [told.checked({ step: 'connected', alias: 'acme--uat', updated_at: new Date(Date.now() + 5000).toISOString() })] }) });
  await arrived('connected');
  await tabTo('copy-secret');
  await page.keyboard.press('Enter');
  await at(page, 'copied').waitFor();
  await tabTo('done');
  await page.keyboard.press('Enter');
  await at(page, 'done').getByText('The portal shows it as connected').waitFor();
  await page.keyboard.press('Enter');
  await at(page, 'screen-connection').waitFor();
}));
