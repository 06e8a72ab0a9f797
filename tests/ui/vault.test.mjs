// The vault and the settings in the page as it ships: a closed vault is opened, and what was begun goes on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, at, tell, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-connections.mjs';

const PASSPHRASE = 'correct horse battery';
const reconnected = { ok: { attempt: 'a1', alias: 'Globex' } };

const withPage = walking();

/** @typedef {import('playwright-core').Page} Page */

/** @param {Page} page @param {string} command @param {number} count */
const until = (page, command, count) => page.waitForFunction(([wanted, times]) => /** @type {any} */ (globalThis).calls.filter((/** @type {any} */ call) => call.command === wanted).length === times, /** @type {const} */ ([command, count]));
/** @param {object} more */
const ended = (more) => told.script([told.ended], {}, more);

test('what needs a passphrase asks for it, and goes on by itself', () => withPage(ended({
  reconnect: [{ fail: told.passphraseNeeded }, reconnected], unlock: [{ fail: say.failure('passphrase_wrong', 'This is not the passphrase of the vault.', ['Try it once more.']) }, { ok: null }],
}), async (page) => {
  await at(page, 'row-reconnect').click();
  await page.keyboard.type('wrong');
  await page.keyboard.press('Enter');
  await at(page, 'vault-unlock-passphrase-notes').getByText('Try it once more').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'vault-unlock-passphrase', 'the focus is where it can be put right');
  await page.keyboard.type(PASSPHRASE);
  await page.keyboard.press('Enter');
  await until(page, 'reconnect', 2);
  await page.waitForFunction(() => !document.querySelector('dialog[open]') && !document.querySelector('[data-testid="screen-connections"]'));
  assert.deepEqual((await asked(page, 'unlock')).map(({ passphrase }) => passphrase), ['wrong', PASSPHRASE]);
}));

test('in a pause that the org asked for a sign-in is asked about before anything is opened', async () => {
  await withPage(ended({ reconnect: [{ fail: told.paused }, { fail: told.paused }, reconnected] }), async (page) => {
    await at(page, 'row-reconnect').click();
    await page.getByRole('dialog', { name: 'Salesforce has asked for a pause' }).getByText('has asked for a pause until').waitFor();
    await at(page, 'pause-wait').click();
    await at(page, 'failure').getByText('has asked for a pause until').waitFor();
    assert.doesNotMatch(await at(page, 'failure').textContent() ?? '', /in a moment/, 'it does not work before');
    assert.deepEqual((await asked(page, 'reconnect')).map(({ request }) => request.despite_pause), [undefined], 'nothing was begun');
    await at(page, 'row-reconnect').click();
    await at(page, 'pause-anyway').click();
    await until(page, 'reconnect', 3);
    assert.equal((await asked(page, 'reconnect')).at(-1).request.despite_pause, true, 'who wants it can');
    await page.waitForFunction(() => !document.querySelector('dialog[open]'));
  });
});

test('whoever does not want to now is told why nothing went on', () => withPage(ended({ reconnect: [{ fail: told.passphraseNeeded }] }), async (page) => {
  await at(page, 'row-reconnect').click();
  await at(page, 'vault-unlock').waitFor();
  await page.keyboard.press('Escape');
  await at(page, 'failure').getByText('has not been told yet').waitFor();
  assert.equal((await asked(page, 'reconnect')).length, 1, 'tried no more');
  assert.equal(await at(page, 'vault-dialog').count(), 0);
}));

test('without a keychain the two choices are offered with what they mean, and none is made for the person', () => withPage(ended({ reconnect: [{ fail: told.keychainMissing }, reconnected] }), async (page) => {
  await at(page, 'row-reconnect').click();
  await at(page, 'vault-dialog').getByText('Nothing is ever stored unencrypted').waitFor();
  assert.equal(await at(page, 'vault-dialog').locator('input:checked').count(), 0, 'nothing is chosen');
  assert.equal(await at(page, 'vault-keep').isVisible(), false);
  await page.locator('#vault-session').check();
  await at(page, 'vault-dialog').getByText('every connection needs its key and secret pasted').waitFor();
  await at(page, 'vault-keep').click();
  await until(page, 'reconnect', 2);
  assert.deepEqual(await asked(page, 'protect'), [{ protect: { guard: 'session', passphrase: null, start_over: false } }]);
}));

test('a new passphrase is typed twice, and the page forgets it', () => withPage(ended({
  reconnect: [{ fail: told.keychainMissing }, reconnected], protect: [{ fail: say.failure('passphrase_short', 'The passphrase is too short to protect anything.', ['Choose one of at least 12 characters.']) }, { ok: { guard: 'passphrase', locked: false } }],
}), async (page) => {
  await at(page, 'row-reconnect').click();
  await page.locator('#vault-passphrase').check();
  await page.locator('#vault-new').fill(PASSPHRASE);
  await page.locator('#vault-repeat').fill('another');
  await at(page, 'vault-keep').click();
  await at(page, 'vault-repeat-notes').getByText('These two differ').waitFor();
  assert.equal((await asked(page, 'protect')).length, 0, 'nothing is sent');
  await page.locator('#vault-repeat').fill(PASSPHRASE);
  await at(page, 'vault-keep').click();
  await at(page, 'vault-new-notes').getByText('at least 12 characters').waitFor();
  await at(page, 'vault-keep').click();
  await until(page, 'reconnect', 2);
  assert.deepEqual((await asked(page, 'protect')).at(-1), { protect: { guard: 'passphrase', passphrase: PASSPHRASE, start_over: false } });
  assert.ok(!(await page.evaluate(() => [...document.querySelectorAll('input')].map(({ value }) => value).join())).includes(PASSPHRASE), 'in no field');
  assert.ok(!(await page.content()).includes(PASSPHRASE), 'nor anywhere else in the page');
}));

test('what is given up is said before it is', () => withPage(ended({ reconnect: [{ fail: told.keychainMissing }, reconnected], protect: [{ fail: told.keychainMissing }, { ok: { guard: 'session', locked: false } }] }), async (page) => {
  await at(page, 'row-reconnect').click();
  await page.locator('#vault-session').check();
  await at(page, 'vault-keep').click();
  await at(page, 'vault-give-up').getByText('names, settings and history stay').waitFor();
  assert.deepEqual((await asked(page, 'protect')).map(({ protect }) => protect.start_over), [false], 'not without a yes');
  await at(page, 'vault-start-over').click();
  await until(page, 'reconnect', 2);
  assert.equal((await asked(page, 'protect')).at(-1).protect.start_over, true);
}));

test('a keychain that does not open is tried again on request', () => withPage(ended({ reconnect: [{ fail: told.keychainLocked }, reconnected] }), async (page) => {
  await at(page, 'row-reconnect').click();
  await at(page, 'vault-dialog').getByText('Unlock it').waitFor();
  await at(page, 'vault-again').click();
  await until(page, 'reconnect', 2);
}));

test('a locked vault asks above every screen, keeps what is being typed, and goes with the lock', () => withPage(told.script([told.fine], { vault_trouble: told.passphraseNeeded }), async (page) => {
  await at(page, 'connection').waitFor();
  await at(page, 'locked-unlock-passphrase').fill('half');
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: [told.sandbox], vault_trouble: told.passphraseNeeded }) });
  await page.locator('[data-alias="Acme, uat"]').waitFor();
  assert.equal(await at(page, 'locked-unlock-passphrase').inputValue(), 'half', 'news leave what was typed');
  await at(page, 'nav-settings').click();
  assert.equal(await at(page, 'locked-unlock-passphrase').inputValue(), 'half', 'so does another screen');
  await at(page, 'locked-unlock').click();
  await page.waitForFunction(() => document.querySelector('#announcer')?.textContent?.includes('The vault is open'));
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: [told.fine] }) });
  await at(page, 'vault-locked').waitFor({ state: 'detached' });
}));

test('who no longer has the passphrase is told what that costs, and can start over', () => withPage(told.script([told.fine], { vault_trouble: told.passphraseNeeded }), async (page) => {
  await at(page, 'locked-forgotten').click();
  await at(page, 'vault-locked').getByText('cannot be found again, by anybody').waitFor();
  await page.locator('#locked-keychain').check();
  await at(page, 'locked-keep').click();
  await until(page, 'protect', 1);
  assert.deepEqual(await asked(page, 'protect'), [{ protect: { guard: 'keychain', passphrase: null, start_over: true } }]);
}));

test('the settings tell who keeps the key, and change it', () => withPage(told.script([told.fine], {}, { protect: [{ fail: told.keychainLocked }, { ok: { guard: 'passphrase', locked: false } }] }), async (page) => {
  await at(page, 'nav-settings').click();
  await at(page, 'vault-now').getByText('The keychain of this computer keeps').waitFor();
  await at(page, 'vault-change').click();
  await page.locator('#key-protection-passphrase').check();
  await page.locator('#key-protection-new').fill(PASSPHRASE);
  await page.locator('#key-protection-repeat').fill(PASSPHRASE);
  await at(page, 'key-protection-keep').click();
  await at(page, 'vault').getByText('The keychain is locked').waitFor();
  await at(page, 'key-protection-keep').click();
  await at(page, 'vault-now').getByText('protected with a passphrase').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-testid')), 'vault-change', 'the focus is back where it began');
}));

test('a key that was kept for a session that is over is told of as that', () => withPage(told.script([told.fine], {}, { vault: [{ ok: { guard: null, locked: false, session_ended: 2 } }] }), async (page) => {
  await at(page, 'nav-settings').click();
  await at(page, 'vault-now').getByText('kept for one session, as was chosen').waitFor();
  await at(page, 'vault-now').getByText('2 connections need the Consumer Key').waitFor();
}));

test('who has a passphrase tells it before the key is kept another way', () => withPage(told.script([told.fine], {}, {
  vault: [{ ok: { guard: 'passphrase', locked: false } }],
  protect: [{ fail: say.failure('passphrase_wrong', 'This is not the passphrase of the vault.', ['Try it once more.', 'Start over.']) }, { ok: { guard: 'keychain', locked: false } }],
}), async (page) => {
  await at(page, 'nav-settings').click();
  await at(page, 'vault-change').click();
  await page.locator('#key-protection-keychain').check();
  await at(page, 'key-protection-keep').click();
  await at(page, 'key-protection-present-notes').getByText('Type the current passphrase').waitFor();
  assert.equal((await asked(page, 'protect')).length, 0, 'nothing is sent without it');
  await page.keyboard.type('wrong');
  await page.keyboard.press('Enter');
  await at(page, 'key-protection-present-notes').getByText('not the passphrase of the vault').waitFor();
  await page.keyboard.type(PASSPHRASE);
  await page.keyboard.press('Enter');
  await at(page, 'vault-now').getByText('The keychain of this computer keeps').waitFor();
  assert.deepEqual((await asked(page, 'protect')).at(-1), { protect: { guard: 'keychain', passphrase: null, start_over: false, present: PASSPHRASE } });
  assert.ok(!(await page.evaluate(() => [...document.querySelectorAll('input')].map(({ value }) => value).join())).includes(PASSPHRASE), 'the page forgets it');
}));

test('a setting is stored at once, and a text when it is saved', () => withPage(told.script([], {}, { set: [{ ok: say.settings({ keep_alive: false }) }, { ok: say.settings({ theme: 'dark' }) }, { ok: say.settings({ proxy: 'http://proxy.example:1' }) }] }), async (page) => {
  await at(page, 'nav-settings').click();
  await at(page, 'keep_alive').uncheck();
  await page.waitForFunction(() => document.querySelector('#announcer')?.textContent?.includes('saved'));
  await at(page, 'theme').selectOption('dark');
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'dark', 'the page follows');
  await at(page, 'proxy').fill(' http://proxy.example:1 ');
  assert.equal((await asked(page, 'set')).length, 2, 'not while it is typed');
  await at(page, 'proxy').press('Enter');
  await until(page, 'set', 3);
  assert.deepEqual((await asked(page, 'set')).map(({ change }) => change), [
    { setting: 'keep_alive', value: false }, { setting: 'theme', value: 'dark' }, { setting: 'proxy', value: 'http://proxy.example:1' },
  ]);
}));

test('a setting that another face changed is shown, and what is being typed stays', () => withPage(told.script([]), async (page) => {
  await at(page, 'nav-settings').click();
  await at(page, 'proxy').fill('http://half');
  await tell(page, 'notice', { method: 'settings', params: say.settings({ keep_alive: false, theme: 'light' }) });
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'light');
  assert.equal(await at(page, 'keep_alive').isChecked(), false);
  assert.equal(await at(page, 'proxy').inputValue(), 'http://half');
}));

test('a setting that was refused goes back to what holds', () => withPage(told.script([], {}, { set: [{ fail: say.failure('start_at_login_refused', 'This computer did not take it.') }] }), async (page) => {
  await at(page, 'nav-settings').click();
  await at(page, 'start_at_login').click();
  await page.getByText('This computer did not take it.').waitFor();
  assert.equal(await at(page, 'start_at_login').isChecked(), false);
}));

/** @type {import('../../src-tauri/bindings/VaultView').VaultView} */
const former = { guard: 'keychain', locked: false, keychain: 'KWallet', former: { until: '2026-12-01T10:00:00Z' } };

test('a former key that may be known to somebody is ended in the settings, after what that may cost is said', () => withPage(told.script([told.fine], {}, {
  vault: [{ ok: former }], end_former_key: [{ fail: told.keychainLocked }, { ok: { guard: 'keychain', locked: false, keychain: 'KWallet' } }],
}), async (page) => {
  await at(page, 'nav-settings').click();
  await at(page, 'vault-more').getByText('still opens everything').waitFor();
  assert.equal(await page.getByText('dtx vault').count(), 0, 'nobody is sent to a terminal');
  await at(page, 'end-former').click();
  await at(page, 'end-former-dialog').getByText('It opens nothing any more then').waitFor();
  await at(page, 'end-former-keep').click();
  assert.deepEqual(await asked(page, 'end_former_key'), [], 'nothing before a yes');

  await at(page, 'end-former').click();
  await at(page, 'end-former-confirm').click();
  await at(page, 'vault-again').click();
  await at(page, 'end-former').waitFor({ state: 'detached' });
  assert.equal((await asked(page, 'end_former_key')).length, 2, 'asked again once the keychain is open');
  assert.equal(await at(page, 'end-former-dialog').isVisible(), false);
}));

/** The orgs that a question is about, in its order: their names, and the mark of production. @param {import('playwright-core').Locator} question */
const orgsOf = (question) => question.locator('[data-testid="orgs-of-question"] li').evaluateAll((all) => all.map((one) => one.textContent));
const FORMER = { vault: [{ ok: { guard: /** @type {const} */ ('keychain'), locked: false, keychain: 'KWallet', former: { until: '2126-12-01T10:00:00Z' } } }] };

test('a question that may cost several sign-ins names them, those of production first and marked', async () => {
  const six = ['Org 0 PRODUCTION', 'Org 3 PRODUCTION', 'Org 1', 'Org 2', 'Org 4', 'Org 5'];
  await withPage(told.script(told.many(6), { vault_trouble: told.passphraseNeeded }), async (page) => {
    await at(page, 'locked-forgotten').click();
    assert.deepEqual(await orgsOf(at(page, 'vault-locked')), six, 'a passphrase that is given up');
  });
  await withPage(told.script([...told.many(6), told.ended, told.lost, told.withoutKeyring], {}, { reconnect: [{ fail: told.keyElsewhere }] }), async (page) => {
    await page.locator('[data-alias="Globex"] [data-testid="row-reconnect"]').click();
    const org = at(page, 'vault-dialog').locator('[data-testid="org-of-question"]');
    for (const said of ['Umbrella', 'PRODUCTION', 'umbrella.my.salesforce.com', 'loader@umbrella.example']) await org.first().getByText(said, { exact: true }).waitFor();
    await org.getByText('Wonka', { exact: true }).waitFor();
    assert.equal(await org.count(), 2, 'of a key that is out of sight, those that wait for it, for whichever reason');
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-testid')), 'vault-leave', 'Enter gives nothing up');
  });
  await withPage(told.script(told.many(6), {}, { vault: [{ ok: { guard: 'session', locked: false, session_only: 6 } }] }), async (page) => {
    await at(page, 'nav-settings').click();
    await at(page, 'quit').click();
    assert.deepEqual(await orgsOf(at(page, 'quit-dialog')), six, 'a key that ends with the program');
  });
  await withPage(told.script(told.many(70), {}, FORMER), async (page) => {
    await at(page, 'nav-settings').click();
    await at(page, 'end-former').click();
    const shown = await orgsOf(at(page, 'end-former-dialog'));
    assert.deepEqual([shown.length, shown.at(-1)], [61, 'and 10 more'], 'and says how many it does not name');
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-testid')), 'end-former-keep', 'Enter ends nothing');
  });
});

test('a quit that cuts a sign-in off says which', () => withPage(told.script([told.fine], { attempts: [say.attempt('browser')] }), async (page) => {
  await at(page, 'nav-settings').click();
  await at(page, 'quit').click();
  const org = at(page, 'quit-dialog').locator('[data-testid="org-of-question"]');
  for (const said of ['acme--uat', 'SANDBOX', say.address.host]) await org.getByText(said, { exact: true }).waitFor();
  assert.equal(await org.count(), 1, 'what is stored stays');
}));
