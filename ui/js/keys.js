/** The keys of every screen, and what a browser would do that a program does not. */

/** A button of the present screen that can be seen. @param {string} testid */
function shown(testid) {
  const found = document.querySelector(`#stage [data-testid="${testid}"]`);
  return found instanceof HTMLButtonElement && !found.hidden ? found : null;
}

/** The entries of the navigation that programs have a key of their own for. @type {Record<string, string>} */
const OWN = { n: 'nav-add', ',': 'nav-settings' };

/** An entry of the navigation, by its number, wherever a keyboard has its letters, or by its own key. @param {KeyboardEvent} event */
function way({ key, code }) {
  const ways = [...document.querySelectorAll('.ways .way')];
  const own = OWN[key.toLowerCase()];
  const number = /^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1];
  const found = own ? ways.find((one) => one.getAttribute('data-testid') === own) : ways[Number(number) - 1];
  return found instanceof HTMLButtonElement ? found : null;
}

/** On a Mac some keys with Control move within a text. */
export const isMac = navigator.platform.startsWith('Mac');

/** @param {KeyboardEvent} event */
function pressed(event) {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  const control = ctrlKey || metaKey;
  if (key === 'Enter' && control && !altKey) return shown('done');
  if (key === 'ArrowLeft' && altKey && !control && !shiftKey) return shown('back');
  return (isMac ? metaKey && !ctrlKey : ctrlKey && !metaKey) && !altKey && !shiftKey ? way(event) : null;
}

/** Whether the key asks for the palette. @param {KeyboardEvent} event */
function finds({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  return key.toLowerCase() === 'k' && (ctrlKey || metaKey) && !altKey && !shiftKey;
}

/** Whether the key loads the page anew, which would empty what is typed. @param {KeyboardEvent} event */
function reloads({ key, ctrlKey, metaKey }) {
  return key === 'F5' || ((ctrlKey || metaKey) && key.toLowerCase() === 'r');
}

/** Whether the platform's own menu serves a purpose there: on what is typed or selected. @param {EventTarget | null} target */
function hasMenu(target) {
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox' && target.type !== 'radio';
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && target instanceof Node && selection.containsNode(target, true);
}

/**
 * Ctrl+Enter presses the main button, Alt+Left goes back, Ctrl+K opens the palette, Ctrl with a number leads to that entry of the
 * navigation, Ctrl+N to another org and Ctrl+comma to the settings; the menu of a browser, with Back and Reload, stays away.
 * @param {() => void} find opens the palette
 */
export function listenForKeys(find) {
  document.addEventListener('keydown', (event) => {
    if (reloads(event)) event.preventDefault();
    if (document.querySelector('dialog[open]')) return;
    if (finds(event)) {
      event.preventDefault();
      find();
      return;
    }
    const button = pressed(event);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
  document.addEventListener('contextmenu', (event) => { if (!hasMenu(event.target)) event.preventDefault(); });
}
