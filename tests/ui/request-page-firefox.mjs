// A request's page in a real Firefox, as `request-page.mjs` has it in Chromium: as a file, without a network, by keyboard. The
// sealed answer is written to standard output. What goes wrong ends it with an error.
import assert from 'node:assert/strict';
import { readFileSync, watch } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { KEYS, open } from './firefox.mjs';

const [file = '', program = '', pictures] = process.argv.slice(2);
const [key = '', secret = ''] = readFileSync(0, 'utf8').split('\n');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const axeSource = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const firefox = await open(program, { 'browser.download.folderList': 2, 'browser.download.alwaysOpenPanel': false, 'browser.download.useDownloadDir': true });
const downloads = join(firefox.profile, 'downloads');
await mkdir(downloads);
const set = 'const [name, value] = arguments; Services.prefs[typeof value === "string" ? "setStringPref" : "setIntPref"](name, value);';
await firefox.inBrowser(set, 'browser.download.dir', downloads);
await firefox.inBrowser('Services.io.offline = true;');

/** What axe finds wrong in the page as it stands. @returns {Promise<string[]>} */
const violations = () => firefox.beside(`${axeSource};
  return window.axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then((found) => found.violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.target).join(' | ')));`);
const focused = () => firefox.run(() => document.activeElement?.id ?? '');
/** Tab until this part has the focus. @param {string} id */
async function tabTo(id) {
  for (let presses = 0; presses < 200; presses += 1) {
    if (await focused() === id) return;
    await firefox.press(KEYS.tab);
  }
  assert.fail(`no Tab leads to ${id}`);
}
/** Waits until a part of the page says this. @param {string} id @param {string} words */
const says = (id, words) => firefox.run((part, wanted) => new Promise((resolve) => {
  const place = document.getElementById(part);
  const look = () => { if (place?.textContent?.includes(wanted)) resolve(true); };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  look();
}), id, words);
const shown = (/** @type {string} */ id) => firefox.run((part) => document.getElementById(part)?.checkVisibility() ?? false, id);

let answer = '';
try {
  // Dark is 0 and light is 1. Firefox makes no window as narrow as a telephone: the page is enlarged instead.
  for (const [scheme, name] of /** @type {const} */ ([[1, 'light'], [0, 'dark']])) {
    await firefox.inBrowser(set, 'layout.css.prefers-color-scheme.content-override', scheme);
    for (const [width, zoom] of /** @type {const} */ ([[1100, 1], [320, 2]])) {
      await firefox.size(width * zoom, 800);
      await firefox.go(pathToFileURL(file).href);
      await firefox.inBrowser('gBrowser.selectedBrowser.fullZoom = arguments[0];', zoom);
      const fits = await firefox.run(/** @returns {Promise<[number, number]>} */ () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve([innerWidth, document.documentElement.scrollWidth])))));
      assert.ok(Math.abs(fits[0] - width) < 3, `as wide as wanted: ${fits}`);
      assert.ok(fits[1] <= fits[0], `${name}, ${width}: nothing beside the screen`);
      assert.deepEqual(await violations(), [], `axe, ${name}, ${width}`);
      assert.ok(await firefox.run(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0)), 'its pictures are in it');
      if (pictures) {
        await mkdir(pictures, { recursive: true });
        await writeFile(join(pictures, `firefox-${name}-${width}.png`), Buffer.from(await firefox.picture(), 'base64'));
      }
      await firefox.inBrowser('gBrowser.selectedBrowser.fullZoom = 1;');
    }
  }
  await firefox.go(pathToFileURL(file).href);
  assert.equal(await shown('fields'), true, 'it can seal here');
  await tabTo('key');
  await firefox.type(`${key} `);
  await firefox.press(KEYS.tab);
  assert.equal(await focused(), 'secret');
  await firefox.type(secret);
  await tabTo('seal');
  await firefox.press(KEYS.enter);
  await says('done-title', 'Both values are sealed');
  await firefox.run(() => new Promise((resolve) => {
    const look = () => { if (document.activeElement?.id === 'done-title') resolve(true); };
    document.addEventListener('focusin', look);
    look();
  }));
  assert.deepEqual(await violations(), [], 'axe, sealed');
  answer = await firefox.run(() => /** @type {HTMLTextAreaElement} */ (document.getElementById('sealed')).value);
  const [left, html] = await firefox.run(() => [[...document.querySelectorAll('input')].map((input) => input.value), document.documentElement.outerHTML]);
  assert.deepEqual(left, ['', ''], 'the page keeps neither');
  assert.ok(!html.includes(secret), 'nor has it anywhere else');
  await tabTo('copy');
  await firefox.press(KEYS.enter);
  await says('said', 'Copied.');
  const copied = await firefox.inBrowser('return navigator.clipboard.readText();');
  assert.equal(copied, answer, 'as it was copied');
  const arrived = saved();
  await tabTo('save');
  await firefox.press(KEYS.enter);
  const name = await arrived;
  assert.match(name, /^sealed-answer-[0-9a-f]{4}-[0-9a-f]{4}\.txt$/);
  assert.equal(await readFile(join(downloads, name), 'utf8'), answer, 'the file holds the same');
} finally {
  await firefox.close();
}
process.stdout.write(answer);

/** The name of the file that is saved from now on, once it is whole. @returns {Promise<string>} */
function saved() {
  return new Promise((resolve) => {
    const watcher = watch(downloads, async (_, filename) => {
      if (!filename?.endsWith('.txt') || (await readFile(join(downloads, filename), 'utf8').catch(() => '')) !== answer) return;
      watcher.close();
      resolve(filename);
    });
  });
}
