/**
 * Sign-ins, worked out from what the agent told. Pure.
 * @import { AttemptEvent } from '../../src-tauri/bindings/AttemptEvent'
 * @import { AttemptView } from '../../src-tauri/bindings/AttemptView'
 * @import { Code } from '../../src-tauri/bindings/Code'
 * @import { Failure } from '../../src-tauri/bindings/Failure'
 * @import { Identity } from '../../src-tauri/bindings/Identity'
 * @import { OrgKind } from '../../src-tauri/bindings/OrgKind'
 * @import { Snapshot } from '../../src-tauri/bindings/Snapshot'
 */

/**
 * Where a sign-in stands for the one who looks at it.
 * @typedef {{ name: 'checking' | 'finishing' | 'gone' | 'cancelled' }
 *   | { name: 'waiting', nextCheckAt: string | null, lacks: Failure | null }
 *   | { name: 'browser', url: string, noticed: Failure | null }
 *   | { name: 'confirming', found: Identity, question: Failure | null }
 *   | { name: 'connected', alias: string, orgId: string, username: string, instance: string, kind: OrgKind }
 *   | { name: 'failed', failure: Failure, toForm: boolean }} Stage
 */

/**
 * @param {AttemptView | undefined} view the attempt in the newest snapshot
 * @param {AttemptEvent | undefined} outcome its last event, when that ended it
 * @param {boolean} seen whether a snapshot ever held it
 * @returns {Stage}
 */
export function stage(view, outcome, seen) {
  if (outcome?.event === 'connected') {
    const { alias, org_id: orgId, username, instance_url: instance, kind } = outcome;
    return { name: 'connected', alias, orgId, username, instance, kind };
  }
  if (outcome?.event === 'failed') {
    const { code, message, fix, retryable } = outcome;
    if (code === 'cancelled') return { name: 'cancelled' };
    return { name: 'failed', failure: { code, message, fix, retryable }, toForm: BELONGS_TO_FORM.has(code) };
  }
  if (!view) return { name: seen ? 'gone' : 'checking' };
  if (view.phase === 'waiting') return { name: 'waiting', nextCheckAt: view.next_check_at, lacks: view.waits_for ?? null };
  if (view.phase === 'browser' && view.authorize_url) return { name: 'browser', url: view.authorize_url, noticed: view.noticed ?? null };
  if (view.phase === 'confirming' && view.found) return { name: 'confirming', found: view.found, question: view.question };
  return { name: view.phase === 'finishing' ? 'finishing' : 'checking' };
}

/** Failures that are put right by another key, secret or address. @type {Set<Code>} */
const BELONGS_TO_FORM = new Set([
  'address_moved', 'value_missing', 'practice_key_is_real', 'key_unknown', 'secret_wrong', 'swapped', 'key_odd', 'secret_odd',
  'key_looks_secret', 'callback_missing', 'callback_hosted_only', 'app_not_in_org', 'name_taken', 'name_invalid', 'name_other_host',
]);

/** The attempts whose browser page is to be opened by this window. @param {Snapshot} snapshot @param {Set<string>} own @param {Set<string>} opened */
export function toOpen(snapshot, own, opened) {
  return snapshot.attempts.filter(({ id, phase, authorize_url: url }) => own.has(id) && !opened.has(id) && phase === 'browser' && url).map(({ id }) => id);
}
