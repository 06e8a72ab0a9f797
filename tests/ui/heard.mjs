// What a screen reader is told of each screen of a way, as text that people can read: kept in a file beside this one, and compared.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';

/** @typedef {import('playwright-core').Page} Page */
const ANEW = 'UPDATE_HEARD=1 writes it anew; read it as somebody would who sees nothing';

/** @param {string} way */
export function hearing(way) {
  /** @type {string[]} */
  const screens = [];
  const file = new URL(`heard/${way}.txt`, import.meta.url);
  return {
    /** Keeps what is told of the present screen. @param {Page} page @param {string} name */
    async hear(page, name) {
      const told = await page.locator('#stage').ariaSnapshot();
      // A countdown is another one each time.
      screens.push(`== ${name} ==\n${told.replace(/\b\d+:\d\d\b/g, 'M:SS')}\n`);
    },
    /** Compares all of them with what is kept. */
    async compare() {
      const told = screens.join('\n');
      if (process.env.UPDATE_HEARD) await writeFile(file, told);
      assert.equal(told, await readFile(file, 'utf8'), `${way} is told otherwise; ${ANEW}`);
    },
  };
}
