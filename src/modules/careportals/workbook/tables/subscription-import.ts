import { type SubscriptionRow, UNSCHEDULED } from '../../subscriptions/lock-subscription.ts';
import type { ToldAt } from '../../subscriptions/newest-told.ts';
import { BEFORE_ALL } from '../../told-at.ts';
import type { SubscriptionLine } from '../lines.ts';

/** A line, and whose subscription it is. */
export interface Told {
  line: SubscriptionLine;
  /** The customer's own id; null if nobody is known by the id in the line. */
  customerId: string | null;
}

/** The subscription that a line makes. */
export function newSubscription(told: Told): SubscriptionRow {
  const nothing: SubscriptionRow = {
    subscriptionId: told.line.subscription_id,
    publicId: null,
    state: told.line.state,
    version: 1,
    nextCycleDate: null,
    sourceUpdatedAt: null,
    movedAt: null,
    auditHead: null,
    toldAt: null,
    ...UNSCHEDULED,
    skippedDates: [],
    cycleDays: null,
    customerId: null,
    emrCustomerId: null,
    productId: null,
    cycle: 1,
    status: told.line.status,
    createdAt: told.line.created_at,
    updatedAt: null,
    phases: null,
  };
  return asTold(nothing, told);
}

/** The subscription as the line has it. */
export function asTold(row: SubscriptionRow, { line, customerId }: Told): SubscriptionRow {
  return {
    ...row,
    state: line.state,
    status: line.status,
    customerId,
    emrCustomerId: line.emr_customer_id,
    productId: line.product_id,
    cycle: line.cycle,
    createdAt: line.created_at,
    updatedAt: line.updated_at,
    sourceUpdatedAt: line.updated_at,
    toldAt: toldAtOf(line),
  };
}

/** With the line's values where nothing is known; whatever the EMR tells of them later, however old, stands. */
export function withBlanksFilled(row: SubscriptionRow, { line, customerId }: Told): SubscriptionRow {
  const isUnclaimed = row.customerId === null && (row.emrCustomerId ?? line.emr_customer_id) === line.emr_customer_id;
  const customer = isUnclaimed ? { customerId, emrCustomerId: line.emr_customer_id } : {};
  const filled = { ...row, ...customer, productId: row.productId ?? line.product_id };
  const updatedAt = row.updatedAt ?? line.updated_at;
  return { ...filled, updatedAt, toldAt: row.toldAt === null ? null : filledAt(row, filled, row.toldAt) };
}

function filledAt(before: SubscriptionRow, after: SubscriptionRow, toldAt: ToldAt): ToldAt {
  const customer = before.emrCustomerId === null && after.emrCustomerId !== null;
  const product = before.productId === null && after.productId !== null;
  return {
    ...(customer && { customerId: BEFORE_ALL }),
    ...(product && { productId: BEFORE_ALL }),
    ...toldAt,
  };
}

/** The sheet knows nothing of the next cycle, so that is told by whoever tells it first. */
function toldAtOf({ updated_at, emr_customer_id, product_id }: SubscriptionLine): ToldAt {
  const at = updated_at ?? BEFORE_ALL;
  return {
    cycle: at,
    ...(emr_customer_id !== null && { customerId: at }),
    ...(product_id !== null && { productId: at }),
  };
}
