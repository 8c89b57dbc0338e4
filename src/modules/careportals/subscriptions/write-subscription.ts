import type { Tx } from '../tables.ts';
import { detailsTable, type SubscriptionRow } from './lock-subscription.ts';

/** Puts a new subscription into the spine and its table. Two at once are settled by the spine's primary key (1062). */
export async function insertSubscription(tx: Tx, row: SubscriptionRow): Promise<void> {
  await tx
    .insertInto('subscriptions')
    .values({ subscription_id: row.subscriptionId, ...spineColumns(row) })
    .execute();
  await insertDetails(tx, row);
}

/**
 * Makes the tables say what `after` says; the only place where a subscription changes tables.
 * Taken out first, then the spine, then put in: the keys between them allow no other order.
 */
export async function rewriteSubscription(tx: Tx, before: SubscriptionRow, after: SubscriptionRow): Promise<void> {
  if (before.state === after.state) return updateInPlace(tx, after);
  await tx.deleteFrom(detailsTable(before.state)).where('subscription_id', '=', before.subscriptionId).execute();
  await updateSpine(tx, after);
  await insertDetails(tx, after);
}

async function updateInPlace(tx: Tx, row: SubscriptionRow): Promise<void> {
  await updateSpine(tx, row);
  await tx
    .updateTable(detailsTable(row.state))
    .set(detailColumns(row))
    .where('subscription_id', '=', row.subscriptionId)
    .execute();
}

async function updateSpine(tx: Tx, row: SubscriptionRow): Promise<void> {
  await tx
    .updateTable('subscriptions')
    .set(spineColumns(row))
    .where('subscription_id', '=', row.subscriptionId)
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
