/**
 * The app as files, for whoever has Salesforce CLI deploy it: written into a new folder among the downloads.
 * @import { AppFiles } from '../../../src-tauri/bindings/AppFiles'
 */

import { announce, fill, h } from '../dom.js';
import { host } from '../host.js';
import { asFailure } from '../model.js';
import { button, facts, failureNote, valueCard } from '../parts.js';
import * as words from '../words.js';

const text = words.appFiles;

/**
 * @param {() => string | null} address names the org
 * @param {{ title: string, why: string, email: string }} [told] the words of the place
 */
export function appFilesFold(address, told = text) {
  const place = h('div', { class: 'stack', role: 'status' });

  async function write() {
    const org = address();
    if (!org) return;
    try {
      fill(place, written(await host.writeAppFiles(org), told.email));
      announce(text.written);
    } catch (thrown) {
      fill(place, failureNote(asFailure(thrown)));
    }
  }

  return h('details', { class: 'fold', 'data-testid': 'app-files', 'data-later': true }, h('summary', {}, told.title),
    h('div', { class: 'fold-body stack' }, h('p', { class: 'quiet' }, told.why), h('div', {}, button(text.write, () => void write(), { 'data-testid': 'write-app-files' })), place));
}

/** @param {AppFiles} files @param {string} email */
function written({ folder, commands }, email) {
  return [
    facts([[text.folder, h('code', { 'data-testid': 'app-folder' }, folder)]]),
    h('p', {}, text.then), ...commands.map((command, at) => valueCard(text.command(at + 1), command, `app-command-${at + 1}`)),
    h('p', { class: 'quiet small' }, email),
    h('div', {}, button(text.open, () => void host.openExported().catch(() => {}), { 'data-testid': 'open-app-files' })),
  ];
}
