// The guided set-up in the page as it ships: its org, its steps, and what is kept of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announced, asked, at, focused, tell, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-guide.mjs';
import { ready, step, toAddress } from './screens-guide.mjs';

/** @typedef {import('playwright-core').Page} Page */
const withPage = walking();
/** @param {Page} page */
const marks = (page) => page.locator('.stop').evaluateAll((stops) => stops.map((stop) => `${stop.getAttribute('data-testid')?.slice(5)} ${stop.getAttribute('data-mark')}`));

test('the address is understood while it is typed, in one question, and begins a set-up', () => withPage(told.beginning(), async (page) => {
  await at(page, 'nav-add').click();
  await at(page, 'address').pressSequentially('acme--uat', { delay: 10 });
  await ready(page);
  assert.equal((await asked(page, 'understand')).length, 1, 'one question after a pause');
  assert.equal(await at(page, 'address-hint').textContent(), 'Sandbox uat of acme');
  assert.equal(await page.title(), 'Sandbox uat of acme · Datatrax Connect');
  await at(page, 'done').click();
  await step(page, 'open');
  assert.deepEqual(await asked(page, 'step_done'), [{ host: say.address.host, step: 'before', done: true }], 'what is needed was read beside the address');
  assert.deepEqual(await asked(page, 'set_up'), [{ address: 'acme--uat' }]);
  assert.deepEqual((await asked(page, 'remember')).at(-1), { place: { name: 'set_up', host: say.address.host } }, 'the next window begins here');
  assert.deepEqual((await asked(page, 'guide')).at(-1), { address: say.address.origin }, 'the guide adapts to the org');
}));

test('an address that cannot be used is marked beside its field, and nothing begins', () => withPage(told.beginning({
  understand: [{ ok: say.understanding({ address: null, notes: [say.note('address', 'address_needs_my_domain', 'This is the address everybody signs in at. Paste the address of your own org.')] }) }],
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
  beginning: [{ ok: { place: { name: 'add' }, theme: 'system', appearance: null } }], snapshot: [{ ok: say.snapshot({ setups: [told.wrongCallback(), told.production] }) }],
}), async (page) => {
  await at(page, 'begun').getByText('Step 5: Paste and check').waitFor();
  await page.getByRole('button', { name: 'Go on with Production of acme, acme.my.salesforce.com' }).click();
  await step(page, 'before');
  await at(page, 'nav-add').click();
  await page.getByRole('button', { name: 'Go on with Sandbox uat of acme' }).click();
  await step(page, 'paste');
}));

test('saying that a step is done goes on to the next, and is marked as said', () => withPage(told.script(told.setup()), async (page) => {
  for (const [screen, last] of [['org', 'before'], ['open', 'details'], ['oauth', 'oauth'], ['security', 'security']]) {
    await step(page, screen ?? '');
    if (screen === 'open') await at(page, 'done').click();
    await at(page, 'done').getByText(told.steps.find(({ id }) => id === last)?.done ?? '').click();
    await announced(page, 'marked as done');
  }
  await step(page, 'paste');
  const names = ['before', 'open', 'details', 'oauth', 'security'];
  assert.deepEqual((await asked(page, 'step_done')).map(({ step: id, done }) => `${id} ${done}`), names.map((name) => `${name} true`), 'of each step that a screen shows');
  assert.deepEqual((await marks(page)).slice(0, 5), ['org said', 'open said', 'oauth said', 'security said', 'paste open']);
  assert.equal(await focused(page), 'key', 'the step begins at its one field');
  await at(page, 'rail-oauth').click();
  await step(page, 'oauth');
  await at(page, 'undo').click();
  await page.locator('[data-testid="rail-oauth"][data-mark="open"]').waitFor();
  assert.deepEqual((await asked(page, 'step_done')).at(-1), { host: say.address.host, step: 'oauth', done: false });
}));

test('every step can be reached from the rail, and Back leads to the one before', () => withPage(told.script(told.setup()), async (page) => {
  const screens = told.steps.filter(({ on }) => on === null);
  for (const { id } of screens) {
    await at(page, `rail-${id}`).click();
    await step(page, id);
    assert.equal(await at(page, `rail-${id}`).getAttribute('aria-current'), 'step');
  }
  assert.equal((await asked(page, 'go_to')).length, 0, 'a look moves nothing: the set-up goes on where it was left');
  await at(page, 'rail-oauth').click();
  await at(page, 'back').click();
  await step(page, 'open');
  assert.deepEqual(await asked(page, 'go_to'), [{ host: say.address.host, step: 'open' }]);
  await at(page, 'nav-connections').click();
  await at(page, 'setup-go-on').click();
  await step(page, 'open');
  await at(page, 'rail-security').click();
  await step(page, 'security');
  await at(page, 'nav-connections').click();
  await at(page, 'setup-go-on').click();
  await step(page, 'open');
}));

test('in a narrow window the steps stand behind a button', () => withPage(told.script(told.setup({ step: 'oauth' })), async (page) => {
  await step(page, 'oauth');
  assert.equal(await at(page, 'rail-open').isVisible(), false);
  assert.equal(await at(page, 'rail-unfold').textContent(), 'Step 3 of 8 · Callback URL and scopes, all steps');
  await at(page, 'rail-unfold').click();
  await at(page, 'rail-open').waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await at(page, 'rail-open').isVisible(), false, 'Escape folds it');
  assert.equal(await focused(page), 'rail-unfold');
  await page.keyboard.press('Enter');
  await at(page, 'rail-open').click();
  await step(page, 'open');
  assert.equal(await at(page, 'rail-open').isVisible(), false, 'it folds once a step is chosen');
}, { viewport: { width: 480, height: 900 } }));

for (const [form, viewport] of /** @type {const} */ ([['a full', { width: 1080, height: 780 }], ['a narrow', { width: 480, height: 860 }]])) {
  test(`in ${form} window the navigation stands in one place, in a set-up as everywhere`, () => withPage(told.script(told.setup({ step: 'oauth' })), async (page) => {
    const places = () => page.locator('.rail nav .way').evaluateAll((ways) => ways.map((way) => {
      const { x, y, width, height } = way.getBoundingClientRect();
      return { way: way.getAttribute('data-testid'), x, y, width, height };
    }));
    await step(page, 'oauth');
    const inSetUp = await places();
    assert.deepEqual(inSetUp.map(({ way }) => way), ['nav-connections', 'nav-add', 'nav-settings', 'nav-explain', 'nav-help']);
    assert.ok(inSetUp.every(({ y, height }) => y >= 0 && y + height < viewport.height / 2), 'at its head');
    await at(page, 'nav-connections').click();
    await at(page, 'screen-connections').waitFor();
    assert.deepEqual(await places(), inSetUp, 'nothing moves');
    if (viewport.width < 1000) return;
    await at(page, 'setup-go-on').click();
    await step(page, 'oauth');
    await page.setViewportSize({ width: 1040, height: 660 });
    assert.ok(await page.locator('.rail').evaluate((rail) => rail.scrollHeight <= rail.clientHeight), 'with the steps it fits into what a small screen leaves');
  }, { viewport }));
}

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
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ setups: [told.setup({ step: 'security', updated_at: new Date().toISOString() })] }) });
  await step(page, 'security');
  await at(page, 'back').click();
  await step(page, 'oauth');
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ setups: [told.setup({ step: 'security', updated_at: new Date(Date.now() - 60_000).toISOString() })] }) });
  await page.waitForTimeout(100);
  assert.equal(await at(page, 'step-oauth').count(), 1, 'still at the newer step');
}));

test('values are copied whole, and what cannot be pasted is ticked', () => withPage(told.script(told.setup({ step: 'oauth' })), async (page) => {
  await at(page, 'copy-oauth-1').click();
  await at(page, 'copy-oauth-1').getByText('Copied').waitFor();
  await announced(page, 'Callback URL copied');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), told.steps.find(({ id }) => id === 'oauth')?.values[0]?.value, 'all lines, as they stand');
  for (const id of ['oauth-2', 'oauth-3']) assert.equal(await at(page, `copy-${id}`).count(), 0, 'a scope is moved in a list');
  assert.equal(await at(page, 'value-oauth-2').textContent(), 'Manage user data via APIs (api)');
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

test('beside a browser a picture stands where it is needed, and in a window it has its own size', () => withPage(told.script(told.setup({ step: 'security' })), async (page) => {
  const top = async (/** @type {string} */ name) => (await at(page, name).boundingBox())?.y ?? 0;
  await step(page, 'security');
  assert.ok(await top('picture-security') > 0 && await top('picture-security') > await top('value-security-4'), 'what is to be done comes first');
  await page.setViewportSize({ width: 1280, height: 800 });
  assert.equal((await at(page, 'picture-security').boundingBox())?.width, 448, 'pixel for pixel');
}, { viewport: { width: 480, height: 900 } }));

test('Setup is opened in the browser, and without one its address is shown', () => withPage(told.script(told.setup({ step: 'open' }), { open_setup: [{ ok: null }, { fail: say.failure('unexpected', 'x') }] }), async (page) => {
  await at(page, 'done').getByText('Open Setup in the browser').click();
  await page.getByText('Setup is open in your browser').waitFor();
  assert.deepEqual(await asked(page, 'open_setup'), [{ address: say.address.origin, page: null, browser: null }], 'the page names the org, never an address to open');
  await at(page, 'open-setup').click();
  await at(page, 'value-setup-address').waitFor();
}));

test('the window stays on top on request, while a guide is under way', () => withPage(told.script(told.setup({ step: 'open' })), async (page) => {
  await at(page, 'keep-on-top').click();
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

test('removing asks first, leads back to the connections, and can be undone', () => withPage(told.script(told.created({ step: 'org' }), { remove_setup: [{ fail: say.failure('setup_unknown', 'No set-up of it is kept.') }, { ok: null }], restore_setup: [{ ok: told.created({ step: 'org' }) }] }), async (page) => {
  await at(page, 'remove').click();
  await at(page, 'remove-sure').click();
  await at(page, 'failure').getByText('No set-up of it is kept.').waitFor();
  await at(page, 'remove-sure').click();
  await at(page, 'setup-removed').getByText('What was created in Salesforce stays there').waitFor();
  await at(page, 'setup-undo').click();
  await at(page, 'unfinished').getByText('Sandbox uat of acme').waitFor();
  assert.deepEqual(await asked(page, 'restore_setup'), [{ host: say.address.host }], 'the agent brings it back');
  assert.equal(await at(page, 'setup-removed').count(), 0, 'once');
}));

test('an agent of an older version, which knows no set-ups, is used all the same', () => withPage(told.beginning({ snapshot: [{ ok: /** @type {any} */ ({ connections: [], attempts: [], vault_trouble: null }) }] }), async (page) => {
  await at(page, 'empty').waitFor();
}));

test('what is wrong with what is needed beforehand stands on the screen that has it, with the way on', () => withPage(told.script(told.created({
  step: 'org', steps: told.marks({ org: { mark: 'proved', message: null, fix: [] }, before: { mark: 'wrong', message: 'The API is not available to this user.', fix: ['Give the user the permission API Enabled.'] } }),
}), { step_done: [{ ok: told.created() }] }), async (page) => {
  await at(page, 'wrong').getByText('Give the user the permission API Enabled').waitFor();
  await at(page, 'done').getByText('I have put this right').waitFor();
  await at(page, 'done').click();
  assert.deepEqual((await asked(page, 'step_done'))[0], { host: told.created().host, step: 'before', done: true });
}));

test('a refused step is said, and the page stays where it is', () => withPage(told.script(told.setup(), { step_done: [{ fail: say.failure('vault_full', 'The disk is full.') }] }), async (page) => {
  await step(page, 'before');
  await at(page, 'done').click();
  await at(page, 'failure').getByText('The disk is full.').waitFor();
  assert.equal(await at(page, 'step-before').count(), 1);
}));

test('what is done as far as the org can tell is told apart from what it confirms', () => withPage(told.script(told.checked({ step: 'details' })), async (page) => {
  await at(page, 'foot-line').getByText('Done, as far as the org can tell.').waitFor();
  assert.match(await at(page, 'rail-open').textContent() ?? '', /done, as far as the org can tell/, 'by the less certain of the steps that it shows');
  await at(page, 'rail-oauth').click();
  await at(page, 'foot-line').getByText('The org confirms this step.').waitFor();
}));

test('what a variant needs can be copied', () => withPage(told.script(told.setup({ step: 'open' })), async (page) => {
  await at(page, 'variants').locator('summary').click();
  await at(page, 'copy-open-variant-1').click();
  await announced(page, 'Quick Find copied');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'App Manager');
  await at(page, 'copy-details-variant-1').click();
  await announced(page, 'Label copied');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'Datatrax Integration');
}));

for (const [place, first] of /** @type {[any, string][]} */ ([[null, 'Connect your first org'], [{ name: 'connections' }, 'Connect your first org'], [{ name: 'add' }, 'Name the org you want to connect'], [{ name: 'settings' }, 'Settings']])) {
  test(`a window that begins at ${place?.name ?? 'no place'} draws that first, and nothing before it`, () => withPage(told.beginning({ beginning: [{ ok: { place, theme: 'system', appearance: null } }] }), async (page) => {
    await page.locator('h1', { hasText: first }).waitFor();
    const drawn = await page.evaluate(() => /** @type {any} */ (globalThis).calls.find((/** @type {any} */ call) => call.command === 'ready'));
    assert.equal(drawn.heading, first);
    assert.ok(!drawn.shown.includes('Reading'), drawn.shown);
  }));
}

test('a window that begins in a set-up draws its step first, and nothing before it', () => withPage(told.script(told.setup({ step: 'details' })), async (page) => {
  await step(page, 'details');
  const first = await page.evaluate(() => /** @type {any} */ (globalThis).calls.find((/** @type {any} */ call) => call.command === 'ready').heading);
  assert.equal(first, 'Open External Client Apps in Setup');
}));

test('the org is asked while the first step is read, and a slip in its name is said at once', () => withPage(told.beginning({
  reach: [{ ok: say.finding('address', 'Address', 'unknown', 'acme--uat.sandbox.my.salesforce.com could not be found.', { code: 'network_dns', fix: ['Compare the address with the one in your browser.'] }) }, { ok: say.finding('address', 'Address', 'pass', 'The address names an org.') }],
}), async (page) => {
  await toAddress(page);
  await ready(page);
  assert.equal((await asked(page, 'reach')).length, 0, 'nobody is asked before the org is chosen');
  await at(page, 'done').click();
  await at(page, 'not-reached').getByText('could not be found').waitFor();
  await announced(page, 'could not be found');
  assert.deepEqual(await asked(page, 'reach'), [{ address: say.address.origin }]);
  await at(page, 'rail-oauth').click();
  await at(page, 'not-reached').waitFor({ state: 'detached' });
  assert.equal((await asked(page, 'reach')).length, 2, 'asked again at the next step');
  await at(page, 'rail-open').click();
  await step(page, 'open');
  assert.equal((await asked(page, 'reach')).length, 2, 'and not once it was there');
}));

test('an org that was not found stops nobody, and its address can be put right', () => withPage(told.script(told.setup({ step: 'open' }), { reach: [{ ok: say.finding('address', 'Address', 'unknown', 'The org could not be found.', { code: 'network_dns' }) }] }), async (page) => {
  await at(page, 'not-reached').waitFor();
  await at(page, 'skip').click();
  await step(page, 'oauth');
  await at(page, 'other-address').click();
  await step(page, 'org');
  assert.equal(await at(page, 'address').inputValue(), say.address.origin);
}));

test('Tab leads from what has to be done to the main button, and only then to what helps', () => withPage(told.script(told.setup({ step: 'oauth' })), async (page) => {
  await step(page, 'oauth');
  await at(page, 'heading').focus();
  const stops = [];
  for (let presses = 0; presses < 7; presses += 1) {
    await page.keyboard.press('Tab');
    stops.push(await page.evaluate(() => { const { tagName, dataset } = /** @type {HTMLElement} */ (document.activeElement); return dataset.testid ?? tagName; }));
  }
  assert.deepEqual(stops, ['copy-oauth-1', 'done', 'back', 'zoom-oauth', 'zoom-scopes', 'SUMMARY', 'SUMMARY']);
  for (let presses = 0; presses < 5; presses += 1) await page.keyboard.press('Shift+Tab');
  assert.equal(await focused(page), 'done', 'and the same way back');
}));
