// The app beside the guide, in the page as it ships: compared on request, and tried without the secret after a yes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, at, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-connections.mjs';
import { lackingLine, LINE, required, toDetail } from './screens-connections.mjs';

const withPage = walking();
const script = told.script([told.fine], {}, { check_app: [{ ok: { checks: [...say.allGood, lackingLine] } }, { ok: { checks: [...say.allGood, required] } }] });

test('the app is compared with the guide on request, and what is missing is shown as its step', () => withPage(script, async (page) => {
  await toDetail(page, 'Acme');
  await at(page, 'compare').click();
  await at(page, 'check-lines').getByText('In the guide').waitFor();
  assert.match(await at(page, 'check-lines').textContent() ?? '', new RegExp(LINE), 'the line itself');
  await at(page, 'check-lines').locator('[data-testid="setup-way"]').waitFor();
  assert.deepEqual(await asked(page, 'check_app'), [{ name: 'Acme', secretless: false }]);
}));

test('a refresh without the secret is tried only after a yes', () => withPage(script, async (page) => {
  await toDetail(page, 'Acme');
  await at(page, 'without-secret').click();
  assert.match(await at(page, 'without-secret-dialog').textContent() ?? '', /sent once/, 'what it means is said first');
  await at(page, 'without-secret-no').click();
  assert.deepEqual(await asked(page, 'check_app'), [], 'nothing after a no');
  await at(page, 'without-secret').click();
  await at(page, 'without-secret-yes').click();
  await at(page, 'checks').waitFor();
  assert.deepEqual(await asked(page, 'check_app'), [{ name: 'Acme', secretless: true }]);
}));

test('a connection whose org gave no answer says so once, whatever is known without one', () => {
  const away = say.finding('address', 'Address', 'unknown', 'acme.my.salesforce.com did not answer in time.', { code: 'network_timeout', fix: ['Try again in a minute.'] });
  const unknown = say.allGood.slice(1).map((finding) => ({ ...finding, state: /** @type {const} */ ('unknown'), message: 'Could not be told.' }));
  const here = [say.finding('ports', 'Callback ports', 'pass', 'A port is free.'), say.finding('vault', 'Vault', 'pass', 'It has opened.'), say.finding('form', 'Form of key and secret', 'pass', 'As usual.'), say.finding('sign_in', 'Sign-in', 'pass', 'Signed in.')];
  return withPage(told.script([told.fine], {}, { check: [{ ok: { checks: [away, ...unknown, ...here], away: 'address' } }] }), async (page) => {
    await toDetail(page, 'Acme');
    await at(page, 'check').click();
    await at(page, 'out-of-reach').getByText('did not answer in time').waitFor();
  });
});
