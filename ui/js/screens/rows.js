/**
 * The rows of all connections, the most urgent first. Rows are made when they come near the view, and kept.
 * @import { ConnectionView } from '../../../src-tauri/bindings/ConnectionView'
 * @import { Group } from '../health.js'
 * @import { Acts, ShownRow } from './row.js'
 */

import { h } from '../dom.js';
import { GROUPS, grouped, row } from '../health.js';
import { nearing } from '../nearing.js';
import { connectionRow } from './row.js';
import * as words from '../words.js';

/** The lowest and the usual height of a row, in CSS pixels. */
const LOWEST = 60;
const USUAL = 100;
/** How many more rows are made when their place comes near the view. */
const MORE = 60;
/** How many hidden rows are kept for later. */
const MOST_KEPT = 1000;

/**
 * @param {Acts} acts
 * @param {ReturnType<typeof import('../menu.js').actionMenu>} menu
 * @param {() => Element | null} scroller the element that scrolls the rows
 */
export function connectionRows(acts, menu, scroller) {
  const end = h('div', { class: 'rows-end', 'aria-hidden': 'true' });
  const sections = new Map(GROUPS.map((group) => [group, section(group)]));
  const element = h('div', { class: 'groups', 'data-testid': 'connections', onkeydown: (event) => walk(/** @type {KeyboardEvent} */ (event)) },
    [...sections.values()].map((part) => part.element), end);
  /** @type {Map<string, ShownRow>} */
  const rows = new Map();
  let limit = fitting();
  /** @type {{ connections: ConnectionView[], now: Date }} */
  let last = { connections: [], now: new Date() };
  const more = nearing(end, { height: USUAL, least: MORE }, scroller, (count) => { limit += count; show(last.connections, last.now); });

  /** @param {ConnectionView[]} connections in order @param {Date} now */
  function show(connections, now) {
    last = { connections, now };
    const focused = document.activeElement;
    const groups = grouped(connections);
    const alone = groups.size === 1 && groups.has('well');
    let room = limit;
    for (const [group, part] of sections) {
      const members = groups.get(group) ?? [];
      const visible = members.slice(0, room);
      room -= visible.length;
      part.show(members.length, alone, visible.map((connection) => {
        const shown = rowOf(connection.alias);
        shown.show(row(connection, now));
        return shown.element;
      }));
    }
    // Moving a row loses its focus.
    if (focused instanceof HTMLElement && focused !== document.activeElement && element.contains(focused)) focused.focus({ preventScroll: true });
    if (rows.size > connections.length) forget(new Set(connections.map(({ alias }) => alias)));
    end.hidden = room > 0;
    // The scroll bar covers all rows from the beginning.
    end.style.height = `${Math.max(connections.length - limit, 0) * USUAL}px`;
    more.watch();
  }

  /** Removes rows whose connection is gone; rows that only do not match are kept while there are few. @param {Set<string>} kept */
  function forget(kept) {
    if (rows.size > kept.size + MOST_KEPT) for (const alias of rows.keys()) if (!kept.has(alias)) rows.delete(alias);
  }

  /** @param {string} alias */
  function rowOf(alias) {
    const known = rows.get(alias);
    if (known) return known;
    const made = connectionRow(alias, acts, menu);
    rows.set(alias, made);
    return made;
  }

  /** Moves with Up and Down to the same control of the next row. @param {KeyboardEvent} event */
  function walk(event) {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const at = event.target instanceof HTMLElement ? event.target.closest('li') : null;
    if (!step || !at) return;
    const all = [...element.querySelectorAll('li')];
    const next = all[all.indexOf(at) + step];
    const wanted = event.target instanceof HTMLElement ? event.target.dataset.testid : '';
    const buttons = [...(next?.querySelectorAll('button') ?? [])].filter(({ hidden }) => !hidden);
    const target = buttons.find((one) => one.dataset.testid === wanted) ?? buttons[0];
    if (!target) return;
    event.preventDefault();
    target.focus();
  }

  return {
    element, show,
    /** Starts again with the first rows. */
    fromTop: () => { limit = fitting(); },
    /** The number of rows made. */
    made: () => limit,
    /** @param {number} count */
    make: (count) => { limit = count; },
    /** @param {string} alias */
    focus: (alias) => { rows.get(alias)?.focus(); },
    focusFirst: () => { element.querySelector('li')?.querySelector('button')?.focus(); },
    stop: more.stop,
  };
}

/** The number of rows made at first: as many as the window may show. */
function fitting() {
  return Math.ceil(innerHeight / LOWEST);
}

/** @param {Group} group */
function section(group) {
  const count = h('span', { class: 'count' });
  const heading = h('h2', { class: 'group-name', id: `group-${group}` }, words.connections.groups[group], ' ', count);
  const list = h('ul', { class: 'list', 'aria-labelledby': `group-${group}` });
  const element = h('section', { class: `group ${group}`, 'data-testid': `group-${group}` }, heading, list);
  return {
    element,
    /** @param {number} members @param {boolean} alone @param {HTMLElement[]} elements */
    show(members, alone, elements) {
      element.hidden = members === 0;
      heading.classList.toggle('unseen', alone);
      if (count.textContent !== String(members)) count.textContent = String(members);
      arrange(list, elements);
    },
  };
}

/** Puts these elements into a list, moving as few as possible. @param {Element} list @param {HTMLElement[]} elements */
function arrange(list, elements) {
  const wanted = new Set(elements);
  for (const child of [...list.children]) if (!wanted.has(/** @type {HTMLElement} */ (child))) child.remove();
  let at = list.firstElementChild;
  for (const element of elements) {
    if (element === at) at = at.nextElementSibling;
    else list.insertBefore(element, at);
  }
}
