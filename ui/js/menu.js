/** A menu of actions. A whole list shares one, so that redrawing a row does not close it. */

import { fill, h } from './dom.js';

/** @typedef {{ text: string, act: () => void, testid: string, danger?: boolean }} Action */

/** The gap between button and menu, and between menu and window edge, in pixels. */
const GAP = 4;

export function actionMenu() {
  const element = h('div', { class: 'menu', role: 'menu', popover: 'auto', 'data-testid': 'menu' });
  /** @type {HTMLElement | null} */
  let opener = null;
  let wasOpen = false;

  element.addEventListener('toggle', (event) => opener?.setAttribute('aria-expanded', String(/** @type {ToggleEvent} */ (event).newState === 'open')));
  element.addEventListener('keydown', move);

  /**
   * A button that opens the menu.
   * @param {string} text @param {() => string} label @param {() => Action[]} actions
   */
  function button(text, label, actions) {
    /** @type {HTMLButtonElement} */
    const made = h('button', {
      type: 'button', class: 'more', 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'data-testid': 'row-menu',
      // A press outside the menu closes it, also on its own button.
      onpointerdown: () => { wasOpen = opener === made && element.matches(':popover-open'); },
      onclick: () => {
        if (!wasOpen) open(made, label(), actions());
        wasOpen = false;
      },
      onkeydown: (event) => {
        if (/** @type {KeyboardEvent} */ (event).key !== 'ArrowDown') return;
        event.preventDefault();
        event.stopPropagation();
        open(made, label(), actions());
      },
    }, h('span', { class: 'dots', 'aria-hidden': 'true' }, '···'), h('span', { class: 'unseen' }, text));
    return made;
  }

  /** @param {HTMLElement} at @param {string} label @param {Action[]} actions */
  function open(at, label, actions) {
    opener = at;
    element.setAttribute('aria-label', label);
    fill(element, actions.map(({ text, act, testid, danger }) => h('button', {
      type: 'button', role: 'menuitem', tabindex: -1, class: danger ? 'item danger' : 'item', 'data-testid': testid,
      onclick: () => { close(); act(); },
    }, text)));
    element.showPopover();
    place(at);
    items()[0]?.focus();
  }

  /** Below the button, or above it where there is no room. @param {HTMLElement} at */
  function place(at) {
    const { top, bottom, right } = at.getBoundingClientRect();
    const { width, height } = element.getBoundingClientRect();
    const below = bottom + GAP + height <= innerHeight;
    element.style.setProperty('top', `${Math.max(GAP, below ? bottom + GAP : top - GAP - height)}px`);
    element.style.setProperty('left', `${Math.max(GAP, Math.min(right, innerWidth - GAP) - width)}px`);
  }

  function close() {
    if (element.matches(':popover-open')) element.hidePopover();
    opener?.focus({ preventScroll: true });
  }

  /** @returns {HTMLElement[]} */
  function items() {
    return [...element.querySelectorAll('button')];
  }

  /** @param {KeyboardEvent} event */
  function move(event) {
    const all = items();
    const at = all.findIndex((item) => item === document.activeElement);
    /** @type {Record<string, number>} */
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
    const target = to[event.key];
    if (event.key === 'Tab' || event.key === 'Escape') close();
    if (event.key === 'Escape') event.preventDefault();
    if (target === undefined) return;
    event.preventDefault();
    all.at(target % all.length)?.focus();
  }

  return { element, button };
}
