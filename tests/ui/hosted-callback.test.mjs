// The page for the hosted callback address, in a real Chromium: what it hands over, and what it does not.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { violations } from './browser.mjs';

const file = new URL('../../src-tauri/packaging/hosted-callback/index.html', import.meta.url);
const source = await readFile(file, 'utf8');
const LINK = 'com.getdatatrax.connect://auth/salesforce/callback';
const STATE = 'dtxc1.hGq0Zk3xYb7PpW2vN5tRcA';

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {import('node:http').Server} */
let server;
/** @type {string[]} */
let requests = [];
let origin = '';

before(async () => {
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    if (request.url?.startsWith('/auth/salesforce/callback')) response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(source);
    else response.writeHead(404).end();
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(undefined)));
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
});
after(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
});

/** @param {import('playwright-core').Page} page */
const devtools = (page) => page.context().newCDPSession(page);

/**
 * Opens the page with a query. Returns the links it tries to open, and what the page reports as an error.
 * @param {string} query
 * @param {(page: import('playwright-core').Page, links: string[]) => Promise<void>} walk
 */
async function visit(query, walk) {
  requests = [];
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  /** @type {string[]} */
  const links = [];
  /** @type {string[]} */
  const errors = [];
  const session = await devtools(page);
  await session.send('Page.enable');
  session.on('Page.frameRequestedNavigation', ({ url }) => links.push(url));
  page.on('pageerror', (error) => errors.push(String(error)));
  // Here no program takes the link, and the browser launches one without a click only once.
  const expected = [/registered handler/, /user gesture is required/, /404/];
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected.some((known) => known.test(message.text()))) errors.push(message.text());
  });
  await page.goto(`${origin}/auth/salesforce/callback${query}`, { waitUntil: 'commit' });
  await page.waitForFunction(() => document.querySelector('main > div:not([hidden])') !== null);
  try {
    await walk(page, links);
    assert.deepEqual(errors, [], 'no error and no violation of its policy');
  } finally {
    await context.close();
  }
}

test('an answer of ours goes to the app, and leaves the address bar and the history', () => visit(`?sfdc_community_url=https%3A%2F%2Fx&code=aPrx.abc%3D%3D&state=${STATE}`, async (page, links) => {
  await page.getByRole('heading', { name: 'Go on in Datatrax Connect' }).waitFor();
  assert.deepEqual(links.filter((url) => !url.startsWith('http')), [`${LINK}?code=aPrx.abc%3D%3D&state=${STATE}`], 'handed over once, without what it does not know');
  assert.equal(page.url(), `${origin}/auth/salesforce/callback`, 'no query in the address bar');
  const { entries } = await devtools(page).then((session) => session.send('Page.getNavigationHistory'));
  assert.deepEqual(entries.map(({ url }) => url), ['about:blank', `${origin}/auth/salesforce/callback`], 'no query in the history either');
  assert.deepEqual(await violations(page), [], 'axe');
}));

test('the button opens the app where the browser did not do so by itself', () => visit(`?code=abc&state=${STATE}`, async (page, links) => {
  await page.getByRole('button', { name: 'Open Datatrax Connect' }).click();
  await page.waitForTimeout(200);
  assert.deepEqual(links.filter((url) => !url.startsWith('http')), Array(2).fill(`${LINK}?code=abc&state=${STATE}`), 'the same link');
}));

test('a refusal goes to the app too', () => visit(`?error=access_denied&error_description=secret+words&state=${STATE}`, async (page, links) => {
  await page.getByRole('heading', { name: 'Go on in Datatrax Connect' }).waitFor();
  assert.deepEqual(links.filter((url) => !url.startsWith('http')), [`${LINK}?error=access_denied&state=${STATE}`]);
}));

test('the address to paste back is the whole answer, and can be copied', () => visit(`?code=abc&state=${STATE}`, async (page) => {
  await page.getByRole('button', { name: 'Copy the address' }).click();
  await page.getByText('Copied.').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${origin}/auth/salesforce/callback?code=abc&state=${STATE}`);
}));

for (const query of [
  '', '?', '?code=abc', '?code=abc&state=portal-state', `?state=${STATE}`, `?code=a&code=b&state=${STATE}`, `?code=a&state=${STATE}&state=${STATE}`,
  `?code=a&error=b&state=${STATE}`, '?code=a&state=dtxc1.', '?code=a&state=dtxc1.%3Cscript%3Ealert(1)%3C/script%3E', `?code=${'a'.repeat(9000)}&state=${STATE}`, `?code=a&state=DTXC1.hGq0Zk3xYb7PpW2vN5tRcA`,
]) {
  test(`nothing is handed over for ${query.slice(0, 60) || 'no query'}`, () => visit(query, async (page, links) => {
    await page.getByRole('heading', { name: 'There is nothing to do here' }).waitFor();
    assert.deepEqual(links.filter((url) => !url.startsWith('http')), []);
    assert.equal(page.url(), `${origin}/auth/salesforce/callback`, 'the query is gone all the same');
  }));
}

test('it asks nobody for anything', () => visit(`?code=abc&state=${STATE}`, async (page) => {
  await page.getByRole('button', { name: 'Open Datatrax Connect' }).waitFor();
  assert.deepEqual(requests.filter((path) => path !== '/favicon.ico').length, 1, `only the page itself: ${requests}`);
  assert.doesNotMatch(source, /https?:\/\/|\bsrc=|\bimport\b|@import|url\(/, 'and names nobody');
}));

test('its policy names its own script and style', () => {
  for (const tag of ['script', 'style']) {
    const text = new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(source)?.[1] ?? '';
    const hash = createHash('sha256').update(text).digest('base64');
    assert.ok(source.includes(`${tag}-src 'sha256-${hash}'`), `${tag}-src has to be 'sha256-${hash}'`);
  }
});

test('the query is taken away before anything else is done', () => {
  const script = /<script>(.*?)<\/script>/s.exec(source)?.[1] ?? '';
  assert.ok(script.indexOf('replaceState') < script.indexOf('function'), 'first of all');
  assert.ok(source.indexOf('<script>') < source.indexOf('<style>'), 'before anything is drawn');
});
