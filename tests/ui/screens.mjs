// Every screen of the page, each with the way to it: what the accessibility test walks through and the pictures show.
import { asked, at, rescript, tell } from './browser.mjs';
import * as say from './fixtures.mjs';

/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {{ name: string, script: Record<string, any>, go: (page: Page) => Promise<void> }} Shown
 */

const some = say.script({ snapshot: [{ ok: say.snapshot({ connections: say.connections }) }] });
const hour = () => new Date(Date.now() + 24_000).toISOString();

/** @param {Page} page */
export async function toForm(page) {
  await at(page, 'nav-add').click();
  await at(page, 'address').fill('acme--uat');
  await page.getByText('Sandbox uat of acme').first().waitFor();
}

/** @param {Page} page */
export async function pastePair(page) {
  await at(page, 'key').fill('3MVG9example.of.a.key');
  await at(page, 'secret').fill('0123456789ABCDEF');
}

/** @param {Page} page @param {object} view */
export async function toAttempt(page, view) {
  await toForm(page);
  await pastePair(page);
  await page.locator('[data-testid="sign-in"][aria-disabled="false"]').waitFor();
  await at(page, 'sign-in').click();
  await at(page, 'screen-attempt').waitFor();
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ attempts: [view] }) });
}

/** @param {Page} page @param {object} event */
export const ended = async (page, event) => {
  await toAttempt(page, say.attempt('finishing'));
  await tell(page, 'notice', { method: 'attempt', params: { attempt: 'a1', event } });
};

/** @type {Shown[]} */
export const screens = [
  { name: 'empty', script: say.script(), go: (page) => at(page, 'empty').waitFor() },
  { name: 'starting', script: say.script({ standing: [{ ok: { state: 'starting' } }], snapshot: [{ never: true }] }), go: (page) => at(page, 'standing').waitFor() },
  { name: 'lost', script: say.script({ standing: [{ ok: { state: 'lost', failure: say.failure('agent_busy', 'The background part of another version is running.', ['Wait until it has finished.']) } }], snapshot: [{ never: true }] }), go: (page) => at(page, 'standing-failure').waitFor() },
  { name: 'vault', script: say.script({ snapshot: [{ ok: say.snapshot({ vault_trouble: say.failure('keychain_locked', 'The keychain is locked, so nothing can be stored.', ['Unlock it and try again.']) }) }] }), go: (page) => at(page, 'vault-trouble').waitFor() },
  { name: 'connections', script: some, go: (page) => at(page, 'connection').nth(4).waitFor() },
  { name: 'under-way', script: say.script({ snapshot: [{ ok: say.snapshot({ connections: say.connections.slice(0, 2), attempts: [say.attempt('waiting', { next_check_at: hour() })] }) }] }), go: (page) => at(page, 'attempts').waitFor() },
  { name: 'connection', script: some, go: async (page) => { await at(page, 'row-details').first().click(); await at(page, 'history').waitFor(); } },
  { name: 'connection-checked', script: { ...some, check: [{ ok: { checks: say.wrongSecret } }] }, go: async (page) => { await at(page, 'row-check').first().click(); await at(page, 'check-secret').waitFor(); await at(page, 'rename').click(); } },
  { name: 'disconnect', script: some, go: async (page) => { await at(page, 'row-details').first().click(); await at(page, 'disconnect-more').click(); await at(page, 'disconnect').click(); await at(page, 'disconnect-confirm').waitFor(); } },
  { name: 'add', script: say.script(), go: async (page) => { await at(page, 'nav-add').click(); await at(page, 'step-open').waitFor(); } },
  { name: 'add-understood', script: say.script(), go: async (page) => { await toForm(page); await at(page, 'step-done-open').click(); } },
  { name: 'add-production', script: say.script({ understand: [{ ok: say.understanding({ address: say.production }) }] }), go: async (page) => { await at(page, 'nav-add').click(); await at(page, 'address').fill('acme'); await page.getByText('Production of acme').first().waitFor(); } },
  { name: 'add-good', script: say.script(), go: async (page) => { await toForm(page); await pastePair(page); await page.locator('[data-testid="check-key"][data-state="pass"]').waitFor(); } },
  { name: 'add-wrong', script: say.script({ validate: [{ ok: { checks: say.wrongSecret } }] }), go: async (page) => { await toForm(page); await pastePair(page); await page.locator('[data-testid="check-secret"][data-state="fail"]').waitFor(); await at(page, 'check-secret').scrollIntoViewIfNeeded(); } },
  { name: 'add-swapped', script: say.script(), go: async (page) => {
    await toForm(page);
    await rescript(page, { understand: [{ ok: say.understanding({ notes: [{ field: 'key', blocks: true, code: 'swapped', message: 'This looks like the Consumer Secret, and the other field like the Consumer Key.' }] }) }] });
    await pastePair(page);
    await at(page, 'exchange').scrollIntoViewIfNeeded();
  } },
  { name: 'settings', script: say.script(), go: async (page) => { await at(page, 'nav-settings').click(); await at(page, 'theme').waitFor(); } },
  { name: 'settings-trouble', script: say.script({
    settings: [{ ok: say.settings({ proxy: 'http://proxy.example:8080', trouble: say.failure('settings_broken', 'The settings could not be read, so the usual ones hold.', ['Set here again what should differ.']), overruled: [{ setting: 'proxy', variable: 'HTTPS_PROXY' }] }) }],
    set: [{ fail: say.failure('setting_invalid', 'The setting proxy needs an address such as http://proxy.example:8080.') }],
  }), go: async (page) => { await at(page, 'nav-settings').click(); await at(page, 'proxy').fill('proxy'); await at(page, 'proxy-save').click(); await at(page, 'proxy-notes').getByText('needs an address').waitFor(); } },
  { name: 'checking', script: say.script(), go: (page) => toAttempt(page, say.attempt('checking')) },
  { name: 'waiting', script: say.script(), go: (page) => toAttempt(page, say.attempt('waiting', { next_check_at: hour() })) },
  { name: 'browser', script: say.script(), go: async (page) => { await toAttempt(page, say.attempt('browser', { authorize_url: say.authorizeUrl })); await page.waitForFunction(() => true); await asked(page, 'open_sign_in'); } },
  { name: 'browser-not-opened', script: say.script({ open_sign_in: [{ fail: say.failure('unexpected', 'x') }] }), go: async (page) => { await toAttempt(page, say.attempt('browser', { authorize_url: say.authorizeUrl })); await at(page, 'not-opened').waitFor(); await at(page, 'paste-back-open').click(); } },
  { name: 'finishing', script: say.script(), go: (page) => toAttempt(page, say.attempt('finishing')) },
  { name: 'confirming', script: say.script(), go: (page) => toAttempt(page, say.attempt('confirming', { found: say.identity, question: say.failure('identity_mismatch', 'Another user than expected has signed in: jane.admin@acme.com.uat instead of datatrax@acme.com.uat.', ['Go on only when this user is to be the one.']) })) },
  { name: 'connected', script: say.script(), go: (page) => ended(page, { event: 'connected', alias: 'acme--uat', org_id: say.identity.org_id, username: 'datatrax@acme.com.uat', instance_url: say.address.origin, kind: 'sandbox' }) },
  { name: 'failed', script: say.script(), go: (page) => ended(page, { event: 'failed', ...say.failure('callback_missing', 'None of the addresses of Datatrax Connect stands in Callback URL.', ['Open the app in Setup and paste the whole block into Callback URL.', 'Save, wait a few minutes, and try again.']) }) },
  { name: 'cancelled', script: say.script(), go: (page) => ended(page, { event: 'failed', ...say.failure('cancelled', 'Cancelled.') }) },
];
