/**
 * Signing in again with the stored pair, or the one pasted for the sign-in under way.
 * @import { App } from '../app.js'
 */

import { announce } from '../dom.js';
import { host } from '../host.js';
import { addressOf, asFailure } from '../model.js';

/**
 * @param {App} app
 * @param {string} name
 */
export async function reconnect(app, name) {
  const asked = host.reconnect({ name, key: null, secret: null, user: null, accept_user: null });
  const started = await asked.catch(async (thrown) => {
    // The next snapshot shows what the try found out, perhaps that key and secret cannot be read any more.
    await app.refresh();
    const now = app.snapshot?.connections.find(({ alias }) => alias === name);
    if (now?.health?.needs !== 'new_pair') throw thrown;
    announce(now.reason?.message ?? asFailure(thrown).message);
    renewPair(app, name);
    return null;
  });
  if (!started) return;
  const known = app.snapshot?.connections.find(({ alias }) => alias === name);
  app.follow(started, { alias: started.alias, host: known?.host ?? '', kind: known?.kind ?? null });
  app.go({ name: 'attempt', id: started.attempt });
}

/**
 * Begins a sign-in under way anew, without another paste; it replaces the older one.
 * @param {App} app
 * @param {string} id of the one under way
 * @param {{ user?: string | null, browser?: import('../../../src-tauri/bindings/BrowserChoice').BrowserChoice }} [other] what to change
 */
export async function beginAnew(app, id, { user = app.seen.get(id)?.user ?? null, browser = app.seen.get(id)?.browser } = {}) {
  const known = app.seen.get(id);
  if (!known?.kind) return null;
  const { alias, host: orgHost, kind, hosted = false } = known;
  const started = await host.connect({ address: addressOf(orgHost, kind), key: null, secret: null, alias, user, accept_user: null, hosted, ...(browser && { browser }) });
  app.follow(started, { alias: started.alias, host: orgHost, kind, user, hosted });
  return started.attempt;
}

/** Shows where another key and secret are pasted for a connection; its name and history stay. @param {App} app @param {string} name */
export function renewPair(app, name) {
  const known = app.snapshot?.connections.find(({ alias }) => alias === name);
  if (known) app.go({ name: 'add', address: addressOf(known.host, known.kind), alias: name });
}
