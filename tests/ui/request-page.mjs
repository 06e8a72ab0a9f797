// A request's page, opened as an admin does: as a file, in a browser without a network, by keyboard. The sealed answer is
// written to standard output. What goes wrong ends it with an error.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { violations } from './browser.mjs';

const [file, pictures] = process.argv.slice(2);
const [key = '', secret = ''] = readFileSync(0, 'utf8').split('\n');
const address = pathToFileURL(file ?? '').href;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });

/**
 * @param {import('playwright-core').BrowserContextOptions} options
 * @param {(page: import('playwright-core').Page) => Promise<void>} walk
 * @param {{ before?: () => void, stopped?: boolean }} [more] `stopped`: whether the policy has something to stop
 */
async function visit(options, walk, { before = () => {}, stopped = false } = {}) {
  const context = await browser.newContext({ offline: true, acceptDownloads: true, permissions: ['clipboard-read', 'clipboard-write'], ...options });
  const page = await context.newPage();
  await page.addInitScript(before);
  /** @type {string[]} */
  const errors = [];
  /** @type {string[]} */
  const asked = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(address);
  try {
    await walk(page);
    if (stopped) return;
    assert.deepEqual(errors, [], 'no error and no violation of its policy');
    assert.deepEqual(asked.filter((url) => !/^(file|data|blob):/.test(url)), [], 'nobody is asked for anything');
  } finally {
    await context.close();
  }
}

/** @param {import('playwright-core').Page} page @param {string} id */
const part = (page, id) => page.locator(`#${id}`);
/** @param {import('playwright-core').Page} page */
const focused = (page) => page.evaluate(() => document.activeElement?.id ?? '');
/** Tab until this part has the focus. @param {import('playwright-core').Page} page @param {string} id */
async function tabTo(page, id) {
  for (let presses = 0; presses < 200; presses += 1) {
    if (await focused(page) === id) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`no Tab leads to ${id}`);
}

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  for (const width of [1100, 320]) {
    await visit({ colorScheme, viewport: { width, height: 800 } }, async (page) => {
      await part(page, 'fields').waitFor();
      assert.deepEqual(await violations(page), [], `axe, ${colorScheme}, ${width}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width}: nothing beside the screen`);
      await page.waitForFunction(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0));
      if (pictures) {
        await mkdir(pictures, { recursive: true });
        await page.screenshot({ path: `${pictures}/request-${colorScheme}-${width}.png`, fullPage: true });
      }
    });
  }
}

// Without WebCrypto the page says so, and there is nothing to enter anything in.
await visit({}, async (page) => {
  await page.getByText('it takes nothing').waitFor();
  assert.equal(await part(page, 'fields').isVisible(), false);
  assert.deepEqual(await violations(page), [], 'axe, without WebCrypto');
}, { before: () => { Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined }); } });
await visit({ javaScriptEnabled: false }, async (page) => {
  await page.getByText('it takes nothing').waitFor();
  assert.equal(await part(page, 'key').isVisible(), false, 'nor without scripts');
});
// After its time, too.
await visit({}, async (page) => {
  await page.getByText('This request is over').waitFor();
  assert.equal(await part(page, 'fields').isVisible(), false);
}, { before: () => { const now = Date.now; Date.now = () => now() + 400 * 86_400_000; } });

// One that ends while the page is open takes nothing either, and one that cannot seal says so.
await visit({}, async (page) => {
  await part(page, 'key').fill(key);
  await part(page, 'secret').fill(secret);
  await page.evaluate(() => { const now = Date.now; Date.now = () => now() + 400 * 86_400_000; });
  await part(page, 'seal').click();
  await page.getByText('This request is over').waitFor();
  assert.equal(await part(page, 'secret').inputValue(), '', 'nor does it keep anything');
});
await visit({}, async (page) => {
  await part(page, 'key').fill(key);
  await part(page, 'secret').fill(secret);
  await part(page, 'seal').click();
  await part(page, 'wrong').getByText('could not seal').waitFor();
  assert.equal(await part(page, 'done').isVisible(), false);
}, { before: () => { SubtleCrypto.prototype.encrypt = () => Promise.reject(new Error('no')); } });
// Where nothing can be copied by itself, it is selected, with the focus on it.
await visit({}, async (page) => {
  await page.locator('button[data-copies]').first().click();
  await page.getByText('Selected. Press Ctrl+C').waitFor();
  assert.notEqual(await page.evaluate(() => getSelection()?.toString()), '');
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'TEXTAREA');
}, { before: () => { Object.defineProperty(navigator, 'clipboard', { value: undefined }); } });

// Whatever got into the page has no way out of it.
await visit({ offline: false }, async (page) => {
  await part(page, 'fields').waitFor();
  const stopped = await page.evaluate(async () => {
    /** @type {string[]} */
    const told = [];
    addEventListener('securitypolicyviolation', (event) => told.push(event.effectiveDirective));
    await fetch('http://127.0.0.1:9/').catch(() => undefined);
    const [frame, form, image] = [document.createElement('iframe'), document.createElement('form'), new Image()];
    frame.src = 'http://127.0.0.1:9/';
    form.action = 'http://127.0.0.1:9/';
    image.src = 'http://127.0.0.1:9/';
    document.body.append(frame, form);
    form.submit();
    await new Promise((done) => setTimeout(done, 200));
    return told;
  });
  for (const directive of ['connect-src', 'frame-src', 'form-action', 'img-src']) assert.ok(stopped.includes(directive), `${directive}: ${stopped}`);
}, { stopped: true });

let answer = '';
await visit({}, async (page) => {
  await part(page, 'fields').waitFor();
  await tabTo(page, 'key');
  for (const [typed, hidden, words] of [['', '', 'The Consumer Key is missing'], [key, '', 'The Consumer Secret is missing'], [key, key, 'the same text'], ['0123456789', key, 'look exchanged'], ['••••••••', secret, 'the dots'], [key, 'x'.repeat(1001), 'longer than any value'], [key.slice(0, -1), secret, 'mostly begins with 3MVG'], [key, `${secret}0`, 'mostly has 64 characters']]) {
    await part(page, 'key').fill(typed ?? '');
    await part(page, 'secret').fill(hidden ?? '');
    await part(page, 'key').press('Enter');
    await part(page, 'wrong').getByText(words ?? '').waitFor();
  }
  await part(page, 'key').fill('');
  await part(page, 'secret').fill('');
  await part(page, 'key').focus();
  await page.keyboard.insertText(`  ${key} `);
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'secret');
  await page.keyboard.insertText(`${secret}\u200b`);
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'show');
  await page.keyboard.press('Enter');
  assert.equal(await part(page, 'secret').getAttribute('type'), 'text', 'it can be compared');
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'seal');
  await page.keyboard.press('Enter');
  await part(page, 'done').waitFor();
  assert.equal(await focused(page), 'done-title', 'who cannot see it hears it');
  assert.deepEqual(await violations(page), [], 'axe, sealed');
  answer = await part(page, 'sealed').inputValue();
  for (const field of ['key', 'secret']) assert.equal(await part(page, field).inputValue(), '', 'the page keeps neither');
  assert.ok(!(await page.content()).includes(secret), 'nor has it anywhere else');
  await tabTo(page, 'copy');
  await page.keyboard.press('Enter');
  await part(page, 'said').getByText('Copied.').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), answer);
  await tabTo(page, 'save');
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  assert.match(download.suggestedFilename(), /^sealed-answer-[0-9a-f]{4}-[0-9a-f]{4}\.txt$/);
  assert.equal(await readFile(await download.path(), 'utf8'), answer, 'the file holds the same');
  // Other values, of another form than usual: doubted once, and sealed when it is asked for once more.
  await tabTo(page, 'again');
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'key');
  assert.equal(await part(page, 'secret').getAttribute('type'), 'password');
  await part(page, 'key').fill('a-key-of-ones-own');
  await part(page, 'secret').fill('a-secret-of-ones-own');
  await part(page, 'secret').press('Enter');
  await part(page, 'wrong').getByText('once more').waitFor();
  await part(page, 'secret').press('Enter');
  await part(page, 'done').waitFor();
  assert.notEqual(await part(page, 'sealed').inputValue(), answer);
  if (pictures) await page.screenshot({ path: `${pictures}/request-sealed.png`, fullPage: false });
});
await browser.close();
process.stdout.write(answer);
