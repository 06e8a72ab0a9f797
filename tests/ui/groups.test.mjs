// Groups of connections, in the page as it ships.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announced, asked, at, tell, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-connections.mjs';
import { rowOf, toDetail } from './screens-connections.mjs';

const withPage = walking();
const all = [told.grouped, { ...told.fine, alias: 'alone' }, { ...told.sandbox, group: { name: 'Basalt', colour: /** @type {const} */ ('olive') } }];

test('a group is named wherever its org is, and its colour says nothing that is not written', () => withPage(told.script([...all, ...told.many(8)]), async (page) => {
  await rowOf(page, 'Acme').locator('[data-testid="group"]').getByText('Acme, Inc.').waitFor();
  assert.equal(await rowOf(page, 'alone').locator('[data-testid="group"]').count(), 0);
  await at(page, 'view-table').click();
  await at(page, 'line').first().waitFor();
  await at(page, 'sort-group').click();
  assert.deepEqual((await page.locator('tr [data-testid="row-details"]').allTextContents()).slice(0, 3), ['Acme', 'Acme, uat', 'alone'], 'by group, and those without one last');
  await page.locator('tr [data-testid="row-details"]').first().click();
  await at(page, 'history').waitFor();
  assert.equal(await page.locator('.eyebrow [data-testid="group"]').textContent(), 'Group Acme, Inc.');
  await at(page, 'disconnect').click();
  await page.locator('[data-testid="org-of-question"] [data-testid="group"]').getByText('Acme, Inc.').waitFor();
}));

test('a connection is put into a group, which is remembered, and taken out of it', () => withPage(told.script(all, {}, {
  group: [{ fail: say.failure('name_invalid', 'Not a name.') }, { ok: told.grouped }, { ok: told.fine }],
}), async (page) => {
  await toDetail(page, 'alone');
  const name = page.locator('#group-name');
  await name.fill('Acme, Inc.');
  await name.press('Tab');
  assert.equal(await at(page, 'group-colour').inputValue(), 'violet', 'the colour that the group has');
  await at(page, 'group-save').click();
  await at(page, 'group-name-notes').getByText('Not a name.').waitFor();
  await at(page, 'group-save').click();
  await announced(page, 'alone is in the group Acme, Inc.');
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: [{ ...told.grouped, alias: 'alone' }] }) });
  await page.locator('.eyebrow [data-testid="group"]').waitFor();
  await name.fill('');
  await at(page, 'group-save').click();
  await announced(page, 'alone is in no group.');
  assert.deepEqual(await asked(page, 'group'), [
    { name: 'alone', group: 'Acme, Inc.', colour: 'violet' }, { name: 'alone', group: 'Acme, Inc.', colour: 'violet' }, { name: 'alone', group: null, colour: null },
  ]);
}));

test('connections are found by the name of their group', () => withPage(told.script([...told.many(20), told.grouped]), async (page) => {
  await at(page, 'filter').fill('inc.');
  assert.equal(await at(page, 'connection').count(), 1);
}));
