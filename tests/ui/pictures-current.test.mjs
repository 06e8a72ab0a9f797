// The guide's pictures are there, are small, and show Setup as it is now.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { SIZES } from '../../ui/pictures/sizes.js';
import { openPage } from '../pictures/camera.mjs';
import { TAKEN, fingerprints } from '../pictures/fingerprint.mjs';
import { VALUES } from '../pictures/setup.mjs';
import { SHOTS } from '../pictures/shots.mjs';

const ANEW = 'run ./dev pictures, look at what it made, and commit it';
const root = new URL('../../', import.meta.url);
const folder = new URL('ui/pictures/', root);
/** All pictures together, in bytes: they are part of every download. */
const LIMIT = 1_200_000;

test('the pictures show Setup as it is now', { timeout: 120_000 }, async () => {
  const { page, close } = await openPage();
  try {
    const now = await fingerprints('target/debug/dtx', page);
    /** @type {Record<string, string>} */
    const taken = JSON.parse(await readFile(TAKEN, 'utf8'));
    const names = [...new Set([...Object.keys(now), ...Object.keys(taken)])].sort();
    assert.deepEqual(names.filter((name) => now[name] !== taken[name]), [], `these show what has changed since: ${ANEW}`);
    assert.deepEqual(names, Object.keys(SHOTS).sort(), 'every picture was come by on the way through Setup');
  } finally {
    await close();
  }
});

test('every picture is there for both schemes and for coarse and fine screens, in the size that is told', async () => {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.webp')).sort();
  const wanted = Object.keys(SHOTS).flatMap((name) => ['light', 'dark'].flatMap((scheme) => ['', '@2x'].map((scale) => `${name}-${scheme}${scale}.webp`)));
  assert.deepEqual(files, wanted.sort(), ANEW);
  let bytes = 0;
  for (const file of files) {
    const picture = await readFile(new URL(file, folder));
    bytes += picture.length;
    const told = SIZES[file.replace(/-(light|dark)(@2x)?\.webp$/u, '')];
    const scale = file.includes('@2x') ? 2 : 1;
    assert.deepEqual(sizeOf(picture), { width: (told?.width ?? 0) * scale, height: (told?.height ?? 0) * scale }, `${file}: ${ANEW}`);
  }
  assert.ok(bytes < LIMIT, `${bytes} bytes in all, ${LIMIT} at most`);
});

test('each mark has the number of the sentence it belongs to', async () => {
  const guide = await readFile(new URL('src-tauri/core/src/words/guide.toml', root), 'utf8');
  const steps = guide.split('[[steps]]').slice(1);
  for (const [name, { step: id, marks }] of Object.entries(SHOTS)) {
    if (id.startsWith('rotation/')) continue;
    const step = steps.find((text) => text.includes(`id = "${id}"`)) ?? '';
    assert.ok(step.includes(`name = "${name}"`), `the step ${id} shows the picture ${name}`);
    const sentences = (/^do = \[\n(.*?)^\]/msu.exec(step)?.[1] ?? '').trim().split('\n');
    for (const { number, says } of marks) {
      assert.ok(sentences[number - 1]?.includes(says), `sentence ${number} of the step ${id} says "${says}", as the picture ${name} tells; if it is another: ${ANEW}`);
    }
  }
});

test('each mark of a rotation belongs to the words of its step', async () => {
  const said = await readFile(new URL('src-tauri/core/src/words/rotation.toml', root), 'utf8');
  const shown = await readFile(new URL('ui/js/words/rotate.js', root), 'utf8');
  for (const [name, { step: id, marks }] of Object.entries(SHOTS)) {
    if (!id.startsWith('rotation/')) continue;
    assert.ok(shown.includes(`name: '${name}'`), `the picture ${name} is shown`);
    const [, words = ''] = said.split(`\n[${id.replace('rotation/', '')}]\n`);
    const step = words.split('\n[')[0] ?? '';
    for (const { says } of marks) assert.ok(step.includes(says), `the words of ${id} say "${says}", as the picture ${name} tells; if they are others: ${ANEW}`);
  }
});

test('the pictures show the values that the guide gives', async () => {
  const source = (/** @type {string} */ path) => readFile(new URL(`src-tauri/core/src/${path}`, root), 'utf8');
  const [guide, callbacks] = [await source('words/guide.toml'), await source('org/address/callbacks.rs')];
  for (const value of [VALUES.quickFind, VALUES.name, VALUES.description, ...VALUES.scopes]) {
    assert.ok(guide.includes(`value = "${value}"`), `the guide gives ${value}`);
  }
  const [hosted = '', ...local] = VALUES.callbacks;
  const link = local.pop() ?? '';
  for (const line of [hosted, link]) assert.ok(callbacks.includes(`"${line}"`), `${line} is one of the callbacks`);
  const ports = local.map((line) => new URL(line).port).join(', ');
  assert.ok(callbacks.includes(`[${ports}]`), `the local callbacks are at ${ports}`);
  const [path] = new Set(local.map((line) => new URL(line).pathname));
  assert.ok(callbacks.includes(`const PATH: &str = "${path}"`), `the local callbacks end in ${path}`);
});

/** Of a lossless WebP: 14 bits each, less one. @param {Buffer} file */
function sizeOf(file) {
  assert.equal(file.toString('latin1', 8, 16), 'WEBPVP8L', 'a lossless WebP');
  const bits = file.readUInt32LE(21);
  return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
}
