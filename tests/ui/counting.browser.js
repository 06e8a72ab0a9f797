/**
 * What a way through the window costs whoever goes it, read in the page itself: by the tests of the page, and by those of the
 * real window (`tests/tests/window/window_count.rs`).
 *
 * @typedef {{ words: number, amber: number, below: number, scrolls: number }} Read `words`: seen, without the rail and what is folded
 *   away; `amber`: boxes that warn; `below`: pixels of what has to be done below the fold; `scrolls`: the same of the whole page
 * @typedef {{ begin(): void, clicks(): number, screens(): string[], read(): Read, hasPrimary(): boolean, isAtPrimary(): boolean,
 *   isPrimarySeen(): boolean, holdFocus(): void, giveFocusBack(): void }} Counting
 */
'use strict';

(() => {
  let clicks = 0;
  /** @type {string[]} */
  const screens = [];
  /** @type {Element | null} */
  let cameFrom = null;
  const primary = () => document.querySelector('#stage [data-testid="done"]');

  /** The screen that is shown. A set-up that shows no step yet is about to. */
  function note() {
    const screen = document.querySelector('#stage > *');
    const name = screen instanceof HTMLElement ? `${screen.dataset.testid} ${screen.dataset.step ?? ''}`.trim() : '';
    if (name && name !== 'screen-set-up' && screens.at(-1) !== name) screens.push(name);
  }

  /** @returns {Read} */
  function read() {
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
  }

  /** @type {Counting} */
  const counting = {
    begin() {
      document.addEventListener('click', ({ isTrusted, detail }) => { if (isTrusted && detail > 0) clicks += 1; }, true);
      const stage = document.querySelector('#stage');
      if (stage) new MutationObserver(note).observe(stage, { childList: true, subtree: true, attributes: true });
      note();
    },
    clicks: () => clicks,
    screens: () => screens,
    read,
    hasPrimary: () => primary()?.checkVisibility() ?? false,
    isAtPrimary: () => document.activeElement !== null && document.activeElement === primary(),
    isPrimarySeen() {
      const box = primary()?.getBoundingClientRect();
      return Boolean(box && box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth);
    },
    holdFocus() { cameFrom = document.activeElement; },
    giveFocusBack() { if (cameFrom instanceof HTMLElement) cameFrom.focus({ preventScroll: true }); },
  };
  Object.assign(globalThis, { counting });
})();
