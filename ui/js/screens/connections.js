/**
 * All connections, the most urgent first, and unfinished work.
 * @import { App, Screen } from '../app.js'
 * @import { Farewell } from '../health.js'
 */

import { copyPart } from '../copying.js';
import { announce, debounced, h, region } from '../dom.js';
import { matching, summary } from '../health.js';
import { host } from '../host.js';
import { actionMenu } from '../menu.js';
import { asFailure } from '../model.js';
import { button, failureNote, heading } from '../parts.js';
import { look, looks } from '../looks.js';
import { sorted } from '../sorting.js';
import { disconnectDialog, farewellNote } from './disconnect.js';
import { knownOrgs } from './known-orgs.js';
import { movedDialog } from './moved.js';
import { practicePart } from './practice.js';
import { reconnect, renewPair } from './reconnect.js';
import { connectionRows } from './rows.js';
import { setAsidePart } from './set-aside.js';
import { unfinishedPart } from './unfinished.js';
import * as words from '../words.js';

const FILTER_FROM = 8;
const MINUTE = 60_000;
const TYPING_PAUSE = 600;
const text = words.connections;

/** The list's state when it was left, for a return from one connection. */
const left = { filter: '', made: 0, scrolled: 0, alias: '', chosen: /** @type {string[]} */ ([]) };

/** What only a table needs, once one was wanted. @type {[typeof import('./table.js'), typeof import('./bulk.js')] | null} */
let forTables = null;

/** Loads what only a table needs. */
export async function bringTables() {
  forTables ??= await Promise.all([import('./table.js'), import('./bulk.js')]);
}

/**
 * @param {App} app
 * @param {{ said?: string | Farewell, back?: boolean }} came `said`: the result of an action on another screen
 * @returns {Screen}
 */
export function connectionsScreen(app, { said: told, back = false }) {
  const said = typeof told === 'string' ? { tone: /** @type {const} */ ('good'), text: told, proof: [] } : told;
  let drawn = '';
  /** @type {unknown} */
  let drawnFrom = null;
  const busy = new Set();

  const top = h('div', {});
  const trouble = h('div', { role: 'status' });
  const unfinished = unfinishedPart(app, tell);
  const setAside = setAsidePart(app, tell);
  const filter = h('input', { type: 'search', id: 'filter', 'data-testid': 'filter', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'filter-hint', oninput: () => filtered() });
  const found = h('p', { class: 'hint', id: 'filter-hint', 'data-testid': 'found' }, text.filterHint);
  const filterPart = h('div', { class: 'field filter', hidden: true }, h('label', { for: 'filter' }, text.filter), filter, found);
  const showAll = button(text.clear, () => { filter.value = ''; filtered(); filter.focus(); }, { 'data-testid': 'show-all' });
  const nothing = h('div', { class: 'acts', hidden: true }, h('p', { class: 'quiet' }, text.noMatch), showAll);
  const dialog = disconnectDialog(app);
  const moved = movedDialog(app, () => void app.refresh());
  /** @type {import('./row.js').Acts} */
  const acts = {
    reconnect: (alias) => void once(alias, () => reconnect(app, alias)),
    pair: (alias) => renewPair(app, alias),
    check: (alias) => visit(alias, 'check'),
    moved: () => moved.ask(),
    open: (alias) => void once(alias, () => host.openOrg(alias).then((opened) => { if (opened) announce(text.opened(alias)); })),
    details: (alias) => visit(alias),
    rename: (alias) => visit(alias, 'rename'),
    rotate: (alias) => app.go({ name: 'rotate', alias }),
    disconnect: (alias) => dialog.ask(alias),
    copyAddress: (alias) => void copy(alias, 'address'),
    copyUser: (alias) => void copy(alias, 'user'),
    copyCommand: (alias) => void copy(alias, 'command'),
  };
  const menu = actionMenu();
  const rows = connectionRows(acts, menu, () => page);
  /** @type {ReturnType<typeof makeMany> | null} */
  let many = null;
  let asTable = false;
  const views = h('div', { class: 'views', role: 'group', 'aria-label': text.views, hidden: true }, view('cards', false), view('table', true));
  const copied = h('p', { class: 'quiet small', role: 'status', 'data-testid': 'menu-copied' });
  const page = h('div', { class: 'page connections', 'data-testid': 'screen-connections', onkeydown: (event) => searchKey(/** @type {KeyboardEvent} */ (event)) },
    said && farewellNote(said), setAside.undo, unfinished.undo, top, trouble, unfinished.element, h('div', { class: 'list-top' }, filterPart, views), copied, rows.element, nothing, unfinished.leaving, setAside.element, dialog.element, setAside.dialog, moved.element, menu.element);

  const drawTop = region(top, (/** @type {{ state: 'loading' | 'empty' | 'list', lead: string }} */ { state, lead }) =>
    state === 'empty' ? empty(app) : heading(text.heading, { lead }));
  const sayFound = debounced(TYPING_PAUSE, () => announce(nothing.hidden ? found.textContent ?? '' : text.noMatch));

  if (back) {
    filter.value = left.filter;
    if (!looks.table) rows.make(left.made);
  }

  /** @param {'cards' | 'table'} name @param {boolean} table */
  function view(name, table) {
    return button(text[name], () => {
      look({ table });
      again();
    }, { 'data-testid': `view-${name}` });
  }

  /** Draws the list although neither the connections nor the search have changed. */
  function again() {
    [drawn, drawnFrom] = ['', null];
    update();
  }

  /** @param {NonNullable<typeof forTables>} modules */
  function makeMany([{ connectionTable }, { bulkPart }]) {
    const table = connectionTable(acts, menu, () => page, () => bulk.update());
    const bulk = bulkPart(app, () => (asTable ? table.chosen() : []), () => table.clear(), (alias) => visit(alias), back);
    if (back) table.make(left.made, left.chosen);
    rows.element.before(bulk.element);
    rows.element.after(table.element);
    return { table, bulk };
  }

  /** Which of the two is on the screen. */
  function showView() {
    if (asTable && forTables) many ??= makeMany(forTables);
    else if (asTable) void bringTables().then(() => { if (page.isConnected) again(); });
    rows.element.hidden = asTable;
    if (many) many.table.element.hidden = !asTable;
    [...views.children].forEach((one, at) => one.setAttribute('aria-pressed', String(asTable === (at === 1))));
    (asTable ? rows : many?.table)?.stop();
  }

  /** @param {string} alias @param {import('../copying.js').Part} what */
  async function copy(alias, what) {
    copied.textContent = await copyPart(app, alias, what);
    announce(copied.textContent);
  }

  /** @param {unknown} thrown */
  function tell(thrown) {
    trouble.replaceChildren(failureNote(asFailure(thrown)));
    trouble.scrollIntoView({ block: 'nearest' });
  }

  /** Runs an action for a connection, unless one is running already. @param {string} alias @param {() => Promise<void>} action */
  async function once(alias, action) {
    if (busy.has(alias)) return;
    busy.add(alias);
    trouble.replaceChildren();
    await action().catch(tell).finally(() => busy.delete(alias));
  }

  /** @param {string} alias @param {'check' | 'rename'} [act] */
  function visit(alias, act) {
    left.alias = alias;
    app.go({ name: 'connection', alias, act });
  }

  function filtered() {
    rows.fromTop();
    many?.table.fromTop();
    update();
    page.scrollTop = Math.min(page.scrollTop, filterPart.offsetTop);
    sayFound();
  }

  /** The usual keys of a search. @param {KeyboardEvent} event */
  function searchKey(event) {
    if (filterPart.hidden) return;
    if (event.key === 'f' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      filter.select();
      filter.focus();
    } else if (event.key === 'ArrowDown' && event.target === filter) {
      event.preventDefault();
      shownList().focusFirst();
    }
  }

  const shownList = () => (asTable && many ? many.table : rows);

  function update() {
    many?.bulk.update();
    const { snapshot } = app;
    const now = new Date();
    unfinished.update();
    setAside.update();
    // The texts change every minute, all else with the snapshot or the search.
    const key = `${Math.floor(now.getTime() / MINUTE)} ${filter.value}`;
    if (snapshot === drawnFrom && key === drawn) return;
    [drawnFrom, drawn] = [snapshot, key];
    const all = snapshot?.connections ?? [];
    drawTop(snapshot === null ? { state: 'loading', lead: text.loading }
      : all.length > 0 ? { state: 'list', lead: summary(all) }
        : unfinished.any() ? { state: 'list', lead: text.noneYet } : { state: 'empty', lead: '' });
    filterPart.hidden = all.length < FILTER_FROM && !filter.value;
    const shown = filterPart.hidden ? all : matching(all, filter.value);
    views.hidden = all.length < FILTER_FROM;
    asTable = looks.table && !views.hidden;
    showView();
    if (asTable) many?.table.show(shown, now);
    else rows.show(sorted(shown, 'name', false), now);
    found.textContent = filter.value.trim() ? text.found(shown.length, all.length) : text.filterHint;
    nothing.hidden = all.length === 0 || shown.length > 0;
  }

  if (said) announce(said.text);
  return {
    element: page, update,
    arrive: back ? () => {
      page.scrollTop = left.scrolled;
      shownList().focus(left.alias);
      return true;
    } : undefined,
    leave: () => {
      Object.assign(left, { filter: filter.value, made: shownList().made(), scrolled: page.scrollTop, chosen: many?.table.chosen() ?? [] });
      rows.stop();
      many?.table.stop();
      many?.bulk.leave();
    },
  };
}

/** @param {App} app */
function empty(app) {
  return h('div', { class: 'empty', 'data-testid': 'empty' },
    heading(text.emptyHeading, { lead: text.empty }),
    h('div', { class: 'acts' }, button(text.add, () => app.go({ name: 'add' }), { class: 'primary', 'data-testid': 'add-first' }),
      button(words.org.short, () => app.go({ name: 'short' }), { 'data-testid': 'short-first' })),
    knownOrgs(app, (address) => app.go({ name: 'add', address })).element,
    h('ul', { class: 'points' }, text.emptyPoints.map((point) => h('li', {}, point))),
    h('section', { class: 'rehearse stack tight' }, h('h2', {}, text.rehearse), h('p', { class: 'quiet' }, text.rehearseHow), practicePart(app)));
}
