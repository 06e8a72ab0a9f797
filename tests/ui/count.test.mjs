// Both ways to a connection, walked in the page as it ships, and what they cost: held to limits, so that they do not grow again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, tell, walking } from './browser.mjs';
import { beginCount, costOf, told as tellCosts } from './count.mjs';
import { hearing } from './heard.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-guide.mjs';
import { pastePair, phase, ready, step } from './screens-guide.mjs';

/** @typedef {import('playwright-core').Page} Page @typedef {import('./count.mjs').Cost} Cost */
const withPage = walking();
const ALIAS = 'acme';
const soon = () => new Date(Date.now() + 24_000).toISOString();
const production = { understand: [{ ok: say.understanding({ address: say.production }) }], fresh: [told.production] };
/** @param {import('../../src-tauri/bindings/AttemptView').AttemptView['phase']} at_ @param {Partial<import('../../src-tauri/bindings/AttemptView').AttemptView>} [more] */
const attempt = (at_, more) => say.attempt(at_, { host: say.production.host, kind: 'production', alias: ALIAS, ...more });

/** The org's answer to the sign-in: a connection. @param {Page} page */
async function connects(page) {
  const kept = { ...told.checked(), host: say.production.host, address: say.production, pasted_address: say.production.origin, alias: ALIAS, updated_at: new Date(Date.now() + 5000).toISOString() };
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: [say.connection({ alias: ALIAS })], setups: [{ ...kept, step: 'connected' }] }) });
  await step(page, 'connected');
  await at(page, 'checks-good').waitFor();
}

/** @param {Page} page */
async function browser(page) {
  await phase(page, attempt('browser', { authorize_url: say.authorizeUrl, ends_at: new Date(Date.now() + 14 * 60_000).toISOString() }));
  await page.locator('h1', { hasText: 'Go on in your browser' }).waitFor();
}

/** Each screen fits, warns of nothing, and has its button near. @param {Cost[]} costs */
function isGood(costs) {
  for (const { name, amber, below, tabs, seen } of costs) {
    assert.equal(amber, 0, `${name}: nothing warns where nothing goes wrong`);
    assert.equal(below, 0, `${name}: what has to be done fits into 1080 x 780`);
    assert.ok((tabs ?? 0) <= 3, `${name}: ${tabs} presses of Tab to the button`);
    assert.ok(seen, `${name}: the button is seen at 1040 x 660`);
  }
}

const words = (/** @type {Cost[]} */ costs) => costs.reduce((sum, cost) => sum + cost.words, 0);

test('the guided way takes no more than 12 clicks, 9 screens and 1300 words', (context) => withPage(told.beginning({ ...production, validate: [{ ok: told.answers.notActive }] }), async (page) => {
  const count = await beginCount(page);
  /** @type {Cost[]} */
  const costs = [];
  const heard = hearing('guided-way');
  const cost = async (/** @type {string} */ name) => {
    costs.push(await costOf(page, name));
    await heard.hear(page, name);
  };
  await at(page, 'empty').waitFor();
  await cost('start');
  await at(page, 'add-first').click();
  await at(page, 'address').fill('acme');
  await ready(page);
  await cost('org');
  await at(page, 'done').click();
  await step(page, 'open');
  await cost('open');
  await at(page, 'done').click();
  await at(page, 'done').getByText('I have entered these').click();
  await step(page, 'oauth');
  await cost('oauth');
  await at(page, 'copy-oauth-1').click();
  await at(page, 'done').click();
  await step(page, 'security');
  await cost('security');
  await at(page, 'done').click();
  await step(page, 'paste');
  await cost('paste');
  await pastePair(page);
  await step(page, 'wait');
  await phase(page, attempt('waiting', { next_check_at: soon(), key: { start: '3MVG9a', end: 'r2_hOx', length: 85 } }));
  await at(page, 'key-ends').waitFor();
  await cost('wait');
  await browser(page);
  await cost('browser');
  await connects(page);
  await cost('connected');
  await at(page, 'done').getByText('open the portal').click();
  await at(page, 'done').getByText('Copy the secret').click();
  await at(page, 'done').getByText('The portal shows it as connected').click();
  await at(page, 'screen-connection').waitFor();
  const pressed = await count.clicks();
  context.diagnostic(tellCosts('the guided way', pressed, costs));
  isGood(costs);
  assert.ok(pressed <= 12, `${pressed} clicks`);
  assert.ok(costs.length <= 9, `${costs.length} screens`);
  const met = await count.screens();
  assert.ok(met.filter((name) => name !== 'screen-connection').length <= 9, `no other screen passes by: ${met}`);
  assert.ok(words(costs) <= 1300, `${words(costs)} words`);
  await heard.compare();
}));

test('the short way takes no more than 4 clicks and 3 screens', (context) => withPage(told.beginning(production), async (page) => {
  const count = await beginCount(page);
  /** @type {Cost[]} */
  const costs = [];
  const heard = hearing('short-way');
  const cost = async (/** @type {string} */ name) => {
    costs.push(await costOf(page, name));
    await heard.hear(page, name);
  };
  await at(page, 'empty').waitFor();
  await cost('start');
  await at(page, 'short-first').click();
  await at(page, 'address').fill('acme');
  await pastePair(page);
  await at(page, 'user').fill('datatrax@acme.com');
  await ready(page);
  await page.locator('[data-testid="check-callback"][data-state="pass"]').waitFor();
  await at(page, 'user').focus();
  await cost('short');
  await at(page, 'done').click();
  await browser(page);
  await cost('browser');
  await connects(page);
  const pressed = await count.clicks();
  context.diagnostic(tellCosts('the short way', pressed, costs));
  isGood(costs);
  assert.ok(pressed <= 4, `${pressed} clicks`);
  assert.ok(costs.length <= 3, `${costs.length} screens`);
  await heard.compare();
}));
