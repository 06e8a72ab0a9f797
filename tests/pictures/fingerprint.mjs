// What a picture was made from, as a number: when it is another, the picture shows what is no longer so.
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { DRAWING } from './marks.mjs';
import { walk } from './setup.mjs';
import { SHOTS } from './shots.mjs';

/** @typedef {import('../ui/node_modules/playwright-core/index.d.ts').Page} Page */
/** @typedef {import('./shots.mjs').Name} Name */

const STYLES = ['/practice.css', '/setup.css'];
/** What is told of a picture and not seen in it. */
const UNSEEN = new Set(['step', 'says']);
/** Where the fingerprints of the committed pictures are. */
export const TAKEN = fileURLToPath(new URL('./taken.json', import.meta.url));

/**
 * Of the page as it stands, and of what is drawn into it. No pixels: those differ between versions of browsers and fonts.
 * @param {Page} page @param {Name} name @returns {Promise<string>}
 */
export async function fingerprint(page, name) {
  const { html, typed, origin } = await page.evaluate(() => ({
    html: document.documentElement.outerHTML,
    typed: [...document.querySelectorAll('input, textarea, select')].map((field) => {
      const { id, value, checked, type } = /** @type {HTMLInputElement} */ (field);
      return type === 'hidden' ? '' : `${id}=${value} ${checked}`;
    }),
    origin: location.origin,
  }));
  const parts = [JSON.stringify(SHOTS[name], (key, value) => (UNSEEN.has(key) ? undefined : value)), DRAWING, ...typed];
  for (const style of STYLES) parts.push(await (await page.request.get(origin + style)).text());
  // Tokens of forms and of requests are new each time, and so is the port.
  parts.push(html.replaceAll(origin, '').replaceAll(encodeURIComponent(origin), '').replace(/[0-9a-f]{64}/gu, ''));
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}

/** Of all pictures. @param {string} dtx @param {Page} page @returns {Promise<Record<string, string>>} */
export async function fingerprints(dtx, page) {
  /** @type {Record<string, string>} */
  const all = {};
  await walk(dtx, page, async (name) => { all[name] = await fingerprint(page, name); });
  return all;
}
