/**
 * The orgs that Salesforce CLI knows on this computer, folded away: most people have their org's address at hand.
 * @import { KnownToCli } from '../../../src-tauri/bindings/KnownToCli'
 * @import { App } from '../app.js'
 */

import { h, region } from '../dom.js';
import { host } from '../host.js';
import { badge, counted } from '../model.js';
import { badgeMark, button, hostName } from '../parts.js';
import * as words from '../words.js';

const text = words.org;

/** @param {App} app @param {(address: string) => void} use */
export function knownOrgs(app, use) {
  /** @type {KnownToCli[]} */
  let known = [];
  const element = h('div', {});
  const draw = region(element, (/** @type {KnownToCli[]} */ orgs) => orgs.length > 0 && h('details', { class: 'code', 'data-testid': 'known-orgs' },
    h('summary', {}, counted(text.cli, orgs.length)), h('p', { class: 'quiet' }, text.cliWhy),
    h('ul', { class: 'stack tight' }, orgs.map((org) => h('li', {}, button(org.name, () => use(org.address), { 'data-testid': 'known-org', 'aria-label': text.use(org.host) }), ' ',
      badgeMark(badge(org.kind)), ' ', h('small', { class: 'quiet' }, hostName(org.host)))))));

  /** Those that are neither connected nor begun. */
  function update() {
    draw(known.filter(({ host: orgHost }) => !app.setup(orgHost) && !app.snapshot?.connections.some((one) => one.host === orgHost)));
  }

  // Nobody waits for it, and nobody misses it.
  void host.knownOrgs().then((orgs) => { known = orgs; update(); }, () => {});
  return { element, update };
}
