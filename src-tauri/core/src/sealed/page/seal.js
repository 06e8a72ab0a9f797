'use strict';
// Seals the two values, with nothing but the browser's own WebCrypto: HPKE (RFC 9180) in its base mode, of the suite
// DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Only who has the request's private key can open what comes out.

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */
/** @typedef {{ id: string, number: string, host: string, expires: number, publicKey: string, askedBy: string }} OfRequest */

/** @param {string} text @returns {Bytes} */
const utf8 = (text) => new TextEncoder().encode(text);

/** @param {Bytes[]} parts @returns {Bytes} */
function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A number in two bytes. @param {number} number */
const two = (number) => Uint8Array.of(number >> 8, number & 255);

const NONE = new Uint8Array();
const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
const KEM = joined(utf8('KEM'), two(0x0010));
const SUITE = joined(utf8('HPKE'), two(0x0010), two(0x0001), two(0x0002));

/** @param {Bytes} key @param {Bytes} text */
async function hmac(key, text) {
  // An empty key and one of zeros are the same for HMAC, and a browser imports the second.
  const imported = await crypto.subtle.importKey('raw', key.length === 0 ? new Uint8Array(32) : key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, text));
}

/** LabeledExtract of RFC 9180, section 4. @param {Bytes} suite @param {Bytes} salt @param {string} label @param {Bytes} input */
const extract = (suite, salt, label, input) => hmac(salt, joined(utf8('HPKE-v1'), suite, utf8(label), input));

/** LabeledExpand, for the lengths of this suite: none is above the 32 bytes of one round. @param {Bytes} suite @param {Bytes} key @param {string} label @param {Bytes} info @param {number} length */
const expand = async (suite, key, label, info, length) => (await hmac(key, joined(two(length), utf8('HPKE-v1'), suite, utf8(label), info, Uint8Array.of(1)))).slice(0, length);

/**
 * SealBase of RFC 9180: the encapsulated key, and what is sealed.
 * @param {Bytes} publicKey
 * @param {Bytes} info
 * @param {Bytes} text
 * @param {Bytes} [aad]
 * @param {CryptoKeyPair} [pair] a pair that is known before, for the published test vectors alone
 */
async function seal(publicKey, info, text, aad = NONE, pair = undefined) {
  const theirs = await crypto.subtle.importKey('raw', publicKey, CURVE, false, []);
  const ours = pair ?? /** @type {CryptoKeyPair} */ (await crypto.subtle.generateKey(CURVE, false, ['deriveBits']));
  const enc = new Uint8Array(await crypto.subtle.exportKey('raw', ours.publicKey));
  const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, ours.privateKey, 256));
  const agreed = await expand(KEM, await extract(KEM, NONE, 'eae_prk', shared), 'shared_secret', joined(enc, publicKey), 32);
  const context = joined(Uint8Array.of(0), await extract(SUITE, NONE, 'psk_id_hash', NONE), await extract(SUITE, NONE, 'info_hash', info));
  const secret = await extract(SUITE, agreed, 'secret', NONE);
  const key = await crypto.subtle.importKey('raw', await expand(SUITE, secret, 'key', context, 32), 'AES-GCM', false, ['encrypt']);
  const iv = await expand(SUITE, secret, 'base_nonce', context, 12);
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: aad }, key, text));
  return { enc, sealed };
}

/** Base 32 (RFC 4648) without its padding: letters and digits that survive mails and chats. @param {Bytes} bytes */
function base32(bytes) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let [text, bits, held] = ['', 0, 0];
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xffff;
    held += 8;
    while (held >= 5) {
      held -= 5;
      text += letters.charAt((bits >> held) & 31);
    }
  }
  return held > 0 ? text + letters.charAt((bits << (5 - held)) & 31) : text;
}

/** @param {string} hex */
const fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** @param {string} text */
const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/**
 * The text to send back: the two values, sealed for this request, this org and this time, and for nothing else.
 * @param {OfRequest} request
 * @param {string} key
 * @param {string} secret
 */
async function answer(request, key, secret) {
  const info = utf8(`datatrax-connect sealed answer 1\n${request.id}\n${request.host}\n${request.expires}\n`);
  const { enc, sealed } = await seal(fromBase64(request.publicKey), info, utf8(JSON.stringify({ key, secret })));
  const bytes = joined(Uint8Array.of(1), fromHex(request.id), enc, sealed);
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).slice(0, 4);
  const lines = base32(joined(bytes, sum)).match(/.{1,60}/g) ?? [];
  return [`Sealed answer to request ${request.number}, for ${request.host}.`, 'Paste all of it into Datatrax Connect.', '', 'DTXANSWER1', ...lines, '1END', ''].join('\n');
}
