// The screens of help and of this computer, each with the way to it.
/**
 * @import { Look } from '../../src-tauri/bindings/Look'
 * @import { Script } from './host.browser.js'
 */
import { at } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-connections.mjs';

/** @typedef {import('playwright-core').Page} Page @typedef {{ name: string, script: Script, go: (page: Page) => Promise<void> }} Shown */

/** @param {Look['id']} id @param {string} title @param {Look['state']} state @param {string} message @param {string[]} [fix] @returns {Look} */
const look = (id, title, state, message, fix = []) => ({ id, title, state, message, fix, code: state === 'wrong' ? 'keychain_missing' : null });

/** A computer with one thing of each state. */
export const computer = {
  looked_at: '2026-11-30T04:00:00Z', program_version: '0.1.0', looks: [
    look('program', 'Program', 'good', 'Datatrax Connect 0.1.0 on Debian GNU/Linux 13 (Linux 6.12), desktop GNOME (wayland).'),
    look('keychain', 'Keychain', 'wrong', 'This computer offers no keychain to this session, so there is no safe place for the key of the vault.', ['On a Linux desktop, install and start gnome-keyring.', 'Or protect the vault with a passphrase: run dtx vault passphrase in a terminal.']),
    look('port', 'Callback port 17177', 'look', 'Taken on IPv4 by python3 (process 4711). A sign-in takes the next port.', ['Nothing has to be done while another of the three is free.']),
    look('clock', 'Clock', 'cannot_tell', 'Not looked at: that needs a connection to Salesforce, and none was asked for.'),
  ],
};
export const about = { version: '0.1.0', licence: 'MIT OR Apache-2.0', system: 'Debian GNU/Linux 13 (trixie)', web_view: '2.48.1', logs: '~/.local/share/datatrax-connect/logs' };
export const exported = '/home/jane/Downloads/datatrax-connect-20261130-040000.zip';

/** @param {Script} [more] */
export const script = (more = {}) => told.script([told.fine], {}, {
  about: [{ ok: about }], examine: [{ ok: computer }], export_diagnostics: [{ ok: { file: exported } }], open_logs: [{ ok: null }], open_exported: [{ ok: null }], open_portal: [{ ok: null }],
  licences: [{ ok: { own: 'MIT License\n\nPermission is hereby granted', libraries: 'zip 7.4.0: MIT\n\nCopyright (C) its authors' } }], ...more,
});
/** @param {Page} page */
export const toHelp = async (page) => { await at(page, 'nav-help').click(); await at(page, 'screen-help').getByText('Debian').waitFor(); };
/** @param {Page} page */
export const toComputer = async (page) => { await toHelp(page); await at(page, 'to-computer').click(); };

const until = () => new Date(Date.now() + 40 * 60_000).toISOString();

/** @type {Shown[]} */
export const helpScreens = [
  { name: 'help', script: script(), go: toHelp },
  { name: 'help-debug', script: script({ settings: [{ ok: say.settings({ debug_until: until() }) }] }), go: async (page) => { await toHelp(page); await at(page, 'log-less').waitFor(); } },
  { name: 'help-exported', script: script(), go: async (page) => { await toHelp(page); await at(page, 'export').click(); await at(page, 'exported').waitFor(); } },
  { name: 'help-export-refused', script: script({ export_diagnostics: [{ fail: say.failure('output_unwritable', 'The result could not be written to where it was to go: no space left on device.', ['Make room there.']) }] }), go: async (page) => { await toHelp(page); await at(page, 'export').click(); await at(page, 'failure').waitFor(); } },
  { name: 'help-licences', script: script(), go: async (page) => { await toHelp(page); await at(page, 'licences').locator('summary').click(); await page.getByText('Copyright (C) its authors').waitFor(); } },
  { name: 'help-licences-uninstalled', script: script({ licences: [{ ok: { own: 'MIT License', libraries: null } }] }), go: async (page) => { await toHelp(page); await at(page, 'licences').locator('summary').click(); await at(page, 'no-libraries').waitFor(); } },
  { name: 'computer', script: script(), go: async (page) => { await toComputer(page); await at(page, 'look-clock').waitFor(); } },
  { name: 'computer-looking', script: script({ examine: [{ never: true }] }), go: async (page) => { await toComputer(page); await at(page, 'computer-wait').getByText('Since').waitFor(); } },
  { name: 'computer-failed', script: script({ examine: [{ fail: say.failure('authority_unusable', 'The certificate authority cannot be used.', ['Name another file.']) }] }), go: async (page) => { await toComputer(page); await at(page, 'failure').waitFor(); } },
];
