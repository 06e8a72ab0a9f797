// The screens of the connections, of the settings and of the vault, each with the way to it.
/**
 * @import { ConnectionView } from '../../src-tauri/bindings/ConnectionView'
 * @import { Script } from './host.browser.js'
 */
import { at, tell } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-connections.mjs';

/** @typedef {import('playwright-core').Page} Page @typedef {{ name: string, script: import('./host.browser.js').Script, go: (page: Page) => Promise<void> }} Shown */

/** @param {Page} page @param {string} alias */
export const rowOf = (page, alias) => page.locator(`[data-testid="connection"][data-alias="${alias}"]`);
/** @param {Page} page @param {string} alias */
export const toDetail = async (page, alias) => {
  await rowOf(page, alias).locator('[data-testid="row-details"]').click();
  await at(page, 'history').waitFor();
};
/** @param {ConnectionView} connection @param {Script} [more] */
const one = (connection, more = {}) => told.script([connection], {}, more);
const findings = [
  ...say.wrongSecret, say.finding('scopes', 'Scopes', 'pass', 'The sign-in may use the API and be renewed.'), say.finding('org', 'Org', 'unknown', 'The org could not be asked.'), say.finding('api', 'API call', 'skip', 'Not checked.'),
];

export const LINE = 'http://localhost:27177/auth/salesforce/callback';
const enterInto = 'In the guide: Enable OAuth. Enter into Callback URL:';
export const lackingLine = say.finding('lines', 'Callback URL, all', 'warn', 'Callback URL lacks 1 of the 5 lines of the guide.', {
  fix: [`${enterInto}\n${LINE}`], exact: [{ of: 0, text: enterInto, lines: [LINE], scopes: [] }],
  setup: { page: 'external_client_apps', label: 'External Client App Manager', path: '/lightning/setup/ManageExternalClientApplication/home', host: 'acme.my.salesforce.com', url: 'https://acme.my.salesforce-setup.com/lightning/setup/ManageExternalClientApplication/home' },
});
export const required = say.finding('secret_at_refresh', 'Secret at a refresh', 'pass', 'The org refused a refresh without the Consumer Secret: the app requires it, as in the guide. The connection is as it was.');

/** @type {import('../../src-tauri/bindings/Practice').Practice} */
const practice = { address: 'http://localhost:8600', users: [{ username: 'admin@practice.example', password: 'practice-1', role: 'admin' }, { username: 'integration@practice.example', password: 'practice-2', role: 'integration' }] };

/** @type {Shown[]} */
export const connectionScreens = [
  { name: 'practice-running', script: told.script([], {}, { practice: [{ ok: practice }] }), go: (page) => at(page, 'practice-users').waitFor() },
  { name: 'connection-portal', script: told.script([told.fine], { setups: [told.setup({ host: told.fine.host, address: say.production, alias: told.fine.alias, step: 'connected' })] }), go: async (page) => { await toDetail(page, 'Acme'); await at(page, 'portal-told').waitFor(); } },
  { name: 'closing', script: one(told.fine), go: async (page) => { await rowOf(page, 'Acme').waitFor(); await tell(page, 'closing', null); await at(page, 'closing-close').waitFor(); } },
  { name: 'setup-removed', script: told.script([], { setups: [told.setup()] }), go: async (page) => { await at(page, 'setup-remove').click(); await at(page, 'setup-undo').waitFor(); } },
  { name: 'empty', script: told.script([]), go: (page) => at(page, 'empty').waitFor() },
  { name: 'connections', script: told.script(told.each), go: (page) => at(page, 'connection').nth(7).waitFor() },
  { name: 'connections-well', script: told.script([told.fine, told.sandbox, told.rehearsal]), go: (page) => at(page, 'connection').nth(2).waitFor() },
  { name: 'connections-menu', script: told.script(told.each), go: async (page) => { await rowOf(page, 'Globex').locator('[data-testid="row-menu"]').click(); await at(page, 'menu-rename').waitFor(); } },
  { name: 'connections-many', script: told.script([...told.many(1000).slice(0, 996), told.ended, told.risky, told.away, told.refreshed]), go: (page) => at(page, 'filter').waitFor() },
  { name: 'table', script: told.script([...told.many(55), told.grouped, told.ended, told.risky, told.away, told.refreshed]), go: async (page) => { await at(page, 'view-table').click(); await at(page, 'line').first().waitFor(); } },
  { name: 'table-chosen', script: told.script(told.many(20)), go: async (page) => { await at(page, 'view-table').click(); await at(page, 'choose').nth(2).check(); await at(page, 'bulk').waitFor(); } },
  { name: 'table-checked', script: told.script(told.many(8), {}, { check: [{ ok: { checks: say.allGood } }, { ok: { checks: say.wrongSecret } }, { ok: { checks: say.allGood } }] }), go: async (page) => { await at(page, 'view-table').click(); await at(page, 'choose-all').check(); await at(page, 'bulk-check').click(); await at(page, 'bulk-result').waitFor(); } },
  { name: 'table-signing-in', script: told.script(told.many(8)), go: async (page) => { await at(page, 'view-table').click(); await at(page, 'choose-all').check(); await at(page, 'bulk-reconnect').click(); await at(page, 'bulk-show').waitFor(); } },
  { name: 'connections-no-match', script: told.script(told.many(40)), go: async (page) => { await at(page, 'filter').fill('nothing like it'); await at(page, 'show-all').waitFor(); } },
  { name: 'unfinished', script: told.script([told.fine], {
    setups: [told.setup(), told.setup({ host: say.production.host, address: say.production, step: 'paste' }), told.setup({ host: 'x.my.salesforce.com', alias: 'X', step: 'connected' })],
    attempts: [say.attempt('waiting', { host: say.production.host, next_check_at: new Date(Date.now() + 20_000).toISOString() }), say.attempt('browser', { id: 'a2', alias: 'Vandelay', host: 'vandelay.my.salesforce.com', kind: 'developer' })],
    leaving: [told.leaving],
  }), go: (page) => at(page, 'leaving').waitFor() },
  { name: 'unfinished-first', script: told.script([], { setups: [told.setup()] }), go: (page) => at(page, 'unfinished').waitFor() },
  { name: 'connection-consents', script: { ...one(told.fine), show: [{ ok: { ...told.detail(told.fine), consents: [told.consent('/opt/loader', false), told.consent('/usr/bin/make', true)] } }] }, go: async (page) => { await toDetail(page, 'Acme'); await at(page, 'consents').scrollIntoViewIfNeeded(); } },
  { name: 'connection', script: one(told.fine), go: (page) => toDetail(page, 'Acme') },
  { name: 'connection-ended', script: one(told.ended), go: (page) => toDetail(page, 'Globex') },
  { name: 'connection-refreshed', script: one(told.refreshed), go: (page) => toDetail(page, 'Acme, dev2') },
  { name: 'connection-setting', script: one(told.setting), go: (page) => toDetail(page, 'Initech') },
  { name: 'connection-lost', script: one(told.lost), go: (page) => toDetail(page, 'Umbrella') },
  { name: 'connection-risky', script: one(told.risky), go: (page) => toDetail(page, 'Soylent') },
  { name: 'connection-checked', script: one(told.fine, { check: [{ ok: { checks: findings } }] }), go: async (page) => { await at(page, 'row-check').click(); await at(page, 'check-secret').waitFor(); } },
  { name: 'connection-compared', script: one(told.fine, { check_app: [{ ok: { checks: [...findings, lackingLine, required] } }] }), go: async (page) => { await toDetail(page, 'Acme'); await at(page, 'compare').click(); await at(page, 'check-lines').waitFor(); } },
  { name: 'without-secret', script: one(told.fine), go: async (page) => { await toDetail(page, 'Acme'); await at(page, 'without-secret').click(); await at(page, 'without-secret-yes').waitFor(); } },
  { name: 'connection-checking', script: one(told.fine, { check: [{ never: true }] }), go: async (page) => { await at(page, 'row-check').click(); await page.getByText('This takes a few seconds').waitFor(); } },
  { name: 'connection-rename', script: one(told.fine, { rename: [{ fail: say.failure('name_taken', 'Another connection has this name.') }] }), go: async (page) => { await toDetail(page, 'Acme'); await at(page, 'rename').click(); await at(page, 'new-name').fill('Globex'); await at(page, 'rename-save').click(); await at(page, 'new-name-notes').getByText('Another').waitFor(); } },
  { name: 'palette', script: told.script(told.each), go: async (page) => { await rowOf(page, 'Acme').waitFor(); await page.keyboard.press('Control+k'); await at(page, 'palette-help').waitFor(); } },
  { name: 'palette-found', script: told.script(told.each), go: async (page) => { await rowOf(page, 'Acme').waitFor(); await page.keyboard.press('Control+k'); await at(page, 'palette-text').fill('acme, uat'); await at(page, 'palette-copy-command').waitFor(); } },
  { name: 'portals-left', script: told.script([told.fine, told.sandbox], { setups: [told.fine, told.sandbox].map(({ alias, host, kind }) => told.setup({ host, address: { ...say.address, host, kind }, alias, step: 'connected' })) }), go: async (page) => { await at(page, 'portal-left').first().waitFor(); } },
  { name: 'disconnect', script: one(told.fine), go: async (page) => { await toDetail(page, 'Acme'); await at(page, 'disconnect').click(); await at(page, 'disconnect-confirm').waitFor(); } },
  { name: 'disconnected', script: { ...told.script([told.fine, told.sandbox]), disconnect: [{ ok: { revoked: true, proved_at: new Date().toISOString() } }] }, go: async (page) => { await toDetail(page, 'Acme'); await at(page, 'disconnect').click(); await at(page, 'disconnect-name').fill('Acme'); await at(page, 'disconnect-confirm').click(); await at(page, 'said').waitFor(); } },
  { name: 'disconnect-undo', script: { ...told.script([told.fine, told.sandbox], {}, { snapshot: [{ ok: say.snapshot({ connections: [told.fine, told.sandbox], set_aside: [told.setAside] }) }] }), disconnect: [{ ok: told.gone }] }, go: async (page) => { await toDetail(page, 'Acme'); await at(page, 'disconnect').click(); await at(page, 'disconnect-name').fill('Acme'); await at(page, 'disconnect-confirm').click(); await at(page, 'disconnect-undo').waitFor(); } },
  { name: 'set-aside', script: told.script([told.fine, told.sandbox], { set_aside: [told.setAside, { ...told.setAside, id: 'aside-2', alias: 'Globex', kind: 'sandbox' }] }), go: async (page) => { await at(page, 'set-aside').locator('summary').click(); await at(page, 'bring-back').first().waitFor(); } },
  { name: 'set-aside-forget', script: told.script([told.fine], { set_aside: [told.setAside] }), go: async (page) => { await at(page, 'set-aside').locator('summary').click(); await at(page, 'forget-set-aside').click(); await at(page, 'forget-sure').waitFor(); } },
  { name: 'connection-brought-back', script: one(told.broughtBack), go: (page) => toDetail(page, 'Acme') },
  { name: 'disconnected-not-revoked', script: { ...told.script([told.fine, told.sandbox]), disconnect: [{ ok: { revoked: false, proved_at: null } }] }, go: async (page) => { await toDetail(page, 'Acme'); await at(page, 'disconnect').click(); await at(page, 'disconnect-name').fill('Acme'); await at(page, 'disconnect-confirm').click(); await at(page, 'said').waitFor(); } },
  { name: 'vault-locked', script: told.script([told.fine, told.sandbox], { vault_trouble: told.passphraseNeeded }, { unlock: [{ fail: say.failure('passphrase_wrong', 'This is not the passphrase of the vault.', ['Try it once more; capital letters and spaces count.']) }] }), go: async (page) => { await at(page, 'locked-unlock-passphrase').fill('wrong passphrase'); await at(page, 'locked-unlock').click(); await at(page, 'locked-unlock-passphrase-notes').getByText('Try it once more').waitFor(); } },
  { name: 'vault-forgotten', script: told.script([told.fine], { vault_trouble: told.passphraseNeeded }), go: async (page) => { await at(page, 'locked-forgotten').click(); await page.locator('#locked-passphrase').check(); } },
  { name: 'vault-ask', script: one(told.ended, { reconnect: [{ fail: told.passphraseNeeded }] }), go: async (page) => { await at(page, 'row-reconnect').click(); await at(page, 'vault-unlock').waitFor(); } },
  { name: 'vault-choose', script: one(told.ended, { reconnect: [{ fail: told.keychainMissing }] }), go: async (page) => { await at(page, 'row-reconnect').click(); await at(page, 'vault-dialog').waitFor(); } },
  { name: 'vault-choose-passphrase', script: one(told.ended, { reconnect: [{ fail: told.keychainMissing }] }), go: async (page) => { await at(page, 'row-reconnect').click(); await page.locator('#vault-passphrase').check(); await page.locator('#vault-new').fill('correct horse'); await page.locator('#vault-repeat').fill('correct mouse'); await at(page, 'vault-keep').click(); } },
  { name: 'vault-give-up', script: one(told.ended, { reconnect: [{ fail: told.keychainMissing }], protect: [{ fail: told.keychainMissing }] }), go: async (page) => { await at(page, 'row-reconnect').click(); await page.locator('#vault-session').check(); await at(page, 'vault-keep').click(); await at(page, 'vault-start-over').waitFor(); } },
  { name: 'vault-keychain-locked', script: one(told.ended, { reconnect: [{ fail: told.keychainLocked }] }), go: async (page) => { await at(page, 'row-reconnect').click(); await at(page, 'vault-again').waitFor(); } },
  { name: 'vault-key-elsewhere', script: one(told.ended, { reconnect: [{ fail: told.keyElsewhere }] }), go: async (page) => { await at(page, 'row-reconnect').click(); await at(page, 'vault-new-key').waitFor(); } },
  { name: 'vault-keychain-declined', script: one(told.ended, { reconnect: [{ fail: told.keychainDeclined }] }), go: async (page) => { await at(page, 'row-reconnect').click(); await at(page, 'vault-again').waitFor(); } },
  { name: 'vault-keychain-empty', script: one(told.ended, { reconnect: [{ fail: told.keychainEmpty }] }), go: async (page) => { await at(page, 'row-reconnect').click(); await at(page, 'vault-dialog').waitFor(); } },
  { name: 'connection-copied', script: one(told.copied), go: (page) => toDetail(page, 'Tyrell') },
  { name: 'moved-question', script: told.script([told.copied, told.fine]), go: async (page) => { await rowOf(page, 'Tyrell').locator('[data-testid="row-reconnect"]').click(); await at(page, 'moved-confirm').waitFor(); } },
  { name: 'connection-session-ended', script: one(told.sessionEnded), go: (page) => toDetail(page, 'Stark') },
  { name: 'pause-question', script: one(told.ended, { reconnect: [{ fail: told.paused }] }), go: async (page) => { await at(page, 'row-reconnect').click(); await at(page, 'pause-anyway').waitFor(); } },
  { name: 'asking', script: told.script([told.fine], { asking: [told.asks('1')] }), go: (page) => at(page, 'asking-dialog').waitFor() },
  { name: 'groups', script: told.script([told.grouped, told.sandbox, told.rehearsal]), go: (page) => at(page, 'group').waitFor() },
  { name: 'known-orgs', script: told.script([told.fine], {}, { known_orgs: [{ ok: [{ name: 'uat', host: say.address.host, address: say.address.origin, username: 'ada@acme.example', kind: 'sandbox' }] }] }), go: async (page) => { await at(page, 'nav-add').click(); await at(page, 'known-orgs').locator('summary').click(); } },
  { name: 'paused', script: told.script([told.fine, told.sandbox], { paused_since: new Date(Date.now() - 3_600_000).toISOString() }), go: (page) => at(page, 'paused').waitFor() },
  { name: 'settings', script: told.script([]), go: async (page) => { await at(page, 'nav-settings').click(); await at(page, 'vault-change').waitFor(); } },
  { name: 'settings-vault', script: told.script([]), go: async (page) => { await at(page, 'nav-settings').click(); await at(page, 'vault-change').click(); await page.locator('#key-protection-passphrase').check(); await page.locator('#key-protection-new').scrollIntoViewIfNeeded(); } },
  { name: 'settings-vault-passphrase', script: told.script([], {}, { vault: [{ ok: { guard: 'passphrase', locked: false } }] }), go: async (page) => { await at(page, 'nav-settings').click(); await at(page, 'vault-change').click(); await at(page, 'key-protection-keep').click(); await page.locator('#key-protection-present').scrollIntoViewIfNeeded(); } },
  { name: 'settings-vault-former', script: told.script([], {}, { vault: [{ ok: { guard: 'keychain', locked: false, keychain: 'KWallet', former: { until: '2026-12-01T10:00:00Z' } } }] }), go: async (page) => { await at(page, 'nav-settings').click(); await at(page, 'end-former').waitFor(); await at(page, 'end-former').scrollIntoViewIfNeeded(); } },
  { name: 'settings-vault-former-question', script: told.script(told.many(70), {}, { vault: [{ ok: { guard: 'keychain', locked: false, keychain: 'KWallet', former: { until: '2026-12-01T10:00:00Z' } } }] }), go: async (page) => { await at(page, 'nav-settings').click(); await at(page, 'end-former').click(); await at(page, 'end-former-dialog').waitFor(); } },
  { name: 'settings-trouble', script: told.script([], {}, {
    settings: [{ ok: say.settings({ proxy: 'http://proxy.example:8080', trouble: say.failure('settings_broken', 'The settings could not be read, so the usual ones apply.', ['Set here again what should differ.']), overruled: [{ setting: 'proxy', variable: 'HTTPS_PROXY' }] }) }],
    set: [{ fail: say.failure('setting_invalid', 'The setting proxy needs an address such as http://proxy.example:8080.') }],
  }), go: async (page) => { await at(page, 'nav-settings').click(); await at(page, 'proxy').fill('proxy'); await at(page, 'proxy-save').click(); await at(page, 'proxy-notes').getByText('needs an address').waitFor(); } },
];
