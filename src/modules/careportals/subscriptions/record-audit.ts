import type { Compilable } from 'kysely';
import type { Cause } from '../../../platform/cause.ts';
import { newPublicId } from '../../../platform/database/public-id.ts';
import type { Tx } from '../tables.ts';
import { type AuditContent, auditHash, type Changes } from './audit-hash.ts';
import type { SubscriptionRow } from './lock-subscription.ts';
import { wellFormed } from './well-formed.ts';

/** What an entry adds to the subscription's own columns. */
export interface AuditEvent {
  /** What asked for it: an action (`pause`, `swap_product`, …), or the EMR's event (`active`, `paused`, `renewal`, …). */
  triggerType: string;
  effect: AuditEffect;
  reason?: string | null;
  /** Free text; patient data. */
  comment?: string | null;
  rawData?: unknown;
}

export type AuditEffect =
  | 'created'
  | 'moved'
  /** It will happen by itself at `scheduledAt`. */
  | 'scheduled'
  | 'changed'
  | 'unchanged'
  /** The event was older than what is known of each thing it tells: noted, nothing changed but blanks that it filled. */
  | 'stale'
  /** The EMR undid a change that was made or scheduled here. */
  | 'emr_override'
  /** A line of the workbook's log: what was told before this server was there. It changed nothing. */
  | 'imported'
  /** The EMR lowered the cycle. */
  | 'correction';

/** An entry that is ready to be added. */
export interface AuditEntry {
  /** The opaque half of its node id. */
  publicId: string;
  content: AuditContent;
  previousHash: string | null;
  hash: string;
}

/** The entry for a change, following the subscription's newest one. `before` is null if there was no subscription. */
export function auditEntryOf(
  cause: Cause,
  before: SubscriptionRow | null,
  after: SubscriptionRow,
  event: AuditEvent,
): AuditEntry {
  const content = wellFormed(contentOf(cause, before, after, event));
  const previousHash = before?.auditHead ?? null;
  return { publicId: newPublicId(), content, previousHash, hash: auditHash(previousHash, content) };
}

/** Adds the entry. The caller makes its hash the subscription's `audit_head` in the same transaction. */
export function auditInsert(tx: Tx, entry: AuditEntry): Compilable {
  return tx.insertInto('subscriptions_audit_log').values(auditRow(entry));
}

/** The entry as its table holds it. */
export function auditRow({ publicId, content, previousHash, hash }: AuditEntry) {
  const { raw_data, changes, ...columns } = content;
  const json = { raw_data: jsonOrNull(raw_data), changes: jsonOrNull(changes) };
  return { ...columns, ...json, public_id: publicId, previous_hash: previousHash, hash };
}

/** What a reader of a subscription sees of it, by the graph's names. The chain of these tells how it came to be. */
export const SHOWN = [
  'status',
  'cycle',
  'customerId',
  'productId',
  'nextCycleDate',
  'scheduledAction',
  'scheduledAt',
  'skippedDates',
  'createdAt',
  'phases',
] as const;

/** Each shown field that differs, as [before, after]; null if none does. */
export function changesBetween(before: SubscriptionRow | null, after: SubscriptionRow): Changes | null {
  const changes: Changes = {};
  for (const field of SHOWN) {
    const now = after[field] ?? null;
    const old = before?.[field] ?? (field === 'skippedDates' ? [] : null);
    if (JSON.stringify(old) !== JSON.stringify(now)) changes[field] = [old, now];
  }
  return Object.keys(changes).length === 0 ? null : changes;
}

function contentOf(
  cause: Cause,
  before: SubscriptionRow | null,
  after: SubscriptionRow,
  event: AuditEvent,
): AuditContent {
  return {
    subscription_id: after.subscriptionId,
    customer_id: after.customerId,
    product_id: after.productId,
    cycle: after.cycle,
    status: after.status,
    previous_status: before?.status ?? null,
    version: after.version,
    trigger_type: event.triggerType,
    effect: event.effect,
    actor: cause.actor,
    actor_role: cause.actorRole,
    source: cause.source,
    reason: event.reason ?? null,
    comment: event.comment ?? null,
    correlation_id: cause.correlationId,
    created_at: after.createdAt,
    updated_at: after.updatedAt,
    webhook_received_at: cause.at,
    raw_data: event.rawData ?? null,
    changes: changesBetween(before, after),
  };
}

function jsonOrNull(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
