// A pasted text is explained in the page as it ships: on a screen of its own, and above any screen where something failed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announced, asked, at, focused, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import { script as ofGuide } from './say-guide.mjs';
import { explained, keyUnknown, notInstalled, page as errorPage, paste, pasteBack, pastedPage, quoted, refused, script, toExplain, toFailure, token } from './screens-explain.mjs';
import { created, toAttempt } from './screens-guide.mjs';

const withPage = walking();
/** @param {import('playwright-core').Page} page @param {string} [field] */
const typed = (page, field = 'explain-text') => /** @type {import('playwright-core').Locator} */ (at(page, field)).inputValue();

test('a pasted error is explained with the cause, the steps, who can act, whether waiting helps and how sure that is', () => withPage(script([explained(errorPage, { causes: [notInstalled] })]), async (page) => {
  await toExplain(page);
  assert.equal(await focused(page), 'explain-text', 'it can be pasted at once');
  await paste(page, errorPage);
  const cause = await at(page, 'cause').innerText();
  for (const part of ['wants the app to be installed', 'press Install', 'An admin of the org can do this.', 'Waiting does not help.', 'This is documented.', 'a live test of September 2026']) assert.ok(cause.includes(part), `${part} in ${cause}`);
  assert.deepEqual(await asked(page, 'explain'), [{ text: errorPage }], 'in the window alone');
  await page.waitForFunction(() => document.querySelector('[data-testid="explain-said"]')?.textContent?.includes('wants the app to be installed'));
}));

test('what is pasted never stands in the field as it was, and what it gave away stays said until it is cleared', () => {
  const secret = 'sid=00Dxx0000001gPL!AQhush1hush2hush3';
  const answers = [explained(`sid=[hidden] ${errorPage}`, { causes: [notInstalled], secrets: [token] }), explained('error=invalid_client_id', { causes: [keyUnknown] })];
  return withPage(script(answers), async (page) => {
    await page.evaluate(() => {
      Object.assign(globalThis, { stood: [] });
      addEventListener('input', ({ target }) => /** @type {any} */ (globalThis).stood.push(/** @type {HTMLTextAreaElement} */ (target).value));
    });
    await toExplain(page);
    await paste(page, `${secret} ${errorPage}`);
    await at(page, 'secret-access_token').getByText('This text opens your org').waitFor();
    await at(page, 'secret-access_token').getByText('End that session').waitFor();
    assert.equal(await typed(page), `sid=[hidden] ${errorPage}`);
    assert.deepEqual(await page.evaluate(() => /** @type {any} */ (globalThis).stood), [], 'it was masked before it stood there');
    assert.ok(!(await page.content()).includes('hush'), 'it is nowhere in the page');

    await at(page, 'explain-text').fill('error=invalid_client_id');
    await page.locator('[data-cause="key_unknown"]').waitFor();
    assert.equal(await at(page, 'secret-access_token').count(), 1, 'it was read by whoever has that text');
    await at(page, 'explain-clear').click();
    assert.deepEqual([await typed(page), await at(page, 'cause').count(), await at(page, 'secret-access_token').count()], ['', 0, 0]);
    assert.equal(await focused(page), 'explain-text', 'and the next one can be pasted');
  });
});

test('what is typed is explained after a pause, and its secrets are masked as well', () => withPage(script([explained('client_secret=[hidden]', { secrets: [{ ...token, kind: 'consumer_secret', message: 'This text has a Consumer Secret.' }] })]), async (page) => {
  await toExplain(page);
  await at(page, 'explain-text').pressSequentially('client_secret=HUSH12345678');
  await at(page, 'secret-consumer_secret').waitFor();
  assert.equal(await typed(page), 'client_secret=[hidden]');
  await at(page, 'explain-text').fill(' ');
  await at(page, 'secret-consumer_secret').waitFor({ state: 'detached' });
}));

test('the page of Setup is opened by the org and its name, never by an address', () => withPage(script([explained(errorPage, { causes: [notInstalled] })], { open_setup: [{ ok: null }, { fail: say.failure('address_invalid', 'That is no address.') }] }), async (page) => {
  await toExplain(page);
  await paste(page, errorPage);
  await at(page, 'setup-way').getByText('Open External Client Apps OAuth Usage').waitFor();
  await at(page, 'cause').getByText('in the Setup of acme.my.salesforce.com').waitFor();
  await at(page, 'setup-way').click();
  await announced(page, 'External Client Apps OAuth Usage was opened in the browser');
  assert.deepEqual(await asked(page, 'open_setup'), [{ address: 'acme.my.salesforce.com', page: 'oauth_usage', browser: null }]);
  assert.equal(await page.locator('#stage a').count(), 0, 'there is no link of the text');
  await at(page, 'setup-way').click();
  await at(page, 'cause').getByText('That is no address.').waitFor();
}));

test('where the text names no org, the known ones are there to choose from', () => withPage(script([explained('error=invalid_client_id', { causes: [keyUnknown] })]), async (page) => {
  await toExplain(page);
  await paste(page, 'error=invalid_client_id');
  await at(page, 'setup-way-org').selectOption('acme--uat.sandbox.my.salesforce.com');
  await at(page, 'setup-way').click();
  assert.deepEqual(await asked(page, 'open_setup'), [{ address: 'acme--uat.sandbox.my.salesforce.com', page: 'external_client_apps', browser: null }]);
}));

test('where no org is known at all, the words lead into Setup', () => withPage(say.script({ explain: [{ ok: explained('error=invalid_client_id', { causes: [keyUnknown] }) }] }), async (page) => {
  await toExplain(page);
  await paste(page, 'error=invalid_client_id');
  await at(page, 'setup-way-words').getByText('type External Client App Manager in the Quick Find box').waitFor();
}));

test('an error that nobody knows is quoted as plain text', () => withPage(script([explained('error=something_new', { causes: [quoted] })]), async (page) => {
  await toExplain(page);
  await paste(page, 'error=something_new');
  await at(page, 'cause').getByText('The pasted text says: something_new: see … <b>now</b>.').waitFor();
  assert.equal(await page.locator('[data-testid="cause"] h2 b').count(), 0, 'no markup of it is one');
  assert.ok(!(await at(page, 'cause').innerText()).includes('Salesforce says'));
}));

test('what is not known is said not to be known, with what to do then', () => withPage(script([explained('Something went wrong.')]), async (page) => {
  await toExplain(page);
  await paste(page, 'Something went wrong.');
  await at(page, 'explain-unknown').getByText('What it means is not guessed').waitFor();
  await at(page, 'explain-unknown').getByText('Paste more of it').waitFor();
  await at(page, 'explain-to-help').click();
  await at(page, 'export').waitFor();
}));

test('a text that is too long is cut before it is handed on, and that is said', () => withPage(script([explained('x', { causes: [notInstalled], cut: true })]), async (page) => {
  await toExplain(page);
  await paste(page, `${'x'.repeat(300_000)}`);
  await at(page, 'explain-cut').getByText('longer than 200 KB').waitFor();
  const [given] = await asked(page, 'explain');
  assert.equal(given.text.length, 200 * 1024 + 1, 'one more, which says so');
}));

test('halves of characters are handed on as marks, for nobody could read them', () => withPage(script([explained('x', { causes: [notInstalled] })]), async (page) => {
  await toExplain(page);
  await at(page, 'explain-text').evaluate((field) => { /** @type {HTMLTextAreaElement} */ (field).value = 'a\ud83d b\u{1f600}'; field.dispatchEvent(new Event('input')); });
  await at(page, 'cause').waitFor();
  assert.deepEqual(await asked(page, 'explain'), [{ text: 'a\ufffd b\u{1f600}' }]);
}));

test('the answer is copied as text, with the whole address of the page of Setup', () => withPage(script([explained(errorPage, { causes: [notInstalled] })]), async (page) => {
  await toExplain(page);
  await paste(page, errorPage);
  await at(page, 'copy-explain').click();
  await announced(page, 'copied');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  for (const part of ['wants the app to be installed', '- Then sign in again.', 'An admin of the org can do this.', 'Setup: https://acme.my.salesforce-setup.com/']) assert.ok(copied.includes(part), `${part} in ${copied}`);
}));

test('it is explained while the background part cannot be reached', () => withPage(script([explained(errorPage, { causes: [notInstalled] })], {
  agent_state: [{ ok: { state: 'lost', failure: say.failure('agent_busy', 'It does not answer.') } }], snapshot: [{ never: true }], settings: [{ fail: say.failure('agent_busy', 'It does not answer.') }],
}), async (page) => {
  await toExplain(page);
  await paste(page, errorPage);
  await at(page, 'cause').waitFor();
}));

test('every failure leads to more about it above the present screen, which stays as it is', () => withPage(script([explained(errorPage, { causes: [notInstalled] }), explained('Something went wrong.')], { export_diagnostics: [{ fail: refused }] }), async (page) => {
  await at(page, 'nav-help').click();
  await at(page, 'export-names').check();
  await toFailureFrom(page);
  await at(page, 'explain-more').click();
  await at(page, 'explain-failure').getByText('did not let this user in').waitFor();
  await paste(page, errorPage, 'explain-more-text');
  await at(page, 'explain-dialog').locator('[data-cause="app_not_installed"]').waitFor();
  await page.keyboard.press('Escape');
  await at(page, 'explain-dialog').waitFor({ state: 'detached' });
  assert.equal(await focused(page), 'explain-more', 'where it was opened');
  assert.equal(await at(page, 'export-names').isChecked(), true, 'nothing is lost');

  await at(page, 'explain-more').click();
  await paste(page, 'Something went wrong.', 'explain-more-text');
  await at(page, 'explain-to-help').click();
  await at(page, 'explain-dialog').waitFor({ state: 'detached' });
}));

test('a failure has the way into Setup, and says who has to act where that is somebody else', () => withPage(script([], { export_diagnostics: [{ fail: refused }] }), async (page) => {
  await toFailure(page);
  await at(page, 'who-acts').getByText('An admin of the org can do this.').waitFor();
  await at(page, 'setup-way').click();
  await announced(page, 'was opened in the browser');
  assert.deepEqual(await asked(page, 'open_setup'), [{ address: 'acme.my.salesforce.com', page: 'oauth_usage', browser: null }]);
  await at(page, 'explain-more').click();
  await at(page, 'explain-failure').getByText('Waiting does not help.').waitFor();
  assert.equal(await at(page, 'explain-failure').locator('[data-testid="setup-way"]').count(), 1, 'there as well');
}));

test('a check that failed has the way into Setup, and one that passed has none', () => {
  const checks = say.wrongSecret.map((finding) => ({ ...finding, setup: keyUnknown.setup && { ...keyUnknown.setup, host: 'acme.my.salesforce.com' } }));
  return withPage(script([], { check: [{ ok: { checks } }], show: [{ ok: say.detail() }], beginning: [{ ok: { place: { name: 'connection', alias: 'Acme' }, theme: 'system', appearance: null } }] }), async (page) => {
    await at(page, 'check').click();
    await at(page, 'check-secret').locator('[data-testid="setup-way"]').waitFor();
    assert.equal(await page.locator('[data-testid="setup-way"]').count(), 1);
  });
});

test('a connection that needs somebody has the way into the Setup of its org', () => {
  const reason = { ...say.failure('app_blocked', 'The app is blocked in this org.', ['Unblock it.']), setup: notInstalled.setup };
  const connections = [say.connection({ status: 'needs_you', reason })];
  const place = { name: /** @type {const} */ ('connection'), alias: 'Acme' };
  return withPage(say.script({ snapshot: [{ ok: say.snapshot({ connections }) }], show: [{ ok: { ...say.detail(), ...connections[0] } }], beginning: [{ ok: { place, theme: 'system', appearance: null } }] }), async (page) => {
    await at(page, 'health').locator('[data-testid="setup-way"]').click();
    assert.deepEqual(await asked(page, 'open_setup'), [{ address: 'acme.my.salesforce.com', page: 'oauth_usage', browser: null }]);
  });
});

test('an error page that is pasted back is explained, and ends the sign-in only where the person says so', () => withPage(ofGuide(created, { paste_back: [{ fail: pastedPage }, { ok: null }] }), async (page) => {
  await pasteBack(page, errorPage);
  await at(page, 'paste-back-explained').getByText('wants the app to be installed').waitFor();
  await at(page, 'paste-back-explained').getByText('The sign-in still waits').waitFor();
  assert.equal(await typed(page, 'paste-back'), '', 'it leaves the field');
  assert.equal(await at(page, 'paste-back-notes').innerText(), '', 'it is no mistake of whoever pasted it');
  await at(page, 'paste-back-explained').locator('[data-testid="setup-way"]').waitFor();
  assert.deepEqual((await asked(page, 'paste_back')).map(({ ends }) => ends), [false], 'nothing ends by itself');
  await at(page, 'paste-back-end').click();
  assert.deepEqual((await asked(page, 'paste_back'))[1], { attempt: 'a1', address: errorPage, ends: true });
}));

test('whoever sees an error in the browser has it explained beside the sign-in that waits', () => withPage(ofGuide(created, { explain: [{ ok: explained(errorPage, { causes: [notInstalled] }) }] }), async (page) => {
  await toAttempt(page, say.attempt('browser', { authorize_url: say.authorizeUrl }));
  await at(page, 'error-page').locator('summary').click();
  await at(page, 'explain-more').click();
  await paste(page, errorPage, 'explain-more-text');
  await at(page, 'cause').getByText('wants the app to be installed').waitFor();
  await at(page, 'explain-close').click();
  await page.locator('h1', { hasText: 'Go on in your browser' }).or(page.locator('h1', { hasText: 'Sign in now' })).first().waitFor();
}));

test('it is walked through by keyboard alone', () => withPage(script([explained(errorPage, { causes: [notInstalled], secrets: [token] })], { export_diagnostics: [{ fail: refused }] }), async (page) => {
  await at(page, 'nav-help').focus();
  await page.keyboard.press('Enter');
  await at(page, 'to-explain').focus();
  await page.keyboard.press('Enter');
  await at(page, 'screen-explain').waitFor();
  assert.equal(await focused(page), 'explain-text');
  await paste(page, errorPage);
  await at(page, 'cause').waitFor();
  const met = [];
  for (let press = 0; press < 3; press += 1) {
    await page.keyboard.press('Tab');
    met.push(await focused(page));
  }
  assert.deepEqual(met, ['explain-clear', 'setup-way', 'copy-explain']);
  await at(page, 'setup-way').focus();
  await page.keyboard.press('Enter');
  await announced(page, 'was opened in the browser');

  await toFailure(page);
  await at(page, 'explain-more').focus();
  await page.keyboard.press('Enter');
  await at(page, 'explain-dialog').waitFor();
  assert.equal(await page.evaluate(() => document.querySelector('dialog')?.contains(document.activeElement)), true, 'it is there');
  await page.keyboard.press('Escape');
  assert.equal(await focused(page), 'explain-more');
}));

/** @param {import('playwright-core').Page} page */
async function toFailureFrom(page) {
  await at(page, 'export').click();
  await at(page, 'failure').waitFor();
}
