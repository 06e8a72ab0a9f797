// What the window says where the desktop shows no tray: a quiet line in the settings, and no warning anywhere.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, tell, walking } from './browser.mjs';
import * as say from './fixtures.mjs';

const withPage = walking();

test('a desktop without a tray is told of in the settings alone', () => withPage(say.script({
  snapshot: [{ ok: say.snapshot({ connections: say.connections }) }], settings: [{ ok: say.settings({ tray: 'missing' }) }],
}), async (page) => {
  await at(page, 'connections').waitFor();
  await tell(page, 'notice', { method: 'settings', params: say.settings({ tray: 'missing' }) });
  assert.equal(await at(page, 'no-tray').count(), 0, 'nothing is wrong');
  await at(page, 'nav-settings').click();
  await at(page, 'no-tray').getByText('AppIndicator and KStatusNotifierItem Support').waitFor();
  assert.equal(await page.locator('.note.wait').count(), 0, 'no warning there either');
  await tell(page, 'notice', { method: 'settings', params: say.settings({ tray: 'shown' }) });
  await at(page, 'no-tray').waitFor({ state: 'hidden' });
}));
