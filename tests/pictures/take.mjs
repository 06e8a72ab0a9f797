// The pictures of the guide: node take.mjs DTX
import { rmSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd } from '../journey/programs.mjs';
import { Camera, openPage } from './camera.mjs';
import { TAKEN, fingerprint } from './fingerprint.mjs';
import { mark, unmark } from './marks.mjs';
import { walk } from './setup.mjs';
import { SHOTS, WIDTH } from './shots.mjs';

const FOLDER = fileURLToPath(new URL('../../ui/pictures/', import.meta.url));
const SCHEMES = /** @type {const} */ (['light', 'dark']);
/** Pixels for a CSS pixel, and how the name of the file says so. */
const SCALES = /** @type {const} */ ([[1, ''], [2, '@2x']]);

await runToEnd(async () => {
  const dtx = process.argv[2] ?? 'target/debug/dtx';
  const fresh = await mkdtemp(join(tmpdir(), 'pictures-'));
  process.once('exit', () => rmSync(fresh, { recursive: true }));

  const { page, close } = await openPage();
  const camera = await Camera.of(page);
  /** @type {Record<string, { width: number, height: number }>} */
  const sizes = {};
  /** @type {Record<string, string>} */
  const taken = {};
  let bytes = 0;
  await walk(dtx, page, async (name) => {
    taken[name] = await fingerprint(page, name);
    for (const [scale, suffix] of SCALES) {
      await camera.look(SHOTS[name].window, 900, scale);
      for (const scheme of SCHEMES) {
        const clip = await mark(page, SHOTS[name], WIDTH, scheme);
        const { width, height } = (sizes[name] ??= clip);
        if (clip.height !== height) throw new Error(`${name} is ${height} high, and ${clip.height} at ${scale}x.`);
        sizes[name] = { width, height };
        bytes += await camera.take(clip, join(fresh, `${name}-${scheme}${suffix}.webp`));
      }
    }
    await unmark(page, SHOTS[name]);
  });
  await close();

  await writeFile(join(fresh, 'sizes.js'), module(sizes));
  await replace(fresh);
  await writeFile(TAKEN, `${JSON.stringify(Object.fromEntries(Object.entries(taken).sort()), null, 2)}\n`);
  console.log(`${Object.keys(sizes).length} pictures in ui/pictures, each in two schemes and at two scales: ${Math.round(bytes / 1000)} kB.`);
});

/** @param {Record<string, { width: number, height: number }>} sizes */
function module(sizes) {
  const lines = Object.entries(sizes).sort().map(([name, { width, height }]) => `  '${name}': { width: ${width}, height: ${height} },\n`);
  return `// Made by ./dev pictures.

/**
 * How large each picture is, in CSS pixels: its place is kept before it is there.
 * @type {Readonly<Record<string, { width: number, height: number }>>}
 */
export const SIZES = Object.freeze({
${lines.join('')}});
`;
}

/** Puts what was made in the place of what was there, all at once. @param {string} fresh */
async function replace(fresh) {
  await mkdir(FOLDER, { recursive: true });
  const made = await readdir(fresh);
  for (const file of made) await copyFile(join(fresh, file), join(FOLDER, file));
  for (const file of await readdir(FOLDER)) if (!made.includes(file)) await rm(join(FOLDER, file));
}
