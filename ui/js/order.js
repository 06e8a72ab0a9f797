/**
 * The order in which Tab goes through a screen: what has to be done, the buttons of the foot, the main one first, and then
 * what is there for help. What is read aloud keeps the order of the page.
 */

const STOPS = 'button, input, select, textarea, summary, a[href], [tabindex="0"]';

/** @param {Element} element */
function rank(element) {
  if (element.closest('.bar')) return element.matches('.primary') ? 1 : 2;
  return element.closest('[data-later]') ? 3 : 0;
}

/** The stops of a screen in the order of Tab. @param {Element} screen @returns {HTMLElement[]} */
function stopsOf(screen) {
  const found = /** @type {HTMLElement[]} */ ([...screen.querySelectorAll(STOPS)].filter((one) => one instanceof HTMLElement && one.tabIndex >= 0 && one.checkVisibility()));
  return found.sort((one, other) => rank(one) - rank(other));
}

/** Where Tab leads from an element of the screen; null if it leaves the screen there. @param {Element} screen @param {Element} from @param {boolean} back */
function next(screen, from, back) {
  const stops = stopsOf(screen);
  const at = stops.findIndex((one) => one === from);
  if (at >= 0) return stops[at + (back ? -1 : 1)] ?? null;
  // The heading, or another place that is no stop.
  const after = stops.findIndex((one) => rank(one) > 0 || Boolean(from.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING));
  return stops[back ? after - 1 : after] ?? null;
}

/** @param {HTMLElement} stage */
export function orderStops(stage) {
  document.addEventListener('keydown', (event) => {
    const { key, shiftKey, ctrlKey, altKey, metaKey, defaultPrevented } = event;
    if (key !== 'Tab' || ctrlKey || altKey || metaKey || defaultPrevented || document.querySelector('dialog[open]')) return;
    const from = document.activeElement;
    if (!from || !stage.contains(from) || !stage.querySelector('.bar')) return;
    const wanted = next(stage, from, shiftKey) ?? outside(stage, shiftKey);
    if (!wanted) return;
    event.preventDefault();
    wanted.focus({ focusVisible: true });
  });
}

/** What stands before the screen, or at the beginning of the window. @param {HTMLElement} stage @param {boolean} back @returns {HTMLElement | null} */
function outside(stage, back) {
  const others = stopsOf(document.body).filter((one) => !stage.contains(one));
  return (back ? others.at(-1) : others[0]) ?? null;
}
