import type { Cause } from '../../../platform/cause.ts';
import type { Tx } from '../tables.ts';
import { type AuditContent, auditHash } from './audit-hash.ts';
import type { SubscriptionRow } from './lock-subscription.ts';
import { wellFormed } from './well-formed.ts';

/** What an entry adds to the subscription's own columns. */
export interface AuditEvent {
  /** What asked for it: `pause`, `resume`, `cancel`, or the EMR's event (`active`, `paused`, `renewal`, …). */
  triggerType: string;
  effect: AuditEffect;
  previousStatus: string | null;
  reason?: string | null;
  /** Free text; patient data. */
  comment?: string | null;
  rawData?: unknown;
}

export type AuditEffect =
  | 'created'
  | 'moved'
  | 'changed'
  | 'unchanged'
  /** The event was older than what was known: noted, nothing changed but blanks that it filled. */
  | 'stale'
  /** The EMR undid a move that was made here. */
  | 'emr_override'
  /** The EMR lowered the cycle. */
  | 'correction';

/**
 * Adds an entry to the subscription's chain and makes it the head. The caller holds the spine row FOR UPDATE,
 * so entries of one subscription follow each other.
 * @returns the entry's log_id.
 */
export async function recordAudit(tx: Tx, cause: Cause, row: SubscriptionRow, event: AuditEvent): Promise<string> {
  const content = wellFormed(contentOf(cause, row, event));
  const hash = auditHash(row.auditHead, content);
  const inserted = await tx
    .insertInto('subscriptions_audit_log')
    .values({ ...content, raw_data: jsonOrNull(content.raw_data), previous_hash: row.auditHead, hash })
    .executeTakeFirstOrThrow();
  await tx
    .updateTable('subscriptions')
    .set({ audit_head: hash })
    .where('subscription_id', '=', row.subscriptionId)
    .execute();
  return String(inserted.insertId);
}

function contentOf(cause: Cause, row: SubscriptionRow, event: AuditEvent): AuditContent {
  return {
    subscription_id: row.subscriptionId,
    customer_id: row.customerId,
    product_id: row.productId,
    cycle: row.cycle,
    status: row.status,
    previous_status: event.previousStatus,
    version: row.version,
    trigger_type: event.triggerType,
    effect: event.effect,
    actor: cause.actor,
    actor_role: cause.actorRole,
    source: cause.source,
    reason: event.reason ?? null,
    comment: event.comment ?? null,
    correlation_id: cause.correlationId,
    created_at: row.createdAt,
    updated_at: row.updatedAt,
    webhook_received_at: cause.at,
    raw_data: event.rawData ?? null,
  };
}

function jsonOrNull(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
