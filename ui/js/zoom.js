/** Zooms text and spaces with the keys of browsers; the next window has the same size. */

import { announce } from './dom.js';
import { look, looks } from './looks.js';
import * as words from './words.js';

const STEPS = [80, 90, 100, 110, 125, 150, 175, 200];
const USUAL = STEPS.indexOf(100);
let at = USUAL;

/** @param {KeyboardEvent} event */
function next({ key }) {
  if (key === '+' || key === '=') return Math.min(at + 1, STEPS.length - 1);
  if (key === '-' || key === '_') return Math.max(at - 1, 0);
  return key === '0' ? USUAL : null;
}

/** @param {number} wanted the place of the step */
function zoom(wanted) {
  at = wanted;
  document.documentElement.style.fontSize = at === USUAL ? '' : `${STEPS[at]}%`;
}

/** As large as in the last window. */
export function zoomAsBefore() {
  const before = STEPS.indexOf(looks.zoom);
  if (before >= 0) zoom(before);
}

/** Listens for Ctrl (on a Mac: Command) with plus, minus and 0. */
export function listenForZoom() {
  document.addEventListener('keydown', (event) => {
    const wanted = (event.ctrlKey || event.metaKey) && !event.altKey ? next(event) : null;
    if (wanted === null) return;
    event.preventDefault();
    zoom(wanted);
    const percent = STEPS[at] ?? 100;
    look({ zoom: percent });
    announce(words.zoomed(percent));
  });
}
