/**
 * The way to a page of an org's Setup. The window makes the address from the org and the page's name: no address that was pasted
 * is ever opened.
 * @import { SetupLink } from '../../src-tauri/bindings/SetupLink'
 * @import { App } from './app.js'
 */

import { announce, fill, h } from './dom.js';
import { host } from './host.js';
import { asFailure } from './model.js';
import * as words from './words.js';

const text = words.setupWay;

/** @typedef {{ host: string, words: string }} Org `words`: what it is called here */

/**
 * A button that opens the page; where the org is not known, the known ones to choose from, or how to get there by hand.
 * @param {SetupLink} link
 * @param {Org[]} [orgs]
 */
export function setupWay({ page, label, host: named }, orgs = []) {
  const trouble = h('div', { role: 'status' });
  const only = named ?? (orgs.length === 1 ? orgs[0]?.host : undefined);
  const choice = only === undefined && orgs.length > 1 && h('select', { 'aria-label': text.choose, 'data-testid': 'setup-way-org' }, orgs.map((org) => h('option', { value: org.host }, org.words)));

  async function open() {
    try {
      const opened = await host.openSetup(only ?? (choice ? choice.value : ''), page);
      fill(trouble);
      if (opened) announce(text.opened(label));
    } catch (thrown) {
      fill(trouble, h('p', {}, asFailure(thrown).message));
    }
  }

  if (only === undefined && !choice) return h('p', { class: 'setup-way', 'data-testid': 'setup-way-words' }, text.words(label));
  return h('div', { class: 'setup-way' },
    choice && h('div', { class: 'field' }, h('span', { class: 'hint' }, text.choose), choice),
    h('button', { type: 'button', onclick: () => void open(), 'data-testid': 'setup-way', 'data-page': page }, text.open(label)),
    only !== undefined && h('span', { class: 'quiet small' }, text.of(only)), trouble);
}

/** The orgs that are connected or being set up, each once. @param {App} app @returns {Org[]} */
export function orgsOf({ snapshot }) {
  const known = [
    ...(snapshot?.connections ?? []).map(({ alias, host: orgHost }) => ({ host: orgHost, words: `${alias} (${orgHost})` })),
    ...(snapshot?.setups ?? []).map(({ address, host: orgHost }) => ({ host: orgHost, words: `${address.words} (${orgHost})` })),
  ];
  return known.filter((org, at) => known.findIndex((other) => other.host === org.host) === at);
}
