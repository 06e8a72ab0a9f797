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
    // A table of many lines has the lowest targets that may be.
    const least = element.closest('.compact') ? 24 : 32;
    if (height > 0 && (height < least || width < least)) found.push(`${element.outerHTML.slice(0, 90)} is ${Math.round(width)} × ${Math.round(height)}`);
  }
  for (const place of [document.documentElement, ...document.querySelectorAll('.page, .rail, .bar')]) {
    if (place.scrollWidth > place.clientWidth + 1) found.push(`${place.className || 'the page'} is ${place.scrollWidth} wide in ${place.clientWidth}`);
  }
  return found;
});

/** Questions that end or replace something and do not say of which orgs. @param {import('playwright-core').Page} page */
const unnamed = (page) => page.evaluate(() => [...document.querySelectorAll('dialog[open]')].filter((dialog) => dialog.querySelector('button.danger') && !dialog.querySelector('[data-testid="org-of-question"], [data-testid="orgs-of-question"]')).map((dialog) => dialog.getAttribute('data-testid')));

describe('every screen is accessible', { concurrency: 2 }, () => {
  for (const { name, script, go } of screens) {
    test(name, () => withPage(script, async (page) => {
      await go(page);
      // While the agent starts, the first screen is held back for a moment.
      await page.locator('h1').first().waitFor();
      assert.equal(await page.locator('h1').count(), 1, 'one heading');
      assert.deepEqual(await unnamed(page), [], 'a question that ends something says of which orgs');
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
    assert.equal(await page.locator('.hint, .quiet').first().evaluate((quietly) => getComputedStyle(quietly).color), ink, colorScheme);
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
  await at(page, 'agent-state').getByText('is being started again').waitFor();
  assert.equal(await page.getByText('stored is lost').count(), 0, 'which nobody knows yet: it may have had the key alone');
  await tell(page, 'agent_state', { state: 'ready' });
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: say.connections }) });
  await at(page, 'connection').nth(4).waitFor();
  assert.equal(await at(page, 'agent-state').count(), 0);
}));

test('an agent that was ended on purpose is started again by its button alone', () => withPage(say.script(), async (page) => {
  await at(page, 'empty').waitFor();
  await tell(page, 'agent_state', { state: 'stopped', quit: false, sign_ins: [], ended: 0 });
  await at(page, 'stopped').getByText('was stopped').getByText('Nothing stored is lost').waitFor();
  assert.equal(await at(page, 'stopped').getByText('ended with it').count(), 0, 'no sign-in was under way');
  await tell(page, 'agent_state', { state: 'stopped', quit: true, sign_ins: ['Acme', 'acme--uat'], ended: 0 });
  await at(page, 'stopped').getByText('was quit').waitFor();
  await at(page, 'stopped').getByText('The sign-in for Acme, acme--uat ended with it').waitFor();
  assert.deepEqual(await asked(page, 'start_again'), [], 'nothing starts it by itself');
  await at(page, 'start-again').click();
  assert.equal((await asked(page, 'start_again')).length, 1, 'the button does');
  await tell(page, 'agent_state', { state: 'ready' });
  await at(page, 'stopped').waitFor({ state: 'detached' });
}));

test('the page begins where it was, or where it was called to, and says when it is drawn', () => withPage(say.script({
  beginning: [{ ok: { place: { name: 'connection', alias: 'Acme' }, theme: 'dark', appearance: null } }], snapshot: [{ ok: say.snapshot({ connections: say.connections }) }],
}), async (page) => {
  await at(page, 'screen-connection').waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark', 'in its theme from the start');
  assert.equal((await asked(page, 'ready')).length, 1, 'drawn');
  assert.deepEqual((await asked(page, 'remember')).at(-1), { place: { name: 'connection', alias: 'Acme' } });
  await tell(page, 'place', { name: 'add' });
  await at(page, 'screen-add').waitFor();
}));

for (const place of /** @type {import('../../src-tauri/bindings/Place').Place[]} */ ([{ name: 'connection', alias: 'gone' }, { name: 'attempt', id: 'over' }])) {
  test(`a place that is no longer there (${place.name}) begins at the connections`, () => withPage(say.script({ beginning: [{ ok: { place, theme: 'system', appearance: null } }], snapshot: [{ ok: say.snapshot({ connections: say.connections }) }] }), async (page) => {
    await at(page, 'connection').nth(4).waitFor();
    await at(page, 'screen-connections').waitFor();
  }));
}

test('an agent that alone had the key is not said to have lost nothing', () => withPage(say.script(), async (page) => {
  await at(page, 'empty').waitFor();
  for (const [ended, whose] of /** @type {const} */ ([[1, 'the sign-in of one connection ended with it'], [2, 'the sign-in of 2 connections ended with it']])) {
    await tell(page, 'agent_state', { state: 'stopped', quit: false, sign_ins: [], ended });
    await at(page, 'stopped').getByText(whose).waitFor();
    assert.equal(await at(page, 'stopped').getByText('Nothing stored is lost').count(), 0, 'for it is');
  }
}));

test('a quit is asked about above the screen that is shown, with what it ends', async () => {
  const vault = [{ ok: { guard: /** @type {const} */ ('session'), locked: false, session_only: 2 } }, { ok: { guard: /** @type {const} */ ('session'), locked: false, session_only: 2 } }, { ok: { guard: /** @type {const} */ ('keychain'), locked: false } }];
  await withPage(say.script({ snapshot: [{ ok: say.snapshot({ connections: say.connections }) }], vault, quit: [{ fail: say.failure('agent_busy', 'It cannot be reached.') }, { ok: null }] }), async (page) => {
    await at(page, 'connection').nth(4).waitFor();
    for (const _ of [1, 2]) await tell(page, 'place', { name: 'quit' });
    await at(page, 'quit-dialog').getByText('the sign-in of 2 connections ends when you quit').waitFor();
    assert.equal(await at(page, 'quit-dialog').count(), 1, 'asked once, however often it is called for');
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-testid')), 'quit-keep', 'Enter ends nothing');
    await page.keyboard.press('Escape');
    await at(page, 'quit-dialog').waitFor({ state: 'detached' });
    assert.deepEqual(await asked(page, 'quit'), [], 'nothing before a yes');
    assert.deepEqual((await asked(page, 'remember')).at(-1), { place: { name: 'connections' } }, 'the next window does not begin with it');

    await tell(page, 'place', { name: 'quit' });
    await at(page, 'quit-sure').click();
    await at(page, 'quit-dialog').getByText('It cannot be reached.').waitFor();
    await at(page, 'quit-sure').click();
    await at(page, 'quit-dialog').waitFor({ state: 'detached' });
    assert.equal((await asked(page, 'quit')).length, 2);

    await tell(page, 'place', { name: 'quit' });
    await at(page, 'quit-dialog').getByText('Everything stored stays').waitFor();
    assert.equal(await at(page, 'quit-settings').count(), 0, 'there is nothing to save');
  });
});

test('a quit whose cost cannot be read promises nothing', () => withPage(say.script({
  beginning: [{ ok: { place: { name: 'quit' }, theme: 'system', appearance: null } }], vault: [{ fail: say.failure('agent_busy', 'It cannot be reached.') }],
}), async (page) => {
  await at(page, 'quit-dialog').getByText('could not be read just now').waitFor();
  assert.equal(await at(page, 'quit-dialog').getByText('Everything stored stays').count(), 0);
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-testid')), 'quit-keep', 'Enter ends nothing');
}));

test('a window that is called to ask about a quit asks above the connections', () => withPage(say.script({
  beginning: [{ ok: { place: { name: 'quit' }, theme: 'system', appearance: null } }], vault: [{ ok: { guard: 'session', locked: false, session_only: 1 } }],
}), async (page) => {
  await at(page, 'quit-dialog').getByText('the sign-in of one connection ends').waitFor();
  await at(page, 'quit-settings').click();
  await at(page, 'screen-settings').waitFor();
  await at(page, 'quit-dialog').waitFor({ state: 'detached' });
}));
