import type { Cause } from '../../../platform/cause.ts';
import type { Tx } from '../tables.ts';
import { detailsTable, type SubscriptionRow } from './lock-subscription.ts';
import { type AuditEvent, auditEntryOf, insertAuditEntry } from './record-audit.ts';

/**
 * Puts a new subscription into the spine and its table, with the first entry of its trail.
 * Two at once are settled by the spine's primary key (1062).
 */
export async function insertSubscription(tx: Tx, cause: Cause, row: SubscriptionRow, event: AuditEvent): Promise<void> {
  const entry = auditEntryOf(cause, null, row, event);
  await tx
    .insertInto('subscriptions')
    .values({ subscription_id: row.subscriptionId, ...spineColumns(row), audit_head: entry.hash })
    .execute();
  await insertDetails(tx, row);
  await insertAuditEntry(tx, entry);
}

/**
 * Makes the tables say what `after` says, and adds the entry that says why; the only place where a subscription changes
 * tables. Taken out first, then the spine, then put in: the keys between them allow no other order. The caller holds
 * the spine row FOR UPDATE, so entries of one subscription follow each other.
 * @returns the entry's log_id.
 */
export async function rewriteSubscription(
  tx: Tx,
  cause: Cause,
  before: SubscriptionRow,
  after: SubscriptionRow,
  event: AuditEvent,
): Promise<string> {
  const entry = auditEntryOf(cause, before, after, event);
  const moves = before.state !== after.state;
  if (moves) await takeOut(tx, before);
  await updateSpine(tx, after, entry.hash);
  if (moves) await insertDetails(tx, after);
  else await updateDetails(tx, before, after);
  return insertAuditEntry(tx, entry);
}

async function takeOut(tx: Tx, { state, subscriptionId }: SubscriptionRow): Promise<void> {
  await tx.deleteFrom(detailsTable(state)).where('subscription_id', '=', subscriptionId).execute();
}

async function updateSpine(tx: Tx, row: SubscriptionRow, auditHead: string): Promise<void> {
  await tx
    .updateTable('subscriptions')
    .set({ ...spineColumns(row), audit_head: auditHead })
    .where('subscription_id', '=', row.subscriptionId)
    .execute();
}

async function updateDetails(tx: Tx, before: SubscriptionRow, after: SubscriptionRow): Promise<void> {
  const [old, now] = [detailColumns(before), detailColumns(after)];
  if (JSON.stringify(old) === JSON.stringify(now)) return;
  await tx
    .updateTable(detailsTable(after.state))
    .set(now)
    .where('subscription_id', '=', after.subscriptionId)
    .execute();
}

async function insertDetails(tx: Tx, row: SubscriptionRow): Promise<void> {
  await tx
    .insertInto(detailsTable(row.state))
    .values({ subscription_id: row.subscriptionId, ...detailColumns(row) })
    .execute();
}

function spineColumns(row: SubscriptionRow) {
  return {
    state: row.state,
    version: row.version,
    next_cycle_date: row.nextCycleDate,
    source_updated_at: row.sourceUpdatedAt,
    moved_at: row.movedAt,
    told_at: row.toldAt === null ? null : JSON.stringify(row.toldAt),
    scheduled_action: row.scheduledAction,
    scheduled_at: row.scheduledAt,
    scheduled_reason: row.scheduledReason,
    scheduled_correlation_id: row.scheduledCorrelationId,
    skipped_dates: row.skippedDates.length === 0 ? null : JSON.stringify(row.skippedDates),
  };
}

function detailColumns(row: SubscriptionRow) {
  return {
    customer_id: row.customerId,
    product_id: row.productId,
    cycle: row.cycle,
    status: row.status,
    created_at: row.createdAt,
    updated_at: row.updatedAt,
  };
}
