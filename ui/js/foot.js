/**
 * The line at the foot of a screen: the way back, the obstacle, and the main action.
 */

import { announce, h } from './dom.js';
import * as words from './words.js';

/**
 * @typedef {{ words: string, run: () => void, testid?: string }} Action
 * @typedef {{ back?: (() => void) | null, line?: string, third?: Action | null, second?: Action | null,
 *   primary?: (Action & { ready?: boolean }) | null }} Foot `ready: false` announces `line` instead of acting
 */

/** A foot that is updated in place, so that it keeps the focus. */
export function foot() {
  /** @type {Foot} */
  let shown = {};
  const back = h('button', { type: 'button', class: 'plain', 'data-testid': 'back', 'aria-keyshortcuts': 'Alt+ArrowLeft', title: words.keys.back, onclick: () => shown.back?.() }, words.guide.back);
  const line = h('p', { class: 'grow', id: 'foot-line', 'data-testid': 'foot-line' });
  const third = h('button', { type: 'button', class: 'plain', onclick: () => shown.third?.run() });
  const second = h('button', { type: 'button', class: 'second', onclick: () => shown.second?.run() });
  const primary = h('button', { type: 'button', class: 'primary', 'data-testid': 'done', 'aria-describedby': 'foot-line', 'aria-keyshortcuts': 'Control+Enter', title: words.keys.primary, onclick: () => act() });
  const element = h('div', { class: 'bar' }, back, line, third, second, primary);

  function act() {
    if (shown.primary?.ready === false) announce(shown.line ?? '');
    else shown.primary?.run();
  }

  return {
    element,
    /** Acts as if the primary button was pressed. */
    act,
    /** @param {Foot} next */
    show(next) {
      shown = next;
      back.hidden = !next.back;
      write(line, next.line ?? '');
      third.hidden = !next.third;
      write(third, next.third?.words ?? '');
      third.dataset.testid = next.third?.testid ?? 'third';
      second.hidden = !next.second;
      write(second, next.second?.words ?? '');
      second.dataset.testid = next.second?.testid ?? 'second';
      primary.hidden = !next.primary;
      write(primary, next.primary?.words ?? '');
      primary.setAttribute('aria-disabled', String(next.primary?.ready === false));
    },
  };
}

/** @param {HTMLElement} element @param {string} text */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
