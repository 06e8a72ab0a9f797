// The question whether a program may be given tokens, in the page as it ships.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announced, asked, at, tell, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-connections.mjs';
import { toDetail } from './screens-connections.mjs';

const withPage = walking();
/** @param {import('playwright-core').Page} page @param {import('../../src-tauri/bindings/ProgramAsks').ProgramAsks[]} asking */
const news = (page, asking) => tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: [told.fine], asking }) });

test('a program that asks for the first time is asked about with its org, and refusing is the main answer', () => withPage(told.script([told.fine], {}, {
  consent: [{ fail: say.failure('vault_busy', 'Another program is writing.') }, { ok: told.detail(told.fine) }, { ok: told.detail(told.fine) }],
}), async (page) => {
  await at(page, 'connection').waitFor();
  await news(page, [told.asks('1'), told.asks('2', '/opt/loader')]);
  const dialog = at(page, 'asking-dialog');
  await dialog.getByText('/usr/bin/python3.12').waitFor();
  assert.match(await dialog.locator('[data-testid="org-of-question"]').textContent() ?? '', /Acme/, 'with the org');
  await dialog.getByText('it covers all scripts').waitFor();
  assert.equal(await at(page, 'asking-refuse').evaluate((button) => button === document.activeElement), true, 'the safe answer has the focus');
  await at(page, 'asking-refuse').click();
  await dialog.getByText('Another program is writing.').waitFor();
  await at(page, 'asking-refuse').click();
  await announced(page, 'given no token');
  await news(page, [told.asks('2', '/opt/loader')]);
  await dialog.getByText('/opt/loader').waitFor();
  await at(page, 'asking-allow').click();
  await announced(page, 'is given tokens');
  assert.deepEqual(await asked(page, 'consent'), [
    { name: 'Acme', program: '/usr/bin/python3.12', allowed: false }, { name: 'Acme', program: '/usr/bin/python3.12', allowed: false }, { name: 'Acme', program: '/opt/loader', allowed: true },
  ]);
}));

test('a question goes with the program that waited, and waits for one that stands already', () => withPage(told.script([told.fine]), async (page) => {
  await at(page, 'connection').waitFor();
  await news(page, [told.asks('1')]);
  await at(page, 'asking-dialog').waitFor();
  await news(page, []);
  await page.waitForFunction(() => document.querySelector('[data-testid="asking-dialog"]') === null);
  await toDetail(page, 'Acme');
  await at(page, 'disconnect').click();
  await news(page, [told.asks('2')]);
  assert.equal(await at(page, 'asking-dialog').count(), 0, 'one question at a time');
  await page.keyboard.press('Escape');
  await at(page, 'asking-dialog').waitFor();
  await at(page, 'asking-later').click();
  await news(page, [told.asks('2')]);
  assert.equal(await page.locator('dialog[open]').count(), 0, 'answered later, it is not asked twice');
}));

test('what was said of a program stands at its connection, and is taken back there', () => withPage({
  ...told.script([told.fine], {}, { consent: [{ ok: { ...told.detail(told.fine), consents: [] } }] }),
  show: [{ ok: { ...told.detail(told.fine), consents: [told.consent('/opt/loader', false)] } }, { ok: { ...told.detail(told.fine), consents: [] } }],
}, async (page) => {
  await toDetail(page, 'Acme');
  await at(page, 'consents').getByText('/opt/loader: refused since').waitFor();
  await at(page, 'take-back').click();
  await announced(page, 'Taken back');
  await page.waitForFunction(() => document.querySelector('[data-testid="consents"]') === null);
  assert.deepEqual(await asked(page, 'consent'), [{ name: 'Acme', program: '/opt/loader', allowed: null }]);
}));
