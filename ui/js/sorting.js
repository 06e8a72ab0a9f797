/**
 * The order of connections: names as people count, so that org 2 comes before org 10. Pure.
 * @import { ConnectionView } from '../../src-tauri/bindings/ConnectionView'
 */

import { GROUPS, groupOf } from './health.js';
import * as words from './words.js';

/** @typedef {'name' | 'kind' | 'group' | 'org' | 'user' | 'state' | 'used'} Column */

/** @type {Column[]} */
export const COLUMNS = ['name', 'kind', 'group', 'org', 'user', 'state', 'used'];
const NAMES = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** What a column is sorted by. @type {Record<Column, (connection: ConnectionView) => string>} */
const KEYS = {
  name: ({ alias }) => alias,
  kind: ({ kind }) => words.kinds[kind],
  // Those without one come last.
  group: ({ group }) => (group ? `a ${group.name}` : 'b'),
  org: ({ host }) => host,
  user: ({ username }) => username,
  state: (connection) => String(GROUPS.indexOf(groupOf(connection))),
  // The latest first.
  used: ({ last_use: lastUse }) => String(Number.MAX_SAFE_INTEGER - (lastUse ? new Date(lastUse.at).getTime() : 0)),
};

/** @param {ConnectionView[]} connections @param {Column} column @param {boolean} down @returns {ConnectionView[]} */
export function sorted(connections, column, down) {
  const key = KEYS[column];
  const keyed = connections.map((connection) => ({ connection, key: key(connection) }));
  const sign = down ? -1 : 1;
  keyed.sort((one, other) => sign * NAMES.compare(one.key, other.key) || NAMES.compare(one.connection.alias, other.connection.alias));
  return keyed.map(({ connection }) => connection);
}
