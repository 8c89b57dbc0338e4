import type { Selectable } from 'kysely';
import type { Instant } from '../../../platform/database/instant.ts';
import type { Tables, Tx } from '../tables.ts';
import { type StoredColumns, storedOfRow, type ToldOrder, toldOfRow } from './order-columns.ts';

/** An order as it stands. */
export interface KnownOrder {
  orderId: string;
  internalOrderId: string;
  /** What was told so far; null where a column only holds a stand-in or a guess. */
  told: ToldOrder;
  /** The columns as the table holds them. */
  stored: StoredColumns;
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
  return knownOrder(row);
}

/** An order's row, read. */
export function knownOrder(row: Selectable<Tables['orders']>): KnownOrder {
  return {
    orderId: row.order_id,
    internalOrderId: row.care_portals_internal_order_id,
    told: toldOfRow(row),
    stored: storedOfRow(row),
    isStub: row.is_stub === 1,
    sourceUpdatedAt: row.source_updated_at,
    createdAt: row.created_at,
  };
}
