/**
 * The keeper of the vault's key, and how to change that.
 * @import { KeyProtection } from '../../../src-tauri/bindings/KeyProtection'
 * @import { VaultView } from '../../../src-tauri/bindings/VaultView'
 * @import { App } from '../app.js'
 */

import { announce, fill, h, region } from '../dom.js';
import { host } from '../host.js';
import { keyProtectionForm } from '../key-protection.js';
import { asFailure } from '../model.js';
import { button, failureNote } from '../parts.js';
import { formerKeyDialog } from './former-key.js';
import * as words from '../words.js';
import { names } from '../words/names.js';

const text = words.vault;
/** @type {KeyProtection[]} */
const GUARDS = ['keychain', 'passphrase', 'session'];

/** @param {App} app */
export function vaultPart(app) {
  /** @type {VaultView | null} */
  let shown = null;
  let open = false;
  /** @type {unknown} */
  let asked = null;
  const now = h('p', { 'data-testid': 'vault-now' });
  const more = h('div', { class: 'quiet small stack tight', 'data-testid': 'vault-more' });
  const change = button(text.change, () => show(true), { 'data-testid': 'vault-change', 'aria-expanded': 'false' });
  const form = keyProtectionForm('key-protection', GUARDS, (guard, passphrase, present) => void keep(guard, passphrase, present), [button(words.detail.cancel, () => { show(false); change.focus(); }, { 'data-testid': 'key-protection-cancel' })]);
  const place = h('div', { hidden: true }, form.element);
  const former = formerKeyDialog(app, (view) => { shown = view; app.changed(); });
  const trouble = h('div', { role: 'status' });
  const element = h('section', { class: 'stack', 'data-testid': 'vault', 'aria-labelledby': 'vault-heading' },
    h('div', { class: 'stack tight' }, h('h2', { id: 'vault-heading' }, text.heading), h('p', { class: 'quiet' }, text.lead)),
    h('div', { class: 'key-protection-now' }, now, change), more, place, trouble, former.element);
  const drawNow = region(now, (/** @type {string} */ line) => line);
  const drawMore = region(more, (/** @type {VaultView} */ { plain, former: before }) => [plain && h('p', {}, text.plain), before && h('p', {}, text.formerKey),
    before && h('div', {}, button(`${text.endFormer} …`, former.ask, { class: 'danger', 'data-testid': 'end-former' }))]);

  /** @param {boolean} wanted */
  function show(wanted) {
    open = wanted;
    place.hidden = !open;
    change.hidden = open;
    change.setAttribute('aria-expanded', String(open));
    trouble.replaceChildren();
    form.clear();
    if (!open) return;
    form.choose(shown?.guard ?? 'keychain');
    form.askPresent(shown?.guard === 'passphrase');
    place.querySelector('input')?.focus();
  }

  /** @param {KeyProtection} guard @param {string | null} passphrase @param {string | null} present */
  async function keep(guard, passphrase, present) {
    form.working(true);
    trouble.replaceChildren();
    try {
      shown = await host.protect({ guard, passphrase, start_over: false, ...(present === null ? {} : { present }) });
      show(false);
      announce(names.key_protection[guard].now);
      change.focus();
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (!form.refuse(failure)) fill(trouble, failureNote(failure));
    }
    form.working(false);
    app.changed();
  }

  /** Reads it anew: another face, or the first connection, may have changed it. */
  async function read() {
    await host.vault().then((view) => { shown = view; }, (thrown) => { fill(trouble, failureNote(asFailure(thrown))); });
    app.changed();
  }

  return {
    element,
    update() {
      if (asked !== app.snapshot) {
        asked = app.snapshot;
        void read();
      }
      if (!shown) return;
      drawNow(shown.guard ? (shown.keychain ? text.keptBy(shown.keychain) : names.key_protection[shown.guard].now) : shown.session_ended ? text.sessionEnded(shown.session_ended) : text.none);
      drawMore(shown);
      // Without the passphrase only a new key could be made; the note above every screen tells how.
      change.hidden = open || shown.locked;
    },
    leave: () => form.clear(),
  };
}
