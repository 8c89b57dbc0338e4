import type { Selectable } from 'kysely';
import type { Instant } from '../../../platform/database/instant.ts';
import type { Tables, Tx } from '../tables.ts';
import { NOTHING_TOLD, type OrderColumns, UNTOLD } from './merge-order.ts';

/** An order's row, locked. */
export interface KnownOrder {
  orderId: string;
  internalOrderId: string;
  /** What was told so far; null where a NOT NULL column only holds its stand-in. */
  columns: OrderColumns;
  currentStatus: string | null;
  isStub: boolean;
  /** The sender's clock of the latest telling. */
  sourceUpdatedAt: Instant | null;
  createdAt: Instant;
}

/** Takes the order's row FOR UPDATE. @throws if there is none: the caller has just seen it. */
export async function lockOrder(tx: Tx, orderId: string): Promise<KnownOrder> {
  const row = await tx
    .selectFrom('orders')
    .selectAll()
    .where('order_id', '=', orderId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return {
    orderId: row.order_id,
    internalOrderId: row.care_portals_internal_order_id,
    columns: toldColumns(row),
    currentStatus: row.current_status,
    isStub: row.is_stub === 1,
    sourceUpdatedAt: row.source_updated_at,
    createdAt: row.created_at,
  };
}

function toldColumns(row: Selectable<Tables['orders']>): OrderColumns {
  const told = { ...NOTHING_TOLD };
  for (const column of Object.keys(told) as (keyof OrderColumns)[]) Object.assign(told, { [column]: row[column] });
  if (told.source === UNTOLD.source) told.source = null;
  if (row.discount_reduction_type === null && row.discount_reduction_amount === 0)
    told.discount_reduction_amount = null;
  // Four zeros are what an order has of which no amount was told; an order that is free usually has a base.
  const amounts = [row.total_amount, row.discount_amount, row.base_amount, row.credit_used_amount];
  return amounts.every((cents) => cents === 0) ? { ...told, ...NO_AMOUNTS } : told;
}

const NO_AMOUNTS = { total_amount: null, discount_amount: null, base_amount: null, credit_used_amount: null };
