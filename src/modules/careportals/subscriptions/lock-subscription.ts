import type { Instant } from '../../../platform/database/instant.ts';
import type { Tx } from '../tables.ts';
import type { ToldAt } from './newest-told.ts';
import type { SubscriptionState } from './subscription.entity.ts';

/** A subscription as one row: the spine and the details from the table it stands in. */
export interface SubscriptionRow {
  subscriptionId: string;
  state: SubscriptionState;
  version: number;
  nextCycleDate: Instant | null;
  /** The EMR's clock of the newest event that was applied. */
  sourceUpdatedAt: Instant | null;
  /** Our clock of the newest move that was made here. */
  movedAt: Instant | null;
  auditHead: string | null;
  /** Null for a row that was not made by an event of the EMR. */
  toldAt: ToldAt | null;
  customerId: string | null;
  productId: string | null;
  cycle: number;
  status: string;
  createdAt: Instant;
  updatedAt: Instant | null;
}

/**
 * The table that holds the details of a state. The three have the same columns, so one name stands for all of them:
 * a union of three names would make every query builder type three times as large and say no more.
 */
export function detailsTable(state: SubscriptionState): 'subscriptions_active' {
  return `subscriptions_${state}` as 'subscriptions_active';
}

/** Takes the spine row, then the details, FOR UPDATE. Everything that changes a subscription starts here. */
export async function lockSubscription(tx: Tx, subscriptionId: string): Promise<SubscriptionRow | null> {
  const spine = await tx
    .selectFrom('subscriptions')
    .select(['state', 'version', 'next_cycle_date', 'source_updated_at', 'moved_at', 'audit_head', 'told_at'])
    .where('subscription_id', '=', subscriptionId)
    .forUpdate()
    .executeTakeFirst();
  if (!spine) return null;
  const details = await tx
    .selectFrom(detailsTable(spine.state))
    .select(['customer_id', 'product_id', 'cycle', 'status', 'created_at', 'updated_at'])
    .where('subscription_id', '=', subscriptionId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return {
    subscriptionId,
    state: spine.state,
    version: spine.version,
    nextCycleDate: spine.next_cycle_date,
    sourceUpdatedAt: spine.source_updated_at,
    movedAt: spine.moved_at,
    auditHead: spine.audit_head,
    toldAt: spine.told_at as ToldAt | null,
    customerId: details.customer_id,
    productId: details.product_id,
    cycle: details.cycle,
    status: details.status,
    createdAt: details.created_at,
    updatedAt: details.updated_at,
  };
}
