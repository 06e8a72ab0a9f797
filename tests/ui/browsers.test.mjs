// In which browser an org's pages open, in the page as it ships.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announced, asked, at, tell, violations, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-connections.mjs';
import * as guide from './say-guide.mjs';
import { toDetail } from './screens-connections.mjs';
import { created, pastePair, phase, step, toSignIn } from './screens-guide.mjs';

/** @typedef {import('../../src-tauri/bindings/BrowserChoice').BrowserChoice} BrowserChoice */

const withPage = walking();
/** @type {import('../../src-tauri/bindings/Browser').Browser[]} */
const browsers = [
  { id: 'chrome', name: 'Google Chrome', profiles: [{ id: 'Default', name: 'Ada' }, { id: 'Profile 1', name: 'Globex' }] },
  { id: 'firefox', name: 'Firefox', profiles: [] },
];
/** @type {BrowserChoice} */
const globex = { opens: 'in', browser: 'chrome', profile: 'Profile 1', private: false };
const there = { browsers: [{ ok: browsers }] };
/** The words to choose from. @param {import('playwright-core').Page} page @param {string} id */
const ways = (page, id) => at(page, id).locator('option').allTextContents();

test('the browser and profile of a connection are chosen among those that are there, and shown as they are kept', () => withPage(told.script([told.fine], {}, {
  ...there, set_browser: [{ fail: say.failure('browser_unknown', 'This browser is not found on this computer.') }, { ok: told.fine }],
}), async (page) => {
  await toDetail(page, 'Acme');
  await page.locator('#browser option', { hasText: 'Globex' }).waitFor({ state: 'attached' });
  assert.deepEqual(await ways(page, 'browser'), ['The default browser', 'Ask each time', 'Google Chrome', 'Google Chrome, Ada', 'Google Chrome, Globex', 'Firefox']);
  assert.equal(await at(page, 'browser-private').isVisible(), false, 'the default browser is told nothing');
  await at(page, 'browser').selectOption('Google Chrome, Globex');
  await at(page, 'browser-private').check();
  await at(page, 'browser-save').click();
  await page.getByText('This browser is not found on this computer.').first().waitFor();
  await at(page, 'browser-save').click();
  await announced(page, 'The browser is saved.');
  assert.deepEqual((await asked(page, 'set_browser')).at(-1), { name: 'Acme', browser: { ...globex, private: true } });
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: [{ ...told.fine, browser: { opens: 'ask' } }] }) });
  await page.waitForFunction(() => /** @type {any} */ (document.querySelector('#browser')).selectedOptions[0].text === 'Ask each time');
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: [{ ...told.fine, browser: { opens: 'in', browser: 'edge', private: false } }] }) });
  await page.waitForFunction(() => /** @type {any} */ (document.querySelector('#browser')).selectedOptions[0].text === 'One that is not found any more');
}));

test('where it is asked each time nothing opens before the answer, and nothing after a no', () => withPage(told.script([told.fine], {}, {
  ...there, open_org: [{ ok: { instead: 'choose', browsers } }, { ok: null }, { ok: { instead: 'choose', browsers } }],
}), async (page) => {
  await toDetail(page, 'Acme');
  await at(page, 'open-org').click();
  await at(page, 'ask-browser-dialog').waitFor();
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(await ways(page, 'ask-browser'), ['The default browser', 'Google Chrome', 'Google Chrome, Ada', 'Google Chrome, Globex', 'Firefox']);
  assert.equal((await asked(page, 'open_org')).length, 1);
  await at(page, 'ask-browser').selectOption('Google Chrome, Globex');
  await at(page, 'ask-browser-open').click();
  await announced(page, 'Acme opens in your browser.');
  assert.deepEqual(await asked(page, 'open_org'), [{ name: 'Acme', browser: null }, { name: 'Acme', browser: globex }]);
  await at(page, 'open-org').click();
  await at(page, 'ask-browser-dialog').waitFor();
  await page.keyboard.press('Escape');
  await at(page, 'ask-browser-dialog').waitFor({ state: 'detached' });
  assert.equal((await asked(page, 'open_org')).length, 3, 'asked, and not opened');
}));

test('a page that opened in the default browser instead says so above the screen until that was seen', () => withPage(told.script([told.fine], {}, {
  ...there, open_org: [{ ok: { instead: 'default', why: 'Google Chrome is not found on this computer any more. The page opens in the default browser.' } }],
}), async (page) => {
  await toDetail(page, 'Acme');
  await at(page, 'open-org').click();
  await at(page, 'in-default').getByText('Google Chrome is not found on this computer any more.').waitFor();
  await at(page, 'in-default-seen').click();
  await at(page, 'in-default').waitFor({ state: 'detached' });
}));

test('a sign-in whose browser nobody chose is not said to be open, and is asked about once more by its button', () => withPage(told.script([{ ...told.ended, browser: { opens: 'ask' } }], {}, {
  ...there, reconnect: [{ ok: { attempt: 'a1', alias: 'Globex' } }], open_sign_in: [{ ok: { instead: 'choose', browsers } }, { ok: { instead: 'choose', browsers } }, { ok: null }],
}), async (page) => {
  await toDetail(page, 'Globex');
  await at(page, 'reconnect').click();
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: [told.ended], attempts: [say.attempt('browser', { alias: 'Globex', authorize_url: say.authorizeUrl })] }) });
  await at(page, 'ask-browser-leave').click();
  await page.locator('h1', { hasText: 'Sign in now' }).waitFor();
  assert.equal(await at(page, 'not-opened').count(), 0, 'it is nobody’s fault');
  await at(page, 'done').click();
  await at(page, 'ask-browser-open').click();
  await page.locator('h1', { hasText: 'Go on in your browser' }).waitFor();
  assert.deepEqual((await asked(page, 'open_sign_in')).map(({ browser }) => browser), [null, null, { opens: 'default' }]);
}));

test('a first sign-in has the browser folded away, and takes the one that is chosen', () => withPage(guide.script(created, there), async (page) => {
  await toSignIn(page);
  assert.equal(await at(page, 'sign-in-browser').isVisible(), false, 'nobody has to choose');
  assert.equal((await asked(page, 'browsers')).length, 0, 'and nothing is read for it');
  await at(page, 'name-open').click();
  await page.locator('#sign-in-browser option', { hasText: 'Globex' }).waitFor({ state: 'attached' });
  await at(page, 'sign-in-browser').selectOption('Google Chrome, Globex');
  await at(page, 'done').click();
  await page.locator('h1', { hasText: 'Checking the key' }).waitFor();
  assert.deepEqual((await asked(page, 'connect')).at(-1).request.browser, globex);
}));

test('while a new app is waited for, the browser is chosen without another paste', () => withPage(guide.script(guide.created(), {
  ...there, validate: [{ ok: guide.answers.notActive }], connect: [{ ok: { attempt: 'a1', alias: 'acme--uat' } }, { ok: { attempt: 'a2', alias: 'acme--uat' } }],
}), async (page) => {
  await step(page, 'paste');
  await pastePair(page);
  await step(page, 'wait');
  await phase(page, say.attempt('waiting', { next_check_at: new Date(Date.now() + 20_500).toISOString() }));
  await at(page, 'browser-open').click();
  await page.locator('#wait-browser option', { hasText: 'Globex' }).waitFor({ state: 'attached' });
  await at(page, 'wait-browser').selectOption('Google Chrome, Globex');
  await at(page, 'wait-browser-use').click();
  await at(page, 'wait-browser-used').getByText('The sign-in opens there.').waitFor();
  const { key, secret, browser } = (await asked(page, 'connect')).at(-1).request;
  assert.deepEqual([key, secret, browser], [null, null, globex], 'in the place of the one under way');
}));
