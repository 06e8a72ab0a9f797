/**
 * The navigation, in one place on every screen: at the head of the rail, or as a line above the screens in a narrow window. Below it
 * stand the org and, in a set-up, its steps.
 * @import { App, Org, Place } from './app.js'
 * @import { Stop } from './journey.js'
 */

import { h, region } from './dom.js';
import { isMac } from './keys.js';
import { badge } from './model.js';
import { badgeMark, hostName } from './parts.js';
import * as words from './words.js';

const text = words.rail;

/**
 * @typedef {{ place: Place['name'], org: Org | null, stops: Stop[] | null, count: number | null, onTop: boolean }} Shown
 * @typedef {{ go(step: string): void }} Ways
 */

/**
 * @param {HTMLElement} container
 * @param {App} app
 * @param {() => Ways | null} journey the action of a click on a step
 */
export function rail(container, app, journey) {
  let open = false;
  /** @type {Shown | null} */
  let last = null;
  container.addEventListener('keydown', ({ key }) => { if (key === 'Escape' && open) { fold(false); focusUnfold(); } });
  document.addEventListener('pointerdown', ({ target }) => { if (open && target instanceof Node && !container.contains(target)) fold(false); });
  container.addEventListener('focusout', ({ relatedTarget }) => { if (open && relatedTarget instanceof Node && !container.contains(relatedTarget)) fold(false); });

  function focusUnfold() {
    const unfold = container.querySelector('.unfold');
    if (unfold instanceof HTMLElement) unfold.focus();
  }

  /** @param {boolean} opened */
  function fold(opened) {
    open = opened;
    if (last) draw({ ...last, open });
  }

  const draw = region(container, (/** @type {Shown & { open: boolean }} */ { place, org, stops, count, onTop, open: opened }) => {
    container.dataset.guide = String(stops !== null);
    const nav = h('nav', { 'aria-label': text.navigation }, h('ul', { class: 'ways' },
      way(text.connections, inCircle(count), 'nav-connections', place === 'connections', () => leave({ name: 'connections' })),
      way(text.add, '+', 'nav-add', place === 'add' || place === 'short', () => leave({ name: 'add' })),
      way(text.settings, '···', 'nav-settings', place === 'settings', () => leave({ name: 'settings' })),
      way(text.explain, '!', 'nav-explain', place === 'explain', () => leave({ name: 'explain' })),
      way(text.help, '?', 'nav-help', place === 'help' || place === 'computer' || place === 'requests', () => leave({ name: 'help' }))));
    const card = org && h('div', { class: 'org', 'data-testid': 'org-card' }, badgeMark(badge(org.kind)), h('strong', {}, org.words), h('code', {}, hostName(org.host)));
    const brand = h('div', { class: 'brand' }, h('span', { class: 'brand-mark', 'aria-hidden': 'true' }), words.product);
    if (!stops) return [brand, nav, card];
    return [brand, nav, card, folded(stops, opened, () => fold(!open)), progress(stops),
      h('div', { class: opened ? 'panel open' : 'panel', id: 'rail-panel' }, list(stops, (id) => { fold(false); journey()?.go(id); }), place === 'set_up' && inFront(onTop))];
  });

  /** @param {boolean} onTop */
  function inFront(onTop) {
    return h('button', { type: 'button', class: 'way', 'aria-pressed': String(onTop), 'data-testid': 'keep-on-top', onclick: () => void app.keepOnTop(!onTop) },
      h('span', { class: 'mark', 'aria-hidden': 'true' }, onTop ? '✓' : '↥'), text.onTop);
  }

  /** @param {Place} place */
  function leave(place) {
    open = false;
    app.go(place);
  }

  return (/** @type {Shown} */ shown) => {
    last = shown;
    draw({ ...shown, open });
  };
}

/** The number in the circle, of two digits at most; the whole one is above the list. @param {number | null} count */
function inCircle(count) {
  if (count === null) return '';
  return count > 99 ? '99+' : String(count);
}

/**
 * @param {string} name
 * @param {string} mark
 * @param {string} testid
 * @param {boolean} current
 * @param {() => void} go
 */
function way(name, mark, testid, current, go) {
  return h('li', {}, h('button', { type: 'button', class: 'way', title: words.keys.ways[testid]?.replaceAll('Ctrl', isMac ? 'Cmd' : 'Ctrl'), onclick: go, 'data-testid': testid, 'aria-current': current ? 'page' : null },
    h('span', { class: 'mark', 'aria-hidden': 'true' }, mark), name));
}

/** The button that opens the list in a narrow window, labelled with the present step. @param {Stop[]} stops @param {boolean} open @param {() => void} toggle */
function folded(stops, open, toggle) {
  const at = stops.find(({ current }) => current);
  return at && h('button', { type: 'button', class: 'unfold', 'aria-expanded': String(open), 'aria-controls': 'rail-panel', 'data-testid': 'rail-unfold', onclick: toggle },
    h('span', {}, text.at(at.number, stops.length, at.title), h('span', { class: 'unseen' }, text.all)));
}

/** @param {Stop[]} stops */
function progress(stops) {
  return h('div', { class: 'progress', 'aria-hidden': 'true' }, stops.map(({ mark, current }) => h('i', { class: current ? `${mark} now` : mark })));
}

/** @type {Record<Stop['mark'], string>} */
const SHAPES = { open: '', said: '✓', implied: '✓', proved: '✓', doubted: '!', wrong: '!' };

/** @param {Stop[]} stops @param {(id: string) => void} go */
function list(stops, go) {
  return h('ol', { class: 'stops', 'aria-label': text.steps }, stops.map(({ id, number, title, mark, current, reachable }) =>
    h('li', { class: mark }, h('button', {
      type: 'button', class: 'stop', 'data-testid': `rail-${id}`, 'data-mark': mark, 'aria-current': current ? 'step' : null, 'aria-disabled': reachable ? null : 'true', onclick: () => go(id),
    }, h('span', { class: 'mark', 'aria-hidden': 'true' }, SHAPES[mark] || String(number)),
    h('span', {}, title, text.marks[mark] && h('span', { class: 'unseen' }, `, ${text.marks[mark]}`))))));
}
