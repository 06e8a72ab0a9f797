/** Helpers to make and redraw elements. Text stays text: no markup is ever parsed. */

/**
 * @typedef {string | number | Node | null | undefined | false} Child
 * @typedef {Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>} Attributes
 */

/**
 * Makes an element. `on…` attributes are listeners; `true` sets an attribute without a value, `false` and null leave it out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...nodes(children));
  return element;
}

/**
 * @param {(Child | Child[])[]} children
 * @returns {(string | Node)[]}
 */
function nodes(children) {
  const shown = [];
  for (const child of children.flat()) {
    if (child instanceof Node) shown.push(child);
    else if (child !== null && child !== undefined && child !== false) shown.push(String(child));
  }
  return shown;
}

/**
 * Replaces the content of an element; the focus stays on the element of the same test id and label.
 * @param {Element} container
 * @param {...(Child | Child[])} children
 */
export function fill(container, ...children) {
  renew(container, () => children);
}

/** @param {Element} container @param {() => (Child | Child[])[]} draw may reuse present elements, which then lose the focus */
function renew(container, draw) {
  const focused = document.activeElement;
  const inside = focused instanceof HTMLElement && container.contains(focused) ? focused : null;
  container.replaceChildren(...nodes(draw()));
  if (!inside || inside === document.activeElement) return;
  const name = inside.dataset.testid;
  const alike = name ? [...container.querySelectorAll(`[data-testid="${CSS.escape(name)}"]`)] : [];
  const next = inside.isConnected ? inside : alike.find((one) => one.ariaLabel === inside.ariaLabel) ?? alike[0];
  if (next instanceof HTMLElement) next.focus({ preventScroll: true });
}

/**
 * A part of the page that is redrawn only when its model has changed.
 * @template Model
 * @param {Element} container
 * @param {(model: Model) => Child | Child[]} draw
 * @returns {(model: Model) => boolean} whether it was drawn
 */
export function region(container, draw) {
  /** @type {string | undefined} */
  let drawn;
  return (model) => {
    const text = JSON.stringify(model);
    if (text === drawn) return false;
    drawn = text;
    renew(container, () => [draw(model)]);
    return true;
  };
}

/**
 * Runs the last call after a pause in the calls.
 * @param {number} milliseconds
 * @param {() => void} action
 */
export function debounced(milliseconds, action) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, milliseconds);
  };
}

/** Resolves once changes are on the screen; soon, if nothing is shown at all. */
export function painted() {
  return new Promise((passed) => {
    requestAnimationFrame(() => setTimeout(passed));
    setTimeout(passed, 200);
  });
}

/**
 * Announces a sentence to screen readers.
 * @param {string} sentence
 */
export function announce(sentence) {
  const announcer = document.getElementById('announcer');
  if (announcer) announcer.textContent = sentence;
}
