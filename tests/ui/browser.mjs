// The real page in a real Chromium, with a scripted host and the window's own Content Security Policy.
/**
 * @import { Commands, Events } from '../../src-tauri/bindings/Window'
 * @import { Answers, Script } from './host.browser.js'
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = fileURLToPath(new URL('.', import.meta.url));
const ui = join(here, '../../ui');
/** @type {Record<string, string>} */
const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml', '.png': 'image/png', '.webp': 'image/webp' };

const config = JSON.parse(await readFile(join(here, '../../tauri.conf.json'), 'utf8'));
const axeSource = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
async function answer(request, response) {
  if (request.url === '/favicon.ico') {
    response.writeHead(204).end();
    return;
  }
  const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://page').pathname));
  const file = path === '/' ? 'index.html' : path;
  const source = file === '/js/host.tauri.js' ? join(here, 'host.browser.js') : join(ui, file);
  try {
    const body = await readFile(source);
    response.writeHead(200, { 'content-type': TYPES[extname(source)] ?? 'application/octet-stream', 'content-security-policy': config.app.security.csp });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
}

/** Starts Chromium and a server of the page. */
export async function open() {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(undefined)));
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  return {
    /**
     * Shows the page with a script of answers. What the page reports as an error, or its policy as a violation, is kept.
     * @param {Script} script
     * @param {import('playwright-core').BrowserContextOptions} [options]
     */
    async page(script, options = {}) {
      const context = await browser.newContext({ viewport: { width: 1080, height: 780 }, timezoneId: 'UTC', locale: 'en-GB', reducedMotion: 'reduce', permissions: ['clipboard-read', 'clipboard-write'], ...options });
      const page = await context.newPage();
      /** @type {string[]} */
      const errors = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
      await page.addInitScript((given) => { Object.assign(globalThis, { script: given, freshSetup: given.fresh?.[0] }); }, /** @type {Record<string, any>} */ (script));
      await page.goto(origin);
      return { page, errors, context };
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A browser for the tests of one file: what comes back walks through the page with a script of answers, and nothing may go wrong on the way. */
export function walking() {
  /** @type {Awaited<ReturnType<typeof open>>} */
  let browser;
  before(async () => { browser = await open(); });
  after(() => browser.close());
  /** @param {Script} script @param {(page: import('playwright-core').Page) => Promise<void>} walk @param {import('playwright-core').BrowserContextOptions} [options] */
  return async function withPage(script, walk, options) {
    const { page, errors, context } = await browser.page(script, options);
    try {
      await walk(page);
      assert.deepEqual(errors, [], 'no error and no violation of the policy');
    } finally {
      await context.close();
    }
  };
}

/** What axe finds wrong in the page as it stands. @param {import('playwright-core').Page} page @returns {Promise<string[]>} */
export async function violations(page) {
  await page.evaluate(axeSource);
  const results = await page.evaluate(() => /** @type {any} */ (globalThis).axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  return results.violations.map((/** @type {any} */ found) => `${found.id}: ${found.nodes.map((/** @type {any} */ node) => `${node.target} ${node.failureSummary}`).join(' | ')}`);
}

/** By its test id. @param {import('playwright-core').Page} page @param {string} id */
export const at = (page, id) => page.locator(`[data-testid="${id}"]`);
/** What the page asked of the host. @param {import('playwright-core').Page} page @param {keyof Commands} command @returns {Promise<any[]>} */
export const asked = (page, command) => page.evaluate((wanted) => /** @type {any} */ (globalThis).calls.filter((/** @type {any} */ call) => call.command === wanted).map((/** @type {any} */ call) => call.args), command);
/** Which part has the focus, by its test id. @param {import('playwright-core').Page} page */
export const focused = (page) => page.evaluate(() => (document.activeElement instanceof HTMLElement ? document.activeElement.dataset.testid : undefined));
/** Waits until this is said to who hears the page. @param {import('playwright-core').Page} page @param {string} part */
export const announced = (page, part) => page.waitForFunction((wanted) => document.querySelector('#announcer')?.textContent?.includes(wanted), part);
/** The agent speaks. @template {keyof Events} E @param {import('playwright-core').Page} page @param {E} event @param {Events[E]} payload */
export const tell = (page, event, payload) => page.evaluate(([name, told]) => /** @type {any} */ (globalThis).tell(name, told), /** @type {const} */ ([event, payload]));
/** Other answers from now on. @param {import('playwright-core').Page} page @param {Answers} script */
export const rescript = (page, script) => page.evaluate((given) => { Object.assign(/** @type {any} */ (globalThis).script, given); }, script);
