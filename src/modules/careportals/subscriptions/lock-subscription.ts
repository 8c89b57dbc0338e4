import type { Instant } from '../../../platform/database/instant.ts';
import type { Tx } from '../tables.ts';
import type { ToldAt } from './newest-told.ts';
import type { SubscriptionState } from './subscription.entity.ts';
import type { SubscriptionPhase } from './subscription-phase.ts';

/** A subscription as one row: the spine and the details from the table it stands in. */
export interface SubscriptionRow {
  subscriptionId: string;
  /** The opaque half of its node id; null before it is stored. */
  publicId: string | null;
  state: SubscriptionState;
  version: number;
  nextCycleDate: Instant | null;
  /** The EMR's clock of the newest event that was applied. */
  sourceUpdatedAt: Instant | null;
  /** Our clock of the newest move that was made or scheduled here. */
  movedAt: Instant | null;
  auditHead: string | null;
  /** Null for a row that was not made by an event of the EMR. */
  toldAt: ToldAt | null;
  /** The change that happens by itself when it is due; null if there is none. */
  scheduledAction: 'resume' | 'cancel' | null;
  /** When it is due. */
  scheduledAt: Instant | null;
  /** Why, and by which request; the change itself will carry both. */
  scheduledReason: string | null;
  scheduledCorrelationId: string | null;
  /** Dates that were skipped since the EMR last told one, oldest first. */
  skippedDates: readonly Instant[];
  /** Null also while the customer whom the EMR named is not known. */
  customerId: string | null;
  /** The id by which the EMR told the customer last; null if it told none, or if the row was imported. */
  emrCustomerId: string | null;
  productId: string | null;
  cycle: number;
  status: string;
  createdAt: Instant;
  updatedAt: Instant | null;
  /** What the EMR said of prices and intervals; null if nothing. */
  phases: readonly SubscriptionPhase[] | null;
  /** Days of one cycle of its product; null if unknown. */
  cycleDays: number | null;
}

/** Nothing is scheduled. */
export const UNSCHEDULED = {
  scheduledAction: null,
  scheduledAt: null,
  scheduledReason: null,
  scheduledCorrelationId: null,
} as const;

/**
 * The table that holds the details of a state. The three have the same columns, so one name stands for all of them:
 * a union of three names would make every query builder type three times as large and say no more.
 */
export function detailsTable(state: SubscriptionState): 'subscriptions_active' {
  return `subscriptions_${state}` as 'subscriptions_active';
}

/** Takes the spine row, then the details, FOR UPDATE. Everything that changes a subscription starts here. */
export async function lockSubscription(tx: Tx, subscriptionId: string): Promise<SubscriptionRow | null> {
  const spine = await lockSpine(tx, subscriptionId);
  if (!spine) return null;
  const details = await tx
    .selectFrom(`${detailsTable(spine.state)} as d`)
    .leftJoin('products as p', 'p.product_id', 'd.product_id')
    .select(['d.customer_id', 'd.product_id', 'd.cycle', 'd.status', 'd.created_at', 'd.updated_at'])
    .select('p.renewal_cycle_duration')
    .where('d.subscription_id', '=', subscriptionId)
    .forUpdate('d')
    .executeTakeFirstOrThrow();
  return {
    subscriptionId,
    publicId: spine.public_id,
    state: spine.state,
    version: spine.version,
    nextCycleDate: spine.next_cycle_date,
    sourceUpdatedAt: spine.source_updated_at,
    movedAt: spine.moved_at,
    auditHead: spine.audit_head,
    toldAt: spine.told_at as ToldAt | null,
    scheduledAction: spine.scheduled_action,
    scheduledAt: spine.scheduled_at,
    scheduledReason: spine.scheduled_reason,
    scheduledCorrelationId: spine.scheduled_correlation_id,
    skippedDates: (spine.skipped_dates ?? []) as Instant[],
    customerId: details.customer_id,
    emrCustomerId: spine.emr_customer_id,
    productId: details.product_id,
    cycle: details.cycle,
    status: details.status,
    createdAt: details.created_at,
    updatedAt: details.updated_at,
    phases: spine.phases as SubscriptionPhase[] | null,
    cycleDays: cycleDaysOf(details.renewal_cycle_duration),
  };
}

function lockSpine(tx: Tx, subscriptionId: string) {
  return tx
    .selectFrom('subscriptions')
    .select([
      'public_id',
      'state',
      'version',
      'next_cycle_date',
      'source_updated_at',
      'moved_at',
      'audit_head',
      'told_at',
    ])
    .select(['scheduled_action', 'scheduled_at', 'scheduled_reason', 'scheduled_correlation_id', 'skipped_dates'])
    .select(['emr_customer_id', 'phases'])
    .where('subscription_id', '=', subscriptionId)
    .forUpdate()
    .executeTakeFirst();
}

/** Nothing renews less often than every ten years. */
const LONGEST_CYCLE_DAYS = 3_660;

/** A duration of no days, or an absurd one, is a slip of the pen in the catalogue: as good as unknown. */
export function cycleDaysOf(renewalCycleDuration: number | null): number | null {
  const days = renewalCycleDuration ?? 0;
  return days > 0 && days <= LONGEST_CYCLE_DAYS ? days : null;
}
