// What the window says where the desktop shows no tray: once, and in the settings for as long as that is so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, at, tell, walking } from './browser.mjs';
import * as say from './fixtures.mjs';

const EXTENSION = 'AppIndicator and KStatusNotifierItem Support';

const withPage = walking();

/** @param {'missing' | 'shown' | 'off'} tray @param {boolean} read @param {(page: import('playwright-core').Page) => Promise<void>} walk */
const withTray = (tray, read, walk) => withPage(say.script({
  beginning: [{ ok: { place: null, theme: 'system', tray_note_read: read } }], settings: [{ ok: say.settings({ tray }) }], tray_note_read: [{ ok: null }],
}), walk);

test('a desktop without a tray is named once, with what would bring one', () => withTray('missing', false, async (page) => {
  await at(page, 'no-tray').getByText(EXTENSION).waitFor();
  await at(page, 'no-tray-read').click();
  assert.equal(await at(page, 'no-tray').count(), 0, 'read');
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1', 'and one is somewhere');
  assert.equal((await asked(page, 'tray_note_read')).length, 1, 'for every later window too');
  await at(page, 'nav-settings').click();
  await at(page, 'no-tray').getByText(EXTENSION).waitFor();
  await tell(page, 'notice', { method: 'settings', params: say.settings({ tray: 'shown' }) });
  await at(page, 'no-tray').waitFor({ state: 'hidden' });
}));

test('what was read is not said again, and nothing is said where there is a tray', async () => {
  await withTray('missing', true, async (page) => {
    await at(page, 'empty').waitFor();
    await page.waitForTimeout(300);
    assert.equal(await at(page, 'no-tray').count(), 0, 'read before');
  });
  for (const tray of /** @type {const} */ (['shown', 'off'])) {
    await withTray(tray, false, async (page) => {
      await page.waitForFunction(() => /** @type {any} */ (globalThis).calls.some((/** @type {{ command: string }} */ call) => call.command === 'settings'));
      assert.equal(await at(page, 'no-tray').count(), 0, tray);
    });
  }
});
