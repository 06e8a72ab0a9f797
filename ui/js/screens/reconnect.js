/**
 * Signing in again with what is stored.
 * @import { App } from '../app.js'
 */

import { host } from '../host.js';

/** How long a key that Salesforce does not know yet is asked about, in seconds. */
export const WAIT_SECONDS = 1800;

/**
 * @param {App} app
 * @param {string} name
 */
export async function reconnect(app, name) {
  const started = await host.reconnect({ name, key: null, secret: null, user: null, accept_user: null, wait_seconds: WAIT_SECONDS });
  const known = app.snapshot?.connections.find(({ alias }) => alias === name);
  app.follow(started, { alias: started.alias, host: known?.host ?? '', kind: known?.kind ?? null });
}
