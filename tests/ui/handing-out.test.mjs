// Whether programs are given tokens, in the page as it ships.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announced, asked, at, tell, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-connections.mjs';

const withPage = walking();
const since = new Date(Date.now() - 60 * 60_000).toISOString();
/** @param {import('playwright-core').Page} page @param {object} more */
const news = (page, more) => tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: [told.fine], ...more }) });

test('a pause is decided in the settings, is said above every screen, and is ended there', () => withPage(told.script([told.fine], {}, {
  hand_out: [{ ok: { paused_since: since } }, { fail: say.failure('vault_busy', 'Another program is writing.') }, { ok: { paused_since: null } }],
}), async (page) => {
  await at(page, 'connection').waitFor();
  assert.equal(await at(page, 'paused').count(), 0, 'nothing is paused');
  await at(page, 'nav-settings').click();
  await at(page, 'pause').click();
  await announced(page, 'No program is given a token now.');
  await news(page, { paused_since: since });
  await at(page, 'paused').waitFor();
  assert.equal(await at(page, 'pause').isVisible(), false, 'it is paused already');
  await at(page, 'nav-connections').click();
  await at(page, 'paused').getByText('No program is given a token since').waitFor();
  await at(page, 'resume').click();
  await at(page, 'paused').getByText('Another program is writing.').waitFor();
  await at(page, 'resume').click();
  await news(page, {});
  await page.waitForFunction(() => document.querySelector('[data-testid="paused"]') === null);
  assert.deepEqual((await asked(page, 'hand_out')).map(({ wanted }) => wanted), [false, true, true]);
}));

test('an agent of an older version knows of no pause', () => withPage(told.script([told.fine]), async (page) => {
  await at(page, 'connection').waitFor();
  assert.equal(await at(page, 'paused').count(), 0);
}));
