// Pictures of every screen, to be looked at: node pictures.mjs FOLDER [NAME…]
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { open } from './browser.mjs';
import { screens } from './screens.mjs';

const [folder = 'pictures', ...names] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const browser = await open();
const forms = [
  { form: 'wide', options: { viewport: { width: 1080, height: 780 } } },
  { form: 'dark', options: { viewport: { width: 1080, height: 780 }, colorScheme: /** @type {const} */ ('dark') } },
  { form: 'narrow', options: { viewport: { width: 480, height: 900 } } },
];
for (const { name, script, go } of screens.filter((screen) => names.length === 0 || names.includes(screen.name))) {
  for (const { form, options } of forms) {
    const { page, errors, context } = await browser.page(script, options);
    await go(page);
    await page.waitForTimeout(200);
    await page.screenshot({ path: join(folder, `${name}-${form}.png`) });
    if (errors.length) console.error(name, form, errors);
    await context.close();
  }
}
await browser.close();
