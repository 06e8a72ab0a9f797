// Which programs were given tokens, in the page as it ships.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askerName, useCounts } from '../../ui/js/uses.js';
import { at, walking } from './browser.mjs';
import * as told from './say-connections.mjs';
import { toDetail } from './screens-connections.mjs';

const withPage = walking();

test('a program is named as the system told it, with how often it was given what', () => {
  assert.equal(askerName({ program: '/usr/bin/python3.12', through_dtx: true }), 'through dtx, called by /usr/bin/python3.12');
  assert.equal(askerName({ program: null, through_dtx: true }), 'through dtx, called by an unknown program');
  assert.equal(askerName({ program: null, through_dtx: false }), 'an unknown program');
  const use = { program: null, through_dtx: false, first_at: '', last_at: '' };
  assert.equal(useCounts({ ...use, token: 1, fresh: 0, run: 0 }), '1 token');
  assert.equal(useCounts({ ...use, token: 2, fresh: 1, run: 3 }), '6 tokens (1 fresh, 3 for dtx run)');
});

test('the table tells when each connection was used last and by whom, and is sorted by it', () => withPage(told.script([
  { ...told.fine, alias: 'never' },
  { ...told.fine, alias: 'earlier', last_use: told.used(3 * 60).last },
  { ...told.fine, alias: 'now', last_use: told.used(0).last },
  ...told.many(8),
]), async (page) => {
  await at(page, 'view-table').click();
  const cells = page.locator('td.column-used');
  await cells.first().waitFor();
  await at(page, 'sort-used').click();
  const names = await page.locator('tr [data-testid="row-details"]').allTextContents();
  assert.deepEqual(names.slice(0, 2), ['now', 'earlier'], 'the last one first');
  assert.deepEqual((await cells.allTextContents()).slice(0, 3), ['just now', '3 hours ago', 'No record']);
  assert.equal(await cells.nth(1).getAttribute('title'), '3 hours ago, through dtx, called by /usr/bin/python3.12');
}));

test('one connection names the programs that were given its tokens', () => withPage({
  ...told.script([{ ...told.fine, last_use: told.used(3 * 60).last }]),
  show: [{ ok: { ...told.detail(told.fine), uses: [told.used(3 * 60).use, { ...told.used(9 * 60).use, program: null, through_dtx: false, token: 1, fresh: 0, run: 0 }] } }, { ok: told.detail(told.fine) }],
}, async (page) => {
  await toDetail(page, 'Acme');
  const lines = at(page, 'uses').locator('li span');
  await lines.first().waitFor();
  assert.deepEqual(await lines.allTextContents(), ['through dtx, called by /usr/bin/python3.12: 42 tokens (2 fresh)', 'an unknown program: 1 token']);
  assert.match(await at(page, 'screen-connection').textContent() ?? '', /Last used.*called by \/usr\/bin\/python3\.12/, 'and who was the last');
}));

test('a connection that nobody has used since this is recorded says so', () => withPage({ ...told.script([told.fine]), show: [{ ok: { ...told.detail(told.fine), uses: [] } }] }, async (page) => {
  await toDetail(page, 'Acme');
  await at(page, 'screen-connection').getByText('None so far, as far as it is recorded.').waitFor();
}));
