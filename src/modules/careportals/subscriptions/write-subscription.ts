import type { Compilable } from 'kysely';
import type { Cause } from '../../../platform/cause.ts';
import { inOneRoundTrip } from '../../../platform/database/in-one-round-trip.ts';
import type { Tx } from '../tables.ts';
import { detailsTable, type SubscriptionRow } from './lock-subscription.ts';
import { type AuditEntry, type AuditEvent, auditEntryOf, auditInsert } from './record-audit.ts';

/**
 * Puts a new subscription into the spine and its table, with the first entry of its trail.
 * Two at once are settled by the spine's primary key (1062).
 * @returns the log_id of the entry.
 */
export async function insertSubscription(
  tx: Tx,
  cause: Cause,
  row: SubscriptionRow,
  event: AuditEvent,
): Promise<string> {
  const entry = auditEntryOf(cause, null, row, event);
  const spine = { subscription_id: row.subscriptionId, ...spineColumns(row), audit_head: entry.hash };
  const intoSpine = tx.insertInto('subscriptions').values(spine);
  const numbers = await inOneRoundTrip(tx, [intoSpine, putIn(tx, row), auditInsert(tx, entry)]);
  return given(numbers[2]);
}

/**
 * Makes the tables say what `after` says, and adds the entry that says why; the only place where a subscription changes
 * tables. Taken out first, then the spine, then put in: the keys between them allow no other order. The caller holds
 * the spine row FOR UPDATE, so entries of one subscription follow each other.
 * @param also statements that belong to the change.
 * @returns the entry that was added, with its log_id.
 */
export async function rewriteSubscription(
  tx: Tx,
  cause: Cause,
  before: SubscriptionRow,
  after: SubscriptionRow,
  event: AuditEvent,
  also: readonly Compilable[] = [],
): Promise<{ entry: AuditEntry; logId: string }> {
  const entry = auditEntryOf(cause, before, after, event);
  const spine = changeSpine(tx, after, entry.hash);
  const change =
    before.state === after.state
      ? [spine, ...changeInPlace(tx, before, after)]
      : [takeOut(tx, before), spine, putIn(tx, after)];
  const numbers = await inOneRoundTrip(tx, [...change, auditInsert(tx, entry), ...also]);
  return { entry, logId: given(numbers[change.length]) };
}

function given(logId: string | undefined): string {
  if (logId === undefined) throw new Error('The audit entry was given no number.');
  return logId;
}

function changeSpine(tx: Tx, row: SubscriptionRow, auditHead: string): Compilable {
  const columns = { ...spineColumns(row), audit_head: auditHead, imported_at: null };
  return tx.updateTable('subscriptions').set(columns).where('subscription_id', '=', row.subscriptionId);
}

function takeOut(tx: Tx, { state, subscriptionId }: SubscriptionRow): Compilable {
  return tx.deleteFrom(detailsTable(state)).where('subscription_id', '=', subscriptionId);
}

function putIn(tx: Tx, row: SubscriptionRow): Compilable {
  return tx.insertInto(detailsTable(row.state)).values({ subscription_id: row.subscriptionId, ...detailColumns(row) });
}

function changeInPlace(tx: Tx, before: SubscriptionRow, after: SubscriptionRow): Compilable[] {
  const columns = detailColumns(after);
  if (JSON.stringify(detailColumns(before)) === JSON.stringify(columns)) return [];
  const table = tx.updateTable(detailsTable(after.state));
  return [table.set(columns).where('subscription_id', '=', after.subscriptionId)];
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
    emr_customer_id: row.emrCustomerId,
    phases: row.phases === null ? null : JSON.stringify(row.phases),
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
