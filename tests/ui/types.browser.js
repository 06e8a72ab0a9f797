/**
 * What no script of a test may say, and the page may not ask: `tsc` fails when one of these is taken. Nothing runs it.
 *
 * @import { Script } from './host.browser.js'
 */

import { host } from '../../ui/js/host.js';
import { invoke, listen } from '../../ui/js/host.tauri.js';

/** @type {Script[]} */
export const refused = [
  // @ts-expect-error the agent answers with the connection
  { rename: [{ ok: null }] },
  // @ts-expect-error there is no such command
  { rename_all: [{ ok: null }] },
  // @ts-expect-error a connection has no such state
  { show: [{ ok: { status: 'asleep' } }] },
  // @ts-expect-error what fails says why in words
  { cancel: [{ fail: 'no' }] },
];

// @ts-expect-error each of both has a name
export const unnamed = () => invoke('rename', { old: 'p' });

// @ts-expect-error it is said which
export const unsaid = () => invoke('show');

// @ts-expect-error there is no such event
export const unheard = () => listen('weather', () => {});

// @ts-expect-error the answer is a connection, not its name
export const renamed = async () => /** @type {string} */ (await host.rename('p', 'q'));
