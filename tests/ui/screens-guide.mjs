// The screens of the guided set-up and of a sign-in, each with the way to it.
/**
 * @import { After } from '../../src-tauri/bindings/After'
 * @import { AttemptEvent } from '../../src-tauri/bindings/AttemptEvent'
 * @import { AttemptView } from '../../src-tauri/bindings/AttemptView'
 * @import { ConnectionView } from '../../src-tauri/bindings/ConnectionView'
 * @import { SetupView } from '../../src-tauri/bindings/SetupView'
 */
import { asked, at, tell } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-guide.mjs';

/** @typedef {import('playwright-core').Page} Page @typedef {{ name: string, script: import('./host.browser.js').Script, go: (page: Page) => Promise<void> }} Shown */

/** @param {Page} page @param {string} id */
export const step = (page, id) => at(page, `step-${id}`).waitFor();
const soon = () => new Date(Date.now() + 24_000).toISOString();

/** @param {Page} page @param {string} [address] */
export async function toAddress(page, address = 'acme--uat') {
  await at(page, 'nav-add').click();
  await at(page, 'address').fill(address);
}

/** @param {Page} page */
export async function toShort(page) {
  await at(page, 'short-first').click();
  await at(page, 'screen-short').waitFor();
}

/** @param {Page} page */
export async function pastePair(page) {
  await at(page, 'key').fill('3MVG9example.of.a.key');
  await at(page, 'secret').fill('0123456789ABCDEF');
}

/** Waits until one may go on. @param {Page} page */
export const ready = (page) => page.locator('[data-testid="done"][aria-disabled="false"]').waitFor();

/** Waits until the org has said that the key is good. @param {Page} page */
export const passes = (page) => page.locator('[data-testid="check-key"][data-state="pass"]').waitFor();

/** @param {Page} page */
export async function toSignIn(page) {
  await step(page, 'paste');
  await pastePair(page);
  await passes(page);
  await at(page, 'done').click();
  await step(page, 'sign_in');
}

/** What the agent tells of a sign-in under way. @param {Page} page @param {AttemptView} view */
export const phase = (page, view) => tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ attempts: [view] }) });

/** @param {Page} page @param {AttemptView} view */
export async function toAttempt(page, view) {
  await toSignIn(page);
  await at(page, 'done').click();
  await page.locator('h1', { hasText: 'Checking the key' }).waitFor();
  await phase(page, view);
}

/** @param {Page} page @param {AttemptEvent} event @param {After} [after] */
export async function ended(page, event, after) {
  await toAttempt(page, say.attempt('finishing'));
  await tell(page, 'notice', { method: 'attempt', params: { attempt: 'a1', event, after } });
}

/** The sign-in has led to a connection. @param {Page} page @param {SetupView} kept @param {ConnectionView} connection */
export async function connected(page, kept, connection) {
  await toAttempt(page, say.attempt('finishing'));
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: [connection], setups: [{ ...kept, step: 'connected', alias: 'acme--uat', updated_at: new Date(Date.now() + 5000).toISOString() }] }) });
  await step(page, 'connected');
}
export const connection = say.connection({ alias: 'acme--uat', host: say.address.host, kind: 'sandbox', username: 'datatrax@acme.com.uat', org_name: 'Acme Corporation' });
const allChecked = [...say.allGood, say.finding('scopes', 'OAuth Scopes', 'pass', 'Both scopes are granted: api and refresh_token.'), say.finding('org', 'Org and user', 'pass', 'It is the org and the user of this connection.'), say.finding('api', 'API call', 'pass', 'A real API call was answered.')];

const at_ = (/** @type {string} */ id, /** @type {any} */ kept) => ({ name: `step-${id}`, script: told.script({ ...kept, step: id }), go: (/** @type {Page} */ page) => step(page, id) });
const begun = [told.wrongCallback(), told.production];
export const created = told.created();
const browser = () => say.attempt('browser', { authorize_url: say.authorizeUrl });
const swapped = say.understanding({ looks: { looks: 'exchange', message: 'Consumer Key and Consumer Secret are the wrong way round: each has the form of the other. Nothing was sent.' }, notes: /** @type {const} */ (['key', 'secret']).map((field) => say.note(field, 'swapped', 'Consumer Key and Consumer Secret are the wrong way round: each has the form of the other. Nothing was sent.')) });
const reconnect = (/** @type {AttemptView} */ view) => async (/** @type {Page} */ page) => {
  await at(page, 'row-reconnect').first().click();
  await at(page, 'screen-attempt').waitFor();
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: say.connections, attempts: [{ ...view, alias: 'Acme, dev2' }] }) });
};
const some = say.script({ snapshot: [{ ok: say.snapshot({ connections: say.connections }) }] });

/** To another step by the rail, also where that is folded. @param {Page} page @param {string} id */
export async function toStep(page, id) {
  if (!await at(page, `rail-${id}`).isVisible()) await at(page, 'rail-unfold').click();
  await at(page, `rail-${id}`).click();
  await step(page, id);
}
/** What opens below the others is brought into sight. @param {Page} page @param {string} id */
async function unfold(page, id) {
  await at(page, id).locator('summary').click();
  await at(page, id).scrollIntoViewIfNeeded();
}
/** @param {Parameters<typeof say.failure>} failure @returns {AttemptEvent} */
const failed = (...failure) => ({ event: 'failed', ...say.failure(...failure) });
const moveBoth = 'In the External Client App, Settings tab, OAuth Settings, move both into Selected OAuth Scopes: Manage user data via APIs (api), and Perform requests at any time (refresh_token, offline_access).';
const scopeMissing = failed('scope_missing', 'Salesforce did not grant what is needed: refresh_token is missing.', [moveBoth]);
/** @param {Page} page @param {SetupView} setup */
const toldLater = (page, setup) => tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ setups: [{ ...setup, updated_at: new Date(Date.now() + 5000).toISOString() }] }) });

/** @type {Shown[]} */
export const guideScreens = [
  { name: 'add', script: told.beginning(), go: async (page) => { await at(page, 'nav-add').click(); await step(page, 'org'); } },
  { name: 'add-begun', script: told.script(told.wrongCallback(), { beginning: [{ ok: { place: { name: 'add' }, theme: 'system', appearance: null } }], snapshot: [{ ok: say.snapshot({ setups: begun }) }] }), go: (page) => at(page, 'begun').waitFor() },
  { name: 'add-understood', script: told.beginning(), go: async (page) => { await toAddress(page); await ready(page); } },
  { name: 'add-production', script: told.beginning({ understand: [{ ok: say.understanding({ address: say.production }) }] }), go: async (page) => { await toAddress(page, 'acme'); await ready(page); } },
  { name: 'add-practice', script: told.beginning({ understand: [{ ok: say.understanding({ address: say.practice }) }] }), go: async (page) => { await toAddress(page, 'http://localhost:8371'); await ready(page); } },
  { name: 'add-wrong', script: told.beginning({ understand: [{ ok: say.understanding({ address: null, notes: [say.note('address', 'address_needs_my_domain', 'This is the address everybody signs in at. Paste the address of your own org.')] }) }] }), go: async (page) => { await toAddress(page, 'login.salesforce.com'); await at(page, 'address-notes').getByText('everybody').waitFor(); } },
  { name: 'add-unsure', script: told.beginning({ understand: [{ ok: say.understanding({ address: null, meant: [say.production, say.address], notes: [say.note('address', 'address_unsure', 'It is not certain which org this text means. Did you mean https://acme.my.salesforce.com or https://acme--uat.sandbox.my.salesforce.com? Nothing was contacted.')] }) }] }), go: async (page) => { await toAddress(page, 'acme.my.salesforce.com or acme--uat'); await at(page, 'meant').first().waitFor(); } },
  { name: 'add-session', script: told.beginning({ understand: [{ ok: say.understanding({ address: say.production, notes: [{ field: 'address', blocks: false, code: 'address_opens_session', message: 'This text opens a session: whoever has it is signed in to the org. Only the org\'s address was taken from it; the rest was neither kept nor sent.', fix: ['Do not pass it on. If others may have seen it, end the session: sign out of the org, or use Session Management in Setup.'] }] }) }] }), go: async (page) => { await toAddress(page, 'https://acme.my.salesforce.com/secur/frontdoor.jsp?sid=x'); await ready(page); } },
  at_('org', told.setup()),
  { name: 'start-over', script: told.script(told.created({ step: 'org' })), go: async (page) => { await step(page, 'org'); await at(page, 'start-over').click(); await at(page, 'start-over-sure').waitFor(); } },
  at_('before', told.setup()),
  at_('open', told.setup()),
  { name: 'step-open-variants', script: told.script(told.setup({ step: 'open' }), { open_setup: [{ fail: say.failure('unexpected', 'x') }] }), go: async (page) => { await step(page, 'open'); await at(page, 'done').click(); await at(page, 'variants').locator('summary').click(); } },
  at_('details', told.setup()),
  { name: 'step-open-not-reached', script: told.script(told.setup({ step: 'open' }), { reach: [{ ok: say.finding('address', 'Address', 'unknown', 'acme--uat.sandbox.my.salesforce.com could not be found.', { code: 'network_dns', fix: ['Compare the address with the one in your browser.'] }) }] }), go: (page) => at(page, 'not-reached').waitFor() },
  at_('oauth', told.setup()),
  { name: 'step-oauth-wrong', script: told.script(told.wrongCallback({ step: 'oauth' })), go: (page) => at(page, 'wrong').waitFor() },
  { name: 'step-oauth-production', script: told.script({ ...told.production, step: 'oauth' }), go: (page) => step(page, 'oauth') },
  { name: 'step-oauth-practice', script: told.script({ ...told.practice, step: 'oauth' }), go: (page) => step(page, 'oauth') },
  { name: 'picture-zoom', script: told.script(told.setup({ step: 'oauth' })), go: async (page) => { await step(page, 'oauth'); await at(page, 'zoom-oauth').click(); await at(page, 'zoom-close').waitFor(); } },
  at_('security', told.setup()),
  at_('copy', created),
  at_('paste', created),
  { name: 'paste-cut-key', script: told.script(created, { understand: [{ ok: say.understanding({ notes: [say.note('key', 'key_odd', 'This does not look like a generated Consumer Key. Compare the beginning and the end with Setup.', false)] }) }], validate: [{ ok: told.answers.doubtedKey }] }), go: async (page) => { await step(page, 'paste'); await pastePair(page); await at(page, 'wait-all-the-same').waitFor(); } },
  { name: 'paste-good', script: told.script(created), go: async (page) => { await step(page, 'paste'); await pastePair(page); await passes(page); } },
  { name: 'paste-wrong', script: told.script(created, { validate: [{ ok: say.answers.wrongSecret }] }), go: async (page) => { await step(page, 'paste'); await pastePair(page); await page.locator('[data-testid="check-secret"][data-state="fail"]').waitFor(); } },
  { name: 'sign-in-noticed', script: told.script(created), go: async (page) => { await toAttempt(page, say.attempt('browser', { authorize_url: say.authorizeUrl, noticed: say.failure('came_back_by_https', 'The browser came back by https, and only http can be answered here. The sign-in still waits.', ['Copy the whole address from the browser\'s address bar and paste it here where the sign-in waits: it is taken with https as well.', 'The browser, or an add-on of it, makes https of every address: switch that off for localhost, or sign in with another browser.']) })); await at(page, 'noticed').waitFor(); } },
  { name: 'paste-swapped', script: told.script(created, { understand: [{ ok: swapped }] }), go: async (page) => { await step(page, 'paste'); await pastePair(page); await at(page, 'exchange').waitFor(); } },
  { name: 'paste-not-active', script: told.script(created, { validate: [{ ok: told.answers.notActive }], connect: [{ fail: say.failure('vault_full', 'The disk is full.') }] }), go: async (page) => { await step(page, 'paste'); await pastePair(page); await step(page, 'wait'); await at(page, 'failure').waitFor(); await toStep(page, 'paste'); await at(page, 'not-active').waitFor(); } },
  { name: 'paste-callback', script: told.script(told.wrongCallback(), { validate: [{ ok: told.answers.notRegistered }] }), go: async (page) => {
    await step(page, 'paste'); await pastePair(page); await at(page, 'audit-check').click(); await at(page, 'near-miss').waitFor(); await at(page, 'wrong-steps').scrollIntoViewIfNeeded();
  } },
  { name: 'paste-earlier', script: told.script(told.wrongCallback()), go: (page) => at(page, 'earlier').waitFor() },
  at_('wait', created),
  { name: 'waiting', script: told.script(created), go: (page) => toAttempt(page, say.attempt('waiting', { next_check_at: soon(), key: { start: '3MVG9a', end: 'r2_hOx', length: 85 } })) },
  { name: 'sign-in', script: told.script(created), go: toSignIn },
  { name: 'sign-in-needs-pair', script: told.script(told.checked()), go: (page) => at(page, 'needs-pair').waitFor() },
  { name: 'checking', script: told.script(created), go: (page) => toAttempt(page, say.attempt('checking')) },
  { name: 'browser', script: told.script(created), go: async (page) => { await toAttempt(page, browser()); await at(page, 'value-sign-in-address').waitFor(); await asked(page, 'open_sign_in'); } },
  { name: 'browser-not-opened', script: told.script(created, { open_sign_in: [{ fail: say.failure('unexpected', 'x') }] }), go: async (page) => { await toAttempt(page, browser()); await at(page, 'not-opened').waitFor(); await at(page, 'paste-back-open').click(); } },
  { name: 'browser-unopened', script: told.script(told.checked(), {}, { attempts: [browser()] }), go: (page) => page.locator('h1', { hasText: 'Salesforce knows your app' }).waitFor() },
  { name: 'finishing', script: told.script(created), go: (page) => toAttempt(page, say.attempt('finishing')) },
  { name: 'confirming', script: told.script(created), go: (page) => toAttempt(page, say.attempt('confirming', { found: say.identity, question: say.failure('identity_mismatch', 'jane.admin@acme.com.uat signed in, but datatrax@acme.com.uat was expected. Nothing was stored.', ['If that user is right, say so when asked, or name the user with --accept-user.']) })) },
  { name: 'confirming-unnamed', script: told.script(created), go: (page) => toAttempt(page, say.attempt('confirming', { found: { ...say.identity, modifies_all_data: true }, question: say.failure('user_unnamed', 'jane.admin@acme.com.uat signed in, no username was entered before. Nothing was stored.') })) },
  { name: 'short', script: told.beginning(), go: (page) => toShort(page) },
  { name: 'short-ready', script: told.beginning(), go: async (page) => { await toShort(page); await at(page, 'address').fill('acme--uat'); await pastePair(page); await ready(page); } },
  { name: 'short-wrong', script: told.beginning({ validate: [{ ok: told.answers.notRegistered }] }), go: async (page) => { await toShort(page); await at(page, 'address').fill('acme--uat'); await pastePair(page); await page.locator('[data-testid="check-callback"][data-state="fail"]').waitFor(); } },
  { name: 'failed', script: told.script(created), go: (page) => ended(page, { event: 'failed', ...say.failure('denied', 'Allow was not pressed, so Salesforce gave no access.', ['Sign in again and press Allow.']) }) },
  { name: 'cancelled', script: told.script(created), go: (page) => ended(page, { event: 'failed', ...say.failure('cancelled', 'Cancelled.') }) },
  { name: 'connected', script: told.script(created, { check: [{ ok: { checks: allChecked } }] }), go: async (page) => { await connected(page, created, connection); await at(page, 'checks-good').locator('summary').click(); await at(page, 'check-api').waitFor(); } },
  { name: 'connected-copied', script: told.script(created, { check: [{ ok: { checks: allChecked } }] }), go: async (page) => { await connected(page, created, connection); await at(page, 'copy-secret').click(); await at(page, 'copied').scrollIntoViewIfNeeded(); } },
  { name: 'connected-practice', script: told.script(created, { check: [{ ok: { checks: allChecked } }] }), go: async (page) => { await connected(page, created, { ...connection, kind: 'practice' }); await at(page, 'rehearsal').waitFor(); } },
  { name: 'set-up-gone', script: told.script(created, {}, {}), go: async (page) => { await step(page, 'paste'); await page.evaluate(() => { /** @type {any} */ (globalThis).setups.clear(); }); await tell(page, 'notice', { method: 'snapshot', params: say.snapshot() }); await page.getByText('no longer here').waitFor(); } },
  { name: 'rail-unfolded', script: told.script(told.slipped({ step: 'oauth' })), go: async (page) => { await step(page, 'oauth'); await page.setViewportSize({ width: 480, height: 900 }); await at(page, 'rail-unfold').click(); await at(page, 'rail-connected').waitFor(); } },
  { name: 'progress-each', script: told.script(told.eachMark()), go: (page) => step(page, 'wait') },
  { name: 'remove', script: told.script(told.created({ step: 'org' })), go: async (page) => { await step(page, 'org'); await at(page, 'remove').click(); await at(page, 'remove-sure').waitFor(); } },
  { name: 'audit-kept', script: told.script(told.slipped({ step: 'oauth' })), go: async (page) => { await at(page, 'near-miss').scrollIntoViewIfNeeded(); } },
  { name: 'audit-running', script: told.script(told.created({ step: 'paste' }), { audit_callbacks: [{ never: true }] }), go: async (page) => { await step(page, 'paste'); await pastePair(page); await at(page, 'audit-check').click(); await toStep(page, 'oauth'); await at(page, 'audit-check').click(); await at(page, 'audit').getByText('This can take half a minute').scrollIntoViewIfNeeded(); } },
  { name: 'audit-failed', script: told.script(told.slipped({ step: 'oauth', pair_until: new Date(Date.now() + 30 * 60_000).toISOString() }), { audit_callbacks: [{ fail: say.failure('network_timeout', 'The org did not answer in time.', ['Try again.']) }] }), go: async (page) => { await at(page, 'audit-check').click(); await at(page, 'audit-failure').scrollIntoViewIfNeeded(); } },
  { name: 'step-oauth-doubted', script: told.script(told.doubted({ step: 'oauth' })), go: (page) => at(page, 'mark').waitFor() },
  { name: 'paste-callback-new', script: told.script(told.doubted(), { validate: [{ ok: told.answers.notRegisteredYet }] }), go: async (page) => { await step(page, 'paste'); await pastePair(page); await at(page, 'doubted-steps').getByText('A new app may need').scrollIntoViewIfNeeded(); } },
  { name: 'paste-hosted-alone', script: told.script(created, { audit_callbacks: [{ ok: told.hostedAlone }], validate: [{ ok: told.answers.notRegistered }] }), go: async (page) => { await step(page, 'paste'); await pastePair(page); await at(page, 'audit-check').click(); await at(page, 'audit-hosted').scrollIntoViewIfNeeded(); } },
  { name: 'paste-doubted-key', script: told.script({ ...created, created_at: null }, { validate: [{ ok: told.answers.doubtedKey }] }), go: async (page) => { await step(page, 'paste'); await pastePair(page); await at(page, 'not-active').waitFor(); } },
  ...['details', 'paste', 'before'].map((id) => ({ name: `step-${id}-variants`, script: told.script({ ...created, step: id }), go: async (/** @type {Page} */ page) => { await step(page, id); await unfold(page, 'variants'); } })),
  { name: 'wait-ready', script: told.script({ ...created, created_at: null }, { validate: [{ ok: told.answers.doubtedKey }] }), go: async (page) => { await step(page, 'paste'); await pastePair(page); await at(page, 'not-active').waitFor(); await toStep(page, 'wait'); await at(page, 'user').waitFor(); await unfold(page, 'variants'); } },
  { name: 'wait-over', script: told.script(told.checked({ step: 'wait' }), {}, { attempts: [browser()] }), go: async (page) => { await step(page, 'sign_in'); await toStep(page, 'wait'); await page.getByText('There is nothing to wait for').waitFor(); } },
  { name: 'wait-untold', script: told.script(created, { validate: [{ ok: told.answers.outOfReach }] }), go: async (page) => { await step(page, 'paste'); await pastePair(page); await page.locator('[data-testid="check-key"][data-state="unknown"]').waitFor(); await toStep(page, 'wait'); await at(page, 'to-checks').waitFor(); } },
  { name: 'wait-told', script: told.script(told.unknownKey({ step: 'wait' })), go: (page) => at(page, 'mark').waitFor() },
  { name: 'wait-overdue', script: told.script(created), go: async (page) => {
    await toAttempt(page, say.attempt('waiting', { next_check_at: soon() }));
    await step(page, 'wait');
    await tell(page, 'notice', { method: 'attempt', params: { attempt: 'a1', event: failed('key_unknown', 'The org does not know this Consumer Key.', ['Check that the app is in this very org: production and each sandbox need their own.']), after: { way: 'wait' } } });
    await toldLater(page, told.unknownKey({ step: 'wait', pair_until: new Date(Date.now() + 60 * 60_000).toISOString() }));
    await at(page, 'paste-other').waitFor();
  } },
  { name: 'waiting-named', script: told.script(created), go: async (page) => { await toSignIn(page); await at(page, 'user').fill('datatrax@acme.com.uat'); await at(page, 'done').click(); await phase(page, say.attempt('waiting', { next_check_at: soon() })); await toStep(page, 'wait'); await at(page, 'named').getByText('is remembered for the sign-in').scrollIntoViewIfNeeded(); } },
  { name: 'waiting-callback', script: told.script(told.doubted()), go: (page) => toAttempt(page, say.attempt('waiting', { next_check_at: soon(), ...told.lacksCallback() })) },
  { name: 'browser-error-page', script: told.script(created), go: async (page) => { await toAttempt(page, browser()); await unfold(page, 'error-page'); } },
  { name: 'browser-variants', script: told.script(created), go: async (page) => { await toAttempt(page, browser()); await unfold(page, 'variants'); } },
  { name: 'sign-in-wrong', script: told.script(told.denied()), go: (page) => at(page, 'wrong').waitFor() },
  { name: 'failed-back', script: told.script(created), go: async (page) => { await ended(page, scopeMissing, { way: 'again', exact: [{ of: 0, text: moveBoth, lines: [], scopes: say.SCOPES }] }); await toldLater(page, told.wrongCallback({ step: 'sign_in' })); await at(page, 'back-to-oauth').waitFor(); } },
  { name: 'failed-kept', script: told.script(created), go: async (page) => { await ended(page, failed('denied', 'Allow was not pressed, so Salesforce gave no access.', ['Sign in again and press Allow.'])); await toldLater(page, told.created({ step: 'sign_in', pair_until: new Date(Date.now() + 30 * 60_000).toISOString() })); await at(page, 'paste-other').waitFor(); } },
  { name: 'connected-failed', script: told.script(created, { check: [{ ok: { checks: allChecked.with(3, say.finding('callback', 'Callback URL', 'fail', 'None of the addresses that lead back to this computer is in Callback URL.', { code: 'callback_missing', fix: told.notRegisteredYet[3]?.fix, exact: told.lacksCallback().lacks.exact })) } }] }), go: async (page) => { await connected(page, created, connection); await at(page, 'check-callback').scrollIntoViewIfNeeded(); } },
  { name: 'connected-doubted', script: told.script(told.portalDoubted(), { check: [{ ok: { checks: allChecked } }] }, { connections: [connection] }), go: async (page) => { await at(page, 'mark').waitFor(); await at(page, 'checks-good').locator('summary').click(); await at(page, 'check-api').waitFor(); } },
  { name: 'connected-variants', script: told.script(created, { check: [{ ok: { checks: allChecked } }] }), go: async (page) => { await connected(page, created, connection); await unfold(page, 'variants'); } },
  { name: 'reconnect-waiting', script: some, go: reconnect(say.attempt('waiting', { next_check_at: soon() })) },
  { name: 'reconnect-browser', script: some, go: reconnect(browser()) },
  { name: 'reconnect-confirming', script: some, go: reconnect(say.attempt('confirming', { found: say.identity, question: say.failure('sandbox_refreshed', 'm', ['f']) })) },
  { name: 'reconnect-connected', script: some, go: async (page) => {
    await reconnect(say.attempt('finishing'))(page);
    await tell(page, 'notice', { method: 'attempt', params: { attempt: 'a1', event: { event: 'connected', alias: 'Acme, dev2', org_id: say.identity.org_id, username: 'datatrax@acme.com.dev2', instance_url: say.address.origin, kind: 'sandbox' } } });
  } },
];
