// The screens that explain a pasted text, and a failure, each with the way to it.
/**
 * @import { Cause } from '../../src-tauri/bindings/Cause'
 * @import { Explained } from '../../src-tauri/bindings/Explained'
 * @import { GivenAway } from '../../src-tauri/bindings/GivenAway'
 * @import { Script } from './host.browser.js'
 */
import { at } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-connections.mjs';
import * as guide from './say-guide.mjs';
import { created, toAttempt } from './screens-guide.mjs';

/** @typedef {import('playwright-core').Page} Page @typedef {{ name: string, script: Script, go: (page: Page) => Promise<void> }} Shown */

export const page = 'https://acme.my.salesforce.com/setup/secur/RemoteAccessErrorPage.apexp?error=invalid_client&error_description=app+must+be+installed+into+org';
/** @type {Cause} */
export const notInstalled = {
  cause: 'app_not_installed', code: 'app_not_installed', known: true, acts: 'admin', waiting: false, sure: 'certain', source: 'a live test of September 2026, written down',
  message: 'The org wants the app to be installed before anybody uses it. Key and secret are not what is wrong.',
  fix: ['In Setup, Quick Find, External Client Apps OAuth Usage: find the app and press Install.', 'Then sign in again.'],
  setup: { page: 'oauth_usage', label: 'External Client Apps OAuth Usage', path: '/lightning/setup/ExternalClientApplicationOauthUsage/home', host: 'acme.my.salesforce.com', url: 'https://acme.my.salesforce-setup.com/lightning/setup/ExternalClientApplicationOauthUsage/home' },
};
/** Without the org's name in it. @type {Cause} */
export const keyUnknown = {
  cause: 'key_unknown', code: 'key_unknown', known: true, acts: 'you', waiting: true, sure: 'certain', source: 'Mobile SDK for iOS, its tests',
  message: 'The org does not know this Consumer Key.', fix: ['Compare it with Setup: Settings tab, OAuth Settings, Consumer Key and Secret.'],
  setup: { page: 'external_client_apps', label: 'External Client App Manager', path: '/lightning/setup/ManageExternalClientApplication/home' },
};
/** @type {Cause} */
export const quoted = {
  cause: 'quoted', code: 'authorize_refused', known: false, acts: 'you', waiting: false, sure: 'uncertain', source: 'the pasted text alone', quoted: 'something_new: see … <b>now</b>',
  message: 'This is an error of Salesforce\'s that is not known here. The pasted text says: something_new: see … <b>now</b>.', fix: ['In Setup, Quick Find, Login History shows what was noted about the attempt.'],
};
/** @type {GivenAway} */
export const token = { kind: 'access_token', message: 'This text opens your org: it has an access token, or the id of a session, and whoever reads it is signed in until that session ends.', fix: ['End that session: in Setup, Quick Find, Session Management, remove it. Or sign out of the org.'] };

/** @param {string} shown @param {Partial<Explained['explanation']>} [more] @returns {Explained} */
export const explained = (shown, more = {}) => {
  const explanation = { causes: [], secrets: [], cut: false, ...more };
  return { shown, explanation, ...(explanation.causes.length ? {} : { unknown: say.failure('not_explained', 'Nothing in this text is known here. What it means is not guessed.', ['Paste more of it: the whole address of the page that shows the error, or the whole answer.', 'In Setup, Quick Find, Login History shows what Salesforce noted about a sign-in.']) }) };
};

/** @param {Explained[]} answers @param {Script} [more] */
export const script = (answers, more = {}) => told.script([told.fine, told.sandbox], {}, { about: [{ ok: { version: '0.1.0', licence: 'MIT', system: 'Debian', web_view: '2.48.1', logs: '~/logs' } }], explain: answers.map((ok) => ({ ok })), ...more });

/** @param {Page} shown */
export const toExplain = async (shown) => { await at(shown, 'nav-explain').click(); await at(shown, 'screen-explain').waitFor(); };
/** Pastes as a person does. @param {Page} shown @param {string} text @param {string} [field] */
export const paste = async (shown, text, field = 'explain-text') => {
  await shown.evaluate((given) => navigator.clipboard.writeText(given), text);
  await at(shown, field).focus();
  await shown.keyboard.press('Control+v');
};
/** @param {string} name @param {Explained} answer @param {string} shown the part to wait for @returns {Shown} */
const answered = (name, answer, shown) => ({ name, script: script([answer]), go: async (view) => { await toExplain(view); await paste(view, answer.shown); await at(view, shown).first().waitFor(); } });

/** @type {import('../../src-tauri/bindings/Failure').Failure} */
export const refused = { ...say.failure('login_restricted', 'The org did not let this user in from here, or at this hour.', ['Try it from the office network or over VPN.', 'Look at Login IP Ranges and Login Hours of the user\'s profile.']), acts: 'admin', setup: notInstalled.setup };

/** What the agent says of an error page that was pasted back. @type {import('../../src-tauri/bindings/Failure').Failure} */
export const pastedPage = { ...say.failure('app_not_installed', notInstalled.message, [...notInstalled.fix, 'The sign-in still waits. If this is how its page ended, cancel it here, and start it again once that is mended.']), acts: 'admin', setup: notInstalled.setup };
/** @param {Page} view @param {string} text */
export const pasteBack = async (view, text) => {
  await toAttempt(view, say.attempt('browser', { authorize_url: say.authorizeUrl }));
  await at(view, 'paste-back-open').click();
  await at(view, 'paste-back').fill(text);
  await at(view, 'paste-back').press('Enter');
};

/** @type {Shown[]} */
export const explainScreens = [
  { name: 'explain', script: script([]), go: toExplain },
  answered('explain-cause', explained(page, { causes: [notInstalled] }), 'cause'),
  answered('explain-several', explained('error=invalid_client_id … ECONNREFUSED', { causes: [keyUnknown, notInstalled] }), 'cause'),
  answered('explain-quoted', explained('error=something_new', { causes: [quoted] }), 'cause'),
  answered('explain-unknown', explained('Something went wrong.'), 'explain-unknown'),
  answered('explain-secret', explained(`sid=[hidden] ${page}`, { causes: [notInstalled], secrets: [token], cut: true }), 'secret-access_token'),
  { name: 'explain-failed', script: script([], { explain: [{ fail: say.failure('unexpected', 'Something happened that has no words yet.') }] }), go: async (view) => { await toExplain(view); await paste(view, 'x'); await at(view, 'failure').waitFor(); } },
  { name: 'explain-pasted-back', script: guide.script(created, { paste_back: [{ fail: pastedPage }] }), go: async (view) => { await pasteBack(view, page); await at(view, 'paste-back-end').waitFor(); await at(view, 'paste-back-end').scrollIntoViewIfNeeded(); } },
  { name: 'explain-more', script: script([], { export_diagnostics: [{ fail: refused }] }), go: async (view) => { await toFailure(view); await at(view, 'explain-more').click(); await at(view, 'explain-dialog').waitFor(); } },
  { name: 'explain-more-cause', script: script([explained(page, { causes: [notInstalled] })], { export_diagnostics: [{ fail: refused }] }), go: async (view) => { await toFailure(view); await at(view, 'explain-more').click(); await paste(view, page, 'explain-more-text'); await at(view, 'cause').waitFor(); } },
];

/** A failure is shown. @param {Page} view */
export async function toFailure(view) {
  await at(view, 'nav-help').click();
  await at(view, 'export').click();
  await at(view, 'failure').waitFor();
}
