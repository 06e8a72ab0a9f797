// What belongs to a program and not to a page: keys, the window's end, and what a browser would do.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { asked, at, tell, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-connections.mjs';
import * as guide from './say-guide.mjs';
import { screens } from './screens.mjs';
import { step } from './screens-guide.mjs';

/** @typedef {import('playwright-core').Page} Page */

const withPage = walking();

/** What of the window itself is out of its place. @param {Page} page */
const scrolledAway = (page) => page.evaluate(() => {
  const { scrollHeight, clientHeight } = document.documentElement;
  const moved = [document.documentElement, document.body].filter((place) => place.scrollTop !== 0 || place.scrollLeft !== 0).map(({ tagName }) => tagName);
  const { top, bottom } = /** @type {HTMLElement} */ (document.querySelector('.frame')).getBoundingClientRect();
  return { moved, taller: scrollHeight - clientHeight, top, below: Math.round(bottom - innerHeight) };
});

describe('no key scrolls the window itself away', { concurrency: 2 }, () => {
  for (const { name, script, go } of screens) {
    test(name, () => withPage(script, async (page) => {
      await go(page);
      for (const height of [780, 480]) {
        await page.setViewportSize({ width: 1080, height });
        // Nothing has the focus, as after a click on an empty place.
        await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());
        for (const key of ['PageDown', 'End', 'Space', 'End']) await page.keyboard.press(key);
        await page.evaluate(() => { scrollTo(0, 10_000); for (const hidden of document.querySelectorAll('.unseen')) hidden.scrollIntoView(); });
        assert.deepEqual(await scrolledAway(page), { moved: [], taller: 0, top: 0, below: 0 }, `at ${height} px`);
      }
    }));
  }
});

test('Ctrl+Enter presses the main button, and Alt+Left goes back', () => withPage(guide.script(guide.setup()), async (page) => {
  await step(page, 'org');
  await page.keyboard.press('Control+Enter');
  await step(page, 'open');
  await page.keyboard.press('Alt+ArrowLeft');
  await step(page, 'org');
  assert.equal(await at(page, 'done').getAttribute('title'), 'Ctrl+Enter', 'and the button says so');
  await at(page, 'rail-org').click();
  await at(page, 'remove').click();
  await page.keyboard.press('Control+Enter');
  await page.keyboard.press('Alt+ArrowLeft');
  assert.equal(await at(page, 'remove-dialog').isVisible(), true, 'a question is answered by its own buttons');
  await step(page, 'org');
}));

test('the next window has the size of text of the last one', () => withPage({ ...told.script([told.fine]), beginning: [{ ok: { place: null, theme: 'system', appearance: { table: false, column: 'name', down: false, zoom: 150 } } }] }, async (page) => {
  const size = () => page.evaluate(() => getComputedStyle(document.documentElement).fontSize);
  await at(page, 'connection').waitFor();
  assert.equal(await size(), '24px');
  await page.keyboard.press('Control+-');
  assert.equal(await size(), '20px', 'and goes on from there');
  await page.keyboard.press('Control+0');
  assert.equal(await size(), '16px');
  assert.deepEqual((await asked(page, 'remember_appearance')).map(({ appearance }) => appearance.zoom), [125, 100], 'each is kept');
}));

test('there is no menu of a browser, and no key loads the page anew', () => withPage(guide.script(guide.created()), async (page) => {
  await step(page, 'paste');
  await at(page, 'key').fill('3MVG9example.of.a.key');
  await page.evaluate(() => {
    Object.assign(globalThis, { menus: [] });
    addEventListener('contextmenu', (event) => /** @type {any} */ (globalThis).menus.push([/** @type {Element} */ (event.target).tagName, event.defaultPrevented]));
  });
  await page.locator('h1').click({ button: 'right' });
  await at(page, 'key').click({ button: 'right' });
  assert.deepEqual(await page.evaluate(() => /** @type {any} */ (globalThis).menus), [['H1', true], ['INPUT', false]], 'only what is typed has one');
  await page.keyboard.press('Escape');
  for (const key of ['F5', 'Control+r', 'Control+Shift+R']) await page.keyboard.press(key);
  assert.equal(await at(page, 'key').inputValue(), '3MVG9example.of.a.key', 'what is typed is still there');
}));

test('closing the window says once what goes on, and Quit ends it all', () => withPage(told.script([told.fine], {}, { settings: [{ ok: say.settings({ start_at_login: true }) }] }), async (page) => {
  await at(page, 'connection').waitFor();
  await tell(page, 'closing', null);
  await at(page, 'closing-dialog').getByText('also after the next login').waitFor();
  assert.equal((await asked(page, 'closing_told')).length, 1, 'and is not said again');
  await at(page, 'closing-stay').click();
  assert.deepEqual([await asked(page, 'close_window'), await asked(page, 'quit')], [[], []], 'it may stay open');
  await tell(page, 'closing', null);
  await at(page, 'closing-close').click();
  assert.equal((await asked(page, 'close_window')).length, 1);
  await at(page, 'closing-quit').click();
  await at(page, 'quit-sure').click();
  assert.equal((await asked(page, 'quit')).length, 1);
}));

test('a window without anything that goes on closes without a word', () => withPage(told.script([]), async (page) => {
  await at(page, 'empty').waitFor();
  await tell(page, 'closing', null);
  await page.waitForFunction(() => /** @type {any} */ (globalThis).calls.some((/** @type {any} */ { command }) => command === 'close_window'));
  assert.deepEqual(await asked(page, 'closing_told'), [], 'and says it another time');
}));

test('Quit stands in the settings, and asks first', () => withPage(told.script([told.fine], { attempts: [say.attempt('browser')] }), async (page) => {
  await at(page, 'nav-settings').click();
  await at(page, 'quit').click();
  await at(page, 'quit-dialog').getByText('is cut off').waitFor();
  await at(page, 'quit-keep').click();
  assert.deepEqual(await asked(page, 'quit'), []);
  await at(page, 'quit').click();
  await at(page, 'quit-sure').click();
  assert.equal((await asked(page, 'quit')).length, 1);
}));

test('a practice org is started by a button, with its users, and stopped again', () => withPage(told.script([], {}, {
  start_practice: [{ fail: say.failure('ports_taken', 'Other programs hold all ports.') }, { ok: { address: 'http://localhost:8600', users: [{ username: 'integration@practice.example', password: 'practice-2', role: 'integration' }] } }], stop_practice: [{ ok: null }],
}), async (page) => {
  await at(page, 'start-practice').click();
  await at(page, 'failure').getByText('Other programs hold all ports').waitFor();
  await at(page, 'start-practice').click();
  await at(page, 'practice-users').getByText('integration@practice.example').waitFor();
  assert.equal(await at(page, 'value-password-1').textContent(), 'practice-2');
  await at(page, 'stop-practice').click();
  await at(page, 'start-practice').waitFor();
}));

test('the portal’s step stays at the connection until it is said to be done', () => withPage(told.script([told.fine], { setups: [told.setup({ host: told.fine.host, address: say.production, alias: told.fine.alias, step: 'connected' })] }, { copy_secret: [{ ok: { cleared_after_seconds: 60 } }], open_portal: [{ ok: null }] }), async (page) => {
  await at(page, 'row-details').click();
  await at(page, 'portal-of-connection').getByText('One thing is left').waitFor();
  await at(page, 'portal-of-connection').getByText(/It can be copied for \d+:\d\d more/).waitFor();
  await at(page, 'open-portal').click();
  await at(page, 'copy-secret').click();
  await at(page, 'copied').getByText('cleared from it in 60 seconds').waitFor();
  await at(page, 'portal-told').click();
  await at(page, 'portal-of-connection').getByText('once more').waitFor();
  assert.deepEqual(await asked(page, 'remove_setup'), [{ host: told.fine.host }]);
  assert.equal(await at(page, 'portal-told').isVisible(), false);
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: [{ ...told.fine, secret_until: undefined }] }) });
  await at(page, 'portal-of-connection').getByText('No longer to be copied from here').waitFor();
  assert.equal(await at(page, 'copy-secret').isVisible(), false, 'the time is over');
}));

test('after a search the arrow keys show where they lead', () => withPage(told.script(told.many(12)), async (page) => {
  await at(page, 'filter').click();
  await page.keyboard.type('a');
  await page.keyboard.press('ArrowDown');
  const outline = await page.evaluate(() => { const { outlineStyle, outlineWidth } = getComputedStyle(/** @type {Element} */ (document.activeElement)); return `${outlineStyle} ${parseFloat(outlineWidth) > 1}`; });
  assert.equal(outline, 'solid true');
}));

test('Ctrl with a number, N or comma leads to the entries of the navigation, which say so', () => withPage(guide.script(guide.setup()), async (page) => {
  await step(page, 'org');
  const ways = page.locator('.ways .way');
  for (const [number, way] of (await ways.all()).entries()) {
    await page.keyboard.press(`Control+${number + 1}`);
    await page.waitForFunction((entry) => document.querySelectorAll('.ways .way')[entry]?.getAttribute('aria-current') === 'page', number);
    assert.match(await way.getAttribute('title') ?? '', new RegExp(`^Ctrl\\+${number + 1}`));
  }
  await page.keyboard.press('Control+n');
  await page.locator('[data-testid="nav-add"][aria-current="page"]').waitFor();
  assert.match(await at(page, 'nav-add').getAttribute('title') ?? '', /Ctrl\+N/);
  await page.keyboard.press('Control+,');
  await page.locator('[data-testid="nav-settings"][aria-current="page"]').waitFor();
  await page.keyboard.press('Control+9');
  await page.keyboard.press('Control+Shift+1');
  assert.equal(await at(page, 'nav-settings').getAttribute('aria-current'), 'page', 'other keys lead nowhere');
}));
