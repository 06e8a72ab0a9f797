// The page as it ships, in a real Chromium: every screen with axe, and what the page does.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { asked, at, tell, violations, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import { screens } from './screens.mjs';

const withPage = walking();

/** @param {string} wanted */
const screenNamed = (wanted) => screens.find(({ name }) => name === wanted) ?? assert.fail(`there is no screen ${wanted}`);

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
      // While the agent starts, the first screen is held back for a moment.
      await page.locator('h1').first().waitFor();
      assert.equal(await page.locator('h1').count(), 1, 'one heading');
      assert.deepEqual(await violations(page), [], 'axe, light');
      assert.deepEqual(await awkward(page), [], 'sizes in a full window');
      await page.setViewportSize({ width: 3840, height: 2160 });
      assert.deepEqual(await awkward(page), [], 'sizes on the widest screen');
      await page.setViewportSize({ width: 1080, height: 780 });
      await page.emulateMedia({ colorScheme: 'dark' });
      assert.deepEqual(await violations(page), [], 'axe, dark');
      await page.setViewportSize({ width: 480, height: 900 });
      assert.deepEqual(await violations(page), [], 'axe, dark and narrow');
      assert.deepEqual(await awkward(page), [], 'sizes at 480 px');
      await page.emulateMedia({ colorScheme: 'light' });
      assert.deepEqual(await violations(page), [], 'axe, light and narrow');
      await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
      assert.deepEqual(await violations(page), [], 'axe, forced colours');
      assert.deepEqual(await awkward(page), [], 'sizes at 480 px in forced colours');
      await page.setViewportSize({ width: 360, height: 480 });
      assert.deepEqual(await awkward(page), [], 'sizes in the smallest window');
      await page.setViewportSize({ width: 590, height: 450 });
      assert.deepEqual(await awkward(page), [], 'sizes at 200 %');
      await page.emulateMedia({ forcedColors: 'none' });
      assert.deepEqual(await violations(page), [], 'axe, at 200 %');
      // A screen without a foot of its own has all the room there is.
      const room = await page.locator('.page').evaluate((place) => place.clientHeight);
      assert.ok(room > 150, `${room} px are left between what stands above and below`);
    }));
  }
});

/** The colour that a variable of the style sheets comes to. @param {import('playwright-core').Page} page @param {string} name */
const colour = (page, name) => page.evaluate((wanted) => {
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.color = `var(${wanted})`;
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}, name);

test('who asks for more contrast gets it in lines and quiet words', () => withPage(screenNamed('step-oauth-wrong').script, async (page) => {
  await screenNamed('step-oauth-wrong').go(page);
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    await page.emulateMedia({ colorScheme, contrast: 'no-preference' });
    const [line, quiet, ink, control] = await Promise.all(['--line', '--ink-quiet', '--ink', '--line-control'].map((name) => colour(page, name)));
    assert.notEqual(quiet, ink, colorScheme);
    assert.notEqual(line, control, colorScheme);
    await page.emulateMedia({ colorScheme, contrast: 'more' });
    assert.equal(await colour(page, '--ink-quiet'), ink, `quiet words are as dark as any, ${colorScheme}`);
    assert.equal(await colour(page, '--line'), control, `lines can be seen, ${colorScheme}`);
    assert.equal(await page.locator('.lead').first().evaluate((lead) => getComputedStyle(lead).color), ink, colorScheme);
    assert.deepEqual(await violations(page), [], `axe, more contrast, ${colorScheme}`);
  }
}));

test('in forced colours the folded line tells the steps apart by their shape', () => withPage(screenNamed('progress-each').script, async (page) => {
  await screenNamed('progress-each').go(page);
  await page.setViewportSize({ width: 480, height: 900 });
  for (const forcedColors of /** @type {const} */ (['none', 'active'])) {
    await page.emulateMedia({ forcedColors });
    const looks = await page.locator('.progress i').evaluateAll((pieces) => pieces.map((piece) => {
      const { backgroundColor, backgroundImage, height, borderColor, borderWidth } = getComputedStyle(piece);
      return [piece.className, [backgroundColor, backgroundImage, height, borderColor, borderWidth].join(' ')];
    }));
    const byMark = new Map(looks.filter(([name]) => name !== 'implied').map(([name, look]) => [name, look]));
    assert.deepEqual([...byMark.keys()].sort(), ['doubted', 'open', 'open now', 'proved', 'said', 'wrong'], 'each is there');
    assert.equal(new Set(byMark.values()).size, byMark.size, `${forcedColors}: ${JSON.stringify(looks)}`);
  }
}));

test('the agent going away is said calmly, and goes by', () => withPage(say.script(), async (page) => {
  await at(page, 'empty').waitFor();
  await tell(page, 'agent_state', { state: 'starting' });
  await page.getByText('nothing stored is lost').waitFor();
  await tell(page, 'agent_state', { state: 'ready' });
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: say.connections }) });
  await at(page, 'connection').nth(4).waitFor();
  assert.equal(await at(page, 'agent-state').count(), 0);
}));

test('an agent that was ended on purpose is started again by its button alone', () => withPage(say.script(), async (page) => {
  await at(page, 'empty').waitFor();
  await tell(page, 'agent_state', { state: 'stopped', quit: false, sign_ins: [] });
  await at(page, 'stopped').getByText('was stopped').waitFor();
  assert.equal(await at(page, 'stopped').getByText('ended with it').count(), 0, 'no sign-in was under way');
  await tell(page, 'agent_state', { state: 'stopped', quit: true, sign_ins: ['Acme', 'acme--uat'] });
  await at(page, 'stopped').getByText('was quit').waitFor();
  await at(page, 'stopped').getByText('The sign-in for Acme, acme--uat ended with it').waitFor();
  assert.deepEqual(await asked(page, 'start_again'), [], 'nothing starts it by itself');
  await at(page, 'start-again').click();
  assert.equal((await asked(page, 'start_again')).length, 1, 'the button does');
  await tell(page, 'agent_state', { state: 'ready' });
  await at(page, 'stopped').waitFor({ state: 'detached' });
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

for (const place of /** @type {import('../../src-tauri/bindings/Place').Place[]} */ ([{ name: 'connection', alias: 'gone' }, { name: 'attempt', id: 'over' }])) {
  test(`a place that is no longer there (${place.name}) begins at the connections`, () => withPage(say.script({ beginning: [{ ok: { place, theme: 'system' } }], snapshot: [{ ok: say.snapshot({ connections: say.connections }) }] }), async (page) => {
    await at(page, 'connection').nth(4).waitFor();
    await at(page, 'screen-connections').waitFor();
  }));
}
