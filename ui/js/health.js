/**
 * The state of connections in words, and what helps, from the agent's snapshots. Pure: no page, no host, no clock of
 * its own.
 * @import { ConnectionView } from '../../src-tauri/bindings/ConnectionView'
 * @import { Disconnected } from '../../src-tauri/bindings/Disconnected'
 * @import { Group as Client } from '../../src-tauri/bindings/Group'
 * @import { Health } from '../../src-tauri/bindings/Health'
 * @import { Badge } from './model.js'
 */

import { ago, badge, counted, day, lately, moment } from './model.js';
import { askerName } from './uses.js';
import * as words from './words.js';
import { asksWhetherMoved } from './words/names.js';

/**
 * @typedef {'good' | 'soon' | 'bad' | 'wait' | 'off'} Tone
 * @typedef {'needs' | 'soon' | 'away' | 'paused' | 'well'} Group most urgent first
 * @typedef {'reconnect' | 'pair' | 'check' | 'moved' | 'rotate'} Way what helps a connection that needs a person
 * @typedef {{ tone: Tone, status: string, detail: string, causes: string[] }} Told
 * @typedef {Told & { alias: string, host: string, badge: Badge, user: string, checked: string, checkedWhen: string, usedWhen: string, usedBy: string, way: Way | null, group: Client | null, rotation: string }} Row
 * @typedef {{ tone: 'good' | 'wait', text: string, proof: { done: boolean, text: string }[] }} Farewell
 */

/** @type {Group[]} */
export const GROUPS = ['needs', 'soon', 'away', 'paused', 'well'];
/** @type {Health} */
const UNTOLD = { at_risk: false, since: null, text: '', causes: [], needs: null };

/** @param {ConnectionView} connection @returns {Group} */
export function groupOf({ status, health, pause }) {
  if (status === 'needs_you' || status === 'not_connected') return 'needs';
  if (health?.at_risk) return 'soon';
  if (pause) return 'paused';
  return status === 'unreachable' ? 'away' : 'well';
}

/** Connections by group, without empty groups. @param {ConnectionView[]} connections @returns {Map<Group, ConnectionView[]>} */
export function grouped(connections) {
  /** @type {Map<Group, ConnectionView[]>} */
  const groups = new Map(GROUPS.map((group) => [group, []]));
  for (const connection of connections) groups.get(groupOf(connection))?.push(connection);
  return new Map([...groups].filter(([, members]) => members.length > 0));
}

/** @param {ConnectionView} connection @param {Date} now @returns {Row} */
export function row(connection, now) {
  const { alias, host, kind, username, checked_at: checkedAt, last_use: lastUse, group, rotation } = connection;
  return {
    alias,
    host,
    badge: badge(kind),
    user: username,
    ...told(connection, now),
    checkedWhen: checkedAt ? ago(checkedAt, now) : words.status.never,
    usedWhen: lastUse ? ago(lastUse.at, now) : words.uses.none,
    usedBy: lastUse ? askerName(lastUse) : '',
    checked: checkedAt ? words.status.checked(ago(checkedAt, now)) : words.status.neverChecked,
    way: wayOn(connection),
    group: group ?? null,
    rotation: rotation ? words.rotate.at(rotation.title, rotation.exposed) : '',
  };
}

/** @param {ConnectionView} connection @param {Date} now @returns {Told} */
function told(connection, now) {
  const { status, reason, pause, safe_until: safeUntil, health = UNTOLD } = connection;
  const { at_risk: atRisk, since, causes } = health;
  // An end that comes even with use is not postponed by reaching the org.
  const soon = health.ends ? inOwnTime(health.text, now) : words.status.reachOnce;
  const until = safeUntil ? day(safeUntil, now) : '';
  const more = { detail: '', causes: [] };
  const pauseEnds = pause?.until ? lateEnough(pause.until, now) : '';
  if (pause && !atRisk && (status === 'connected' || status === 'unreachable')) {
    return { ...more, tone: 'wait', status: pauseEnds ? words.status.pausedUntil(pauseEnds) : words.status.paused, detail: words.status.afterPause };
  }
  switch (status) {
    case 'connected':
      if (atRisk) return { ...more, tone: 'soon', status: words.status.endsSoon(until), detail: soon };
      if (health.ends) return { ...more, tone: 'good', status: words.status.endsSoon(until), detail: soon };
      return { ...more, tone: 'good', status: words.status.connected };
    case 'unreachable': {
      const away = pause ? words.status.pausing : since ? words.status.unreachableSince(isToday(since, now) ? lately(since, now) : day(since, now)) : words.status.unreachable;
      if (atRisk) return { ...more, tone: 'soon', status: words.status.awayAndEnds(away, until), detail: soon };
      return { ...more, tone: 'wait', status: words.status.awayButKept(away), detail: words.status.keepTrying };
    }
    case 'needs_you':
      if (isCopied(connection)) return { tone: 'bad', status: words.status.copied, detail: reason?.message ?? '', causes };
      return { tone: 'bad', status: connection.rotation?.helps ? words.status.rotating : words.status.needs[health.needs ?? 'sign_in'], detail: reason?.message ?? words.status.signInAgain, causes };
    case 'not_connected':
      return { ...more, tone: 'off', status: words.status.notConnected, detail: reason?.message ?? words.status.signInAgain };
  }
}

/** A time, up to the next minute: whoever comes then comes late enough. @param {string} when @param {Date} now */
function lateEnough(when, now) {
  const minute = new Date(Math.ceil(new Date(when).getTime() / 60_000) * 60_000).toISOString();
  return lately(minute, now);
}

/** @param {string} when @param {Date} now */
function isToday(when, now) {
  return new Date(when).toDateString() === now.toDateString();
}

/** Whether it stands still until somebody says where its files are used. @param {ConnectionView} connection */
export function isCopied({ reason }) {
  return reason !== null && asksWhetherMoved.includes(reason.code);
}

/** @param {ConnectionView} connection @returns {Way | null} */
function wayOn(connection) {
  // A new sign-in starts the time again.
  if (groupOf(connection) === 'soon' && connection.health?.ends && connection.status === 'connected') return 'reconnect';
  if (groupOf(connection) !== 'needs') return null;
  if (isCopied(connection)) return 'moved';
  if (connection.rotation?.helps) return 'rotate';
  const needs = connection.health?.needs;
  return needs === 'new_pair' ? 'pair' : needs === 'setting' ? 'check' : 'reconnect';
}

/** One or two sentences about all connections. @param {ConnectionView[]} connections */
export function summary(connections) {
  const groups = grouped(connections);
  const count = (/** @type {Group} */ group) => groups.get(group)?.length ?? 0;
  const [well, need, soon, away, paused] = [count('well'), count('needs'), count('soon'), count('away'), count('paused')];
  if (well === connections.length) return well === 1 ? words.connections.one : words.connections.allWell(well);
  const sentences = [words.connections.wellOf(well, connections.length)];
  if (need) sentences.push(counted(words.connections.needYou, need));
  if (soon) sentences.push(counted(words.connections.endSoon, soon));
  if (away) sentences.push(counted(words.connections.unreachable, away));
  if (paused) sentences.push(counted(words.connections.paused, paused));
  return sentences.join(' ');
}

/** The connections with every word of the text in name, host, user, org, kind or group. @param {ConnectionView[]} connections @param {string} text */
export function matching(connections, text) {
  const wanted = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return connections;
  return connections.filter(({ alias, host, username, org_name: name, org_id: id, kind, group }) => {
    const all = [alias, host, username, name, id, words.kinds[kind], group?.name].join('\n').toLowerCase();
    return wanted.every((word) => all.includes(word));
  });
}

/** The agent's text, with its times in the person's own zone and form. @param {string} text @param {Date} now */
export function inOwnTime(text, now) {
  return text.replace(/\b(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d) UTC)?/g, (_, date, time) =>
    // A day without a time is the same in every zone.
    (time ? moment(`${date}T${time}:00Z`, now) : day(`${date}T00:00:00`, now)));
}

/** The result of disconnecting, and its proof. @param {string} alias @param {Disconnected} answer @param {Date} now @returns {Farewell} */
export function farewell(alias, { revoked, proved_at: provedAt, had_no_tokens: hadNone }, now) {
  const { proof } = words.disconnected;
  const forgotten = { done: true, text: proof.forgotten };
  if (hadNone) return { tone: 'good', text: words.disconnected.again(alias), proof: [] };
  if (revoked === 'later') return { tone: 'wait', text: words.disconnected.later(alias), proof: [] };
  if (!revoked) return { tone: 'wait', text: words.disconnected.notRevoked(alias), proof: [{ done: false, text: proof.notRevoked }, forgotten] };
  const asked = provedAt ? { done: true, text: proof.dead(lately(provedAt, now)) } : { done: false, text: proof.notProved };
  const text = provedAt ? words.disconnected.proved(alias) : words.disconnected.revoked(alias);
  return { tone: 'good', text, proof: [{ done: true, text: proof.revoked }, asked, forgotten] };
}
