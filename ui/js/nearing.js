/** A long list is made a part at a time: the next one when the end of what is made comes near the view. */

import { painted } from './dom.js';

const NEAR = '2000px';

/**
 * @param {HTMLElement} end stands below what is made; hidden once all is
 * @param {{ height: number, least: number }} sizes the usual height of a row in CSS pixels, and how many are made at least
 * @param {() => Element | null} scroller the element that scrolls the rows
 * @param {(more: number) => void} grow makes so many more
 * @returns {{ watch(): void, stop(): void }} `watch`: looks for the end, once it is in the page
 */
export function nearing(end, { height, least }, scroller, grow) {
  /** @type {IntersectionObserver | null} */
  let observer = null;
  return {
    watch() {
      if (observer || end.hidden) return;
      observer = new IntersectionObserver((seen) => {
        const near = seen.findLast(({ isIntersecting }) => isIntersecting);
        if (!near) return;
        grow(Math.max(least, Math.ceil(((near.rootBounds?.bottom ?? 0) - near.boundingClientRect.top) / height)));
        // An end that stays near is reported only once.
        observer?.unobserve(end);
        if (!end.hidden) observer?.observe(end);
      }, { root: scroller(), rootMargin: NEAR });
      // Rows outside the view must not delay the first picture.
      void painted().then(() => observer?.observe(end));
    },
    stop() {
      observer?.disconnect();
      observer = null;
    },
  };
}
