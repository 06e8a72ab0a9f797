// The table of connections in the page as it ships: what of it is kept, over screens and over windows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, at, tell, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-connections.mjs';

/** @typedef {import('playwright-core').Page} Page */
const withPage = walking();

/** @param {Page} page */
async function toTable(page) {
  await at(page, 'view-table').click();
  await at(page, 'line').first().waitFor();
}

test('the next window shows the table again, sorted as it was', () => withPage({ ...told.script(told.many(20)), beginning: [{ ok: { place: null, theme: 'system', appearance: { table: true, column: 'kind', down: true, zoom: 100 } } }] }, async (page) => {
  await at(page, 'line').first().waitFor();
  assert.equal(await page.locator('th[aria-sort="descending"]').textContent(), 'Kind');
  assert.equal(await at(page, 'view-table').getAttribute('aria-pressed'), 'true');
  await at(page, 'sort-state').click();
  await at(page, 'view-cards').click();
  assert.deepEqual((await asked(page, 'remember_appearance')).map(({ appearance }) => appearance), [{ table: true, column: 'state', down: false, zoom: 100 }, { table: false, column: 'state', down: false, zoom: 100 }], 'and each choice is kept');
}));

test('a table is not forgotten because there are few connections, and a column that is none sorts by name', () => withPage({ ...told.script(told.many(3)), beginning: [{ ok: { place: null, theme: 'system', appearance: { table: true, column: 'weather', down: true, zoom: 100 } } }] }, async (page) => {
  await at(page, 'connection').nth(2).waitFor();
  assert.deepEqual(await asked(page, 'remember_appearance'), [], 'nothing was chosen anew');
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: told.many(9) }) });
  await at(page, 'line').nth(8).waitFor();
  assert.equal(await page.locator('th[aria-sort="ascending"]').textContent(), 'Name');
}));

test('what only a table needs is loaded with the first one', () => withPage(told.script(told.many(9)), async (page) => {
  const loaded = () => page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name.split('/').at(-1)).filter((name) => name === 'table.js' || name === 'bulk.js').sort());
  await at(page, 'connection').nth(8).waitFor();
  assert.deepEqual(await loaded(), []);
  await toTable(page);
  assert.deepEqual(await loaded(), ['bulk.js', 'table.js']);
}));

test('whoever comes back to the table finds its line, what was chosen, and what a check has found', () => withPage(told.script(told.many(60), {}, { check: [{ ok: { checks: say.wrongSecret } }] }), async (page) => {
  await toTable(page);
  await at(page, 'screen-connections').evaluate((scrolled) => { scrolled.scrollTop = scrolled.scrollHeight; });
  await at(page, 'line').nth(58).waitFor();
  for (const line of [55, 57]) await at(page, 'choose').nth(line).check();
  await at(page, 'bulk-check').click();
  await at(page, 'bulk-result').getByText('0 of 2 checked are good.').waitFor();
  await at(page, 'bulk-trouble').getByText('Org 55').click();
  await at(page, 'back').click();
  await at(page, 'screen-connections').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Details, Org 55');
  assert.deepEqual(await page.locator('[data-testid="line"]:has(:checked)').evaluateAll((lines) => lines.map((line) => line.getAttribute('data-alias'))), ['Org 55', 'Org 57']);
  await at(page, 'bulk-result').getByText('but not this secret').first().waitFor();
  await at(page, 'nav-connections').click();
  await at(page, 'line').first().waitFor();
  assert.equal(await at(page, 'bulk-result').count(), 0, 'a new look begins anew');
}));

test('whoever leaves the list during sign-ins is told on the return that the others were not begun', () => withPage(told.script(told.many(8), {}, { reconnect: [{ ok: { attempt: 'r0', alias: 'Org 0' } }] }), async (page) => {
  await toTable(page);
  for (const line of [0, 1, 2]) await at(page, 'choose').nth(line).check();
  await at(page, 'bulk-reconnect').click();
  await at(page, 'bulk-show').click();
  await at(page, 'screen-attempt').waitFor();
  await at(page, 'nav-connections').click();
  await at(page, 'bulk-result').getByText('0 of 3 were done. The list was left then').waitFor();
  assert.equal((await asked(page, 'reconnect')).length, 1, 'nothing more was begun');
  assert.deepEqual(await asked(page, 'cancel'), [], 'and the one under way goes on');
}));
