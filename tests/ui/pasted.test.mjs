// What is pasted that is not quite what was asked for, in the page as it ships: an address that may name another org, one that
// opens a session, a value with something around it; and a browser that came back in a way that cannot be read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announced, asked, at, focused, tell, walking } from './browser.mjs';
import * as say from './fixtures.mjs';
import * as told from './say-guide.mjs';
import { phase, ready, step, toAddress, toAttempt } from './screens-guide.mjs';

const withPage = walking();
const beta = { ...say.production, origin: 'https://beta.my.salesforce.com', host: 'beta.my.salesforce.com', words: 'Production org beta' };
const unsure = say.note('address', 'address_unsure', 'It is not certain which org this text means. Nothing was contacted.');
const session = say.note('address', 'address_opens_session', 'This text opens a session: whoever has it is signed in to the org.', false);

test('which org is meant is asked, and nothing goes on before a yes', () => withPage(told.beginning({ understand: [{ ok: say.understanding({ address: null, meant: [say.production, beta], notes: [unsure] }) }, { ok: say.understanding({ address: beta }) }] }), async (page) => {
  await toAddress(page, 'acme.my.salesforce.com or beta.my.salesforce.com');
  await at(page, 'address-notes').getByText('not certain').waitFor();
  await at(page, 'foot-line').getByText('Say first which org is meant.').waitFor();
  assert.equal(await at(page, 'done').getAttribute('aria-disabled'), 'true');
  assert.deepEqual(await at(page, 'meant').allInnerTexts(), ['Use acme.my.salesforce.com', 'Use beta.my.salesforce.com']);
  await page.keyboard.press('Enter');
  assert.deepEqual(await asked(page, 'set_up'), [], 'nothing is begun');
  await at(page, 'meant').nth(1).click();
  await announced(page, 'Production org beta');
  await ready(page);
  assert.equal(await at(page, 'address').inputValue(), beta.origin);
  assert.equal(await focused(page), 'address');
  assert.equal(await at(page, 'meant').count(), 0, 'the question is answered');
  await at(page, 'done').click();
  await step(page, 'open');
  assert.deepEqual(await asked(page, 'set_up'), [{ address: beta.origin }]);
}));

test('a pasted session is remarked on, and only the org’s address stays in the field', () => withPage(told.beginning({ understand: [{ ok: say.understanding({ address: say.production, notes: [session] }) }] }), async (page) => {
  await toAddress(page, 'https://acme.my.salesforce.com/secur/frontdoor.jsp?sid=made.up');
  await at(page, 'address-notes').getByText('opens a session').waitFor();
  await ready(page);
  assert.equal(await at(page, 'address').inputValue(), say.production.origin);
  await at(page, 'done').click();
  await step(page, 'open');
  assert.deepEqual(await asked(page, 'set_up'), [{ address: say.production.origin }]);
}));

test('a session whose org is not certain does not stay on the page', () => withPage(told.beginning({ understand: [{ ok: say.understanding({ address: null, meant: [say.production], notes: [unsure, session] }) }] }), async (page) => {
  await toAddress(page, 'https://links.example/?u=https%3A%2F%2Facme.my.salesforce.com%2Fsecur%2Ffrontdoor.jsp%3Fsid%3Dmade.up');
  await at(page, 'meant').waitFor();
  await at(page, 'nav-connections').click();
  await at(page, 'nav-add').click();
  assert.equal(await at(page, 'address').inputValue(), '');
}));

test('that something around the key was left away holds nothing up', () => withPage(told.script(told.created({ step: 'paste' }), { understand: [{ ok: say.understanding({ notes: [{ field: 'key', blocks: false, code: 'value_cleaned', message: 'Something stood around the value of Consumer Key and was left away.', fix: [] }] }) }], validate: [{ ok: told.answers.notActive }] }), async (page) => {
  await step(page, 'paste');
  await at(page, 'key').fill('~3MVG9example~');
  await at(page, 'secret').fill('0123456789ABCDEF');
  await at(page, 'step-wait').waitFor();
  assert.equal((await asked(page, 'connect')).length, 1, 'the wait begins by itself');
}));

test('a browser that came back by https is told of, and where to paste stands open', () => withPage(told.script(told.created()), async (page) => {
  const noticed = say.failure('came_back_by_https', 'The browser came back by https, and this computer is listened on by http alone. The sign-in still waits.', ['Copy the whole address from the browser’s address bar and paste it here where the sign-in waits.']);
  await toAttempt(page, say.attempt('browser', { authorize_url: say.authorizeUrl, noticed }));
  await at(page, 'noticed').getByText('came back by https').waitFor();
  await at(page, 'noticed').getByText('paste it here').waitFor();
  await at(page, 'paste-back').fill('https://localhost:17177/auth/salesforce/callback?code=x&state=y');
  await at(page, 'paste-back').press('Enter');
  assert.equal((await asked(page, 'paste_back')).length, 1);
}));

/** A sign-in for a stored connection, told at this stage. @param {import('playwright-core').Page} page @param {ReturnType<typeof say.attempt>} view */
async function ofStored(page, view) {
  if (!await at(page, 'screen-attempt').isVisible()) await at(page, 'row-reconnect').first().click();
  await at(page, 'screen-attempt').waitFor();
  await tell(page, 'notice', { method: 'snapshot', params: say.snapshot({ connections: say.connections, attempts: [view] }) });
}

/** A sign-in of a set-up, told at this stage. @param {import('playwright-core').Page} page @param {ReturnType<typeof say.attempt>} view */
const ofSetup = async (page, view) => (await at(page, 'step-paste').isVisible() ? toAttempt(page, view) : phase(page, view));

const setUp = { script: told.script(told.created()), show: ofSetup, begin: (/** @type {import('playwright-core').Page} */ page) => step(page, 'paste') };
const stored = { script: say.script({ snapshot: [{ ok: say.snapshot({ connections: say.connections }) }] }), show: ofStored, begin: async () => {} };
for (const [name, { script, show, begin }] of /** @type {const} */ ([['the sign-in of a set-up', setUp], ['the sign-in of a stored connection', stored]])) {
  test(`${name}: what is half typed stays when the sign-in is drawn anew`, () => withPage(script, async (page) => {
    const browser = say.attempt('browser', { authorize_url: say.authorizeUrl });
    await begin(page);
    await show(page, browser);
    await at(page, 'paste-back-open').click();
    await at(page, 'paste-back').fill('http://localhost:17177/auth/sales');
    await at(page, 'error-page').locator('summary').click();
    await at(page, 'paste-back').focus();
    await show(page, { ...browser, noticed: say.failure('came_back_as_another_user', 'A program of another user came to the port.', ['Paste the address here.']) });
    await at(page, 'noticed').getByText('another user').waitFor();
    assert.equal(await at(page, 'paste-back').inputValue(), 'http://localhost:17177/auth/sales');
    assert.equal(await focused(page), 'paste-back', 'whoever types goes on typing');
    await page.keyboard.type('force');
    assert.equal(await at(page, 'paste-back').inputValue(), 'http://localhost:17177/auth/salesforce', 'at the place where it was');
    await at(page, 'error-page').getByText('redirect_uri_mismatch').waitFor();

    // Once the sign-in goes on, nothing of it is kept.
    await show(page, say.attempt('finishing'));
    await at(page, 'paste-back').waitFor({ state: 'detached' });
    await show(page, browser);
    await at(page, 'paste-back-open').click();
    assert.equal(await at(page, 'paste-back').inputValue(), '');
  }));
}
