// What a screen costs the one who reads it and presses its button: words, presses of Tab, amber boxes, and what has to be scrolled to.
/** @import { Counting, Read } from './counting.browser.js' */
import { readFile } from 'node:fs/promises';

/** @typedef {import('playwright-core').Page} Page */
/**
 * `tabs`: presses of Tab from where the focus is to the primary button, null where there is none; `seen`: whether that button is seen at 1040 x 660.
 * @typedef {Read & { name: string, tabs: number | null, seen: boolean }} Cost
 */
const MOST = 60;
const FULL = { width: 1080, height: 780 };
const SMALL = { width: 1040, height: 660 };
const counting = await readFile(new URL('counting.browser.js', import.meta.url), 'utf8');

/** Asks the page's own count. @template {keyof Counting} Asked @param {Page} page @param {Asked} what @returns {Promise<ReturnType<Counting[Asked]>>} */
const ask = (page, what) => page.evaluate((asked) => /** @type {any} */ (globalThis).counting[asked](), what);

/** Counts from now on: presses of the mouse, and screens. @param {Page} page */
export async function beginCount(page) {
  await page.evaluate(counting);
  await ask(page, 'begin');
  return { clicks: () => ask(page, 'clicks'), screens: () => ask(page, 'screens') };
}

/** @param {Page} page @param {string} name @returns {Promise<Cost>} */
export async function costOf(page, name) {
  return { name, ...await ask(page, 'read'), tabs: await tabs(page), seen: await seen(page) };
}

/** @param {Page} page */
async function tabs(page) {
  if (!await ask(page, 'hasPrimary')) return null;
  await ask(page, 'holdFocus');
  let presses = 0;
  while (presses < MOST && !await ask(page, 'isAtPrimary')) {
    await page.keyboard.press('Tab');
    presses += 1;
  }
  await ask(page, 'giveFocusBack');
  return presses;
}

/** @param {Page} page */
async function seen(page) {
  if (!await ask(page, 'hasPrimary')) return true;
  await page.setViewportSize(SMALL);
  const inView = await ask(page, 'isPrimarySeen');
  await page.setViewportSize(FULL);
  return inView;
}

/** @param {string} way @param {number} clicks @param {Cost[]} costs */
export function told(way, clicks, costs) {
  const sum = (/** @type {(cost: Cost) => number} */ of) => costs.reduce((before, cost) => before + of(cost), 0);
  return [`${way}: ${clicks} clicks, ${costs.length} screens, ${sum(({ words }) => words)} words, ${sum(({ tabs: of }) => of ?? 0)} presses of Tab, ${sum(({ amber }) => amber)} amber boxes`,
    ...costs.map(({ name, words, tabs: of, amber, below, scrolls, seen: is }) => `  ${name.padEnd(16)} ${String(words).padStart(4)} words  ${String(of ?? '-').padStart(2)} Tab  ${amber} amber  ${String(below).padStart(4)} px below the fold (page ${scrolls})  ${is ? 'seen' : 'NOT SEEN'}`)].join('\n');
}
