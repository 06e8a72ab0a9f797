// The script of a request's page, taken out of it to be tried in Node, which has the same WebCrypto. As a program it seals
// what stands on standard input, key and secret on a line each, in the page that is named.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ id: string, number: string, host: string, expires: number, publicKey: string, askedBy: string }} Request
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {{
 *   seal: (publicKey: Bytes, info: Bytes, text: Bytes, aad?: Bytes, pair?: CryptoKeyPair) => Promise<{ enc: Bytes, sealed: Bytes }>,
 *   extract: (suite: Bytes, salt: Bytes, label: string, input: Bytes) => Promise<Bytes>,
 *   expand: (suite: Bytes, key: Bytes, label: string, info: Bytes, length: number) => Promise<Bytes>,
 *   answer: (request: Request, key: string, secret: string) => Promise<string>,
 *   base32: (bytes: Bytes) => string, fromHex: (hex: string) => Bytes, KEM: Bytes, SUITE: Bytes, NONE: Bytes,
 * }} Sealing
 */

const FIELDS = '// The fields at the end of the page.';

/** @param {string} script @returns {Sealing} */
export const sealingOf = (script) => new Function(`${script.split(FIELDS)[0]}; return { seal, extract, expand, answer, base32, fromHex, KEM, SUITE, NONE };`)();

/** The part that seals, as it is in the source. */
export const source = async () => sealingOf(await readFile(new URL('../../src-tauri/core/src/sealed/page/seal.js', import.meta.url), 'utf8'));

/** Seals in a page that was written. @param {string} html @param {string} key @param {string} secret */
export function sealedIn(html, key, secret) {
  const script = /<script>(.*?)<\/script>/s.exec(html)?.[1] ?? '';
  const data = /<script type="application\/json" id="request">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
  return sealingOf(script).answer(JSON.parse(data), key, secret);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [key, secret] = readFileSync(0, 'utf8').split('\n');
  process.stdout.write(await sealedIn(await readFile(process.argv[2] ?? '', 'utf8'), key ?? '', secret ?? ''));
}
