/**
 * All connections, the most urgent first, and unfinished work.
 * @import { App, Screen } from '../app.js'
 * @import { Farewell } from '../health.js'
 */

import { announce, debounced, h, region } from '../dom.js';
import { matching, summary } from '../health.js';
import { host } from '../host.js';
import { asFailure } from '../model.js';
import { button, failureNote, heading } from '../parts.js';
import { disconnectDialog, farewellNote } from './disconnect.js';
import { movedDialog } from './moved.js';
import { practicePart } from './practice.js';
import { reconnect, renewPair } from './reconnect.js';
import { connectionRows } from './rows.js';
import { unfinishedPart } from './unfinished.js';
import * as words from '../words.js';

const FILTER_FROM = 8;
const MINUTE = 60_000;
const TYPING_PAUSE = 600;
const text = words.connections;

/** The list's state when it was left, for a return from one connection. */
const left = { filter: '', made: 0, scrolled: 0, alias: '' };

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
  const filter = h('input', { type: 'search', id: 'filter', 'data-testid': 'filter', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'filter-hint', oninput: () => filtered() });
  const found = h('p', { class: 'hint', id: 'filter-hint', 'data-testid': 'found' }, text.filterHint);
  const filterPart = h('div', { class: 'field filter', hidden: true }, h('label', { for: 'filter' }, text.filter), filter, found);
  const showAll = button(text.clear, () => { filter.value = ''; filtered(); filter.focus(); }, { 'data-testid': 'show-all' });
  const nothing = h('div', { class: 'acts', hidden: true }, h('p', { class: 'quiet' }, text.noMatch), showAll);
  const dialog = disconnectDialog(app);
  const moved = movedDialog(() => void app.refresh());
  const rows = connectionRows({
    reconnect: (alias) => void once(alias, () => reconnect(app, alias)),
    pair: (alias) => renewPair(app, alias),
    check: (alias) => visit(alias, 'check'),
    moved: () => moved.ask(),
    open: (alias) => void once(alias, () => host.openOrg(alias).then(() => announce(text.opened(alias)))),
    details: (alias) => visit(alias),
    rename: (alias) => visit(alias, 'rename'),
    disconnect: (alias) => dialog.ask(alias),
  }, () => page);
  const page = h('div', { class: 'page connections', 'data-testid': 'screen-connections', onkeydown: (event) => searchKey(/** @type {KeyboardEvent} */ (event)) },
    said && farewellNote(said), unfinished.undo, top, trouble, unfinished.element, filterPart, rows.element, nothing, unfinished.leaving, dialog.element, moved.element);

  const drawTop = region(top, (/** @type {{ state: 'loading' | 'empty' | 'list', lead: string }} */ { state, lead }) =>
    state === 'empty' ? empty(app) : heading(text.heading, { lead }));
  const sayFound = debounced(TYPING_PAUSE, () => announce(nothing.hidden ? found.textContent ?? '' : text.noMatch));

  if (back) {
    filter.value = left.filter;
    rows.make(left.made);
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
      rows.focusFirst();
    }
  }

  function update() {
    const { snapshot } = app;
    const now = new Date();
    unfinished.update();
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
    rows.show(shown, now);
    found.textContent = filter.value.trim() ? text.found(shown.length, all.length) : text.filterHint;
    nothing.hidden = all.length === 0 || shown.length > 0;
  }

  if (said) announce(said.text);
  return {
    element: page, update,
    arrive: back ? () => {
      page.scrollTop = left.scrolled;
      rows.focus(left.alias);
      return true;
    } : undefined,
    leave: () => {
      Object.assign(left, { filter: filter.value, made: rows.made(), scrolled: page.scrollTop });
      rows.stop();
    },
  };
}

/** @param {App} app */
function empty(app) {
  return h('div', { class: 'empty', 'data-testid': 'empty' },
    heading(text.emptyHeading, { lead: text.empty }),
    h('div', { class: 'acts' }, button(text.add, () => app.go({ name: 'add' }), { class: 'primary', 'data-testid': 'add-first' }),
      button(words.org.short, () => app.go({ name: 'short' }), { 'data-testid': 'short-first' })),
    h('ul', { class: 'points' }, text.emptyPoints.map((point) => h('li', {}, point))),
    h('section', { class: 'rehearse stack tight' }, h('h2', {}, text.rehearse), h('p', { class: 'quiet' }, text.rehearseHow), practicePart(app)));
}
