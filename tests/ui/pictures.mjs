// Pictures of every screen, to be looked at: node pictures.mjs FOLDER [FORM…] [NAME…], a form being one of those below.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { open } from './browser.mjs';
import { screens } from './screens.mjs';

const forms = [
  { form: 'usual', options: { viewport: { width: 1080, height: 780 } } },
  { form: 'wide', options: { viewport: { width: 1180, height: 800 } } },
  { form: 'dark', options: { viewport: { width: 1180, height: 800 }, colorScheme: /** @type {const} */ ('dark') } },
  { form: 'narrow', options: { viewport: { width: 480, height: 900 } } },
  { form: 'narrow-dark', options: { viewport: { width: 480, height: 900 }, colorScheme: /** @type {const} */ ('dark') } },
  { form: 'twice', options: { viewport: { width: 590, height: 450 }, deviceScaleFactor: 2 } },
  { form: 'forced', options: { viewport: { width: 1180, height: 800 }, forcedColors: /** @type {const} */ ('active') } },
  { form: 'huge', options: { viewport: { width: 2560, height: 1440 } } },
  { form: 'widest', options: { viewport: { width: 3840, height: 2160 } } },
];

const [folder = 'pictures', ...wanted] = process.argv.slice(2);
const named = forms.filter(({ form }) => wanted.includes(form));
const names = wanted.filter((word) => !named.some(({ form }) => form === word));
await mkdir(folder, { recursive: true });
const browser = await open();
for (const { name, script, go } of screens.filter((screen) => names.length === 0 || names.some((start) => screen.name.startsWith(start)))) {
  for (const { form, options } of named.length ? named : forms) {
    const { page, errors, context } = await browser.page(structuredClone(script), options);
    await go(page).catch((error) => console.error(name, form, error.message.split('\n')[0]));
    await page.waitForTimeout(200);
    await page.screenshot({ path: join(folder, `${name}-${form}.png`) });
    if (errors.length) console.error(name, form, errors);
    await context.close();
  }
}
await browser.close();
