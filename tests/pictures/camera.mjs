// Takes pictures of a page in Chromium, as lossless WebP: for text on plain colours nothing else is as small.
import { execFile } from 'node:child_process';
import { rm, stat, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import playwright from '../ui/node_modules/playwright-core/index.js';

/** @typedef {import('../ui/node_modules/playwright-core/index.d.ts').Page} Page */
/** @typedef {import('../ui/node_modules/playwright-core/index.d.ts').CDPSession} CDPSession */

/** Letters are as wide at any scale, so that both pictures of a page are cut at the same place. */
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--font-render-hinting=none', '--force-color-profile=srgb'];

/** Opens a page in a browser of its own, in which marks can be drawn whatever the page's policy says. */
export async function openPage() {
  const browser = await playwright.chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGUMENTS });
  const context = await browser.newContext({ bypassCSP: true, reducedMotion: 'reduce', locale: 'en-US', timezoneId: 'UTC' });
  return { page: await context.newPage(), close: () => browser.close() };
}

export class Camera {
  #session;

  /** @param {CDPSession} session */
  constructor(session) {
    this.#session = session;
  }

  /** @param {Page} page the page it looks at */
  static async of(page) {
    return new Camera(await page.context().newCDPSession(page));
  }

  /** Sets the window's size, and how many pixels a CSS pixel has. @param {number} width @param {number} height @param {number} scale */
  async look(width, height, scale) {
    await this.#session.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: scale, mobile: false });
  }

  /** @param {import('./marks.mjs').Box} clip in CSS pixels @param {string} file @returns {Promise<number>} its bytes */
  async take(clip, file) {
    const { data } = await this.#session.send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true, clip: { ...clip, scale: 1 } });
    return webp(Buffer.from(data, 'base64'), file);
  }
}

/** @param {Buffer} png @param {string} file @returns {Promise<number>} its bytes */
export async function webp(png, file) {
  const before = `${file}.png`;
  await writeFile(before, png);
  try {
    await promisify(execFile)('cwebp', ['-quiet', '-lossless', '-z', '9', before, '-o', file]);
  } finally {
    await rm(before);
  }
  return (await stat(file)).size;
}
