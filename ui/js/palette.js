/**
 * The palette: a connection, what can be done with it, or a screen, found by typing and done with Enter. It is loaded when somebody
 * asks for it, and makes no more lines than can be looked through.
 * @import { ConnectionView } from '../../src-tauri/bindings/ConnectionView'
 * @import { App } from './app.js'
 * @import { Part } from './copying.js'
 */

import { copyPart } from './copying.js';
import { fill, h } from './dom.js';
import { matching } from './health.js';
import { badge } from './model.js';
import { badgeMark, hostName } from './parts.js';
import { sorted } from './sorting.js';
import * as words from './words.js';
import { palette as text } from './words/palette.js';

/** How many lines are made. */
const MOST = 40;

/**
 * `copied`: what is copied, and the palette stays and says so; else `act` is done once it is closed.
 * `only`: the connections with which it can be done, where that is not all.
 * @typedef {{ id: string, name: string, act?: (alias: string) => void, copied?: Part, only?: (of: ConnectionView) => boolean }} Act
 * @typedef {Act & { of: ConnectionView | null }} Entry
 */

/** @param {App} app @param {() => Promise<void>} askToQuit @returns {Act[]} */
const screensOf = (app, askToQuit) => [
  { id: 'connections', name: words.rail.connections, act: () => app.go({ name: 'connections' }) },
  { id: 'add', name: words.rail.add, act: () => app.go({ name: 'add' }) },
  { id: 'short', name: words.org.short, act: () => app.go({ name: 'short' }) },
  { id: 'explain', name: words.rail.explain, act: () => app.go({ name: 'explain' }) },
  { id: 'computer', name: words.computer.heading, act: () => app.go({ name: 'computer' }) },
  { id: 'settings', name: words.rail.settings, act: () => app.go({ name: 'settings' }) },
  { id: 'help', name: words.rail.help, act: () => app.go({ name: 'help' }) },
  { id: 'quit', name: `${words.quit.title} …`, act: () => void askToQuit() },
];

/** What fails is told on the screen of the connection. @param {App} app @returns {Act[]} */
const actsOf = (app) => [
  { id: 'check', name: words.connections.check, act: (alias) => app.go({ name: 'connection', alias, act: 'check' }) },
  { id: 'reconnect', name: words.connections.reconnect, act: (alias) => app.go({ name: 'connection', alias, act: 'reconnect' }) },
  { id: 'open', name: words.connections.open, act: (alias) => app.go({ name: 'connection', alias, act: 'open' }) },
  { id: 'rotation', name: words.rotate.goOn, act: (alias) => app.go({ name: 'rotate', alias }), only: ({ rotation }) => rotation !== undefined },
  { id: 'rotate', name: words.rotate.title, act: (alias) => app.go({ name: 'rotate', alias }), only: ({ rotation }) => rotation === undefined },
  { id: 'copy-address', name: words.connections.copyAddress, copied: 'address' },
  { id: 'copy-user', name: words.connections.copyUser, copied: 'user' },
  { id: 'copy-command', name: words.connections.copyCommand, copied: 'command' },
];

/** Whether a word of the name begins so. @param {string} name @param {string} typed */
const begins = (name, typed) => name.toLowerCase().split(' ').some((word) => word.startsWith(typed));

/**
 * What the typed words find: screens, connections, then what can be done with connections. Of a connection that is meant for
 * certain all of that is offered.
 * @param {string[]} typed @param {ConnectionView[]} all @param {Act[]} screens @param {Act[]} acts @param {Act} show @returns {Entry[]}
 */
function found(typed, all, screens, acts, show) {
  const whole = typed.join(' ');
  const named = matching(all, whole);
  const exact = named.filter(({ alias }) => alias.toLowerCase() === whole);
  const [only] = named.length === 1 ? named : exact;
  const others = named.filter((one) => one !== only);
  const to = only ? [only, ...others] : others;
  return [
    ...screens.filter(({ name }) => typed.every((word) => begins(name, word))).map((screen) => ({ ...screen, of: null })),
    ...to.map((of) => ({ ...show, of })),
    ...acts.flatMap((act) => {
      const rest = typed.filter((word) => !begins(act.name, word));
      const meant = rest.length < typed.length ? matching(all, rest.join(' ')) : [];
      const named = only && !meant.includes(only) ? [only, ...meant] : meant;
      return named.filter((of) => act.only?.(of) ?? true).map((of) => ({ ...act, of }));
    }),
  ];
}

/** @param {App} app @param {() => Promise<void>} askToQuit */
export function openPalette(app, askToQuit) {
  if (document.querySelector('dialog[open]')) return;
  const [screens, acts] = [screensOf(app, askToQuit), actsOf(app)];
  /** @type {Act} */
  const show = { id: 'connection', name: '', act: (alias) => app.go({ name: 'connection', alias }) };
  const all = sorted(app.snapshot?.connections ?? [], 'name', false);
  /** @type {Entry[]} */
  let shown = [];
  let at = 0;
  const list = h('ul', { role: 'listbox', id: 'palette-list', class: 'options', 'aria-label': text.heading });
  const said = h('p', { class: 'hint', role: 'status', 'data-testid': 'palette-said' });
  const input = h('input', {
    id: 'palette-text', role: 'combobox', autocomplete: 'off', autocapitalize: 'off', autocorrect: 'off', spellcheck: 'false', 'data-testid': 'palette-text',
    'aria-expanded': 'true', 'aria-controls': 'palette-list', 'aria-autocomplete': 'list', oninput: () => find(), onkeydown: (event) => pressed(/** @type {KeyboardEvent} */ (event)),
  });
  const dialog = h('dialog', { class: 'palette', 'aria-label': text.heading, 'data-testid': 'palette', onclose: () => dialog.remove() },
    h('div', { class: 'field' }, h('label', { for: 'palette-text' }, text.label), input), list, said);

  function find() {
    const typed = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const entries = found(typed, all, screens, acts, show);
    shown = entries.slice(0, MOST);
    fill(list, shown.map(option));
    list.hidden = shown.length === 0;
    input.setAttribute('aria-expanded', String(shown.length > 0));
    const count = entries.length > MOST ? text.first(MOST, entries.length) : text.found(entries.length);
    said.textContent = shown.length > 0 ? `${count} ${text.how}` : text.nothing;
    choose(0);
  }

  /** @param {Entry} entry @param {number} index */
  function option({ id, name, of }, index) {
    return h('li', { role: 'option', id: `palette-${index}`, class: 'option', 'data-testid': `palette-${id}`, 'data-alias': of?.alias, 'aria-selected': 'false',
      // The focus stays in the field.
      onpointerdown: (event) => event.preventDefault(), onclick: () => { choose(index); void run(); } },
    name && h('span', {}, name), of && [' ', h('strong', {}, of.alias), ' ', badgeMark(badge(of.kind))],
    // Host and user are told once, where the connection itself is.
    of && !name && [' ', h('small', { class: 'quiet' }, hostName(of.host)), ' ', h('small', { class: 'quiet' }, of.username)],
    of?.rotation && (!name || id === 'rotation') && [' ', h('small', { class: 'quiet' }, words.rotate.at(of.rotation.title, of.rotation.exposed))]);
  }

  /** @param {number} index */
  function choose(index) {
    list.children[at]?.setAttribute('aria-selected', 'false');
    at = index;
    const chosen = list.children[at];
    chosen?.setAttribute('aria-selected', 'true');
    chosen?.scrollIntoView({ block: 'nearest' });
    if (chosen) input.setAttribute('aria-activedescendant', chosen.id);
    else input.removeAttribute('aria-activedescendant');
  }

  async function run() {
    const entry = shown[at];
    if (!entry) return;
    const alias = entry.of?.alias ?? '';
    if (entry.copied) {
      said.textContent = await copyPart(app, alias, entry.copied);
      return;
    }
    // The focus goes back to where it was, and from there on with the screen.
    dialog.close();
    entry.act?.(alias);
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.isComposing) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (!step && event.key !== 'Enter') return;
    event.preventDefault();
    if (event.key === 'Enter') void run();
    else if (shown.length > 0) choose((at + step + shown.length) % shown.length);
  }

  find();
  document.body.append(dialog);
  dialog.showModal();
}
