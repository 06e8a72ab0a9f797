/**
 * How a person has the page look: connections as cards or as a table, by which column, and how large. The next window looks so too.
 * @import { Appearance } from '../../src-tauri/bindings/Appearance'
 * @import { Column } from './sorting.js'
 */

import { host } from './host.js';
import { COLUMNS } from './sorting.js';

/** @type {Appearance & { column: Column }} */
export const looks = { table: false, column: 'name', down: false, zoom: 100 };

/** As in the last window; a column that there is no more is none. @param {Appearance | null} kept */
export function lookAsBefore(kept) {
  const column = COLUMNS.find((one) => one === kept?.column);
  if (kept) Object.assign(looks, { table: kept.table, column: column ?? 'name', down: column !== undefined && kept.down, zoom: kept.zoom });
}

/** @param {Partial<typeof looks>} change */
export function look(change) {
  Object.assign(looks, change);
  void host.rememberAppearance({ ...looks }).catch(() => {});
}
