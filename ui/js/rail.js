/**
 * The way around: beside the screens, or above them in a narrow window.
 * @import { App, Org, Place } from './app.js'
 * @import { Stop } from './model.js'
 */

import { h, region } from './dom.js';
import { badge } from './model.js';
import { badgeMark, hostName } from './parts.js';
import * as words from './words.js';

/**
 * @typedef {{ place: Place['name'], org: Org | null, journey: Stop[] | null, count: number | null }} Shown
 */

/**
 * @param {HTMLElement} container
 * @param {App} app
 */
export function rail(container, app) {
  return region(container, (/** @type {Shown} */ { place, org, journey, count }) => [
    h('div', { class: 'brand' }, h('span', { class: 'brand-mark', 'aria-hidden': 'true' }), words.product),
    h('nav', { 'aria-label': words.rail.navigation }, h('ul', { class: 'ways' },
      way(words.rail.connections, count === null ? '' : String(count), 'nav-connections', place === 'connections', () => app.go({ name: 'connections' })),
      way(words.rail.add, '+', 'nav-add', place === 'add', () => app.go({ name: 'add' })),
      way(words.rail.settings, '⋯', 'nav-settings', place === 'settings', () => app.go({ name: 'settings' })))),
    org && h('div', { class: 'org', 'data-testid': 'rail-org' }, badgeMark(badge(org.kind)), h('strong', {}, org.words), h('code', {}, hostName(org.host))),
    journey && stops(journey),
  ]);
}

/**
 * @param {string} text
 * @param {string} mark
 * @param {string} testid
 * @param {boolean} current
 * @param {() => void} go
 */
function way(text, mark, testid, current, go) {
  return h('li', {}, h('button', { type: 'button', class: 'way', onclick: go, 'data-testid': testid, 'aria-current': current ? 'page' : null },
    h('span', { class: 'mark', 'aria-hidden': 'true' }, mark), text));
}

/** @param {Stop[]} journey */
function stops(journey) {
  const at = Math.max(0, journey.findIndex(({ mark }) => mark === 'now' || mark === 'wrong'));
  const done = journey.every(({ mark }) => mark === 'done');
  return h('div', { class: 'journey' },
    h('ol', { class: 'stops', 'aria-label': words.rail.journey }, journey.map(({ id, title, mark }) =>
      h('li', { class: mark, 'aria-current': mark === 'now' || mark === 'wrong' ? 'step' : null },
        h('span', { class: 'mark', 'aria-hidden': 'true' }, mark === 'done' ? '✓' : mark === 'wrong' ? '!' : id),
        h('span', {}, title, (mark === 'done' || mark === 'wrong') && h('span', { class: 'unseen' }, `, ${mark === 'done' ? words.rail.done : words.rail.wrong}`))))),
    h('div', { class: 'progress', role: 'img', 'aria-label': words.rail.progress(done ? journey.length : at + 1, journey.length) },
      journey.map(({ mark }) => h('i', { class: mark }))));
}
