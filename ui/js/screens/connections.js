/**
 * All connections, and the sign-ins under way.
 * @import { App, Screen } from '../app.js'
 * @import { Row } from '../model.js'
 */

import { announce, h, keyed, region } from '../dom.js';
import { asFailure, badge, matching, row, summary } from '../model.js';
import { badgeMark, button, failureNote, heading, hostName, note } from '../parts.js';
import { reconnect } from './reconnect.js';
import * as words from '../words.js';

const FILTER_FROM = 8;

/**
 * @param {App} app
 * @param {string | null} said what has just happened elsewhere
 * @returns {Screen}
 */
export function connectionsScreen(app, said) {
  const top = h('div', {});
  const attempts = h('div', {});
  const filterPlace = h('div', {});
  const list = h('ul', { class: 'list', 'data-testid': 'connections', 'aria-label': words.connections.list });
  const nothing = h('p', { class: 'quiet' });
  const trouble = h('div', { role: 'status' });
  const element = h('div', { class: 'page', 'data-testid': 'screen-connections' }, said && note('good', said, 'said'), top, trouble, attempts, filterPlace, list, nothing);
  const filter = h('input', { type: 'search', id: 'filter', 'data-testid': 'filter', oninput: () => update() });

  const drawTop = region(top, (/** @type {{ state: 'loading' | 'empty' | 'list', lead: string }} */ { state, lead }) =>
    state === 'empty' ? empty(app) : heading(words.connections.heading, { lead }));
  const drawAttempts = region(attempts, (/** @type {{ id: string, alias: string, kind: import('../../../src-tauri/core/bindings/OrgKind').OrgKind }[]} */ under) =>
    under.length > 0 && h('section', { class: 'under-way', 'data-testid': 'attempts' }, h('h2', {}, words.connections.underWay),
      h('ul', { class: 'list' }, under.map(({ id, alias, kind }) => h('li', { class: 'row wait' },
        h('i', { class: 'light', 'aria-hidden': 'true' }),
        h('div', { class: 'who' }, h('span', { class: 'name' }, h('strong', {}, alias), badgeMark(badge(kind)))),
        h('div', { class: 'acts' }, button(words.connections.goOn, () => app.go({ name: 'attempt', id }), { class: 'primary small', 'aria-label': words.connections.of(words.connections.goOn, alias) })))))));
  const drawFilter = region(filterPlace, (/** @type {boolean} */ offered) =>
    offered && h('div', { class: 'field filter' }, h('label', { for: 'filter' }, words.connections.filter), filter));
  const drawList = keyed(list, (/** @type {Row} */ { alias }) => alias, (model) => connectionRow(app, model, (/** @type {string} */ alias) => {
    reconnect(app, alias).catch((thrown) => trouble.replaceChildren(failureNote(asFailure(thrown))));
  }));

  function update() {
    const { snapshot } = app;
    const all = snapshot?.connections ?? [];
    drawTop(snapshot === null ? { state: 'loading', lead: words.connections.loading }
      : all.length === 0 ? { state: 'empty', lead: '' } : { state: 'list', lead: summary(all) });
    drawAttempts((snapshot?.attempts ?? []).map(({ id, alias, kind }) => ({ id, alias, kind })));
    drawFilter(all.length >= FILTER_FROM);
    const shown = matching(all, filter.value);
    drawList(shown.map((connection) => row(connection, new Date())));
    list.hidden = shown.length === 0;
    nothing.textContent = all.length > 0 && shown.length === 0 ? words.connections.noMatch : '';
  }
  if (said) announce(said);
  return { element, update };
}

/** @param {App} app */
function empty(app) {
  return h('div', { class: 'empty', 'data-testid': 'empty' },
    heading(words.connections.emptyHeading, { lead: words.connections.empty }),
    h('ul', { class: 'points' }, words.connections.emptyPoints.map((point) => h('li', {}, point))),
    h('div', {}, button(words.connections.add, () => app.go({ name: 'add' }), { class: 'primary', 'data-testid': 'add-first' })));
}

/**
 * @param {App} app
 * @param {Row} model
 * @param {(alias: string) => void} onReconnect
 */
function connectionRow(app, { alias, host, badge: kind, user, tone, status, detail, checked, urgent }, onReconnect) {
  const { check, reconnect: again, details, of } = words.connections;
  return h('li', { class: `row ${tone}`, 'data-testid': 'connection', 'data-alias': alias },
    h('i', { class: 'light', 'aria-hidden': 'true' }),
    h('div', { class: 'who' },
      h('span', { class: 'name' }, h('strong', {}, alias), badgeMark(kind)),
      h('div', { class: 'lines' }, h('small', { class: 'host' }, hostName(host)), h('small', {}, user))),
    h('div', { class: 'who state' }, h('div', { class: 'lines' }, h('span', { class: 'status', 'data-testid': 'status' }, status), h('small', {}, checked)), detail && h('small', {}, detail)),
    h('div', { class: 'acts' },
      urgent && button(again, () => onReconnect(alias), { class: 'primary small', 'aria-label': of(again, alias), 'data-testid': 'row-reconnect' }),
      !urgent && button(check, () => app.go({ name: 'connection', alias, check: true }), { 'aria-label': of(check, alias), 'data-testid': 'row-check' }),
      button(details, () => app.go({ name: 'connection', alias }), { 'aria-label': of(details, alias), 'data-testid': 'row-details' })));
}
