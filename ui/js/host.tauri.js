/**
 * The host inside the window: messages to the Rust side, and its events.
 * @import { Commands, Events } from '../../src-tauri/bindings/Window'
 */

/**
 * @typedef {{
 *   invoke(command: string, args?: object): Promise<any>,
 *   transformCallback(heard: (event: { payload: any }) => void): number,
 * }} Internals
 */

/**
 * A command's arguments: none, if it takes none.
 * @template {keyof Commands} C
 * @typedef {{} extends Commands[C]['args'] ? [] : [args: Commands[C]['args']]} Given
 */

const internals = /** @type {{ __TAURI_INTERNALS__: Internals }} */ (/** @type {unknown} */ (globalThis)).__TAURI_INTERNALS__;

/**
 * @template {keyof Commands} C
 * @param {C} command
 * @param {Given<C>} given
 * @returns {Promise<Commands[C]['reply']>}
 */
export function invoke(command, ...given) {
  return internals.invoke(command, given[0] ?? {});
}

/**
 * @template {keyof Events} E
 * @param {E} event
 * @param {(payload: Events[E]) => void} heard
 * @returns {Promise<unknown>} resolves once events are received
 */
export function listen(event, heard) {
  const handler = internals.transformCallback(({ payload }) => heard(payload));
  return internals.invoke('plugin:event|listen', { event, target: { kind: 'Any' }, handler });
}
