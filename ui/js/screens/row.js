/**
 * One connection in the list. It is made once and then only updated, so that neither a click nor the
 * focus is lost.
 * @import { Row, Way } from '../health.js'
 * @import { Action } from '../menu.js'
 */

import { fill, h } from '../dom.js';
import { badgeMark, button, groupMark, hostName } from '../parts.js';
import * as words from '../words.js';

/**
 * The actions of a connection.
 * @typedef {Record<'reconnect' | 'pair' | 'check' | 'moved' | 'open' | 'details' | 'rename' | 'rotate' | 'disconnect' | 'copyAddress' | 'copyUser' | 'copyCommand', (alias: string) => void>} Acts
 * @typedef {{ element: HTMLElement, show(row: Row): void, focus(): void }} ShownRow
 */

const text = words.connections;
/** @type {Record<Way, string>} */
const WAYS = { reconnect: text.reconnect, pair: text.newPair, check: text.checkAgain, moved: `${words.moved.act} …`, rotate: words.rotate.goOn };

/**
 * @param {string} alias
 * @param {Acts} acts
 * @param {ReturnType<typeof import('../menu.js').actionMenu>} menu
 * @returns {ShownRow}
 */
export function connectionRow(alias, acts, menu) {
  /** @type {Row | null} */
  let shown = null;
  const name = button(alias, () => acts.details(alias), { class: 'row-name', 'data-testid': 'row-details', 'aria-label': text.of(text.details, alias) });
  const kind = h('span', {});
  const group = h('span', {});
  const host = h('small', { class: 'host' });
  const user = h('small', {});
  const status = h('span', { class: 'status', 'data-testid': 'status' });
  const detail = h('p', { class: 'why' });
  const likely = h('p', { class: 'why' });
  const rotation = h('span', {});
  const goOn = button(words.rotate.goOn, () => acts.rotate(alias), { class: 'link', 'aria-label': text.of(words.rotate.goOn, alias), 'data-testid': 'row-rotation-go-on' });
  const rotating = h('p', { class: 'why', hidden: true, 'data-testid': 'row-rotation' }, rotation, ' ', goOn);
  const checked = h('small', {});
  const main = button('', () => { if (shown?.way) acts[shown.way](alias); }, { class: 'primary small', 'data-testid': 'row-reconnect' });
  const check = button(text.check, () => acts.check(alias), { 'aria-label': text.of(text.check, alias), 'data-testid': 'row-check' });
  const open = button(text.open, () => acts.open(alias), { 'aria-label': text.of(text.open, alias), 'data-testid': 'row-open' });
  const more = menu.button(text.of(text.menu, alias), () => text.of(text.menu, alias), () => actionsOf(alias, acts, shown, false));
  const element = h('li', { 'data-testid': 'connection', 'data-alias': alias },
    h('i', { class: 'light', 'aria-hidden': 'true' }),
    h('div', { class: 'who' }, h('div', { class: 'name' }, name, kind, group), h('div', { class: 'lines' }, host, user)),
    h('div', { class: 'state' }, h('div', { class: 'lines' }, status, checked), detail, likely, rotating),
    h('div', { class: 'acts' }, main, check, open, more));

  /** @param {Row} row */
  function show(row) {
    const before = shown;
    shown = row;
    const className = `row ${row.tone} ${row.badge.kind}`;
    if (element.className !== className) element.className = className;
    if (before?.badge.kind !== row.badge.kind) fill(kind, badgeMark(row.badge));
    if (JSON.stringify(before?.group) !== JSON.stringify(row.group)) fill(group, groupMark(row.group));
    if (before?.host !== row.host) fill(host, hostName(row.host));
    put(user, row.user);
    put(status, row.status);
    put(detail, row.detail);
    put(likely, row.causes[0] ? `${text.likely} ${row.causes[0]}` : '');
    put(checked, row.checked);
    put(rotation, row.rotation);
    rotating.hidden = row.rotation === '';
    // Where that is the way on, its button is the main one.
    goOn.hidden = row.way === 'rotate';
    const way = row.way ? WAYS[row.way] : '';
    put(main, way);
    if (before?.way !== row.way) {
      main.setAttribute('aria-label', text.of(way, alias));
      main.hidden = !row.way;
      check.hidden = Boolean(row.way);
      open.hidden = Boolean(row.way);
    }
  }

  return { element, show, focus: () => name.focus() };
}

/**
 * The actions of a connection that have no button of their own.
 * @param {string} alias @param {Acts} acts @param {Row | null} row @param {boolean} bare whether none has one
 * @returns {Action[]}
 */
export function actionsOf(alias, acts, row, bare) {
  /** @param {keyof Acts} act @param {string} label @param {boolean} [danger] */
  const action = (act, label, danger) => ({ text: label, act: () => acts[act](alias), testid: `menu-${act}`, danger });
  const way = row?.way ?? null;
  return [
    action('details', text.details),
    ...(bare && way && way !== 'reconnect' && way !== 'check' && way !== 'rotate' ? [action(way, WAYS[way])] : []),
    ...(way || bare ? [action('check', text.check), action('open', text.open)] : []),
    ...((way === 'reconnect' && !bare) || way === 'rotate' ? [] : [action('reconnect', text.reconnect)]),
    action('copyAddress', text.copyAddress),
    action('copyUser', text.copyUser),
    action('copyCommand', text.copyCommand),
    action('rotate', row?.rotation ? words.rotate.goOn : words.rotate.title),
    action('rename', text.rename),
    action('disconnect', `${text.disconnect} …`, true),
  ];
}

/** @param {HTMLElement} element @param {string} words */
function put(element, words) {
  if (element.textContent !== words) element.textContent = words;
  const empty = words === '';
  if (element.hidden !== empty) element.hidden = empty;
}
