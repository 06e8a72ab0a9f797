// The guided set-up in the page as it ships: its steps, what is kept of them, the pair, and the sign-in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, at, rescript, tell, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-guide.mjs';
import { connected, connection, ended, pastePair, phase, ready, step, toAddress, toAttempt, toSignIn } from './screens-guide.mjs';

/** @typedef {import('playwright-core').Page} Page */
const withPage = walking();

/** @param {Page} page */
const focused = (page) => page.evaluate(() => (document.activeElement instanceof HTMLElement ? document.activeElement.dataset.testid : undefined));
/** @param {Page} page @param {string} part */
const announced = (page, part) => page.waitForFunction((wanted) => document.querySelector('#announcer')?.textContent?.includes(wanted), part);
/** @param {Page} page */
const marks = (page) => page.locator('.stop').evaluateAll((stops) => stops.map((stop) => `${stop.getAttribute('data-testid')?.slice(5)} ${stop.getAttribute('data-mark')}`));
const created = told.created();
const passes = (/** @type {Page} */ page) => page.locator('[data-testid="check-key"][data-state="pass"]').waitFor();

test('the address is understood while it is typed, in one question, and begins a set-up', () => withPage(told.beginning(), async (page) => {
  await at(page, 'nav-add').click();
  await at(page, 'address').pressSequentially('acme--uat', { delay: 10 });
  await ready(page);
  assert.equal((await asked(page, 'understand')).length, 1, 'one question after a pause');
  assert.equal(await at(page, 'address-hint').textContent(), 'Sandbox uat of acme');
  assert.equal(await page.title(), 'Sandbox uat of acme · Datatrax Connect');
  await at(page, 'done').click();
  await step(page, 'before');
  assert.deepEqual(await asked(page, 'set_up'), [{ address: 'acme--uat' }]);
  assert.deepEqual((await asked(page, 'remember')).at(-1), { place: { name: 'set_up', host: say.address.host } }, 'the next window begins here');
  assert.deepEqual((await asked(page, 'guide')).at(-1), { address: say.address.origin }, 'the guide adapts to the org');
}));

test('an address that cannot be used is marked beside its field, and nothing begins', () => withPage(told.beginning({
  understand: [{ ok: say.understanding({ address: null, notes: [{ field: 'address', blocks: true, code: 'address_needs_my_domain', message: 'This is the address everybody signs in at. Paste the address of your own org.' }] }) }],
}), async (page) => {
  await toAddress(page, 'login.salesforce.com');
  await at(page, 'address-notes').getByText('Paste the address of your own org').waitFor();
  assert.equal(await at(page, 'address').getAttribute('aria-invalid'), 'true');
  await announced(page, 'everybody signs in');
  await at(page, 'done').click({ force: true });
  await announced(page, 'Put the address right first');
  assert.equal((await asked(page, 'set_up')).length, 0);
}));

for (const [kind, address, title] of /** @type {const} */ ([['PRODUCTION', say.production, 'PRODUCTION · Production of acme · Datatrax Connect'], ['PRACTICE', say.practice, 'PRACTICE · Practice org on this computer · Datatrax Connect']])) {
  test(`${kind} is unmistakable`, () => withPage(told.script({ ...told.setup({ step: 'oauth' }), host: address.host, address }), async (page) => {
    await step(page, 'oauth');
    assert.equal(await page.title(), title);
    assert.equal(await at(page, 'org-card').locator('[data-testid="badge"]').textContent(), kind);
    const edge = (/** @type {'borderLeftColor' | 'borderTopColor'} */ side) => page.locator('#rail').evaluate((rail, wanted) => getComputedStyle(rail)[wanted], side);
    assert.notEqual(await edge('borderLeftColor'), 'rgba(0, 0, 0, 0)', 'the rail has a coloured edge');
    await page.setViewportSize({ width: 480, height: 900 });
    assert.notEqual(await edge('borderTopColor'), 'rgba(0, 0, 0, 0)', 'and so has the line it folds to');
  }));
}

test('who has begun several orgs goes on with each at its own step', () => withPage(told.script(told.wrongCallback(), {
  beginning: [{ ok: { place: { name: 'add' }, theme: 'system' } }], snapshot: [{ ok: say.snapshot({ setups: [told.wrongCallback(), told.production] }) }],
}), async (page) => {
  await at(page, 'begun').getByText('Step 8: Paste and check').waitFor();
  await page.getByRole('button', { name: 'Go on with Production of acme' }).click();
  await step(page, 'before');
  await at(page, 'nav-add').click();
  await page.getByRole('button', { name: 'Go on with Sandbox uat of acme' }).click();
  await step(page, 'paste');
}));

test('saying that a step is done goes on to the next, and is marked as said', () => withPage(told.script(told.setup()), async (page) => {
  await step(page, 'before');
  const names = ['before', 'open', 'details', 'oauth', 'security', 'copy'];
  for (const name of names) {
    await step(page, name);
    assert.equal(await at(page, 'done').textContent(), told.steps.find(({ id }) => id === name)?.done, 'the button says what the person has done');
    await at(page, 'done').click();
    await announced(page, 'marked as done');
  }
  await step(page, 'paste');
  assert.deepEqual((await asked(page, 'step_done')).map(({ step: id, done }) => `${id} ${done}`), names.map((name) => `${name} true`));
  assert.deepEqual((await marks(page)).slice(0, 8), ['org proved', ...names.map((name) => `${name} said`), 'paste open']);
  assert.equal(await focused(page), 'heading', 'a new step begins at its heading');
  await at(page, 'rail-oauth').click();
  await step(page, 'oauth');
  await at(page, 'undo').click();
  await page.locator('[data-testid="rail-oauth"][data-mark="open"]').waitFor();
  assert.deepEqual((await asked(page, 'step_done')).at(-1), { host: say.address.host, step: 'oauth', done: false });
}));

test('every step can be reached from the rail, and Back leads to the one before', () => withPage(told.script(told.setup()), async (page) => {
  for (const { id } of told.steps) {
    await at(page, `rail-${id}`).click();
    await step(page, id);
    assert.equal(await at(page, `rail-${id}`).getAttribute('aria-current'), 'step');
  }
  assert.equal((await asked(page, 'go_to')).length, told.steps.length, 'the agent keeps where one is');
  await at(page, 'rail-oauth').click();
  await at(page, 'back').click();
  await step(page, 'details');
}));

test('in a narrow window the steps stand behind a button', () => withPage(told.script(told.setup({ step: 'oauth' })), async (page) => {
  await step(page, 'oauth');
  assert.equal(await at(page, 'rail-details').isVisible(), false);
  assert.equal(await at(page, 'rail-unfold').textContent(), 'Step 5 of 11 · Callback URL and scopes, all steps');
  await at(page, 'rail-unfold').click();
  await at(page, 'rail-details').waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await at(page, 'rail-details').isVisible(), false, 'Escape folds it');
  assert.equal(await focused(page), 'rail-unfold');
  await page.keyboard.press('Enter');
  await at(page, 'rail-details').click();
  await step(page, 'details');
  assert.equal(await at(page, 'rail-open').isVisible(), false, 'it folds once a step is chosen');
}, { viewport: { width: 480, height: 900 } }));

test('a window begins at the step where the org was left', () => withPage(told.script(told.created({ step: 'copy' })), async (page) => {
  await step(page, 'copy');
  assert.equal((await asked(page, 'go_to')).length, 0, 'nothing was moved');
  assert.equal(await page.evaluate(() => document.activeElement === document.body), true, 'the first screen leaves the focus to the platform');
}));

test('the values are those of this very org from the first moment on', () => withPage(told.script(told.practice), async (page) => {
  await step(page, 'before');
  assert.deepEqual(await asked(page, 'guide'), [{ address: say.practice.origin }], 'never those of a real org in a rehearsal');
}));

test('the step moves with another face, and older news do not move it back', () => withPage(told.script(told.setup({ step: 'open' })), async (page) => {
  await step(page, 'open');
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ setups: [told.setup({ step: 'details', updated_at: new Date().toISOString() })] }) });
  await step(page, 'details');
  await at(page, 'done').click();
  await step(page, 'oauth');
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ setups: [told.setup({ step: 'details', updated_at: new Date(Date.now() - 60_000).toISOString() })] }) });
  await page.waitForTimeout(100);
  assert.equal(await at(page, 'step-oauth').count(), 1, 'still at the newer step');
}));

test('values are copied whole, by the button and by Enter on the value', () => withPage(told.script(told.setup({ step: 'oauth' })), async (page) => {
  await at(page, 'copy-oauth-1').click();
  await at(page, 'copy-oauth-1').getByText('Copied').waitFor();
  await announced(page, 'Callback URL copied');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), told.steps.find(({ id }) => id === 'oauth')?.values[0].value, 'all lines, as they stand');
  await at(page, 'value-oauth-2').focus();
  await page.keyboard.press('Enter');
  await announced(page, 'First scope copied');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'Manage user data via APIs (api)');
}));

test('no address wraps in mid-word, however narrow', () => withPage(told.script(told.setup({ step: 'oauth' })), async (page) => {
  await step(page, 'oauth');
  for (const width of [1180, 480, 360]) {
    await page.setViewportSize({ width, height: 800 });
    const broken = await page.locator('.value-text .line').evaluateAll((lines) => lines.flatMap((line) => [...line.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).filter((node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      return range.getClientRects().length > 1;
    }).map((node) => node.textContent)));
    assert.deepEqual(broken, [], `at ${width} px`);
  }
}));

test('the picture is in the theme in force, keeps its place, and can be enlarged', () => withPage(told.script(told.setup({ step: 'oauth' })), async (page) => {
  const picture = at(page, 'picture-oauth');
  const shown = () => picture.locator('img:visible').evaluateAll((images) => images.map((image) => image instanceof HTMLImageElement && { source: image.currentSrc.split('/').at(-1), loaded: image.naturalWidth > 0, place: image.getBoundingClientRect().height > 100 }));
  await picture.locator('img:visible').evaluate((image) => (image instanceof HTMLImageElement ? image.decode() : undefined));
  assert.deepEqual(await shown(), [{ source: 'oauth-light.webp', loaded: true, place: true }]);
  await tell(page, 'notice', { method: 'settings', params: say.settings({ theme: 'dark' }) });
  await picture.locator('.for-dark').waitFor();
  await picture.locator('.for-dark').evaluate((image) => (image instanceof HTMLImageElement ? image.decode() : undefined));
  assert.deepEqual(await shown(), [{ source: 'oauth-dark.webp', loaded: true, place: true }], 'the theme of the settings counts');
  await at(page, 'zoom-oauth').click();
  assert.equal(await focused(page), 'zoom-close');
  await page.keyboard.press('Escape');
  await at(page, 'zoom').waitFor({ state: 'detached' });
  assert.equal(await focused(page), 'zoom-oauth', 'the focus goes back');
}));

test('Setup is opened in the browser, and without one its address is shown', () => withPage(told.script(told.setup({ step: 'open' }), { open_setup: [{ ok: null }, { fail: say.failure('unexpected', 'x') }] }), async (page) => {
  await at(page, 'open-setup').click();
  await page.getByText('Setup is open in your browser').waitFor();
  assert.deepEqual(await asked(page, 'open_setup'), [{ address: say.address.origin }], 'the page names the org, never an address to open');
  await at(page, 'open-setup').click();
  await at(page, 'value-setup-address').waitFor();
}));

test('the window stays on top on request, while a guide is under way', () => withPage(told.script(told.setup({ step: 'open' })), async (page) => {
  await at(page, 'on-top').check();
  await page.locator('[data-testid="keep-on-top"][aria-pressed="true"]').waitFor();
  assert.deepEqual(await asked(page, 'keep_on_top'), [{ keep: true }]);
  await at(page, 'nav-connections').click();
  assert.deepEqual((await asked(page, 'keep_on_top')).at(-1), { keep: false }, 'it lets go with the guide');
}));

test('Ctrl with plus, minus and 0 makes all larger and smaller', () => withPage(told.script(told.setup({ step: 'oauth' })), async (page) => {
  await step(page, 'oauth');
  const size = () => page.locator('h1').evaluate((heading) => parseFloat(getComputedStyle(heading).fontSize));
  const usual = await size();
  for (let presses = 0; presses < 9; presses += 1) await page.keyboard.press('Control+=');
  assert.equal(await page.locator('html').evaluate((root) => root.style.fontSize), '200%');
  assert.ok(await at(page, 'rail-unfold').isVisible(), 'a window with so little room shows the narrow form');
  await page.keyboard.press('Control+0');
  assert.equal(await size(), usual);
  await page.keyboard.press('Control+-');
  assert.ok(await size() < usual);
}));

test('starting over asks first, and takes the marks away', () => withPage(told.script(told.created({ step: 'org' })), async (page) => {
  await at(page, 'start-over').click();
  await page.keyboard.press('Escape');
  assert.equal((await asked(page, 'start_over')).length, 0, 'nothing without a yes');
  await at(page, 'start-over').click();
  await at(page, 'start-over-sure').click();
  await step(page, 'before');
  assert.deepEqual((await marks(page)).filter((mark) => mark.endsWith('said')), []);
}));

test('removing asks first, and leads back to the connections', () => withPage(told.script(told.created({ step: 'org' }), { remove_setup: [{ fail: say.failure('setup_unknown', 'No set-up of it is kept.') }, { ok: null }] }), async (page) => {
  await at(page, 'remove').click();
  await at(page, 'remove-sure').click();
  await at(page, 'failure').getByText('No set-up of it is kept.').waitFor();
  await at(page, 'remove-sure').click();
  await at(page, 'said').getByText('The set-up is removed.').waitFor();
}));

test('an agent of an older version, which knows no set-ups, is used all the same', () => withPage(told.beginning({ snapshot: [{ ok: { connections: [], attempts: [], vault_trouble: null } }] }), async (page) => {
  await at(page, 'empty').waitFor();
}));

test('a refused step is said, and the page stays where it is', () => withPage(told.script(told.setup(), { step_done: [{ fail: say.failure('vault_full', 'The disk is full.') }] }), async (page) => {
  await step(page, 'before');
  await at(page, 'done').click();
  await at(page, 'failure').getByText('The disk is full.').waitFor();
  assert.equal(await at(page, 'step-before').count(), 1);
}));

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

test('an answer about a pair that was changed meanwhile is left aside', () => withPage(told.script(created, { validate: [{ never: true }, { ok: { checks: say.allGood } }] }), async (page) => {
  await step(page, 'paste');
  await pastePair(page);
  await page.locator('[data-testid="check-key"][data-state="running"]').waitFor();
  await at(page, 'secret').fill('another');
  await passes(page);
}));

test('swapped values are said once, never sent, and exchanged by one click', () => withPage(told.script(created), async (page) => {
  const swapped = ['key', 'secret'].map((field) => ({ field, blocks: true, code: 'swapped', message: 'The two are the wrong way round.' }));
  await step(page, 'paste');
  await rescript(page, { understand: [{ ok: say.understanding({ notes: swapped }) }] });
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

test('a wrong secret is said at its field with what to do, and its code behind Details', () => withPage(told.script(created, { validate: [{ ok: { checks: say.wrongSecret } }] }), async (page) => {
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

test('what the org says is wrong leads back to its step, and from there to a new check', () => withPage(told.script(told.wrongCallback(), { validate: [{ ok: { checks: told.notRegistered } }, { ok: { checks: say.allGood } }] }), async (page) => {
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

test('where only the hosted line is registered, the sign-in goes through it on request', () => withPage(told.script(created, { audit_callbacks: [{ ok: told.hostedAlone }], validate: [{ ok: { checks: told.notRegistered } }] }), async (page) => {
  await step(page, 'paste');
  await pastePair(page);
  await page.locator('[data-testid="check-callback"][data-state="fail"]').waitFor();
  assert.equal(await at(page, 'done').getAttribute('aria-disabled'), 'true', 'not by itself');
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
    address: say.address.origin, key: '3MVG9example.of.a.key', secret: '0123456789ABCDEF', alias: null, user: 'datatrax@acme.com.uat', accept_user: null, hosted: false, wait_seconds: 1800,
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

const notActive = { validate: [{ ok: { checks: told.notActive } }] };
const lastConnect = async (/** @type {Page} */ page) => (await asked(page, 'connect')).at(-1).request;

test('an app that is not active yet is waited for at once, and the page goes on by itself', () => withPage(told.script(told.created(), notActive), async (page) => {
  await step(page, 'paste');
  await pastePair(page);
  await step(page, 'wait');
  assert.equal((await lastConnect(page)).secret, '0123456789ABCDEF', 'the agent has the pair');
  assert.ok(!(await page.content()).includes('0123456789ABCDEF'), 'and the page no longer');
  assert.equal(await focused(page), 'heading');
  await phase(page, say.attempt('waiting', { next_check_at: new Date(Date.now() + 20_500).toISOString() }));
  assert.match(await at(page, 'next-check').textContent() ?? '', /^Asked again in 0:(20|21)$/);
  assert.match(await at(page, 'step-wait').textContent() ?? '', /Created 3 minutes ago\./);
  await page.waitForFunction(() => /0:1\d$/.test(document.querySelector('[data-testid="next-check"]')?.textContent ?? ''));
  await phase(page, say.attempt('browser', { authorize_url: say.authorizeUrl }));
  await step(page, 'sign_in');
  assert.equal(await focused(page), 'heading');
  assert.deepEqual(await asked(page, 'open_sign_in'), [{ attempt: 'a1' }], 'the sign-in page is opened');
}));

test('while it waits, who signs in can be named without another paste', () => withPage(told.script(told.created(), { ...notActive, connect: [{ ok: { attempt: 'a1', alias: 'acme--uat' } }, { ok: { attempt: 'a2', alias: 'acme--uat' } }] }), async (page) => {
  await step(page, 'paste');
  await pastePair(page);
  await step(page, 'wait');
  await phase(page, say.attempt('waiting', { next_check_at: new Date(Date.now() + 20_500).toISOString() }));
  await at(page, 'user').fill('datatrax@acme.com.uat');
  await at(page, 'name-user').click();
  await at(page, 'named').getByText('datatrax@acme.com.uat is asked to sign in.').waitFor();
  const { key, secret, user, alias } = await lastConnect(page);
  assert.deepEqual([key, secret, user, alias], [null, null, 'datatrax@acme.com.uat', 'acme--uat'], 'in the place of the one under way');
  await tell(page, 'notice', { method: 'attempt', params: { attempt: 'a1', event: { event: 'failed', ...say.failure('cancelled', 'Cancelled.') } } });
  await phase(page, { ...say.attempt('waiting', { next_check_at: new Date(Date.now() + 20_500).toISOString() }), id: 'a2' });
  await step(page, 'wait');
  await page.locator('h1', { hasText: 'Salesforce is activating your app' }).waitFor();
}));

test('a key that may be wrong is waited for only when somebody says so, and nothing is promised before', () => withPage(told.script({ ...told.created(), created_at: null }, notActive), async (page) => {
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
  await tell(page, 'notice', { method: 'attempt', params: { attempt: 'a1', event: { event: 'failed', ...say.failure('key_unknown', 'The org does not know this Consumer Key.', ['Check that the app is in this very org.']) } } });
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ setups: [told.unknownKey({ step: 'wait', pair_until: new Date(Date.now() + 60 * 60_000).toISOString(), updated_at: new Date(Date.now() + 5000).toISOString() })] }) });
  await page.locator('h1', { hasText: 'Still not known' }).waitFor();
  await at(page, 'failure').getByText('in this very org').waitFor();
  await at(page, 'variants').locator('summary').click();
  await at(page, 'variants').getByText('It is still not known after 30 minutes.').waitFor();
  await at(page, 'done').getByText('Wait again').click();
  await page.waitForFunction(() => /** @type {any} */ (globalThis).calls.filter((/** @type {any} */ call) => call.command === 'connect').length === 2);
  assert.equal((await lastConnect(page)).key, null, 'with the pair that is kept');
}));

test('that the org knows the app is said only where it has said so', () => withPage(told.script(created, { validate: [{ ok: { checks: told.outOfReach } }] }), async (page) => {
  await step(page, 'paste');
  await pastePair(page);
  await page.locator('[data-testid="check-key"][data-state="unknown"]').waitFor();
  await at(page, 'rail-wait').click();
  await page.locator('h1', { hasText: 'Whether Salesforce knows the app could not be told' }).waitFor();
  assert.equal(await page.getByText('Salesforce knows the app.').count(), 0);
  await at(page, 'to-checks').click();
  await rescript(page, { validate: [{ ok: { checks: say.allGood } }] });
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

test('the browser is opened once for a sign-in of this window, and again on request', () => withPage(told.script(created), async (page) => {
  const view = say.attempt('browser', { authorize_url: say.authorizeUrl });
  await toAttempt(page, view);
  await at(page, 'value-sign-in-address').waitFor();
  await phase(page, view);
  assert.deepEqual(await asked(page, 'open_sign_in'), [{ attempt: 'a1' }], 'the page names the attempt, never an address');
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
  assert.deepEqual(await asked(page, 'open_sign_in'), [{ attempt: 'a1' }]);
}));

test('beside the browser stand its pictures, what may look different, and a way on from an error page', () => withPage(told.script(created, { connect: [{ ok: { attempt: 'a1', alias: 'acme--uat' } }, { ok: { attempt: 'a2', alias: 'acme--uat' } }] }), async (page) => {
  await toAttempt(page, say.attempt('browser', { authorize_url: say.authorizeUrl }));
  await at(page, 'picture-sign-in').waitFor();
  await at(page, 'picture-allow').waitFor();
  await at(page, 'variants').locator('summary').click();
  for (const { when } of told.steps.find(({ id }) => id === 'sign_in')?.variants ?? []) await at(page, 'variants').getByText(when).waitFor();
  await at(page, 'step-sign_in').getByText('How you know it is done:').waitFor();
  await at(page, 'error-page').locator('summary').click();
  await at(page, 'error-page').getByText('redirect_uri_mismatch').waitFor();
  await at(page, 'sign-in-again').click();
  await page.locator('h1', { hasText: 'Checking the key' }).waitFor();
  const { key, secret, alias } = await lastConnect(page);
  assert.deepEqual([key, secret, alias], [null, null, 'acme--uat'], 'begun anew, without another paste');
}));

test('an app that is too new for its callback lines is not called wrong, and three ways lead on', () => withPage(told.script(told.doubted(), { validate: [{ ok: { checks: told.notRegisteredYet } }] }), async (page) => {
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
  const lacks = told.notRegisteredYet[3];
  await phase(page, say.attempt('waiting', { next_check_at: new Date(Date.now() + 20_500).toISOString(), waits_for: say.failure('callback_missing', lacks?.message ?? '', lacks?.fix) }));
  await page.locator('h1', { hasText: 'Waiting for the Callback URL' }).waitFor();
  await at(page, 'lacking').locator('[data-testid="copy-fix"]').click();
  await announced(page, 'Callback URL copied');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), told.steps.find(({ id }) => id === 'oauth')?.values[0].value, 'the lines, exactly');
}));

test('the last answers about the callback lines stand at their step, also without a key in this window', () => withPage(told.script(told.slipped({ step: 'oauth' })), async (page) => {
  await at(page, 'audit-outcome').getByText('3 of 5 lines are registered. Checked 2 minutes ago.').waitFor();
  assert.deepEqual(await at(page, 'near-miss').locator('mark').allTextContents(), ['/']);
  assert.equal((await asked(page, 'audit_callbacks')).length, 0, 'nobody was asked');
  await at(page, 'rail-paste').click();
  assert.deepEqual(await at(page, 'near-miss').locator('mark').allTextContents(), ['/']);
}));

test('what is done as far as the org can tell is told apart from what it confirms', () => withPage(told.script(told.checked({ step: 'details' })), async (page) => {
  await at(page, 'foot-line').getByText('Done, as far as the org can tell.').waitFor();
  assert.match(await at(page, 'rail-details').textContent() ?? '', /done, as far as the org can tell/);
  await at(page, 'rail-open').click();
  await at(page, 'foot-line').getByText('The org confirms this step.').waitFor();
}));

test('what a variant needs can be copied', () => withPage(told.script(told.setup({ step: 'open' })), async (page) => {
  await at(page, 'variants').locator('summary').click();
  await at(page, 'copy-open-variant-1').click();
  await announced(page, 'Quick Find copied');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'App Manager');
  await at(page, 'rail-details').click();
  await at(page, 'variants').locator('summary').click();
  await at(page, 'copy-details-variant-1').click();
  await announced(page, 'Label copied');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'Datatrax Integration');
}));

test('a scope that a failure names can be copied there', () => withPage(told.script(created), async (page) => {
  await ended(page, { event: 'failed', ...say.failure('scope_missing', 'Salesforce did not grant what is needed.', ['Move both into Selected OAuth Scopes: Manage user data via APIs (api), and Perform requests at any time (refresh_token, offline_access).']) });
  await at(page, 'copy-fix').nth(1).click();
  await announced(page, 'OAuth Scopes copied');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'Perform requests at any time (refresh_token, offline_access)');
}));

test('the line that the portal comes back by is looked at before the portal is opened', () => withPage(told.script(told.portalDoubted(), {}, { connections: [connection] }), async (page) => {
  await at(page, 'mark').getByText('The line that the Datatrax portal comes back by').waitFor();
  await at(page, 'audit-check').click();
  await at(page, 'near-miss').waitFor();
  assert.deepEqual(await asked(page, 'audit_callbacks'), [{ address: say.address.origin, key: '' }], 'with the stored key, which the page has not');
  await at(page, 'copy-connected-1').click();
  await announced(page, 'Datatrax portal copied');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'https://www.getdatatrax.com/');
  await at(page, 'portal').getByText('How you know it is done:').waitFor();
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
  await at(page, 'done').click();
  await at(page, 'decline').click();
  assert.deepEqual(await asked(page, 'answer'), [{ attempt: 'a1', accept: true }, { attempt: 'a1', accept: false }]);
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

test('after a sign-in that failed another try needs no paste, as long as the pair is kept', () => withPage(told.script(created), async (page) => {
  await toAttempt(page, say.attempt('browser', { authorize_url: say.authorizeUrl }));
  await tell(page, 'notice', { method: 'attempt', params: { attempt: 'a1', event: { event: 'failed', ...say.failure('denied', 'Allow was not pressed.', ['Sign in again and press Allow.']) } } });
  const kept = told.created({ step: 'sign_in', pair_until: new Date(Date.now() + 30 * 60_000).toISOString(), updated_at: new Date(Date.now() + 5000).toISOString() });
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ setups: [kept] }) });
  await at(page, 'foot-line').getByText('Key and secret are still here for another try').waitFor();
  await at(page, 'done').click();
  await at(page, 'user').fill('datatrax@acme.com.uat');
  await page.evaluate(() => { /** @type {any} */ (globalThis).calls = []; });
  await at(page, 'done').click();
  await page.waitForFunction(() => /** @type {any} */ (globalThis).calls.some((/** @type {any} */ call) => call.command === 'connect'));
  const [{ request }] = await asked(page, 'connect');
  assert.deepEqual([request.key, request.secret, request.user], [null, null, 'datatrax@acme.com.uat']);
}));

test('a sign-in the agent no longer knows is said to be over', () => withPage(told.script(created), async (page) => {
  await toAttempt(page, say.attempt('browser', { authorize_url: say.authorizeUrl }));
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot() });
  await page.locator('h1', { hasText: 'This sign-in is over' }).waitFor();
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

test('once connected the checks run, the values are copied for the portal, and Done puts the guide away', () => withPage(told.script(created, { copy_secret: [{ ok: { cleared_after_seconds: null } }, { fail: say.failure('copy_too_late', 'That time is over. Nothing was copied.') }] }), async (page) => {
  await connected(page, created, connection);
  assert.equal(await at(page, 'connected-user').textContent(), 'datatrax@acme.com.uat');
  await at(page, 'check-key').waitFor();
  assert.deepEqual(await asked(page, 'check'), [{ name: 'acme--uat' }], 'once');
  await at(page, 'copy-key').click();
  await at(page, 'copied').getByText('cleared from it in 60 seconds').waitFor();
  await at(page, 'copy-secret').click();
  await at(page, 'copied').getByText('not cleared by itself').waitFor();
  await at(page, 'copy-secret').click();
  await at(page, 'failure').getByText('That time is over').waitFor();
  await at(page, 'open-portal').click();
  assert.equal((await asked(page, 'open_portal')).length, 1);
  await at(page, 'done').click();
  await at(page, 'screen-connection').waitFor();
  assert.deepEqual(await asked(page, 'remove_setup'), [{ host: say.address.host }]);
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
  await tell(page, 'notice', { method: 'attempt', params: { attempt: 'a2', event: { event: 'failed', ...say.failure('identity_declined', 'Another user has signed in.') } } });
  await at(page, 'done').getByText('Back to the connection').click();
  await step(page, 'connected');
  assert.equal(await at(page, 'connected-user').textContent(), 'datatrax@acme.com.uat');
}));

test('beside a browser a picture stands where it is needed, and in a window it has its own size', () => withPage(told.script(told.setup({ step: 'security' })), async (page) => {
  const top = async (/** @type {string} */ name) => (await at(page, name).boundingBox())?.y ?? 0;
  await step(page, 'security');
  assert.ok(await top('picture-security') > 0 && await top('picture-security') < await top('copy-security-1'), 'the boxes are shown before they are named');
  await page.setViewportSize({ width: 1280, height: 800 });
  assert.equal((await at(page, 'picture-security').boundingBox())?.width, 448, 'pixel for pixel');
}, { viewport: { width: 480, height: 900 } }));

test('a rehearsal is not sent to the portal', () => withPage(told.script(created), async (page) => {
  await connected(page, created, { ...connection, kind: 'practice' });
  await at(page, 'rehearsal').waitFor();
  assert.equal(await at(page, 'open-portal').count() + await at(page, 'copy-secret').count(), 0);
}));

for (const [place, first] of /** @type {[any, string][]} */ ([[null, 'Connect your first org'], [{ name: 'connections' }, 'Connect your first org'], [{ name: 'add' }, 'Name the org you want to connect'], [{ name: 'settings' }, 'Settings']])) {
  test(`a window that begins at ${place?.name ?? 'no place'} draws that first, and nothing before it`, () => withPage(told.beginning({ beginning: [{ ok: { place, theme: 'system' } }] }), async (page) => {
    await page.locator('h1', { hasText: first }).waitFor();
    const drawn = await page.evaluate(() => /** @type {any} */ (globalThis).calls.find((/** @type {any} */ call) => call.command === 'ready'));
    assert.equal(drawn.heading, first);
    assert.ok(!drawn.shown.includes('Reading'), drawn.shown);
  }));
}

test('a window that begins in a sign-in draws that first, and nothing before it', () => withPage(say.script({ beginning: [{ ok: { place: { name: 'attempt', id: 'a1' }, theme: 'system' } }], snapshot: [{ ok: say.snapshot({ connections: say.connections, attempts: [say.attempt('browser', { authorize_url: say.authorizeUrl })] }) }] }), async (page) => {
  await at(page, 'screen-attempt').waitFor();
  const first = await page.evaluate(() => /** @type {any} */ (globalThis).calls.find((/** @type {any} */ call) => call.command === 'ready').heading);
  assert.equal(first, 'Sign in now');
}));

test('a window that begins in a set-up draws its step first, and nothing before it', () => withPage(told.script(told.setup({ step: 'details' })), async (page) => {
  await step(page, 'details');
  const first = await page.evaluate(() => /** @type {any} */ (globalThis).calls.find((/** @type {any} */ call) => call.command === 'ready').heading);
  assert.equal(first, 'Fill in the app details');
}));

test('a notification about a sign-in leads into its set-up', () => withPage(told.script(told.checked(), { beginning: [{ ok: { place: { name: 'connections' }, theme: 'system' } }] }, { attempts: [say.attempt('browser', { authorize_url: say.authorizeUrl })] }), async (page) => {
  await at(page, 'screen-connections').waitFor();
  await tell(page, 'place', { name: 'attempt', id: 'a1' });
  await step(page, 'sign_in');
}));

test('a new key and secret for a connection begin where they are copied, and keep its name', () => withPage(told.beginning({ snapshot: [{ ok: say.snapshot({ connections: say.connections }) }] }), async (page) => {
  await at(page, 'screen-connections').waitFor();
  await tell(page, 'place', { name: 'add', address: 'https://acme--uat.sandbox.my.salesforce.com', alias: 'Acme, uat' });
  await step(page, 'copy');
  await at(page, 'rail-paste').click();
  await toSignIn(page);
  await at(page, 'done').click();
  await page.locator('h1', { hasText: 'Checking the key' }).waitFor();
  assert.equal((await asked(page, 'connect'))[0].request.alias, 'Acme, uat');
}));

test('the whole way by keyboard alone', () => withPage(told.beginning({ validate: [{ ok: { checks: say.allGood } }] }), async (page) => {
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
    assert.equal(await focused(page), 'heading', `${id} begins at its heading`);
  };
  await tabTo('nav-add');
  await page.keyboard.press('Enter');
  await arrived('org');
  await tabTo('address');
  await page.keyboard.type('acme--uat');
  await ready(page);
  await page.keyboard.press('Enter');
  for (const id of ['before', 'open', 'details', 'oauth', 'security', 'copy']) {
    await arrived(id);
    if (id === 'oauth') {
      await tabTo('value-oauth-1');
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
  await tabTo('value-sign-in-address');
  await page.keyboard.press('Enter');
  await announced(page, 'Sign-in address copied');
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: [connection], setups: [told.checked({ step: 'connected', alias: 'acme--uat', updated_at: new Date(Date.now() + 5000).toISOString() })] }) });
  await arrived('connected');
  await tabTo('copy-secret');
  await page.keyboard.press('Enter');
  await at(page, 'copied').waitFor();
  await tabTo('done');
  await page.keyboard.press('Enter');
  await at(page, 'screen-connection').waitFor();
}));
