// The orgs that Salesforce CLI knows, on the first screen and where the window asks for an address.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, at, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-connections.mjs';

const withPage = walking();
const org = (/** @type {string} */ name, /** @type {string} */ host) => ({ name, host, address: `https://${host}`, username: 'ada@acme.example', kind: /** @type {const} */ ('sandbox') });
const known = [org('uat', say.address.host), org('dev2', 'acme--dev2.sandbox.my.salesforce.com'), org('here', told.fine.host)];

test('an org that Salesforce CLI knows is filled in by a click, and one that is connected is not offered', () => withPage(told.script([told.fine], {}, { known_orgs: [{ ok: known }] }), async (page) => {
  await at(page, 'nav-add').click();
  const offered = at(page, 'known-orgs');
  await offered.waitFor();
  assert.equal(await at(page, 'known-org').first().isVisible(), false, 'folded away: most type an address');
  await offered.locator('summary').click();
  assert.deepEqual(await at(page, 'known-org').allTextContents(), ['uat', 'dev2']);
  await at(page, 'known-org').first().click();
  assert.equal(await page.locator('#address').inputValue(), `https://${say.address.host}`);
  await page.waitForFunction((words) => document.querySelector('#address-hint')?.textContent === words, say.address.words);
  assert.equal((await asked(page, 'set_up')).length, 0, 'nothing is begun before somebody says so');
}));

test('where Salesforce CLI knows none, or the window cannot tell, nothing is offered', () => withPage(told.script([], {}, { known_orgs: [{ fail: say.failure('unexpected', 'Not told.') }] }), async (page) => {
  await at(page, 'nav-add').click();
  await page.locator('#address').waitFor();
  assert.equal(await at(page, 'known-orgs').count(), 0);
}));

test('where no org is connected yet, the first screen offers them, and a click begins with that address', () => withPage(told.script([], {}, { known_orgs: [{ ok: known }] }), async (page) => {
  const offered = at(page, 'empty').getByTestId('known-orgs');
  await offered.waitFor();
  assert.equal(await at(page, 'known-org').first().isVisible(), false, 'one line, folded away');
  await offered.locator('summary').click();
  assert.deepEqual(await at(page, 'known-org').allTextContents(), ['uat', 'dev2', 'here']);
  await at(page, 'known-org').first().click();
  await page.waitForFunction((words) => document.querySelector('#address-hint')?.textContent === words, say.address.words);
  assert.equal(await page.locator('#address').inputValue(), `https://${say.address.host}`);
  assert.equal((await asked(page, 'set_up')).length, 0, 'nothing is begun before somebody says so');
}));

test('the first screen of who has connections asks for none of them', () => withPage(told.script([told.fine], {}, { known_orgs: [{ ok: known }] }), async (page) => {
  await at(page, 'screen-connections').getByText(told.fine.alias, { exact: true }).first().waitFor();
  assert.equal((await asked(page, 'known_orgs')).length, 0);
}));
