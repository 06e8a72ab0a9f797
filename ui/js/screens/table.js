/**
 * The connections as a table, for whoever has many: one line each, sorted by any column, and several can be chosen. Lines are made
 * when they come near the view, and kept.
 * @import { ConnectionView } from '../../../src-tauri/bindings/ConnectionView'
 * @import { Row } from '../health.js'
 * @import { Column } from '../sorting.js'
 * @import { Acts } from './row.js'
 */

import { h } from '../dom.js';
import { nearing } from '../nearing.js';
import { row } from '../health.js';
import { badgeMark, button, groupMark } from '../parts.js';
import { look, looks } from '../looks.js';
import { COLUMNS, sorted } from '../sorting.js';
import { actionsOf } from './row.js';
import * as words from '../words.js';

const text = words.connections;
/** The height of a line in CSS pixels, as the style sheet has it. */
const HEIGHT = 24;
const MORE = 100;

/** @typedef {{ element: HTMLTableRowElement, box: HTMLInputElement, show(row: Row): void }} Line */

/**
 * @param {Acts} acts
 * @param {ReturnType<typeof import('../menu.js').actionMenu>} menu
 * @param {() => Element | null} scroller the element that scrolls the lines
 * @param {() => void} chosenAnew called when others are chosen
 */
export function connectionTable(acts, menu, scroller, chosenAnew) {
  const end = h('div', { class: 'rows-end', 'aria-hidden': 'true' });
  const all = h('input', { type: 'checkbox', 'aria-label': text.chooseAll, 'data-testid': 'choose-all', onchange: () => chooseAll(all.checked) });
  const heads = new Map(COLUMNS.map((column) => [column, h('th', { scope: 'col', class: `column-${column}` },
    button(text.columns[column], () => sortBy(column), { class: 'sort', 'data-testid': `sort-${column}` }))]));
  const body = h('tbody', {});
  const table = h('table', { class: 'compact', 'aria-label': text.heading }, h('thead', {}, h('tr', {}, h('th', { scope: 'col', class: 'column-choose' }, all), [...heads.values()], h('th', { scope: 'col', class: 'column-more' }, h('span', { class: 'unseen' }, text.menu)))), body);
  const element = h('div', { class: 'compact-part', 'data-testid': 'table', onkeydown: (event) => walk(/** @type {KeyboardEvent} */ (event)) }, table, end);
  /** @type {Map<string, Line>} */
  const lines = new Map();
  /** @type {Set<string>} */
  const chosen = new Set();
  const order = looks;
  let limit = fitting();
  /** @type {{ connections: ConnectionView[], now: Date }} */
  let last = { connections: [], now: new Date() };
  const more = nearing(end, { height: HEIGHT, least: MORE }, scroller, (count) => { limit += count; show(last.connections, last.now); });

  /** @param {Column} column */
  function sortBy(column) {
    look({ column, down: order.column === column && !order.down });
    show(last.connections, last.now);
  }

  /** @param {boolean} is */
  function chooseAll(is) {
    for (const { alias } of last.connections) choose(alias, is);
    chosenAnew();
    show(last.connections, last.now);
  }

  /** @param {string} alias @param {boolean} is */
  function choose(alias, is) {
    if (is) chosen.add(alias);
    else chosen.delete(alias);
  }

  /** @param {ConnectionView[]} connections @param {Date} now */
  function show(connections, now) {
    last = { connections, now };
    const focused = document.activeElement;
    const there = new Set(connections.map(({ alias }) => alias));
    // What is not shown is not acted upon.
    for (const alias of chosen) if (!there.has(alias)) chosen.delete(alias);
    const visible = sorted(connections, order.column, order.down).slice(0, limit);
    body.replaceChildren(...visible.map((connection) => {
      const line = lineOf(connection.alias);
      line.show(row(connection, now));
      line.box.checked = chosen.has(connection.alias);
      return line.element;
    }));
    // Without groups their column would only take room.
    table.classList.toggle('grouped', connections.some(({ group }) => group));
    for (const [column, head] of heads) head.setAttribute('aria-sort', column !== order.column ? 'none' : order.down ? 'descending' : 'ascending');
    all.checked = chosen.size > 0 && chosen.size === connections.length;
    all.indeterminate = chosen.size > 0 && chosen.size < connections.length;
    if (focused instanceof HTMLElement && focused !== document.activeElement && element.contains(focused)) focused.focus({ preventScroll: true });
    end.hidden = visible.length === connections.length;
    end.style.height = `${Math.max(connections.length - limit, 0) * HEIGHT}px`;
    for (const alias of lines.keys()) if (lines.size > connections.length + MORE && !there.has(alias)) lines.delete(alias);
    if (!element.hidden) more.watch();
  }

  /** @param {string} alias */
  function lineOf(alias) {
    const known = lines.get(alias);
    if (known) return known;
    const made = tableLine(alias, acts, menu, (is) => { choose(alias, is); chosenAnew(); show(last.connections, last.now); });
    lines.set(alias, made);
    return made;
  }

  /** Moves with Up and Down to the same control of the next line. @param {KeyboardEvent} event */
  function walk(event) {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const from = event.target instanceof HTMLElement ? event.target : null;
    const at = from?.closest('tbody tr');
    if (!step || !from || !at) return;
    const next = step > 0 ? at.nextElementSibling : at.previousElementSibling;
    const target = next?.querySelector(`[data-testid="${from.dataset.testid}"]`);
    if (!(target instanceof HTMLElement)) return;
    event.preventDefault();
    target.focus({ focusVisible: true });
  }

  return {
    element, show,
    chosen: () => sorted(last.connections, order.column, order.down).map(({ alias }) => alias).filter((alias) => chosen.has(alias)),
    clear() {
      chosen.clear();
      chosenAnew();
      show(last.connections, last.now);
    },
    fromTop: () => { limit = fitting(); },
    /** The number of lines made. */
    made: () => limit,
    /** As it was left. @param {number} count @param {string[]} were the names that were chosen */
    make: (count, were) => {
      limit = count;
      for (const alias of were) choose(alias, true);
    },
    focus: (/** @type {string} */ alias) => { lines.get(alias)?.element.querySelector('button')?.focus(); },
    focusFirst: () => { body.querySelector('button')?.focus({ focusVisible: true }); },
    stop: more.stop,
  };
}

/** As many lines as the window may show. */
function fitting() {
  return Math.ceil(innerHeight / HEIGHT);
}

/**
 * @param {string} alias
 * @param {Acts} acts
 * @param {ReturnType<typeof import('../menu.js').actionMenu>} menu
 * @param {(is: boolean) => void} choose
 * @returns {Line}
 */
function tableLine(alias, acts, menu, choose) {
  /** @type {Row | null} */
  let shown = null;
  /** @type {HTMLInputElement} */
  const box = h('input', { type: 'checkbox', 'aria-label': text.of(text.choose, alias), 'data-testid': 'choose', onchange: () => choose(box.checked) });
  const name = button(alias, () => acts.details(alias), { class: 'row-name', 'data-testid': 'row-details', 'aria-label': text.of(text.details, alias), title: alias });
  const [kind, group, org, user, state, used] = ['kind', 'group', 'org', 'user', 'state', 'used'].map((column) => h('td', { class: `column-${column}` }));
  const more = menu.button(text.of(text.menu, alias), () => text.of(text.menu, alias), () => actionsOf(alias, acts, shown, true));
  const element = h('tr', { 'data-testid': 'line', 'data-alias': alias }, h('td', { class: 'column-choose' }, box), h('th', { scope: 'row', class: 'column-name' }, name), kind, group, org, user, state, used, h('td', { class: 'column-more' }, more));
  const light = h('i', { class: 'light', 'aria-hidden': 'true' });

  return { element, box, show(row) {
    const before = shown;
    shown = row;
    if (before && JSON.stringify(before) === JSON.stringify(row)) return;
    element.className = `${row.tone} ${row.badge.kind}`;
    kind?.replaceChildren(badgeMark(row.badge));
    group?.replaceChildren(...[groupMark(row.group)].filter((mark) => mark instanceof Node));
    if (group) group.title = row.group?.name ?? '';
    put(org, row.host);
    put(user, row.user);
    state?.replaceChildren(light, row.rotation && row.way !== 'rotate' ? `${row.status}, ${words.rotate.mark}` : row.status);
    if (state) state.title = [row.status, row.detail, row.rotation].filter(Boolean).join(' ');
    put(used, row.usedWhen, [row.usedWhen, row.usedBy].filter(Boolean).join(', '));
  } };
}

/** @param {HTMLElement | undefined} cell @param {string} words @param {string} [all] */
function put(cell, words, all = words) {
  if (!cell) return;
  cell.textContent = words;
  cell.title = all;
}
