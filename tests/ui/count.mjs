// What a screen costs the one who reads it and presses its button: words, presses of Tab, amber boxes, and what has to be scrolled to.
/** @typedef {import('playwright-core').Page} Page */
/**
 * `words`: visible, without the rail and without what is folded away; `tabs`: from where the focus is to the primary button, null where there is none;
 * `amber`: boxes that warn; `below`: pixels of what has to be done that lie below the fold at 1080 x 780; `scrolls`: the same of the whole page;
 * `seen`: whether the primary button is seen at 1040 x 660.
 * @typedef {{ name: string, words: number, tabs: number | null, amber: number, below: number, scrolls: number, seen: boolean }} Cost
 */
const MOST = 60;
const FULL = { width: 1080, height: 780 };
const SMALL = { width: 1040, height: 660 };

/** @param {Page} page @param {string} name @returns {Promise<Cost>} */
export async function costOf(page, name) {
  const read = await page.evaluate(() => {
    const stage = document.querySelector('#stage');
    const scroller = document.querySelector('#stage .page');
    if (!stage || !(scroller instanceof HTMLElement)) throw new Error('no screen');
    const texts = document.createTreeWalker(stage, NodeFilter.SHOW_TEXT);
    let words = 0;
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const parent = node.parentElement;
      if (parent && !parent.closest('.unseen, dialog, [aria-hidden="true"]') && parent.checkVisibility()) words += node.textContent?.split(/\s+/).filter((word) => /[\p{L}\d]/u.test(word)).length ?? 0;
    }
    const shown = (/** @type {string} */ selector) => [...scroller.querySelectorAll(selector)].filter((one) => one.checkVisibility());
    const end = scroller.getBoundingClientRect().bottom;
    const needed = shown('h1, .actions > li, .value, .field, .note').map((one) => one.getBoundingClientRect().bottom - end);
    return { words, amber: shown('.note.wait, .field-note.wait').length, below: Math.max(0, Math.ceil(Math.max(...needed))), scrolls: scroller.scrollHeight - scroller.clientHeight };
  });
  return { name, ...read, tabs: await tabs(page), seen: await seen(page) };
}

const hasPrimary = (/** @type {Page} */ page) => page.evaluate(() => Boolean(document.querySelector('[data-testid="done"]')?.checkVisibility()));

/** @param {Page} page */
async function tabs(page) {
  if (!await hasPrimary(page)) return null;
  await page.evaluate(() => Object.assign(globalThis, { cameFrom: document.activeElement }));
  let presses = 0;
  while (presses < MOST && !await page.evaluate(() => document.activeElement?.getAttribute('data-testid') === 'done')) {
    await page.keyboard.press('Tab');
    presses += 1;
  }
  await page.evaluate(() => { const { cameFrom } = /** @type {any} */ (globalThis); if (cameFrom instanceof HTMLElement) cameFrom.focus({ preventScroll: true }); });
  return presses;
}

/** @param {Page} page */
async function seen(page) {
  if (!await hasPrimary(page)) return true;
  await page.setViewportSize(SMALL);
  const inView = await page.evaluate(() => {
    const box = document.querySelector('[data-testid="done"]')?.getBoundingClientRect();
    return Boolean(box && box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth);
  });
  await page.setViewportSize(FULL);
  return inView;
}

/** Counts the presses of the mouse from now on. @param {Page} page */
export async function countClicks(page) {
  await page.evaluate(() => {
    Object.assign(globalThis, { clicks: 0 });
    document.addEventListener('click', ({ isTrusted, detail }) => { if (isTrusted && detail > 0) /** @type {any} */ (globalThis).clicks += 1; }, true);
  });
  return () => page.evaluate(() => /** @type {any} */ (globalThis).clicks);
}

/** @param {string} way @param {number} clicks @param {Cost[]} costs */
export function told(way, clicks, costs) {
  const sum = (/** @type {(cost: Cost) => number} */ of) => costs.reduce((before, cost) => before + of(cost), 0);
  return [`${way}: ${clicks} clicks, ${costs.length} screens, ${sum(({ words }) => words)} words, ${sum(({ tabs: of }) => of ?? 0)} presses of Tab, ${sum(({ amber }) => amber)} amber boxes`,
    ...costs.map(({ name, words, tabs: of, amber, below, scrolls, seen: is }) => `  ${name.padEnd(16)} ${String(words).padStart(4)} words  ${String(of ?? '-').padStart(2)} Tab  ${amber} amber  ${String(below).padStart(4)} px below the fold (page ${scrolls})  ${is ? 'seen' : 'NOT SEEN'}`)].join('\n');
}
