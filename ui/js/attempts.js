/**
 * The stages of sign-ins, from the agent's snapshots and events. Pure.
 * @import { After } from '../../src-tauri/bindings/After'
 * @import { AttemptEvent } from '../../src-tauri/bindings/AttemptEvent'
 * @import { AttemptView } from '../../src-tauri/bindings/AttemptView'
 * @import { Exact } from '../../src-tauri/bindings/Exact'
 * @import { Failure } from '../../src-tauri/bindings/Failure'
 * @import { Identity } from '../../src-tauri/bindings/Identity'
 * @import { KeyEnds } from '../../src-tauri/bindings/KeyEnds'
 * @import { Lacking } from '../../src-tauri/bindings/Lacking'
 * @import { OrgKind } from '../../src-tauri/bindings/OrgKind'
 * @import { Snapshot } from '../../src-tauri/bindings/Snapshot'
 * @import { Way } from '../../src-tauri/bindings/Way'
 */

/**
 * The stage of a sign-in, as a person sees it.
 * @typedef {{ name: 'checking' | 'finishing' | 'gone' | 'cancelled' }
 *   | { name: 'waiting', nextCheckAt: string | null, told: Failure | null, lacks: Lacking | null, key: KeyEnds | null }
 *   | { name: 'browser', url: string, noticed: Failure | null, endsAt: string | null }
 *   | { name: 'confirming', found: Identity, question: Failure | null }
 *   | { name: 'connected', alias: string, orgId: string, username: string, instance: string, kind: OrgKind }
 *   | { name: 'failed', failure: Failure, way: Way, exact: Exact[] }} Stage
 */

/**
 * @param {AttemptView | undefined} view the attempt in the newest snapshot
 * @param {AttemptEvent | undefined} outcome its last event, when that ended it
 * @param {boolean} seen whether a snapshot ever held it
 * @param {After | undefined} [after] the conclusion from that event
 * @returns {Stage}
 */
export function stage(view, outcome, seen, after) {
  if (outcome?.event === 'connected') {
    const { alias, org_id: orgId, username, instance_url: instance, kind } = outcome;
    return { name: 'connected', alias, orgId, username, instance, kind };
  }
  if (outcome?.event === 'failed') {
    const { code, message, fix, retryable, retry_at: retryAt = null } = outcome;
    if (code === 'cancelled') return { name: 'cancelled' };
    return { name: 'failed', failure: { code, message, fix, retryable, retry_at: retryAt }, way: after?.way ?? 'again', exact: after?.exact ?? [] };
  }
  if (!view) return { name: seen ? 'gone' : 'checking' };
  if (view.phase === 'waiting') return { name: 'waiting', nextCheckAt: view.next_check_at, told: view.waits_for ?? null, lacks: view.lacks ?? null, key: view.key ?? null };
  if (view.phase === 'browser' && view.authorize_url) return { name: 'browser', url: view.authorize_url, noticed: view.noticed ?? null, endsAt: view.ends_at ?? null };
  if (view.phase === 'confirming' && view.found) return { name: 'confirming', found: view.found, question: view.question };
  return { name: view.phase === 'finishing' ? 'finishing' : 'checking' };
}

/** The attempts whose browser page this window has to open. @param {Snapshot} snapshot @param {Set<string>} own @param {Set<string>} opened */
export function toOpen(snapshot, own, opened) {
  return snapshot.attempts.filter(({ id, phase, authorize_url: url }) => own.has(id) && !opened.has(id) && phase === 'browser' && url).map(({ id }) => id);
}
