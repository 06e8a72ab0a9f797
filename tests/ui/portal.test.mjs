// What is left to do in the Datatrax portal, and what is said of its own sign-in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, at, focused, tell, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-connections.mjs';
import * as guide from './say-guide.mjs';
import { connected, connection, pastePair, ready, step, toShort } from './screens-guide.mjs';

/** @typedef {import('playwright-core').Page} Page @typedef {import('../../src-tauri/bindings/ConnectionView').ConnectionView} ConnectionView */

const withPage = walking();
const left = (/** @type {ConnectionView} */ { alias, host, kind }) => told.setup({ host, address: { ...say.production, host, kind }, alias, step: 'connected' });

/** Signs in again for the connection that is shown. @param {Page} page @param {ConnectionView} one */
async function reconnects(page, { alias, username, kind, org_id, instance_url }) {
  await at(page, 'row-details').first().click();
  await at(page, 'reconnect').click();
  await at(page, 'screen-attempt').waitFor();
  await tell(page, 'notice', { method: 'attempt', params: { attempt: 'a1', event: { event: 'connected', alias, username, kind, org_id, instance_url } } });
  await page.locator('h1', { hasText: 'Connected' }).waitFor();
}

const again = { reconnect: [{ ok: { attempt: 'a1', alias: 'Acme' } }] };

test('a reconnect says that the portal has a sign-in of its own, and a rehearsal does not', async () => {
  await withPage(told.script([told.fine], {}, again), async (page) => {
    await reconnects(page, told.fine);
    await at(page, 'portal-of-its-own').getByText('Settings → Salesforce Connection → Authorize with Salesforce').waitFor();
  });
  await withPage(told.script([told.rehearsal], {}, again), async (page) => {
    await reconnects(page, told.rehearsal);
    assert.equal(await at(page, 'portal-of-its-own').count(), 0);
  });
});

test('who disconnects is told that the portal’s sign-in goes on, unless it is a rehearsal', async () => {
  await withPage(told.script([told.fine]), async (page) => {
    await at(page, 'row-details').click();
    await at(page, 'disconnect').click();
    await at(page, 'portal-goes-on').getByText('which this does not end').waitFor();
  });
  await withPage(told.script([told.rehearsal]), async (page) => {
    await at(page, 'row-details').click();
    await at(page, 'disconnect').click();
    await at(page, 'disconnect-dialog').waitFor();
    assert.equal(await at(page, 'portal-goes-on').isVisible(), false);
  });
});

test('a connection whose portal step is left is listed as not finished, with the way there, and a rehearsal is not', () => withPage({ ...told.script([told.fine, told.rehearsal], { setups: [left(told.fine), left(told.rehearsal)] }), guide: [{ ok: guide.steps }] }, async (page) => {
  await at(page, 'portal-left').getByText('Still to do: connect it in the Datatrax portal').waitFor();
  assert.equal(await at(page, 'portal-left').count(), 1);
  assert.equal(await at(page, 'portal-left').getByTestId('setup-remove').count(), 0, 'it is done, or left');
  await at(page, 'portal-left').getByTestId('setup-go-on').click();
  await page.locator('h1', { hasText: 'Nearly done: Datatrax itself is not connected yet' }).waitFor();
}));

test('many portal steps that are left are folded away, and stay unfolded', () => withPage(told.script(told.many(5), { setups: told.many(5).map(left) }), async (page) => {
  await at(page, 'portals').getByText('5 connections are still to be connected').click();
  await at(page, 'portal-left').first().waitFor();
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: told.many(6), setups: told.many(6).map(left) }) });
  await at(page, 'portals').getByText('6 connections are still to be connected').waitFor();
  assert.equal(await at(page, 'portal-left').first().isVisible(), true);
}));

test('the way is not called finished before the portal is connected', () => withPage(guide.script(guide.created()), async (page) => {
  await connected(page, guide.created(), connection);
  assert.equal(await page.locator('h1').textContent(), 'Nearly done: Datatrax itself is not connected yet');
  assert.equal(await at(page, 'told').textContent(), 'The portal shows it as connected');
}));

test('a key that has gone from the clipboard is the next to be copied', () => withPage(guide.script(guide.created(), { copy_key: [{ ok: { cleared_after_seconds: 1 } }, { ok: { cleared_after_seconds: 600 } }] }), async (page) => {
  await connected(page, guide.created(), connection);
  await at(page, 'done').getByText('Copy the key and open the portal').click();
  await at(page, 'done').getByText('Copy the key again').click();
  await at(page, 'copied').getByText('is cleared from it in 10 minutes').waitFor();
  await at(page, 'done').getByText('Copy the secret').click();
  await at(page, 'done').getByText('The portal shows it as connected').waitFor();
  assert.equal((await asked(page, 'copy_key')).length, 2);
}));

const odd = say.note('key', 'key_odd', 'This does not look like a generated Consumer Key.', false);
const cut = { understand: [{ ok: say.understanding({ notes: [odd] }) }], validate: [{ ok: guide.answers.doubtedKey }] };

test('of a key that was cut off the main button leads to the key, and to wait is the other', () => withPage(guide.script(guide.created(), cut), async (page) => {
  await step(page, 'paste');
  await pastePair(page);
  await at(page, 'done').getByText('Put the key right').click();
  assert.equal(await focused(page), 'key');
  await at(page, 'wait-all-the-same').click();
  await step(page, 'wait');
}));

test('on the short way, too, a key that was cut off is put right first', () => withPage(guide.beginning(cut), async (page) => {
  await toShort(page);
  await at(page, 'address').fill('acme');
  await pastePair(page);
  await ready(page);
  await at(page, 'done').getByText('Put the key right').click();
  assert.equal(await focused(page), 'key');
  await at(page, 'wait-all-the-same').getByText('Wait for Salesforce').waitFor();
}));

test('a picture is named in a few words, and told in full where it is enlarged', () => withPage(guide.script(guide.setup({ step: 'open' })), async (page) => {
  await step(page, 'open');
  const button = page.getByRole('button', { name: 'Enlarge: The way to New External Client App', exact: true });
  await button.click();
  await at(page, 'zoom').getByRole('img', { name: 'Setup. Marked 1: the gear icon at the top right.' }).first().waitFor();
}));
