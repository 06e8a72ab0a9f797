// The pictures of README.md: the window's own page, with the answers of the page's tests. node product.mjs
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { open } from '../ui/browser.mjs';
import { screens } from '../ui/screens.mjs';
import { webp } from './camera.mjs';

const FOLDER = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
/** Beside a browser, or in a window of its own; with as many pixels as README.md shows on a fine screen. */
const COMPANION = { viewport: { width: 480, height: 900 }, deviceScaleFactor: 2 };
const WINDOW = { viewport: { width: 1180, height: 800 }, deviceScaleFactor: 1.5 };
/** As much as README.md may cost whoever reads it, in bytes a picture. */
const LIMIT = 150_000;

/** @type {{ file: string, screen: string, form: typeof WINDOW, colorScheme: 'light' | 'dark' }[]} */
const PICTURES = [
  { file: 'step-light', screen: 'step-oauth', form: WINDOW, colorScheme: 'light' },
  { file: 'step-dark', screen: 'step-oauth', form: WINDOW, colorScheme: 'dark' },
  { file: 'paste', screen: 'paste-wrong', form: COMPANION, colorScheme: 'light' },
  { file: 'wait', screen: 'waiting', form: COMPANION, colorScheme: 'light' },
  { file: 'connections-light', screen: 'connections', form: WINDOW, colorScheme: 'light' },
  { file: 'connections-dark', screen: 'connections', form: WINDOW, colorScheme: 'dark' },
];

await mkdir(FOLDER, { recursive: true });
const browser = await open();
for (const { file, screen, form, colorScheme } of PICTURES) {
  const shown = screens.find(({ name }) => name === screen);
  if (!shown) throw new Error(`There is no screen ${screen} in tests/ui/screens.mjs.`);
  const { page, context } = await browser.page(afterTheStepsBefore(shown.script), { ...form, colorScheme });
  await shown.go(page);
  await page.waitForLoadState('networkidle');
  await page.evaluate(asInAnOrg);
  const bytes = await webp(await page.screenshot(), join(FOLDER, `${file}.webp`));
  await context.close();
  console.log(`docs/pictures/${file}.webp: ${Math.round(bytes / 1000)} kB`);
  if (bytes > LIMIT) throw new Error(`That is more than ${LIMIT / 1000} kB.`);
}
await browser.close();

/** Who is at a step has done those before it. @param {Record<string, any>} script */
function afterTheStepsBefore(script) {
  const copy = structuredClone(script);
  for (const { step, steps } of copy.snapshot?.[0]?.ok?.setups ?? []) {
    const at = steps.findIndex((/** @type {{ id: string }} */ { id }) => id === step);
    for (const before of steps.slice(0, at)) if (before.mark === 'open') before.mark = 'said';
  }
  return copy;
}

/** Runs in the page: a key and a secret as long as Salesforce's, and nothing that has the focus. */
function asInAnOrg() {
  for (const [name, length] of /** @type {const} */ ([['key', 85], ['secret', 64]])) {
    const field = /** @type {HTMLInputElement | null} */ (document.querySelector(`input[data-testid="${name}"]`));
    if (field?.value) field.value = field.value.padEnd(length, '.example');
  }
  /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
}
