/**
 * In which browser an org's pages open: where that is chosen, and the question where it is asked each time.
 * @import { Browser } from '../../src-tauri/bindings/Browser'
 * @import { BrowserChoice } from '../../src-tauri/bindings/BrowserChoice'
 * @import { ConnectionView } from '../../src-tauri/bindings/ConnectionView'
 */

import { announce, fill, h } from './dom.js';
import { host } from './host.js';
import { asFailure } from './model.js';
import { button, failureNote } from './parts.js';
import * as words from './words.js';

const text = words.browsers;

/** @typedef {{ words: string, choice: BrowserChoice }} Way */

/** @type {Way} */
const DEFAULT = { words: text.default, choice: { opens: 'default' } };
/** @type {Way} */
const ASK = { words: text.ask, choice: { opens: 'ask' } };

/** @param {string} browser @param {string} [profile] @returns {BrowserChoice} */
const choiceOf = (browser, profile) => ({ opens: 'in', browser, ...(profile === undefined ? {} : { profile }), private: false });

/** Each browser as it opens by itself, and with each of its profiles. @param {Browser[]} browsers @returns {Way[]} */
export function waysOf(browsers) {
  return browsers.flatMap(({ id, name, profiles }) => [
    { words: name, choice: choiceOf(id) },
    ...profiles.map((profile) => ({ words: text.profile(name, profile.name), choice: choiceOf(id, profile.id) })),
  ]);
}

/** Whether two choices differ in the private window at most. @param {BrowserChoice} one @param {BrowserChoice} other */
function isLike(one, other) {
  if (one.opens !== 'in' || other.opens !== 'in') return one.opens === other.opens;
  return one.browser === other.browser && one.profile === other.profile;
}

/**
 * A list of ways, and whether in a private window.
 * @param {string} id
 * @param {Way[]} first the ways that name no browser
 * @param {string} [label]
 */
export function browserPick(id, first, label = text.label) {
  const select = h('select', { id, 'data-testid': id });
  const isPrivate = h('input', { type: 'checkbox', id: `${id}-private`, 'data-testid': `${id}-private` });
  const tick = h('label', { class: 'tick', for: `${id}-private` }, isPrivate, h('span', {}, text.private));
  const element = h('div', { class: 'stack tight' }, h('div', { class: 'field' }, h('label', { for: id }, label), select), tick);
  let ways = first;
  let isRead = false;
  let isOffered = false;
  select.addEventListener('change', follow);
  draw();

  function draw() {
    const at = select.selectedIndex;
    fill(select, ways.map((way) => h('option', {}, way.words)));
    select.selectedIndex = Math.max(0, at);
    follow();
  }

  /** Only a browser that is named has a private window. */
  function follow() {
    tick.hidden = ways[select.selectedIndex]?.choice.opens !== 'in';
  }

  /** @param {BrowserChoice} choice */
  function show(choice) {
    const found = ways.findIndex((way) => isLike(way.choice, choice));
    // What is not found here any more stays chosen until somebody chooses another.
    if (found < 0) ways = [...ways, { words: isOffered ? text.gone : text.asChosen, choice }];
    isPrivate.checked = choice.opens === 'in' && choice.private;
    draw();
    select.selectedIndex = found < 0 ? ways.length - 1 : found;
    follow();
  }

  /** @returns {BrowserChoice} */
  function choice() {
    const way = ways[select.selectedIndex] ?? DEFAULT;
    return way.choice.opens === 'in' ? { ...way.choice, private: isPrivate.checked } : way.choice;
  }

  return {
    element, select, choice, show,
    /** @param {Browser[]} browsers */
    offer(browsers) {
      const chosen = choice();
      ways = [...first, ...waysOf(browsers)];
      isRead = isOffered = true;
      show(chosen);
    },
    /** Reads the browsers of this computer, once: there may be none. */
    async read() {
      if (isRead) return;
      isRead = true;
      this.offer(await host.browsers().catch(() => []));
    },
  };
}

/** Where a sign-in begins: the browsers are read once it is unfolded. @param {string} [id] */
export function signInBrowser(id = 'sign-in-browser') {
  const pick = browserPick(id, [DEFAULT, ASK]);
  return {
    element: pick.element, choice: pick.choice,
    read: () => void pick.read(),
    /** @returns {BrowserChoice | undefined} absent where nobody has chosen */
    chosen() {
      const choice = pick.choice();
      return choice.opens === 'default' ? undefined : choice;
    },
  };
}

/** Where it is chosen for a connection. @param {string} alias @param {() => ConnectionView | null} view */
export function browserPart(alias, view) {
  const pick = browserPick('browser', [DEFAULT, ASK]);
  const trouble = h('div', { role: 'status' });
  const element = h('section', { class: 'last stack tight' }, h('h2', {}, text.heading), h('p', { class: 'quiet' }, text.why),
    pick.element, h('div', {}, button(text.save, () => void save(), { 'data-testid': 'browser-save' })), trouble);
  /** What is shown of the snapshot; what somebody chooses meanwhile stays. @type {string | null} */
  let shown = null;

  async function save() {
    try {
      await host.setBrowser(alias, pick.choice());
      fill(trouble);
      announce(text.saved);
    } catch (thrown) {
      fill(trouble, failureNote(asFailure(thrown)));
    }
  }

  return { element, update() {
    void pick.read();
    const choice = view()?.browser ?? { opens: 'default' };
    const now = JSON.stringify(choice);
    if (now === shown) return;
    shown = now;
    pick.show(/** @type {BrowserChoice} */ (choice));
  } };
}

/** Asks in which browser a page is to open; null where it is to open in none. @param {Browser[]} browsers @returns {Promise<BrowserChoice | null>} */
export function askBrowser(browsers) {
  return new Promise((answer) => {
    /** @type {BrowserChoice | null} */
    let chosen = null;
    const pick = browserPick('ask-browser', [DEFAULT], text.once);
    pick.offer(browsers);
    const dialog = h('dialog', { 'aria-labelledby': 'ask-browser-question', 'data-testid': 'ask-browser-dialog', onclose: () => {
      dialog.remove();
      answer(chosen);
    } }, h('h2', { id: 'ask-browser-question' }, text.question), pick.element, h('div', { class: 'acts end' },
      button(text.leave, () => dialog.close(), { 'data-testid': 'ask-browser-leave' }),
      button(text.open, () => { chosen = pick.choice(); dialog.close(); }, { class: 'primary', 'data-testid': 'ask-browser-open' })));
    document.body.append(dialog);
    dialog.showModal();
  });
}
