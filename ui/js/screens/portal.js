/**
 * Handing a connection on to the Datatrax portal: the portal opened, key and secret copied by the agent.
 * @import { Copied } from '../../../src-tauri/bindings/Copied'
 * @import { App } from '../app.js'
 */

import { fill, h } from '../dom.js';
import { host } from '../host.js';
import { asFailure, countdown } from '../model.js';
import { button, confirming, failureNote } from '../parts.js';
import * as words from '../words.js';

const text = words.connected;

/**
 * @param {App} app
 * @param {string} alias
 * @param {(what: 'portal' | 'key' | 'secret') => void} [handed] called once the portal was opened or a value copied
 */
export function handOver(app, alias, handed = () => {}) {
  const said = h('div', { role: 'status' });
  /** When the key that was copied last goes from the clipboard, in milliseconds; null where it stays. @type {number | null} */
  let keyGoesAt = null;
  const failed = (/** @type {unknown} */ thrown) => fill(said, failureNote(asFailure(thrown)));
  const key = value(text.key, 'copy-key', async () => {
    const copied = await host.copyKey(alias);
    const { cleared_after_seconds: seconds } = copied;
    keyGoesAt = seconds === null ? null : Date.now() + seconds * 1000;
    handed('key');
    return copied;
  });
  const secret = value(text.secret, 'copy-secret', () => host.copySecret(alias).then((copied) => { handed('secret'); return copied; }));
  const element = h('div', { class: 'stack portal' },
    h('div', { class: 'acts', 'data-later': true }, button(text.open, () => void open(false), { class: 'wanted', 'data-testid': 'open-portal' })),
    key.element, secret.element, said);

  /** @param {boolean} withKey whether the key is on the clipboard when the portal is there */
  async function open(withKey) {
    try {
      if (withKey) key.copy.click();
      await host.openPortal();
      handed('portal');
    } catch (thrown) {
      failed(thrown);
    }
  }

  /** @param {string} label @param {string} id @param {() => Promise<Copied>} ask */
  function value(label, id, ask) {
    const copy = confirming(label, id, async () => {
      try {
        const { cleared_after_seconds: seconds } = await ask();
        fill(said, h('p', { class: 'said', 'data-testid': 'copied' }, text.copied(label, seconds)));
        return words.copy.done;
      } catch (thrown) {
        failed(thrown);
        return null;
      }
    });
    const hint = h('span', { class: 'quiet small' }, text.notShown);
    return { element: h('div', { class: 'value' }, h('span', { class: 'value-label' }, label), hint, copy), hint, copy };
  }

  return {
    element, open,
    copyKey: () => key.copy.click(),
    copySecret: () => secret.copy.click(),
    /** Whether the key was copied, and has gone from the clipboard by now. */
    isKeyGone: () => keyGoesAt !== null && Date.now() >= keyGoesAt,
    hasSecret: () => !secret.copy.hidden,
    /** Shows for how long the secret can still be copied. */
    update() {
      const known = app.snapshot?.connections.find((one) => one.alias === alias);
      const left = countdown(known?.secret_until ?? null, new Date());
      const line = !known ? text.notShown : left ? `${text.notShown}. ${text.secretFor(left)}` : text.secretOver;
      if (secret.hint.textContent !== line) secret.hint.textContent = line;
      secret.copy.hidden = known !== undefined && left === null;
    },
  };
}
