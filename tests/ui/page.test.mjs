// The page as it ships, in a real Chromium: every screen with axe, and what the page does.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { asked, at, open, rescript, tell, violations } from './browser.mjs';
import * as say from './fixtures.mjs';
import { ended, pastePair, screens, toAttempt, toForm } from './screens.mjs';

/** @type {Awaited<ReturnType<typeof open>>} */
let browser;
before(async () => { browser = await open(); });
after(() => browser.close());

/**
 * @param {Record<string, any>} script
 * @param {(page: import('playwright-core').Page) => Promise<void>} walk
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
async function withPage(script, walk, options) {
  const { page, errors, context } = await browser.page(script, options);
  try {
    await walk(page);
    assert.deepEqual(errors, [], 'no error and no violation of the policy');
  } finally {
    await context.close();
  }
}

/** @param {import('playwright-core').Page} page */
const focused = (page) => page.evaluate(() => (document.activeElement instanceof HTMLElement ? document.activeElement.dataset.testid : undefined));
const ready = (/** @type {import('playwright-core').Page} */ page) => page.locator('[data-testid="sign-in"][aria-disabled="false"]').waitFor();

/** What is too small to be hit, and what sticks out at the side. @param {import('playwright-core').Page} page */
const awkward = (page) => page.evaluate(() => {
  const found = [];
  for (const element of document.querySelectorAll('button, summary, input')) {
    const { height, width } = element.getBoundingClientRect();
    if (height > 0 && (height < 32 || width < 32)) found.push(`${element.outerHTML.slice(0, 90)} is ${Math.round(width)} × ${Math.round(height)}`);
  }
  for (const place of [document.documentElement, ...document.querySelectorAll('.page, .rail, .bar')]) {
    if (place.scrollWidth > place.clientWidth + 1) found.push(`${place.className || 'the page'} is ${place.scrollWidth} wide in ${place.clientWidth}`);
  }
  return found;
});

describe('every screen is accessible', { concurrency: 2 }, () => {
  for (const { name, script, go } of screens) {
    test(name, () => withPage(script, async (page) => {
      await go(page);
      assert.equal(await page.locator('h1').count(), 1, 'one heading');
      assert.deepEqual(await violations(page), [], 'axe, light');
      assert.deepEqual(await awkward(page), [], 'sizes in a full window');
      await page.emulateMedia({ colorScheme: 'dark' });
      assert.deepEqual(await violations(page), [], 'axe, dark');
      await page.setViewportSize({ width: 480, height: 900 });
      assert.deepEqual(await violations(page), [], 'axe, dark and narrow');
      assert.deepEqual(await awkward(page), [], 'sizes at 480 px');
      await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active', reducedMotion: 'reduce' });
      assert.deepEqual(await violations(page), [], 'axe, forced colours');
      await page.setViewportSize({ width: 360, height: 480 });
      assert.deepEqual(await awkward(page), [], 'sizes in the smallest window');
    }));
  }
});

test('at 200 % nothing sticks out', () => withPage(say.script(), async (page) => {
  await toForm(page);
  assert.deepEqual(await awkward(page), []);
  const room = await page.locator('.page').evaluate((place) => place.clientHeight);
  assert.ok(room > 150, `${room} px are left between what stands above and below`);
}, { viewport: { width: 540, height: 390 }, deviceScaleFactor: 2 }));

test('the address is understood while it is typed, in one question', () => withPage(say.script(), async (page) => {
  await at(page, 'nav-add').click();
  await at(page, 'address').pressSequentially('acme--uat', { delay: 10 });
  await page.getByText('Sandbox uat of acme').first().waitFor();
  assert.equal((await asked(page, 'understand')).length, 1, 'one question after a pause');
  assert.equal(await at(page, 'address-hint').textContent(), 'Sandbox uat of acme');
  assert.equal(await page.title(), 'Sandbox uat of acme · Datatrax Connect');
  assert.deepEqual((await asked(page, 'guide')).at(-1), { address: 'acme--uat' }, 'the guide adapts');
}));

test('production is unmistakable', () => withPage(say.script({ understand: [{ ok: say.understanding({ address: say.production }) }] }), async (page) => {
  await at(page, 'nav-add').click();
  await at(page, 'address').fill('acme');
  await at(page, 'rail-org').waitFor();
  assert.equal(await page.title(), 'PRODUCTION · Production of acme · Datatrax Connect');
  assert.equal(await at(page, 'rail-org').locator('[data-testid="badge"]').textContent(), 'PRODUCTION');
  const edge = await page.locator('#rail').evaluate((rail) => getComputedStyle(rail).borderLeftColor);
  assert.notEqual(edge, 'rgba(0, 0, 0, 0)', 'the rail has a coloured edge');
}));

test('an address that cannot be used is marked beside its field', () => withPage(say.script({
  understand: [{ ok: say.understanding({ address: null, notes: [{ field: 'address', blocks: true, code: 'address_needs_my_domain', message: 'This is the address everybody signs in at. Paste the address of your own org.' }] }) }],
}), async (page) => {
  await at(page, 'nav-add').click();
  await at(page, 'address').fill('login.salesforce.com');
  await at(page, 'address-notes').getByText('Paste the address of your own org').waitFor();
  assert.equal(await at(page, 'address').getAttribute('aria-invalid'), 'true');
  assert.match(await page.locator('#announcer').textContent() ?? '', /everybody signs in/);
}));

test('a pair is checked once, and again only when asked or changed', () => withPage(say.script(), async (page) => {
  await toForm(page);
  assert.equal((await asked(page, 'validate')).length, 0, 'nothing is asked without a pair');
  await pastePair(page);
  await page.locator('[data-testid="check-key"][data-state="pass"]').waitFor();
  assert.equal((await asked(page, 'validate')).length, 1, 'one question for the pair');
  assert.match(await page.locator('#announcer').textContent() ?? '', /all good/);
  await page.waitForTimeout(400);
  assert.equal((await asked(page, 'validate')).length, 1, 'and no more by itself');
  await at(page, 'check-again').click();
  await page.locator('[data-testid="check-key"][data-state="pass"]').waitFor();
  assert.equal((await asked(page, 'validate')).length, 2, 'again on request');
  await at(page, 'secret').fill('another');
  await page.locator('[data-testid="check-key"][data-state="pass"]').waitFor();
  assert.equal((await asked(page, 'validate')).length, 3, 'another pair is another question');
}));

test('an answer about a pair that was changed meanwhile is left aside', () => withPage(say.script({ validate: [{ never: true }, { ok: { checks: say.allGood } }] }), async (page) => {
  await toForm(page);
  await pastePair(page);
  await page.locator('[data-testid="check-key"][data-state="running"]').waitFor();
  await at(page, 'secret').fill('another');
  await page.locator('[data-testid="check-key"][data-state="pass"]').waitFor();
}));

test('swapped values are not sent to the org, and one click exchanges them', () => withPage(say.script(), async (page) => {
  await toForm(page);
  await rescript(page, { understand: [{ ok: say.understanding({ notes: [{ field: 'key', blocks: true, code: 'swapped', message: 'Swapped.' }] }) }] });
  await pastePair(page);
  await at(page, 'exchange').waitFor();
  assert.equal((await asked(page, 'validate')).length, 0, 'a secret in the field of the key is never sent');
  await at(page, 'sign-in').click({ force: true });
  assert.equal((await asked(page, 'connect')).length, 0, 'and no sign-in starts');
  await rescript(page, { understand: [{ ok: say.understanding() }] });
  await at(page, 'exchange').click();
  assert.equal(await at(page, 'key').inputValue(), '0123456789ABCDEF');
  assert.equal(await at(page, 'secret').inputValue(), '3MVG9example.of.a.key');
  await page.locator('[data-testid="check-key"][data-state="pass"]').waitFor();
}));

test('a wrong secret stops the sign-in with what to do', () => withPage(say.script({ validate: [{ ok: { checks: say.wrongSecret } }] }), async (page) => {
  await toForm(page);
  await pastePair(page);
  await at(page, 'check-secret').getByText('copy the secret with its copy icon').waitFor();
  await at(page, 'sign-in').click({ force: true });
  assert.equal((await asked(page, 'connect')).length, 0);
  await at(page, 'check-secret').getByText('Details', { exact: true }).click();
  await at(page, 'check-secret').getByText('secret_wrong').waitFor();
}));

test('the secret is hidden until asked for, and forgotten once sent on', () => withPage(say.script(), async (page) => {
  await toForm(page);
  await pastePair(page);
  assert.equal(await at(page, 'secret').getAttribute('type'), 'password');
  await at(page, 'show-secret').click();
  assert.equal(await at(page, 'secret').getAttribute('type'), 'text');
  await ready(page);
  await at(page, 'user').fill(' datatrax@acme.com.uat ');
  await at(page, 'sign-in').click();
  await at(page, 'screen-attempt').waitFor();
  assert.deepEqual(await asked(page, 'connect'), [{ request: {
    address: 'acme--uat', key: '3MVG9example.of.a.key', secret: '0123456789ABCDEF', alias: null, user: 'datatrax@acme.com.uat', accept_user: null, wait_seconds: 1800,
  } }]);
  await page.evaluate(() => { /** @type {any} */ (globalThis).calls = []; });
  await at(page, 'nav-add').click();
  assert.equal(await at(page, 'secret').inputValue() + await at(page, 'key').inputValue(), '', 'both fields are empty');
  assert.ok(!(await page.content()).includes('0123456789ABCDEF'), 'the page no longer holds it');
}));

test('leaving the form keeps the address and forgets the secret', () => withPage(say.script(), async (page) => {
  await toForm(page);
  await pastePair(page);
  await at(page, 'nav-connections').click();
  await at(page, 'nav-add').click();
  assert.equal(await at(page, 'address').inputValue(), 'acme--uat');
  assert.equal(await at(page, 'secret').inputValue(), '');
}));

test('the browser is opened once for a sign-in of this window, and again on request', () => withPage(say.script(), async (page) => {
  const view = say.attempt('browser', { authorize_url: say.authorizeUrl });
  await toAttempt(page, view);
  await at(page, 'sign-in-address').waitFor();
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ attempts: [view] }) });
  assert.deepEqual(await asked(page, 'open_sign_in'), [{ attempt: 'a1' }], 'the page names the attempt, never an address');
  await at(page, 'open-again').click();
  assert.equal((await asked(page, 'open_sign_in')).length, 2);
  await at(page, 'sign-in-address-copy').click();
  await at(page, 'sign-in-address-copy').getByText('Copied').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), say.authorizeUrl);
  assert.match(await page.locator('#announcer').textContent() ?? '', /copied/);
}));

test('a pasted-back address is handed over and leaves the field', () => withPage(say.script({ paste_back: [{ fail: say.failure('paste_back_unreadable', 'This is not an address of this sign-in.') }, { ok: null }] }), async (page) => {
  await toAttempt(page, say.attempt('browser', { authorize_url: say.authorizeUrl }));
  await at(page, 'paste-back-open').click();
  await at(page, 'paste-back').fill('https://example.com');
  await at(page, 'paste-back-send').click();
  await at(page, 'paste-back-notes').getByText('not an address of this sign-in').waitFor();
  await at(page, 'paste-back').fill('http://localhost:17177/auth/salesforce/callback?code=x&state=y');
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ attempts: [say.attempt('browser', { authorize_url: say.authorizeUrl })] }) });
  assert.match(await at(page, 'paste-back').inputValue(), /code=x/, 'news from the agent leave what was typed');
  await at(page, 'paste-back-send').click();
  assert.equal(await at(page, 'paste-back').inputValue(), '');
  assert.equal((await asked(page, 'paste_back'))[1].address, 'http://localhost:17177/auth/salesforce/callback?code=x&state=y');
}));

test('who signed in is shown, and nothing goes on without an answer', () => withPage(say.script(), async (page) => {
  await toAttempt(page, say.attempt('confirming', { found: say.identity, question: say.failure('identity_mismatch', 'Another user than expected has signed in.') }));
  assert.equal(await at(page, 'found-user').textContent(), 'jane.admin@acme.com.uat');
  assert.equal(await focused(page), 'heading', 'the focus goes to the heading of the new stage');
  await at(page, 'accept').click();
  await at(page, 'decline').click();
  assert.deepEqual(await asked(page, 'answer'), [{ attempt: 'a1', accept: true }, { attempt: 'a1', accept: false }]);
}));

test('waiting tells when the next check is, and can be cancelled', () => withPage(say.script(), async (page) => {
  await toAttempt(page, say.attempt('waiting', { next_check_at: new Date(Date.now() + 20_500).toISOString() }));
  assert.match(await at(page, 'next-check').textContent() ?? '', /^Next check in 0:(20|21)$/);
  await page.waitForFunction(() => /0:1\d$/.test(document.querySelector('[data-testid="next-check"]')?.textContent ?? ''));
  await at(page, 'cancel').click();
  assert.deepEqual(await asked(page, 'cancel'), [{ attempt: 'a1' }]);
}));

test('a sign-in that failed leads back to its form with the address kept', () => withPage(say.script(), async (page) => {
  await ended(page, { event: 'failed', ...say.failure('secret_wrong', 'Salesforce knows this key, but not this secret.', ['Copy it again.']) });
  await at(page, 'failure').getByText('Copy it again.').waitFor();
  await at(page, 'try-again').click();
  assert.equal(await at(page, 'address').inputValue(), `https://${say.address.host}`);
  assert.equal(await at(page, 'alias').inputValue(), 'acme--uat');
}));

test('a sign-in the agent no longer knows is said to be over', () => withPage(say.script(), async (page) => {
  await toAttempt(page, say.attempt('waiting'));
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot() });
  await page.locator('[data-testid="screen-attempt"][data-stage="gone"]').waitFor();
}));

test('the agent going away is said calmly, and goes by', () => withPage(say.script(), async (page) => {
  await at(page, 'empty').waitFor();
  await tell(page, 'standing', { state: 'starting' });
  await page.getByText('nothing stored is lost').waitFor();
  await tell(page, 'standing', { state: 'ready' });
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: say.connections }) });
  await at(page, 'connection').nth(4).waitFor();
  assert.equal(await at(page, 'standing').count(), 0);
}));

const some = say.script({ snapshot: [{ ok: say.snapshot({ connections: say.connections }) }] });

test('news from the agent leave the focus where it is', () => withPage(some, async (page) => {
  await at(page, 'row-details').nth(1).focus();
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: say.connections.with(0, say.connection({ status: 'unreachable' })) }) });
  await page.getByText('Not reachable, still connected').first().waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Details Acme, uat');
}));

test('a connection that needs somebody is reconnected from its row', () => withPage(some, async (page) => {
  await at(page, 'row-reconnect').first().click();
  await at(page, 'screen-attempt').waitFor();
  assert.deepEqual(await asked(page, 'reconnect'), [{ request: { name: 'Acme, dev2', key: null, secret: null, user: null, accept_user: null, wait_seconds: 1800 } }]);
}));

test('many connections can be searched', () => withPage(say.script({ snapshot: [{ ok: say.snapshot({ connections: Array.from({ length: 40 }, (_, at) => say.connection({ alias: `Org ${at}` })) }) }] }), async (page) => {
  await at(page, 'filter').fill('org 39');
  assert.equal(await at(page, 'connection').count(), 1);
  await at(page, 'filter').fill('nothing like it');
  await page.getByText('No connection has this').waitFor();
}));

test('renaming and its refusal', () => withPage({ ...some, show: [{ ok: say.detail() }, { ok: say.detail({ alias: 'Acme live' }) }], rename: [{ fail: say.failure('name_taken', 'Another connection has this name.') }, { ok: null }] }, async (page) => {
  await at(page, 'row-details').first().click();
  await at(page, 'rename').click();
  await at(page, 'new-name').fill('Acme live');
  await at(page, 'rename-save').click();
  await at(page, 'new-name-notes').getByText('Another connection has this name.').waitFor();
  await at(page, 'rename-save').click();
  await page.locator('h1', { hasText: 'Acme live' }).waitFor();
  assert.deepEqual((await asked(page, 'rename')).at(-1), { old: 'Acme', new: 'Acme live' });
}));

test('disconnecting asks first, and says what has become of the tokens', () => withPage(some, async (page) => {
  await at(page, 'row-details').first().click();
  await at(page, 'disconnect-more').click();
  await at(page, 'disconnect').click();
  await page.keyboard.press('Escape');
  assert.equal((await asked(page, 'disconnect')).length, 0, 'nothing without a yes');
  await at(page, 'disconnect').click();
  await at(page, 'disconnect-confirm').click();
  await at(page, 'said').getByText('has confirmed that its tokens no longer work').waitFor();
}));

test('the whole way by keyboard alone', () => withPage(say.script(), async (page) => {
  await at(page, 'empty').waitFor();
  /** @param {string} id */
  const tabTo = async (id) => {
    for (let presses = 0; presses < 60; presses += 1) {
      if (await focused(page) === id) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`Tab does not lead to ${id}`);
  };
  await tabTo('nav-add');
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'heading', 'a new screen starts at its heading');
  await tabTo('address');
  await page.keyboard.type('acme--uat');
  await page.getByText('Sandbox uat of acme').first().waitFor();
  await tabTo('value-open');
  await page.keyboard.press('Enter');
  await at(page, 'value-open-copy').getByText('Copied').waitFor();
  await tabTo('step-done-open');
  await page.keyboard.press('Enter');
  await tabTo('step-done-oauth');
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'key', 'the last step leads to the fields');
  await page.keyboard.type('3MVG9example.of.a.key');
  await tabTo('secret');
  await page.keyboard.type('0123456789ABCDEF');
  await ready(page);
  await tabTo('sign-in');
  await page.keyboard.press('Enter');
  await at(page, 'screen-attempt').waitFor();
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ attempts: [say.attempt('browser', { authorize_url: say.authorizeUrl })] }) });
  await tabTo('open-again');
}));

test('a setting is stored at once, and a text when it is saved', () => withPage(say.script({ set: [{ ok: say.settings({ keep_alive: false }) }, { ok: say.settings({ theme: 'dark' }) }, { ok: say.settings({ proxy: 'http://proxy.example:1' }) }] }), async (page) => {
  await at(page, 'nav-settings').click();
  await at(page, 'keep_alive').uncheck();
  await page.waitForFunction(() => document.querySelector('#announcer')?.textContent?.includes('saved'));
  await at(page, 'theme').selectOption('dark');
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'dark', 'the page follows');
  await at(page, 'proxy').fill(' http://proxy.example:1 ');
  assert.equal((await asked(page, 'set')).length, 2, 'not while it is typed');
  await at(page, 'proxy').press('Enter');
  await page.waitForFunction(() => /** @type {any} */ (globalThis).calls.filter((/** @type {any} */ call) => call.command === 'set').length === 3);
  assert.deepEqual((await asked(page, 'set')).map(({ change }) => change), [
    { setting: 'keep_alive', value: false }, { setting: 'theme', value: 'dark' }, { setting: 'proxy', value: 'http://proxy.example:1' },
  ]);
}));

test('a setting that another face changed is shown, and what is being typed stays', () => withPage(say.script(), async (page) => {
  await at(page, 'nav-settings').click();
  await at(page, 'proxy').fill('http://half');
  await tell(page, 'notice', { method: 'settings', params: say.settings({ keep_alive: false, theme: 'light' }) });
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'light');
  assert.equal(await at(page, 'keep_alive').isChecked(), false);
  assert.equal(await at(page, 'proxy').inputValue(), 'http://half');
}));

test('a setting that was refused goes back to what holds', () => withPage(say.script({ set: [{ fail: say.failure('start_at_login_refused', 'This computer did not take it.') }] }), async (page) => {
  await at(page, 'nav-settings').click();
  await at(page, 'start_at_login').click();
  await page.getByText('This computer did not take it.').waitFor();
  assert.equal(await at(page, 'start_at_login').isChecked(), false);
}));

test('the page begins where it was, or where it was called to, and says when it is drawn', () => withPage(say.script({
  beginning: [{ ok: { place: { name: 'connection', alias: 'Acme' }, theme: 'dark' } }], snapshot: [{ ok: say.snapshot({ connections: say.connections }) }],
}), async (page) => {
  await at(page, 'screen-connection').waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark', 'in its theme from the start');
  assert.equal((await asked(page, 'ready')).length, 1, 'drawn');
  assert.deepEqual((await asked(page, 'remember')).at(-1), { place: { name: 'connection', alias: 'Acme' } });
  await tell(page, 'place', { name: 'add' });
  await at(page, 'screen-add').waitFor();
}));

for (const place of [{ name: 'connection', alias: 'gone' }, { name: 'attempt', id: 'over' }]) {
  test(`a place that is no longer there (${place.name}) begins at the connections`, () => withPage(say.script({ beginning: [{ ok: { place, theme: 'system' } }], snapshot: [{ ok: say.snapshot({ connections: say.connections }) }] }), async (page) => {
    await at(page, 'connection').nth(4).waitFor();
    await at(page, 'screen-connections').waitFor();
  }));
}
