/** The host inside the window: messages to the Rust side, and its events. */

/**
 * @typedef {{
 *   invoke(command: string, args?: object): Promise<any>,
 *   transformCallback(heard: (event: { payload: any }) => void): number,
 * }} Internals
 */

const internals = /** @type {{ __TAURI_INTERNALS__: Internals }} */ (/** @type {unknown} */ (globalThis)).__TAURI_INTERNALS__;

/**
 * @param {string} command
 * @param {object} [args]
 * @returns {Promise<any>}
 */
export function invoke(command, args = {}) {
  return internals.invoke(command, args);
}

/**
 * @param {string} event
 * @param {(payload: any) => void} heard
 * @returns {Promise<unknown>} resolves when events are heard
 */
export function listen(event, heard) {
  const handler = internals.transformCallback(({ payload }) => heard(payload));
  return internals.invoke('plugin:event|listen', { event, target: { kind: 'Any' }, handler });
}
