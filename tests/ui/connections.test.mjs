// The connections in the page as it ships: what is shown, what can be done, and that news take nothing away.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announced, asked, at, rescript, tell, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-connections.mjs';
import { rowOf, toDetail } from './screens-connections.mjs';

const withPage = walking();
/** @param {any} value @returns {any} */
const any = (value) => value;

/** @typedef {import('playwright-core').Page} Page */

/** @param {Page} page */
const focused = (page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.getAttribute('data-testid'));
/** @param {Page} page @param {any[]} connections @param {object} [more] */
const news = (page, connections, more = {}) => tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections, ...more }) });

/** What the browser tells of a popover comes a moment after it. @param {import('playwright-core').Locator} opener @param {boolean} wanted */
const isExpanded = (opener, wanted) => opener.and(opener.page().locator(`[aria-expanded="${wanted}"]`)).waitFor();

test('files that seem to be a copy are asked about, and whoever has moved them says so here', () => withPage(told.script([told.copied], {}, { settle_here: [{ fail: told.keychainLocked }, { ok: { guard: 'keychain', locked: false } }] }), async (page) => {
  await rowOf(page, 'Tyrell').getByText('are these files a copy, or were they moved?').waitFor();
  await at(page, 'row-reconnect').click();
  await at(page, 'moved-dialog').getByText('the original is used no more').waitFor();
  assert.match(await at(page, 'moved-dialog').locator('[data-testid="org-of-question"]').textContent() ?? '', /Tyrell/, 'which connection it is about');
  await at(page, 'moved-leave').click();
  assert.deepEqual(await asked(page, 'settle_here'), [], 'nothing before a yes');
  await toDetail(page, 'Tyrell');
  assert.doesNotMatch(await at(page, 'health').textContent() ?? '', /dtx vault/, 'no words of the terminal');
  assert.equal(await at(page, 'reconnect').isVisible(), true, 'the other way stands beside it');
  await at(page, 'moved').click();
  await at(page, 'moved-confirm').click();
  await at(page, 'vault-again').click();
  await page.waitForFunction(() => !document.querySelector('dialog[open]'));
  assert.equal((await asked(page, 'settle_here')).length, 2, 'asked again once the keychain is open');
  await news(page, [told.fine]);
}));

test('of a thousand connections only those near the view are made, and the rest when one comes near', () => withPage(told.script(told.many(1000)), async (page) => {
  await at(page, 'connection').first().waitFor();
  const first = await at(page, 'connection').count();
  assert.ok(first <= 100, `${first} rows at first`);
  assert.equal(await at(page, 'group-well').locator('.count').textContent(), '1000', 'all are counted');
  for (let made = first; made < 1000;) {
    await at(page, 'connection').last().scrollIntoViewIfNeeded();
    await page.waitForFunction((before) => document.querySelectorAll('[data-testid="connection"]').length > before, made);
    made = await at(page, 'connection').count();
  }
  assert.equal(await at(page, 'connection').count(), 1000, 'the last one can be reached');
}));

test('the scroll bar stands for all connections from the beginning, and leads to the last one at once', () => withPage(told.script(told.many(1000)), async (page) => {
  await at(page, 'connection').first().waitFor();
  const list = at(page, 'screen-connections');
  const height = await list.evaluate((scrolled) => scrolled.scrollHeight);
  assert.ok(height > 1000 * 60, `${height} pixels`);
  await list.evaluate((scrolled) => { scrolled.scrollTop = scrolled.scrollHeight; });
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="connection"]').length === 1000);
}));

test('a thousand connections are searched by every word, and rows that stay are not made again', () => withPage(told.script(told.many(1000)), async (page) => {
  await at(page, 'connection').first().waitFor();
  await page.evaluate(() => { /** @type {any} */ (globalThis).kept = document.querySelector('[data-alias="Org 9"]'); });
  await at(page, 'filter').fill('production org 9');
  assert.equal(await page.evaluate(() => document.querySelector('[data-alias="Org 9"]') === /** @type {any} */ (globalThis).kept), true, 'the same row');
  await at(page, 'filter').fill('org-997.my');
  assert.equal(await at(page, 'connection').count(), 1);
  assert.equal(await at(page, 'found').textContent(), '1 of 1000 connections');
  await announced(page, '1 of 1000');
  await at(page, 'filter').press('ArrowDown');
  assert.equal(await focused(page), 'Details, Org 997', 'from the search into the list');
  await at(page, 'filter').fill('nothing like it');
  await announced(page, 'No connection has this');
  await at(page, 'show-all').click();
  assert.equal(await at(page, 'filter').inputValue(), '');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Control+f');
  assert.equal(await focused(page), 'filter', 'the key that every search has');
}));

test('the heartbeat touches no row', () => withPage(told.script(told.many(200)), async (page) => {
  await at(page, 'connection').first().waitFor();
  const touched = await page.evaluate(() => new Promise((done) => {
    let changes = 0;
    const observer = new MutationObserver((records) => { changes += records.length; });
    observer.observe(/** @type {Element} */ (document.querySelector('[data-testid="connections"]')), { subtree: true, childList: true, attributes: true, characterData: true });
    const minute = new Date().getMinutes();
    setTimeout(() => done(minute === new Date().getMinutes() ? changes : 0), 2600);
  }));
  assert.equal(touched, 0, 'nothing changed, so nothing was drawn');
}));

test('news change the rows that differ and leave the others, the focus and the menu', () => withPage(told.script(told.each), async (page) => {
  await rowOf(page, 'Acme').waitFor();
  await page.evaluate(() => { /** @type {any} */ (globalThis).kept = [...document.querySelectorAll('[data-testid="connection"]')]; });
  await rowOf(page, 'Acme, uat').locator('[data-testid="row-open"]').focus();
  await news(page, told.each.with(0, told.ended).with(3, told.fine));
  await page.waitForFunction(() => document.querySelector('[data-testid="group-needs"] [data-alias="Globex"]'));
  assert.equal(await focused(page), 'Open org, Acme, uat', 'the focus stays');
  assert.equal(await page.evaluate(() => /** @type {any} */ (globalThis).kept.every((/** @type {Element} */ row) => row.isConnected)), true, 'no row was made anew');

  await rowOf(page, 'Acme').locator('[data-testid="row-check"]').focus();
  await news(page, told.each.with(0, { ...told.fine, status: 'unreachable' }));
  await page.waitForFunction(() => document.querySelector('[data-testid="group-away"] [data-alias="Acme"]'));
  assert.equal(await focused(page), 'Check, Acme', 'also on a row that goes to another group');

  await rowOf(page, 'Vandelay').locator('[data-testid="row-menu"]').click();
  await news(page, told.each);
  await rowOf(page, 'Acme').getByText('Connected', { exact: true }).waitFor();
  assert.equal(await at(page, 'menu').isVisible(), true, 'an open menu stays open');
}));

test('a click is heard although news come between press and release', () => withPage(told.script([told.ended, told.fine], { setups: [told.setup()] }), async (page) => {
  for (const [button, command] of [['row-reconnect', 'reconnect'], ['setup-remove', 'remove_setup']]) {
    await page.reload();
    const box = await at(page, button ?? '').first().boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await news(page, [{ ...told.ended, status: 'unreachable' }, told.fine], { setups: [told.setup({ step: 'copy' })] });
    await page.waitForTimeout(80);
    await page.mouse.up();
    await page.waitForFunction((wanted) => /** @type {any} */ (globalThis).calls.some((/** @type {any} */ call) => call.command === wanted), command);
  }
}));

test('each connection has its one most helpful action, and the rest in its menu', () => withPage(told.script(told.each, {}, { open_org: [{ ok: null }, { fail: say.failure('unexpected', 'The browser did not open.') }] }), async (page) => {
  await rowOf(page, 'Globex').locator('[data-testid="row-reconnect"]').click();
  await page.waitForFunction(() => document.querySelector('#stage')?.textContent?.includes('Globex') === false || document.querySelector('[data-testid="screen-connections"]') === null);
  assert.deepEqual(await asked(page, 'reconnect'), [{ request: { name: 'Globex', key: null, secret: null, user: null, accept_user: null } }]);
  await at(page, 'nav-connections').click();
  await rowOf(page, 'Acme, uat').locator('[data-testid="row-open"]').click();
  assert.deepEqual(await asked(page, 'open_org'), [{ name: 'Acme, uat', browser: null }], 'the page names the connection, never an address');
  await announced(page, 'Acme, uat opens in your browser');
  await rowOf(page, 'Acme').locator('[data-testid="row-open"]').click();
  await at(page, 'failure').getByText('did not open').waitFor();
  await rowOf(page, 'Initech').getByText('Check again').click();
  await at(page, 'checks').waitFor();
  assert.deepEqual(await asked(page, 'check'), [{ name: 'Initech' }]);
}));

test('the menu works by keyboard alone', () => withPage(told.script([told.ended, told.fine]), async (page) => {
  const opener = rowOf(page, 'Globex').locator('[data-testid="row-menu"]');
  await opener.focus();
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'menu-details', 'the first action');
  await isExpanded(opener, true);
  await page.keyboard.press('ArrowUp');
  assert.equal(await focused(page), 'menu-disconnect', 'around to the last');
  await page.keyboard.press('Escape');
  assert.equal(await focused(page), 'row-menu', 'back to its button');
  await isExpanded(opener, false);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.locator('#new-name').waitFor();
  assert.equal(await focused(page), 'new-name', 'Rename leads into the field');
  await page.keyboard.press('Escape');
  assert.equal(await focused(page), 'rename', 'and Escape out of it');
}));

test('up and down lead from row to row', () => withPage(told.script([told.fine, told.sandbox, told.rehearsal]), async (page) => {
  await rowOf(page, 'Acme').locator('[data-testid="row-check"]').focus();
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(page), 'Check, Acme, uat');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(page), 'Check, Rehearsal', 'and stop at the end');
  await page.keyboard.press('ArrowUp');
  assert.equal(await focused(page), 'Check, Acme, uat');
}));

test('whoever comes back from one connection finds the list as it was left', () => withPage(told.script(told.many(300)), async (page) => {
  await at(page, 'filter').fill('org-2');
  await rowOf(page, 'Org 245').locator('[data-testid="row-details"]').click();
  await at(page, 'back').click();
  assert.equal(await at(page, 'filter').inputValue(), 'org-2');
  assert.equal(await focused(page), 'Details, Org 245');
  await at(page, 'nav-connections').click();
  assert.equal(await at(page, 'filter').inputValue(), '', 'who asks for all of them gets all of them');
}));

test('what is not finished leads on to its step, and can be removed', () => withPage(told.script([told.fine], { setups: [told.setup(), told.setup({ host: 'done.my.salesforce.com', alias: 'Done', step: 'connected' })] }), async (page) => {
  await at(page, 'setup-at').getByText('Step 3 of 8: Callback URL and scopes').waitFor();
  assert.equal(await at(page, 'setup').count(), 1, 'of one that has led to its connection the portal alone is left');
  await at(page, 'setup-remove').click();
  await announced(page, 'is removed');
  assert.deepEqual(await asked(page, 'remove_setup'), [{ host: say.address.host }]);
  assert.equal(await at(page, 'setup').count(), 0);
  await news(page, [told.fine], { setups: [told.setup()] });
  await at(page, 'setup').locator('[data-testid="setup-go-on"]').click();
  await page.waitForFunction((host) => /** @type {any} */ (globalThis).calls.some((/** @type {any} */ call) => call.command === 'remember' && call.args.place.host === host), say.address.host);
}));

test('what is still to be revoked is told, and tried again on request unless its name is taken', () => withPage(told.script([told.fine], { leaving: [told.leaving, { ...told.leaving, alias: 'Acme' }] }, { disconnect: [{ ok: { revoked: 'later', proved_at: null } }] }), async (page) => {
  await at(page, 'leaving').getByText('as soon as the org can be reached').waitFor();
  assert.equal(await at(page, 'leaving-row').count(), 2);
  assert.equal(await at(page, 'leaving-again').count(), 1, 'Acme names another connection by now');
  await at(page, 'leaving-again').click();
  await announced(page, 'could not be reached');
  assert.deepEqual(await asked(page, 'disconnect'), [{ name: 'Hooli' }]);
}));

test('one connection tells how it is, why, and what to do, in the reader’s own time', () => withPage(told.script([told.ended]), async (page) => {
  await toDetail(page, 'Globex');
  await at(page, 'health').getByText('Needs you: sign in again').waitFor();
  assert.equal(await at(page, 'causes').locator('li').count(), 3, 'every likely cause');
  await at(page, 'health').getByText('Reconnect Globex and sign in once.').waitFor();
  assert.doesNotMatch(await at(page, 'history').textContent() ?? '', /UTC/, 'no time is left in another zone');
  await at(page, 'policy').getByText('not used for 36 hours').waitFor();
  await page.getByText('api, refresh_token').waitFor();
  await page.getByText('A refresh replaces them.').waitFor();
  assert.equal(await at(page, 'reconnect').evaluate((button) => button.classList.contains('primary')), true);
  await at(page, 'copy-instance').click();
  await at(page, 'copy-instance').getByText('Copied').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'https://acme.my.salesforce.com');
  await at(page, 'copy-command').click();
  await at(page, 'copy-command').getByText('Copied').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'dtx token Globex', 'what the connection is for');
}));

test('a new key and secret are asked for where the stored ones are of no use', () => withPage(told.script([told.lost, told.ended], {}, { reconnect: [{ fail: say.failure('value_missing', 'The Consumer Key is missing.') }], understand: [{ ok: say.understanding() }] }), async (page) => {
  await rowOf(page, 'Umbrella').locator('[data-testid="row-reconnect"]').click();
  await page.waitForFunction(() => !document.querySelector('[data-testid="screen-connections"]'));
  assert.equal((await asked(page, 'reconnect')).length, 0, 'nothing is tried that cannot work');
  await at(page, 'nav-connections').click();
  // That the key is lost is only found out by trying.
  await rescript(page, { snapshot: [{ ok: say.snapshot({ connections: [told.lost, { ...told.lost, alias: told.ended.alias, host: told.ended.host }] }) }] });
  await rowOf(page, 'Globex').locator('[data-testid="row-reconnect"]').click();
  await page.waitForFunction(() => !document.querySelector('[data-testid="screen-connections"]'));
  assert.equal((await asked(page, 'reconnect')).length, 1, 'and who finds out only then is led there too');
  await announced(page, 'cannot be read by anybody');
}));

for (const [needs, leads] of /** @type {[string, boolean][]} */ ([['new_pair', true], ['sign_in', false]])) {
  test(`after a refused reconnect of a restored vault the agent says whether a new pair is needed: ${needs}`, () => withPage(told.script([told.ended], {}, { reconnect: [{ fail: say.failure('vault_restored', 'This is an older copy.') }], understand: [{ ok: say.understanding() }] }), async (page) => {
    const restored = { ...told.ended, reason: say.failure('vault_restored', 'This is an older copy.'), health: { ...any(told.ended).health, needs } };
    await at(page, 'screen-connections').waitFor();
    await rescript(page, { snapshot: [{ ok: say.snapshot({ connections: [restored] }) }] });
    await rowOf(page, 'Globex').locator('[data-testid="row-reconnect"]').click();
    if (leads) await page.waitForFunction(() => !document.querySelector('[data-testid="screen-connections"]'));
    else await at(page, 'failure').getByText('This is an older copy.').waitFor();
    assert.equal(await at(page, 'screen-connections').count(), leads ? 0 : 1);
  }));
}

test('renaming in place, and its refusal', () => withPage({ ...told.script([told.fine]), show: [{ ok: told.detail(told.fine) }, { ok: told.detail({ ...told.fine, alias: 'Acme live' }) }], rename: [{ fail: say.failure('name_taken', 'Another connection has this name.') }, { ok: { ...told.fine, alias: 'Acme live' } }] }, async (page) => {
  await toDetail(page, 'Acme');
  await at(page, 'rename').click();
  assert.equal(await focused(page), 'new-name');
  await page.keyboard.type('Acme live');
  await page.keyboard.press('Enter');
  await at(page, 'new-name-notes').getByText('Another connection has this name.').waitFor();
  await at(page, 'rename-save').click();
  await page.locator('h1', { hasText: 'Acme live' }).waitFor();
  assert.deepEqual((await asked(page, 'rename')).at(-1), { old: 'Acme', new: 'Acme live' });
}));

test('disconnecting asks first, and shows what proves it', () => withPage({ ...told.script([told.fine]), disconnect: [{ fail: say.failure('still_active', 'The org still accepts the token.') }, { ok: { revoked: true, proved_at: new Date().toISOString() } }] }, async (page) => {
  await rowOf(page, 'Acme').locator('[data-testid="row-menu"]').click();
  await at(page, 'menu-disconnect').click();
  await page.keyboard.press('Escape');
  assert.equal((await asked(page, 'disconnect')).length, 0, 'nothing without a yes');
  await toDetail(page, 'Acme');
  await at(page, 'disconnect').click();
  const org = at(page, 'disconnect-dialog').locator('[data-testid="org-of-question"]');
  for (const told of ['Acme', 'PRODUCTION', 'acme.my.salesforce.com', 'datatrax@acme.com']) await org.getByText(told, { exact: true }).waitFor();
  assert.equal(await focused(page), 'disconnect-keep', 'the safe answer is the main one');
  await at(page, 'disconnect-name').press('Enter');
  await announced(page, 'Type the name of the connection first');
  await at(page, 'disconnect-name').fill('Acme, uat');
  await at(page, 'disconnect-name').press('Enter');
  assert.equal((await asked(page, 'disconnect')).length, 0, 'the name of another one is no yes');
  await at(page, 'disconnect-name').fill('Acme');
  await at(page, 'disconnect-confirm').click();
  await at(page, 'failure').getByText('still accepts the token').waitFor();
  await at(page, 'disconnect-confirm').click();
  await at(page, 'said').getByText('has confirmed that its tokens no longer work').waitFor();
  assert.equal(await at(page, 'proof').locator('.done').count(), 3, 'revoked, asked again, forgotten');
}));

test('a disconnect can be undone at once', () => withPage(told.script([told.fine, told.sandbox], {}, {
  disconnect: [{ ok: told.gone }], bring_back: [{ ok: told.broughtBack }],
}), async (page) => {
  await toDetail(page, 'Acme');
  await at(page, 'disconnect').click();
  await at(page, 'disconnect-dialog').getByText('can be brought back for 30 days').waitFor();
  await at(page, 'disconnect-name').fill('Acme');
  await at(page, 'disconnect-confirm').click();
  await at(page, 'said').waitFor();
  await news(page, [told.sandbox], { set_aside: [told.setAside] });
  await at(page, 'disconnected').getByText('neither key, secret nor tokens').waitFor();
  await rescript(page, { snapshot: [{ ok: say.snapshot({ connections: [told.broughtBack, told.sandbox] }) }] });
  await at(page, 'disconnect-undo').click();
  await at(page, 'said').getByText('Acme is back, with its history. To use it, paste key and secret again').waitFor();
  assert.deepEqual(await asked(page, 'bring_back'), [{ id: 'aside-1' }]);
  assert.equal(await at(page, 'disconnected').count(), 0, 'once');
  await rowOf(page, 'Acme').getByText('Not connected').waitFor();
  await rowOf(page, 'Acme').getByText('Paste new key and secret').click();
  await at(page, 'screen-add').waitFor();
}));

test('what was disconnected lately can be brought back or forgotten', () => withPage(told.script([told.sandbox], { set_aside: [told.setAside, { ...told.setAside, id: 'aside-2', alias: 'Globex', kind: 'sandbox' }] }, {
  bring_back: [{ fail: say.failure('set_aside_unknown', 'Nothing is kept of this connection that could be brought back.') }, { ok: { ...told.broughtBack, alias: 'Acme-2' } }], forget_set_aside: [{ ok: null }],
}), async (page) => {
  await at(page, 'set-aside').locator('summary').getByText('Disconnected lately (2)').click();
  await at(page, 'set-aside').getByText('needs key and secret pasted anew').waitFor();
  await at(page, 'forget-set-aside').nth(1).click();
  await at(page, 'forget-dialog').getByText('Globex').waitFor();
  assert.equal(await focused(page), 'forget-keep', 'the safe answer is the main one');
  await page.keyboard.press('Escape');
  assert.deepEqual(await asked(page, 'forget_set_aside'), [], 'nothing without a yes');
  await at(page, 'forget-set-aside').nth(1).click();
  await rescript(page, { snapshot: [{ ok: say.snapshot({ connections: [told.sandbox], set_aside: [told.setAside] }) }] });
  await at(page, 'forget-sure').click();
  await announced(page, 'Nothing is kept of Globex any more');
  assert.deepEqual(await asked(page, 'forget_set_aside'), [{ id: 'aside-2' }]);
  await at(page, 'set-aside').locator('summary').getByText('Disconnected lately (1)').waitFor();
  await at(page, 'bring-back').click();
  await at(page, 'failure').getByText('Nothing is kept of this connection').waitFor();
  await rescript(page, { snapshot: [{ ok: say.snapshot({ connections: [{ ...told.broughtBack, alias: 'Acme-2' }, told.sandbox] }) }] });
  await at(page, 'bring-back').click();
  await at(page, 'said').getByText('Acme is back as Acme-2, since another connection has its name now').waitFor();
  assert.equal(await at(page, 'set-aside').isVisible(), false, 'nothing is kept any more');
}));

test('the first time it says what the program is for, and how to rehearse', () => withPage(told.script([]), async (page) => {
  await at(page, 'empty').getByText('guides you through the External Client App').waitFor();
  await at(page, 'start-practice').waitFor();
  await at(page, 'short-first').waitFor();
  await at(page, 'add-first').click();
  await at(page, 'screen-add').waitFor();
}));

test('how soon the first connection is painted, of one and of a thousand', async () => {
  /** @param {number} count */
  const painted = async (count) => {
    /** @type {number[]} */
    const times = [];
    for (let round = 0; round < 7; round += 1) {
      await withPage(told.script(told.many(count)), async (page) => {
        await page.addInitScript(() => {
          const observer = new MutationObserver(() => {
            if (!document.querySelector('[data-testid="connection"]')) return;
            observer.disconnect();
            requestAnimationFrame(() => setTimeout(() => { /** @type {any} */ (globalThis).painted = performance.now(); }));
          });
          observer.observe(document, { subtree: true, childList: true });
        });
        await page.reload();
        times.push(Number(await (await page.waitForFunction(() => /** @type {any} */ (globalThis).painted)).jsonValue()));
      });
    }
    return times.sort((first, second) => first - second)[3] ?? 0;
  };
  const [one, thousand] = [await painted(1), await painted(1000)];
  console.log(`first connection painted after ${Math.round(one)} ms of one, ${Math.round(thousand)} ms of a thousand`);
  assert.ok(one > 0 && thousand > 0, 'both were painted');
});

/** @param {Page} page */
async function toTable(page) {
  await at(page, 'view-table').click();
  await at(page, 'line').first().waitFor();
}
/** @param {Page} page */
const names = (page) => at(page, 'line').evaluateAll((lines) => lines.map((line) => line.getAttribute('data-alias')));

test('sixty connections fit into a table of 1500 pixels, with targets of 24 pixels and more', () => withPage(told.script(told.many(60)), async (page) => {
  await toTable(page);
  await at(page, 'line').nth(59).waitFor();
  assert.equal(await at(page, 'line').count(), 60);
  const { height, low } = await at(page, 'table').evaluate((part) => ({
    height: part.querySelector('table')?.getBoundingClientRect().height ?? 0,
    low: [...part.querySelectorAll('button, input')].filter((one) => one.checkVisibility()).filter((one) => { const box = one.getBoundingClientRect(); return box.height < 24 || box.width < 24; }).length,
  }));
  assert.ok(height <= 1500 + 24, `${height} pixels with the heading`);
  assert.equal(low, 0);
  await at(page, 'view-cards').click();
  await at(page, 'connection').first().waitFor();
}));

test('the table is sorted as people count, and by any column', () => withPage(told.script(['org 10', 'org 2', 'Org 1', 'acme', 'beta', 'gamma', 'delta', 'epsilon'].map((alias, order) => ({ ...told.fine, alias, host: `h${order}.my.salesforce.com`, kind: order === 3 ? /** @type {const} */ ('production') : /** @type {const} */ ('sandbox') }))), async (page) => {
  await toTable(page);
  assert.deepEqual((await names(page)).slice(-3), ['Org 1', 'org 2', 'org 10']);
  await at(page, 'sort-name').click();
  assert.deepEqual((await names(page)).slice(0, 3), ['org 10', 'org 2', 'Org 1']);
  await at(page, 'sort-kind').click();
  assert.equal((await names(page))[0], 'acme', 'by kind');
  assert.equal(await page.locator('th[aria-sort="ascending"]').textContent(), 'Kind');
}));

test('of a thousand connections only the lines near the view are made, and the rest when one comes near', () => withPage(told.script(told.many(1000)), async (page) => {
  await toTable(page);
  const first = await at(page, 'line').count();
  assert.ok(first < 400, `${first} lines at first`);
  await at(page, 'screen-connections').evaluate((scrolled) => { scrolled.scrollTop = scrolled.scrollHeight; });
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="line"]').length === 1000);
}));

test('several connections are chosen and checked, with progress and what was found', () => withPage(told.script(told.many(8), {}, { check: [{ ok: { checks: say.allGood } }, { ok: { checks: say.wrongSecret } }, { ok: { checks: say.allGood } }] }), async (page) => {
  await toTable(page);
  for (const line of [0, 1, 2]) await at(page, 'choose').nth(line).check();
  await at(page, 'bulk').getByText('3 chosen').waitFor();
  await at(page, 'bulk-check').click();
  await at(page, 'bulk-result').getByText('2 of 3 checked are good.').waitFor();
  await at(page, 'bulk-result').getByText('but not this secret').waitFor();
  await announced(page, '2 of 3 checked');
  assert.deepEqual((await asked(page, 'check')).map(({ name }) => name).sort(), ['Org 0', 'Org 1', 'Org 2']);
  await at(page, 'choose-all').check();
  await at(page, 'bulk').getByText('8 chosen').waitFor();
  await at(page, 'filter').fill('org-3.my');
  await at(page, 'bulk').getByText('1 chosen').waitFor();
  await at(page, 'bulk-clear').click();
  assert.equal(await at(page, 'bulk').count(), 0, 'what is not shown is not chosen any more');
}));

test('several connections are reconnected one after another, and can be stopped', () => withPage(told.script(told.many(8), {}, { reconnect: [{ ok: { attempt: 'r0', alias: 'Org 0' } }, { ok: { attempt: 'r1', alias: 'Org 1' } }] }), async (page) => {
  await toTable(page);
  for (const line of [0, 1, 2]) await at(page, 'choose').nth(line).check();
  await at(page, 'bulk-reconnect').click();
  await at(page, 'bulk-progress').getByText('Sign-in 1 of 3: Org 0').waitFor();
  await tell(page, 'notice', { method: 'attempt', params: { attempt: 'r0', event: any({ event: 'connected', alias: 'Org 0', username: 'u', kind: 'sandbox', org_id: 'o', instance_url: 'i' }) } });
  await at(page, 'bulk-progress').getByText('Sign-in 2 of 3: Org 1').waitFor();
  assert.equal((await asked(page, 'reconnect')).length, 2, 'the third waits its turn');
  await at(page, 'bulk-stop').click();
  await at(page, 'bulk-result').getByText('1 of 1 are connected again. The Datatrax portal has sign-ins of its own').waitFor();
  assert.deepEqual(await asked(page, 'cancel'), [{ attempt: 'r1' }]);
}));

test('address, user and command are copied from the menu', () => withPage(told.script([{ ...told.fine, alias: 'Acme, uat' }]), async (page) => {
  /** @param {string} act */
  const copied = async (act) => {
    await at(page, 'row-menu').click();
    await at(page, `menu-${act}`).click();
    await at(page, 'menu-copied').getByText('copied.').waitFor();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  assert.equal(await copied('copyAddress'), `https://${told.fine.host}`);
  assert.equal(await copied('copyUser'), told.fine.username);
  assert.equal(await copied('copyCommand'), 'dtx token "Acme, uat"', 'a name of two words as one');
}));

test('the focus in the table is seen after a click and the arrow keys', () => withPage(told.script(told.many(60)), async (page) => {
  await toTable(page);
  await at(page, 'filter').click();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(page), 'Details, Org 1');
  assert.notEqual(await page.evaluate(() => getComputedStyle(/** @type {Element} */ (document.activeElement)).outlineStyle), 'none');
}));
