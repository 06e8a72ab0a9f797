// The palette in the page as it ships: a connection, an action or a screen by a few letters, by keyboard alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, at, focused, violations, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-connections.mjs';
import { rotated, rotation } from './screens-rotate.mjs';
import * as guide from './say-guide.mjs';
import { step } from './screens-guide.mjs';

/** @typedef {import('playwright-core').Page} Page */
const withPage = walking();

/** @param {Page} page @param {string} text */
async function type(page, text) {
  await page.keyboard.press('Control+k');
  await at(page, 'palette').waitFor();
  await page.keyboard.type(text);
}
/** What the options say, in their order. @param {Page} page */
const options = (page) => page.locator('[role="option"]').evaluateAll((all) => all.map((one) => /** @type {HTMLElement} */ (one).innerText.replace(/\s+/g, ' ').trim()));
/** The option that Enter would do. @param {Page} page */
const chosen = (page) => page.evaluate(() => {
  const field = document.querySelector('[data-testid="palette-text"]');
  const option = document.getElementById(field?.getAttribute('aria-activedescendant') ?? '');
  return option?.getAttribute('aria-selected') === 'true' ? option.innerText.replace(/\s+/g, ' ').trim() : null;
});

test('a connection is found by name, org or user, and shown with Enter', () => withPage(told.script(told.each), async (page) => {
  await at(page, 'connection').first().waitFor();
  for (const [typed, alias] of [['globex', 'Globex'], ['acme.com.uat', 'Acme, uat'], ['Acme Corporation uat', 'Acme, uat']]) {
    await type(page, String(typed));
    assert.match(await chosen(page) ?? '', new RegExp(`^${alias}`), String(typed));
    await page.keyboard.press('Enter');
    await page.locator('[data-testid="screen-connection"] h1', { hasText: alias }).waitFor();
    assert.equal(await focused(page), 'heading', 'the new screen has the focus, as on every way to it');
  }
}));

test('an action is done by its name and a connection’s, and what it finds is told on the connection’s screen', () => withPage(told.script([told.fine, told.sandbox]), async (page) => {
  await at(page, 'connection').first().waitFor();
  await type(page, 'check uat');
  assert.match(await chosen(page) ?? '', /^Check Acme, uat/);
  await page.keyboard.press('Enter');
  await at(page, 'checks').waitFor();
  assert.deepEqual(await asked(page, 'check'), [{ name: 'Acme, uat' }]);
  await type(page, 'open org uat');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => /** @type {any} */ (globalThis).calls.some((/** @type {any} */ { command }) => command === 'open_org'));
  await type(page, 'reconn uat');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => /** @type {any} */ (globalThis).calls.some((/** @type {any} */ { command }) => command === 'reconnect'));
}));

test('of a connection that is meant for certain all actions are offered, and a copy says that it is made', () => withPage(told.script([told.fine, told.sandbox]), async (page) => {
  await at(page, 'connection').first().waitFor();
  await type(page, 'acme, uat');
  const all = await options(page);
  for (const action of ['Acme, uat', 'Check', 'Reconnect', 'Open org', 'Copy the address', 'Copy the username', 'Copy the command for a token']) assert.ok(all.some((one) => one.startsWith(action)), `${action} in ${all}`);
  await page.keyboard.press('Escape');
  await type(page, 'copy comm uat');
  await page.keyboard.press('Enter');
  await at(page, 'palette-said').getByText('The command copied.').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'dtx token "Acme, uat"');
  assert.equal(await focused(page), 'palette-text', 'and what is next can be typed');
}));

test('every screen is found, and Quit asks as it always does', () => withPage(told.script([told.fine]), async (page) => {
  await at(page, 'connection').first().waitFor();
  for (const [typed, screen] of [['add', 'add'], ['already', 'short'], ['explain', 'explain'], ['this comp', 'computer'], ['settings', 'settings'], ['help', 'help'], ['connections', 'connections']]) {
    await type(page, String(typed));
    await page.keyboard.press('Enter');
    await at(page, `screen-${screen}`).waitFor();
  }
  await type(page, 'quit');
  await page.keyboard.press('Enter');
  await at(page, 'quit-dialog').waitFor();
  assert.deepEqual(await asked(page, 'quit'), [], 'nothing before a yes');
}));

test('closed, the palette leaves everything as it was, and the focus where it was', () => withPage(guide.script(guide.created()), async (page) => {
  await step(page, 'paste');
  await at(page, 'key').fill('3MVG9example.of.a.key');
  await type(page, 'no such thing');
  await at(page, 'palette-said').getByText('Nothing has this in its name.').waitFor();
  assert.equal(await at(page, 'palette-text').getAttribute('aria-expanded'), 'false');
  await page.keyboard.press('Enter');
  assert.ok(await at(page, 'palette').isVisible(), 'Enter does nothing where there is nothing to do');
  await page.keyboard.press('Escape');
  await at(page, 'palette').waitFor({ state: 'detached' });
  assert.equal(await focused(page), 'key');
  assert.equal(await at(page, 'key').inputValue(), '3MVG9example.of.a.key');
}));

test('above a question there is no palette', () => withPage(told.script([told.fine]), async (page) => {
  await at(page, 'row-menu').click();
  await at(page, 'menu-disconnect').click();
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Control+k');
  assert.equal(await at(page, 'palette').count(), 0);
  await page.keyboard.press('Escape');
  for (const _ of [1, 2]) await page.keyboard.press('Control+k');
  await at(page, 'palette').waitFor();
  assert.equal(await at(page, 'palette').count(), 1, 'and there is one');
}));

test('the arrow keys go round, a click does what Enter does, and a screen reader hears which', () => withPage(told.script([told.fine, told.sandbox]), async (page) => {
  await at(page, 'connection').first().waitFor();
  await type(page, 'acme');
  const all = await options(page);
  assert.equal(await chosen(page), all[0]);
  await page.keyboard.press('ArrowUp');
  assert.equal(await chosen(page), all.at(-1), 'from the first to the last');
  await page.keyboard.press('ArrowDown');
  assert.equal(await chosen(page), all[0], 'and back');
  assert.equal(await focused(page), 'palette-text', 'the field keeps the focus');
  assert.deepEqual(await violations(page), []);
  await page.locator('[data-testid="palette-connection"][data-alias="Acme, uat"]').click();
  await at(page, 'screen-connection').waitFor();
}));

test('of a thousand connections the palette makes forty lines, and says how many there are', () => withPage(told.script(told.many(1000)), async (page) => {
  await at(page, 'filter').waitFor();
  await type(page, '');
  assert.equal(await page.locator('[role="option"]').count(), 40);
  await at(page, 'palette-said').getByText('The first 40 of 1008').waitFor();
  await page.keyboard.type('org-777.my');
  assert.match(await chosen(page) ?? '', /^Org 777/);
  await page.keyboard.press('Enter');
  await page.locator('h1', { hasText: 'Org 777' }).waitFor();
}));

test('the palette opens before anything is known of the connections', () => withPage(say.script({ agent_state: [{ ok: { state: 'starting' } }], snapshot: [{ never: true }] }), async (page) => {
  await at(page, 'agent-state').waitFor();
  await type(page, 'help');
  await page.keyboard.press('Enter');
  await at(page, 'screen-help').waitFor();
}));

test('a rotation under way is told beside its connection and gone on with, and another one is begun', () => withPage(told.script([rotated(rotation('rotate')), told.sandbox], { rotations: [rotation('rotate')] }, { rotate: [{ ok: rotation('agree', { alias: 'Acme, uat' }) }] }), async (page) => {
  await at(page, 'connection').first().waitFor();
  await type(page, 'acme.com.uat rotate');
  assert.match(await chosen(page) ?? '', /^Rotate key and secret Acme, uat/);
  await page.keyboard.press('Escape');
  await type(page, 'rotat');
  const all = await options(page);
  assert.ok(all.some((one) => one.startsWith('Go on with the rotation Acme') && one.includes('are being rotated: Rotate in Setup.')), String(all));
  assert.ok(!all.some((one) => /^Rotate key and secret Acme Prod/.test(one)), `not both: ${all}`);
  await page.keyboard.press('Escape');
  await type(page, 'go on rotation');
  await page.keyboard.press('Enter');
  await page.locator('[data-testid="screen-rotate"] h1', { hasText: 'Rotate in Setup' }).waitFor();
}));
