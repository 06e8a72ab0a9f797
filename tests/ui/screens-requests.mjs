// The screen of requests to admins, with the ways to it.
/**
 * @import { AdminRequestView } from '../../src-tauri/bindings/AdminRequestView'
 * @import { AnswerOpened } from '../../src-tauri/bindings/AnswerOpened'
 * @import { PageWritten } from '../../src-tauri/bindings/PageWritten'
 * @import { Script } from './host.browser.js'
 */
import { at } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-connections.mjs';

/** @typedef {import('playwright-core').Page} Page */

const iso = (/** @type {number} */ days) => new Date(Date.now() + days * 86_400_000).toISOString();

/** @param {Partial<AdminRequestView>} [more] @returns {AdminRequestView} */
export const request = (more = {}) => ({
  id: '7f3a91c2000000000000000000000000', number: '7f3a-91c2', host: say.address.host, address: say.address, asked_by: 'Ada Lovelace',
  asked_at: iso(-1), expires_at: iso(6), public_key: 'BAAA', standing: 'open', ended_at: null, ...more,
});
const ended = request({ id: '00112233000000000000000000000000', number: '0011-2233', standing: 'answered', ended_at: iso(-2) });
/** @type {PageWritten} */
export const asked = { request: request(), file: '/home/ada/Downloads/datatrax-request-7f3a-91c2.html', sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' };
/** @type {AnswerOpened} */
export const opened = { request: request({ standing: 'answered', ended_at: iso(0) }), key: { start: '3MVG9e', end: 'kX5oWb', length: 85 }, exchanged: false, notes: [], until: iso(0.08) };
export const ANSWER = 'Sealed answer to request 7f3a-91c2, for acme.\n\nDTXANSWER1\nABCDEFGH\n1END\n';

/** @param {Script} [more] */
export const script = (more = {}) => told.script([told.fine, told.sandbox], {}, { admin_requests: [{ ok: [request(), ended] }], ask_admin: [{ ok: asked }], save_request: [{ ok: asked }], open_answer: [{ ok: opened }], withdraw_request: [{ ok: request({ standing: 'withdrawn', ended_at: iso(0) }) }], open_exported: [{ ok: null }], about: [{ ok: { version: '0.1.0', licence: 'MIT', system: 'Debian', web_view: '2.48.1', logs: '~/logs' } }], ...more });

/** @param {Page} page */
export const toRequests = async (page) => {
  await at(page, 'nav-help').click();
  await at(page, 'to-requests').click();
  await at(page, 'screen-requests').waitFor();
  await page.locator('[data-testid="requests"], [data-testid="no-requests"]').waitFor();
};
/** Pastes as a person does. @param {Page} page @param {string} text @param {string} field */
export const paste = async (page, text, field) => {
  await page.evaluate((given) => navigator.clipboard.writeText(given), text);
  await at(page, field).focus();
  await page.keyboard.press('Control+v');
};

/** @type {{ name: string, script: Script, go: (page: Page) => Promise<void> }[]} */
export const requestScreens = [
  { name: 'requests', script: script(), go: toRequests },
  { name: 'requests-none', script: script({ admin_requests: [{ ok: [] }] }), go: toRequests },
  { name: 'request-made', script: script(), go: async (page) => { await toRequests(page); await at(page, 'ask-make').click(); await at(page, 'ask-made').waitFor(); } },
  { name: 'request-answered', script: script(), go: async (page) => { await toRequests(page); await paste(page, ANSWER, 'sealed-answer'); await at(page, 'answer-opened').waitFor(); } },
  { name: 'request-withdraw', script: script(), go: async (page) => { await toRequests(page); await at(page, 'request-withdraw').first().click(); await page.locator('dialog[open]').waitFor(); } },
];
