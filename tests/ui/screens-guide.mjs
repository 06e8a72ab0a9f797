// The screens of the guided set-up and of a sign-in, each with the way to it.
import { asked, at, tell } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-guide.mjs';

/** @typedef {import('playwright-core').Page} Page @typedef {{ name: string, script: Record<string, any>, go: (page: Page) => Promise<void> }} Shown */

/** @param {Page} page @param {string} id */
export const step = (page, id) => at(page, `step-${id}`).waitFor();
const soon = () => new Date(Date.now() + 24_000).toISOString();

/** @param {Page} page @param {string} [address] */
export async function toAddress(page, address = 'acme--uat') {
  await at(page, 'nav-add').click();
  await at(page, 'address').fill(address);
}

/** @param {Page} page */
export async function pastePair(page) {
  await at(page, 'key').fill('3MVG9example.of.a.key');
  await at(page, 'secret').fill('0123456789ABCDEF');
}

/** Waits until one may go on. @param {Page} page */
export const ready = (page) => page.locator('[data-testid="done"][aria-disabled="false"]').waitFor();

/** @param {Page} page */
export async function toSignIn(page) {
  await step(page, 'paste');
  await pastePair(page);
  await page.locator('[data-testid="check-key"][data-state="pass"]').waitFor();
  await at(page, 'done').click();
  await step(page, 'sign_in');
}

/** What the agent tells of a sign-in under way. @param {Page} page @param {object} view */
export const phase = (page, view) => tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ attempts: [view] }) });

/** @param {Page} page @param {object} view */
export async function toAttempt(page, view) {
  await toSignIn(page);
  await at(page, 'done').click();
  await page.locator('h1', { hasText: 'Checking the key' }).waitFor();
  await phase(page, view);
}

/** @param {Page} page @param {object} event */
export async function ended(page, event) {
  await toAttempt(page, say.attempt('finishing'));
  await tell(page, 'notice', { method: 'attempt', params: { attempt: 'a1', event } });
}

/** The sign-in has led to a connection. @param {Page} page @param {any} kept @param {object} connection */
export async function connected(page, kept, connection) {
  await toAttempt(page, say.attempt('finishing'));
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: [connection], setups: [{ ...kept, step: 'connected', alias: 'acme--uat', updated_at: new Date(Date.now() + 5000).toISOString() }] }) });
  await step(page, 'connected');
}
export const connection = say.connection({ alias: 'acme--uat', host: say.address.host, kind: 'sandbox', username: 'datatrax@acme.com.uat', org_name: 'Acme Corporation' });
const allChecked = [...say.allGood, say.finding('scopes', 'OAuth Scopes', 'pass', 'Both scopes are granted: api and refresh_token.'), say.finding('org', 'Org and user', 'pass', 'It is the org and the user that were expected.'), say.finding('api', 'API call', 'pass', 'A real API call was answered.')];

const at_ = (/** @type {string} */ id, /** @type {any} */ kept) => ({ name: `step-${id}`, script: told.script({ ...kept, step: id }), go: (/** @type {Page} */ page) => step(page, id) });
const begun = [told.wrongCallback(), told.production];
const created = told.created();
const browser = () => say.attempt('browser', { authorize_url: say.authorizeUrl });
const swapped = say.understanding({ notes: [{ field: 'key', blocks: true, code: 'swapped', message: 'Consumer Key and Consumer Secret are the wrong way round: each has the form of the other. Nothing was sent.' }, { field: 'secret', blocks: true, code: 'swapped', message: 'Consumer Key and Consumer Secret are the wrong way round: each has the form of the other. Nothing was sent.' }] });
const reconnect = (/** @type {object} */ view) => async (/** @type {Page} */ page) => {
  await at(page, 'row-reconnect').first().click();
  await at(page, 'screen-attempt').waitFor();
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: say.connections, attempts: [{ ...view, alias: 'Acme, dev2' }] }) });
};
const some = say.script({ snapshot: [{ ok: say.snapshot({ connections: say.connections }) }] });

/** @type {Shown[]} */
export const guideScreens = [
  { name: 'add', script: told.beginning(), go: async (page) => { await at(page, 'nav-add').click(); await step(page, 'org'); } },
  { name: 'add-begun', script: told.script(begun[0], { beginning: [{ ok: { place: { name: 'add' }, theme: 'system' } }], snapshot: [{ ok: say.snapshot({ setups: begun }) }] }), go: (page) => at(page, 'begun').waitFor() },
  { name: 'add-understood', script: told.beginning(), go: async (page) => { await toAddress(page); await ready(page); } },
  { name: 'add-production', script: told.beginning({ understand: [{ ok: say.understanding({ address: say.production }) }] }), go: async (page) => { await toAddress(page, 'acme'); await ready(page); } },
  { name: 'add-practice', script: told.beginning({ understand: [{ ok: say.understanding({ address: say.practice }) }] }), go: async (page) => { await toAddress(page, 'http://localhost:8371'); await ready(page); } },
  { name: 'add-wrong', script: told.beginning({ understand: [{ ok: say.understanding({ address: null, notes: [{ field: 'address', blocks: true, code: 'address_needs_my_domain', message: 'This is the address everybody signs in at. Paste the address of your own org.' }] }) }] }), go: async (page) => { await toAddress(page, 'login.salesforce.com'); await at(page, 'address-notes').getByText('everybody').waitFor(); } },
  at_('org', told.setup()),
  { name: 'start-over', script: told.script(told.created({ step: 'org' })), go: async (page) => { await step(page, 'org'); await at(page, 'start-over').click(); await at(page, 'start-over-sure').waitFor(); } },
  at_('before', told.setup()),
  at_('open', told.setup()),
  { name: 'step-open-variants', script: told.script(told.setup({ step: 'open' }), { open_setup: [{ fail: say.failure('unexpected', 'x') }] }), go: async (page) => { await step(page, 'open'); await at(page, 'open-setup').click(); await at(page, 'variants').locator('summary').click(); } },
  at_('details', told.setup()),
  at_('oauth', told.setup()),
  { name: 'step-oauth-wrong', script: told.script(told.wrongCallback({ step: 'oauth' })), go: (page) => at(page, 'wrong').waitFor() },
  { name: 'step-oauth-production', script: told.script({ ...told.production, step: 'oauth' }), go: (page) => step(page, 'oauth') },
  { name: 'step-oauth-practice', script: told.script({ ...told.practice, step: 'oauth' }), go: (page) => step(page, 'oauth') },
  { name: 'picture-zoom', script: told.script(told.setup({ step: 'oauth' })), go: async (page) => { await step(page, 'oauth'); await at(page, 'zoom-oauth').click(); await at(page, 'zoom-close').waitFor(); } },
  at_('security', told.setup()),
  at_('copy', created),
  at_('paste', created),
  { name: 'paste-good', script: told.script(created), go: async (page) => { await step(page, 'paste'); await pastePair(page); await page.locator('[data-testid="check-key"][data-state="pass"]').waitFor(); } },
  { name: 'paste-wrong', script: told.script(created, { validate: [{ ok: { checks: say.wrongSecret } }] }), go: async (page) => { await step(page, 'paste'); await pastePair(page); await page.locator('[data-testid="check-secret"][data-state="fail"]').waitFor(); } },
  { name: 'paste-swapped', script: told.script(created, { understand: [{ ok: swapped }] }), go: async (page) => { await step(page, 'paste'); await pastePair(page); await at(page, 'exchange').waitFor(); } },
  { name: 'paste-not-active', script: told.script(created, { validate: [{ ok: { checks: told.notActive } }] }), go: async (page) => { await step(page, 'paste'); await pastePair(page); await at(page, 'not-active').waitFor(); } },
  { name: 'paste-callback', script: told.script(told.wrongCallback(), { validate: [{ ok: { checks: told.notRegistered } }] }), go: async (page) => {
    await step(page, 'paste'); await pastePair(page); await at(page, 'audit-check').click(); await at(page, 'near-miss').waitFor(); await at(page, 'wrong-steps').scrollIntoViewIfNeeded();
  } },
  { name: 'paste-earlier', script: told.script(told.wrongCallback()), go: (page) => at(page, 'earlier').waitFor() },
  at_('wait', created),
  { name: 'waiting', script: told.script(created), go: (page) => toAttempt(page, say.attempt('waiting', { next_check_at: soon() })) },
  { name: 'sign-in', script: told.script(created), go: toSignIn },
  { name: 'sign-in-needs-pair', script: told.script(told.checked()), go: (page) => at(page, 'needs-pair').waitFor() },
  { name: 'checking', script: told.script(created), go: (page) => toAttempt(page, say.attempt('checking')) },
  { name: 'browser', script: told.script(created), go: async (page) => { await toAttempt(page, browser()); await at(page, 'value-sign-in-address').waitFor(); await asked(page, 'open_sign_in'); } },
  { name: 'browser-not-opened', script: told.script(created, { open_sign_in: [{ fail: say.failure('unexpected', 'x') }] }), go: async (page) => { await toAttempt(page, browser()); await at(page, 'not-opened').waitFor(); await at(page, 'paste-back-open').click(); } },
  { name: 'browser-unopened', script: told.script(told.checked(), {}, { attempts: [browser()] }), go: (page) => page.locator('h1', { hasText: 'Salesforce knows your app' }).waitFor() },
  { name: 'finishing', script: told.script(created), go: (page) => toAttempt(page, say.attempt('finishing')) },
  { name: 'confirming', script: told.script(created), go: (page) => toAttempt(page, say.attempt('confirming', { found: say.identity, question: say.failure('identity_mismatch', 'jane.admin@acme.com.uat signed in, but datatrax@acme.com.uat was expected. Nothing was stored.', ['If that user is right, say so when asked, or name the user with --accept-user.']) })) },
  { name: 'failed', script: told.script(created), go: (page) => ended(page, { event: 'failed', ...say.failure('denied', 'Allow was not pressed, so Salesforce gave no access.', ['Sign in again and press Allow.']) }) },
  { name: 'cancelled', script: told.script(created), go: (page) => ended(page, { event: 'failed', ...say.failure('cancelled', 'Cancelled.') }) },
  { name: 'connected', script: told.script(created, { check: [{ ok: { checks: allChecked } }] }), go: async (page) => { await connected(page, created, connection); await at(page, 'check-api').waitFor(); } },
  { name: 'connected-copied', script: told.script(created, { check: [{ ok: { checks: allChecked } }] }), go: async (page) => { await connected(page, created, connection); await at(page, 'copy-secret').click(); await at(page, 'copied').scrollIntoViewIfNeeded(); } },
  { name: 'connected-practice', script: told.script(created, { check: [{ ok: { checks: allChecked } }] }), go: async (page) => { await connected(page, created, { ...connection, kind: 'practice' }); await at(page, 'rehearsal').waitFor(); } },
  { name: 'set-up-gone', script: told.script(created, {}, {}), go: async (page) => { await step(page, 'paste'); await page.evaluate(() => { /** @type {any} */ (globalThis).setups.clear(); }); await tell(page, 'notice', { method: 'snapshot', params: say.snapshot() }); await page.getByText('no longer here').waitFor(); } },
  { name: 'reconnect-waiting', script: some, go: reconnect(say.attempt('waiting', { next_check_at: soon() })) },
  { name: 'reconnect-browser', script: some, go: reconnect(browser()) },
  { name: 'reconnect-confirming', script: some, go: reconnect(say.attempt('confirming', { found: say.identity, question: say.failure('sandbox_refreshed', 'm', ['f']) })) },
  { name: 'reconnect-connected', script: some, go: async (page) => {
    await reconnect(say.attempt('finishing'))(page);
    await tell(page, 'notice', { method: 'attempt', params: { attempt: 'a1', event: { event: 'connected', alias: 'Acme, dev2', org_id: say.identity.org_id, username: 'datatrax@acme.com.dev2', instance_url: say.address.origin, kind: 'sandbox' } } });
  } },
];
