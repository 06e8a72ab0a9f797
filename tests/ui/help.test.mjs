// Help and this computer in the page as it ships: one click away from everywhere, and of use while no background part answers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announced, asked, at, focused, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import { computer, exported, script, toComputer, toHelp } from './screens-help.mjs';

const withPage = walking();

test('help is one click away from everywhere, and says version, licence, system and where the log is', () => withPage(script(), async (page) => {
  for (const from of ['nav-connections', 'nav-add', 'nav-settings']) {
    await at(page, from).click();
    await toHelp(page);
    assert.equal(await at(page, 'nav-help').getAttribute('aria-current'), 'page', from);
  }
  const text = await at(page, 'screen-help').innerText();
  for (const part of ['Datatrax Connect 0.1.0', 'MIT OR Apache-2.0', 'Debian GNU/Linux 13', '~/.local/share/datatrax-connect/logs', 'Ctrl+F', 'Ctrl+K', 'Ctrl+Enter', 'Alt+Left']) assert.ok(text.includes(part), part);
  await at(page, 'open-logs').click();
  await announced(page, 'The folder of the log was opened');
  assert.equal((await asked(page, 'open_logs')).length, 1);
}));

test('help and this computer work while the background part cannot be reached', () => withPage(script({
  agent_state: [{ ok: { state: 'lost', failure: say.failure('agent_busy', 'It does not answer.') } }], snapshot: [{ never: true }], settings: [{ fail: say.failure('agent_busy', 'It does not answer.') }],
}), async (page) => {
  await toComputer(page);
  await at(page, 'look-keychain').waitFor();
  assert.deepEqual(await asked(page, 'examine'), [{ network: false, keychain: false }]);
  await page.waitForFunction(() => /** @type {any} */ (globalThis).calls.some((/** @type {any} */ { command }) => command === 'ready'));
  assert.ok(await at(page, 'look-keychain').isVisible(), 'the first screen does not take the place of what was chosen before it');
}));

test('this computer is looked at without the network, and Salesforce or the keychain only where somebody asks', () => withPage(script(), async (page) => {
  await toComputer(page);
  await at(page, 'computer-sum').getByText('1 wrong, 1 worth a look.').waitFor();
  const states = await page.locator('[data-testid^="look-"]').evaluateAll((lines) => lines.map((line) => /** @type {HTMLElement} */ (line).dataset.state));
  assert.deepEqual(states, computer.looks.map(({ state }) => state), 'each thing with its state');
  await at(page, 'look-keychain').getByText('run dtx vault passphrase').waitFor();
  await at(page, 'computer-ask').click();
  await page.waitForFunction(() => /** @type {any} */ (globalThis).calls.filter((/** @type {any} */ { command }) => command === 'examine').length === 2);
  await page.waitForFunction(() => !document.querySelector('[data-testid="computer-try"][aria-disabled]'));
  await at(page, 'computer-try').click();
  await page.waitForFunction(() => /** @type {any} */ (globalThis).calls.filter((/** @type {any} */ { command }) => command === 'examine').length === 3);
  assert.deepEqual(await asked(page, 'examine'), [{ network: false, keychain: false }, { network: true, keychain: false }, { network: false, keychain: true }]);
}));

test('while this computer is looked at it says what for and since when, and a second press starts nothing', () => withPage(script({ examine: [{ never: true }] }), async (page) => {
  await toComputer(page);
  await at(page, 'computer-wait').getByText('Looking at this computer, each part for at most 12 seconds.').waitFor();
  assert.match(await at(page, 'computer-wait').innerText(), /Since \d\d:\d\d:\d\d/);
  await at(page, 'computer-again').click({ force: true });
  assert.equal((await asked(page, 'examine')).length, 1);
}));

test('each thing stands in the list, also one of which nothing can be told', () => withPage(script(), async (page) => {
  await toComputer(page);
  await at(page, 'look-clock').waitFor();
  const list = await page.locator('.checks').boundingBox();
  for (const { id } of computer.looks) {
    const line = await at(page, `look-${id}`).boundingBox();
    assert.ok(list && line && line.y >= list.y && line.y + line.height <= list.y + list.height + 1 && line.x >= list.x, `${id} at ${JSON.stringify(line)} in ${JSON.stringify(list)}`);
  }
}));

test('what was found is copied as text, with what to do', () => withPage(script(), async (page) => {
  await toComputer(page);
  await at(page, 'copy-computer').click();
  await announced(page, 'copied');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  for (const part of ['Wrong: Keychain', '  - Or protect the vault with a passphrase', 'Worth a look: Callback port 17177', 'Datatrax Connect 0.1.0']) assert.ok(copied.includes(part), `${part} in ${copied}`);
}));

test('diagnostics are exported without names unless that is ticked, once for each press, and the file is named', () => withPage(script(), async (page) => {
  await toHelp(page);
  await at(page, 'export').click();
  await at(page, 'exported').getByText(exported).waitFor();
  await at(page, 'export-names').check();
  await at(page, 'export').click();
  await page.waitForFunction(() => /** @type {any} */ (globalThis).calls.filter((/** @type {any} */ { command }) => command === 'export_diagnostics').length === 2);
  assert.deepEqual(await asked(page, 'export_diagnostics'), [{ names: false }, { names: true }]);
  await at(page, 'open-exported').click();
  await announced(page, 'The folder of the file was opened');
}));

test('the log notes details for an hour, says until when, and can go back before', () => {
  const until = new Date(Date.now() + 3_600_000).toISOString();
  return withPage(script({ set: [{ ok: say.settings({ debug_until: until }) }, { ok: say.settings() }] }), async (page) => {
    await toHelp(page);
    await at(page, 'log-more').click();
    await at(page, 'log-level').getByText('Details are noted until').waitFor();
    await at(page, 'log-less').click();
    await at(page, 'log-more').waitFor();
    const [more, less] = (await asked(page, 'set')).map(({ change }) => change);
    assert.equal(more.setting, 'debug_until');
    assert.ok(Math.abs(Date.parse(more.value) - Date.parse(until)) < 600_000, `an hour from now: ${more.value}`);
    assert.deepEqual(less, { setting: 'debug_until', value: null });
  });
});

test('help is walked through by keyboard alone', () => withPage(script(), async (page) => {
  await at(page, 'nav-help').focus();
  await page.keyboard.press('Enter');
  await at(page, 'screen-help').getByText('Debian').waitFor();
  const met = [];
  for (let press = 0; press < 13; press += 1) {
    await page.keyboard.press('Tab');
    met.push(await focused(page));
  }
  assert.deepEqual(met.filter((one) => one && !one.startsWith('nav-')).slice(0, 7), ['to-explain', 'to-requests', 'to-computer', 'open-logs', 'log-more', 'export-names', 'export']);
  await at(page, 'to-computer').focus();
  await page.keyboard.press('Enter');
  await at(page, 'look-clock').waitFor();
  await at(page, 'to-help').focus();
  await page.keyboard.press('Enter');
  await at(page, 'screen-help').waitFor();
}));
