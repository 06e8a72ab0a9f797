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
 * @param {() => void} [opened] called once the portal was opened
 */
export function handOver(app, alias, opened = () => {}) {
  const said = h('div', { role: 'status' });
  const failed = (/** @type {unknown} */ thrown) => fill(said, failureNote(asFailure(thrown)));
  const key = value(text.key, 'copy-key', () => host.copyKey(alias));
  const secret = value(text.secret, 'copy-secret', () => host.copySecret(alias));
  const element = h('div', { class: 'stack portal' },
    h('div', { class: 'acts' }, button(text.open, () => void host.openPortal().then(opened, failed), { class: 'wanted', 'data-testid': 'open-portal' })),
    key.element, secret.element, said);

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
    element,
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
