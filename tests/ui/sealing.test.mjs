// How a request's page seals: by the published vector of its suite, and in a text that survives.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { source } from './sealing.mjs';

const { seal, extract, expand, answer, base32, fromHex, KEM, NONE } = await source();
/** @param {Uint8Array} bytes */
const hex = (bytes) => Buffer.from(bytes).toString('hex');
/** @param {string} text */
const utf8 = (text) => new TextEncoder().encode(text);

// Mode 0, KEM 16, KDF 1, AEAD 2 of github.com/cfrg/draft-irtf-cfrg-hpke, test-vectors.json.
const VECTOR = {
  seed: 'a90d3417c3da9cb6c6ae19b4b5dd6cc9529a4cc24efb7ae0ace1f31887a8cd6c',
  publicKey: '04abc7e49a4c6b3566d77d0304addc6ed0e98512ffccf505e6a8e3eb25c685136f853148544876de76c0f2ef99cdc3a05ccf5ded7860c7c021238f9e2073d2356c',
  enc: '04c06b4f6bebc7bb495cb797ab753f911aff80aefb86fd8b6fcc35525f3ab5f03e0b21bd31a86c6048af3cb2d98e0d3bf01da5cc4c39ff5370d331a4f1f7d5a4e0',
  info: '4f6465206f6e2061204772656369616e2055726e',
  aad: '436f756e742d30',
  text: '4265617574792069732074727574682c20747275746820626561757479',
  sealed: '58c61a45059d0c5704560e9d88b564a8b63f1364b8d1fcb3c4c6ddc1d291742465e902cd216f8908da49f8f96f',
};

/** DeriveKeyPair of RFC 9180, by the page's own labels; the point is the vector's. @returns {Promise<CryptoKeyPair>} */
async function pairOf(/** @type {string} */ seed, /** @type {string} */ point) {
  const derived = await extract(KEM, NONE, 'dkp_prk', fromHex(seed));
  const d = await expand(KEM, derived, 'candidate', Uint8Array.of(0), 32);
  const part = (/** @type {Uint8Array} */ bytes) => Buffer.from(bytes).toString('base64url');
  const bytes = fromHex(point);
  const jwk = { kty: 'EC', crv: 'P-256', d: part(d), x: part(bytes.slice(1, 33)), y: part(bytes.slice(33)) };
  const curve = { name: 'ECDH', namedCurve: 'P-256' };
  const { d: _, ...open } = jwk;
  return {
    privateKey: await crypto.subtle.importKey('jwk', jwk, curve, false, ['deriveBits']),
    publicKey: await crypto.subtle.importKey('jwk', open, curve, true, []),
  };
}

test('the published vector of the suite is met, key pair and all', async () => {
  const { seed, publicKey, enc, info, aad, text, sealed } = VECTOR;
  const made = await seal(fromHex(publicKey), fromHex(info), fromHex(text), fromHex(aad), await pairOf(seed, enc));
  assert.equal(hex(made.enc), enc);
  assert.equal(hex(made.sealed), sealed);
});

test('base 32 is that of RFC 4648', () => {
  for (const [text, coded] of [['', ''], ['f', 'MY'], ['fo', 'MZXQ'], ['foo', 'MZXW6'], ['foob', 'MZXW6YQ'], ['fooba', 'MZXW6YTB'], ['foobar', 'MZXW6YTBOI']]) {
    assert.equal(base32(utf8(text ?? '')), coded);
  }
});

test('no two answers are alike, and none holds its values in any form', async () => {
  const request = { id: '00'.repeat(16), number: '0000-0000', host: 'acme.my.salesforce.com', expires: 4e9, publicKey: Buffer.from(VECTOR.publicKey, 'hex').toString('base64'), askedBy: 'Ada' };
  const [key, secret] = ['3MVG9.planted.key', 'PLANTED0SECRET'];
  const [one, other] = [await answer(request, key, secret), await answer(request, key, secret)];
  assert.notEqual(one, other, 'another key pair each time');
  for (const value of [key, secret]) {
    for (const form of [value, Buffer.from(value).toString('base64').replace(/=+$/, ''), hex(utf8(value)), base32(utf8(value)).slice(0, -1)]) {
      assert.ok(!one.replaceAll('\n', '').toUpperCase().includes(form.toUpperCase()), form);
    }
  }
  assert.ok(one.split('\n').every((line) => line.length <= 100), 'short lines');
});

test('the page names nobody to load anything from', async () => {
  const folder = new URL('../../src-tauri/core/src/sealed/page/', import.meta.url);
  const parts = await Promise.all(['page.html', 'style.css', 'seal.js', 'form.js'].map((name) => readFile(new URL(name, folder), 'utf8')));
  assert.doesNotMatch(parts.join('\n'), /https?:\/\/|<link|<iframe|<form|@import|url\(|\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon|localStorage|indexedDB|innerHTML/);
  assert.equal(createHash('sha256').update(parts.join('')).digest('hex').length, 64, 'they were read');
});
