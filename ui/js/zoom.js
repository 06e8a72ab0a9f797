/** Zooms text and spaces with the keys of browsers. */

import { announce } from './dom.js';
import * as words from './words.js';

const STEPS = [80, 90, 100, 110, 125, 150, 175, 200];
const USUAL = STEPS.indexOf(100);

/** @param {KeyboardEvent} event @param {number} at */
function next({ key }, at) {
  if (key === '+' || key === '=') return Math.min(at + 1, STEPS.length - 1);
  if (key === '-' || key === '_') return Math.max(at - 1, 0);
  return key === '0' ? USUAL : null;
}

/** Listens for Ctrl (on a Mac: Command) with plus, minus and 0. */
export function listenForZoom() {
  let at = USUAL;
  document.addEventListener('keydown', (event) => {
    const wanted = (event.ctrlKey || event.metaKey) && !event.altKey ? next(event, at) : null;
    if (wanted === null) return;
    event.preventDefault();
    at = wanted;
    document.documentElement.style.fontSize = at === USUAL ? '' : `${STEPS[at]}%`;
    announce(words.zoomed(STEPS[at] ?? 100));
  });
}
