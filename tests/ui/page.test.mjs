// The page as it ships, in a real Chromium: every screen with axe, and what the page does.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { asked, at, open, tell, violations } from './browser.mjs';
import * as say from './fixtures.mjs';
import { screens } from './screens.mjs';

/** @type {Awaited<ReturnType<typeof open>>} */
let browser;
before(async () => { browser = await open(); });
after(() => browser.close());

/**
 * @param {Record<string, any>} script
 * @param {(page: import('playwright-core').Page) => Promise<void>} walk
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
async function withPage(script, walk, options) {
  const { page, errors, context } = await browser.page(script, options);
  try {
    await walk(page);
    assert.deepEqual(errors, [], 'no error and no violation of the policy');
  } finally {
    await context.close();
  }
}

/** What is too small to be hit, and what sticks out at the side. @param {import('playwright-core').Page} page */
const awkward = (page) => page.evaluate(() => {
  const found = [];
  for (const element of document.querySelectorAll('button, summary, input')) {
    const { height, width } = element.getBoundingClientRect();
    if (height > 0 && (height < 32 || width < 32)) found.push(`${element.outerHTML.slice(0, 90)} is ${Math.round(width)} × ${Math.round(height)}`);
  }
  for (const place of [document.documentElement, ...document.querySelectorAll('.page, .rail, .bar')]) {
    if (place.scrollWidth > place.clientWidth + 1) found.push(`${place.className || 'the page'} is ${place.scrollWidth} wide in ${place.clientWidth}`);
  }
  return found;
});

describe('every screen is accessible', { concurrency: 2 }, () => {
  for (const { name, script, go } of screens) {
    test(name, () => withPage(script, async (page) => {
      await go(page);
      assert.equal(await page.locator('h1').count(), 1, 'one heading');
      assert.deepEqual(await violations(page), [], 'axe, light');
      assert.deepEqual(await awkward(page), [], 'sizes in a full window');
      await page.emulateMedia({ colorScheme: 'dark' });
      assert.deepEqual(await violations(page), [], 'axe, dark');
      await page.setViewportSize({ width: 480, height: 900 });
      assert.deepEqual(await violations(page), [], 'axe, dark and narrow');
      assert.deepEqual(await awkward(page), [], 'sizes at 480 px');
      await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active', reducedMotion: 'reduce' });
      assert.deepEqual(await violations(page), [], 'axe, forced colours');
      assert.deepEqual(await awkward(page), [], 'sizes at 480 px in forced colours');
      await page.setViewportSize({ width: 360, height: 480 });
      assert.deepEqual(await awkward(page), [], 'sizes in the smallest window');
      await page.setViewportSize({ width: 590, height: 450 });
      assert.deepEqual(await awkward(page), [], 'sizes at 200 %');
      // A screen without a foot of its own has all the room there is.
      const room = await page.locator('.page').evaluate((place) => place.clientHeight);
      assert.ok(room > 150, `${room} px are left between what stands above and below`);
    }));
  }
});

test('the agent going away is said calmly, and goes by', () => withPage(say.script(), async (page) => {
  await at(page, 'empty').waitFor();
  await tell(page, 'standing', { state: 'starting' });
  await page.getByText('nothing stored is lost').waitFor();
  await tell(page, 'standing', { state: 'ready' });
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: say.connections }) });
  await at(page, 'connection').nth(4).waitFor();
  assert.equal(await at(page, 'standing').count(), 0);
}));

test('the page begins where it was, or where it was called to, and says when it is drawn', () => withPage(say.script({
  beginning: [{ ok: { place: { name: 'connection', alias: 'Acme' }, theme: 'dark' } }], snapshot: [{ ok: say.snapshot({ connections: say.connections }) }],
}), async (page) => {
  await at(page, 'screen-connection').waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark', 'in its theme from the start');
  assert.equal((await asked(page, 'ready')).length, 1, 'drawn');
  assert.deepEqual((await asked(page, 'remember')).at(-1), { place: { name: 'connection', alias: 'Acme' } });
  await tell(page, 'place', { name: 'add' });
  await at(page, 'screen-add').waitFor();
}));

for (const place of [{ name: 'connection', alias: 'gone' }, { name: 'attempt', id: 'over' }]) {
  test(`a place that is no longer there (${place.name}) begins at the connections`, () => withPage(say.script({ beginning: [{ ok: { place, theme: 'system' } }], snapshot: [{ ok: say.snapshot({ connections: say.connections }) }] }), async (page) => {
    await at(page, 'connection').nth(4).waitFor();
    await at(page, 'screen-connections').waitFor();
  }));
}
