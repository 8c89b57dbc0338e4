import type { Instant } from '../../../platform/database/instant.ts';
import { isRepeatOf } from '../../../platform/database/transaction.ts';
import type { Tx } from '../tables.ts';

/** Whether a status text says that the order is off: the EMR has more than one word for it. */
export function saysCancelled(status: string): boolean {
  return /cancell?ed|deleted/.test(status);
}

/**
 * Notes that an order was cancelled: one row an order, and the earliest time told wins, in whatever order they come.
 * @returns the row's key; null if it stands as it stood.
 */
export async function recordCancellation(tx: Tx, orderId: string, cancelledAt: Instant): Promise<string | null> {
  try {
    const row = { order_id: orderId, cancelled_at: cancelledAt };
    const inserted = await tx.insertInto('orders_cancelled').values(row).executeTakeFirstOrThrow();
    return String(inserted.insertId);
  } catch (error) {
    if (!isRepeatOf(error, 'idx_order_id')) throw error;
    return moveBack(tx, orderId, cancelledAt);
  }
}

async function moveBack(tx: Tx, orderId: string, cancelledAt: Instant): Promise<string | null> {
  const later = await tx
    .selectFrom('orders_cancelled')
    .select('cancellation_id')
    .where('order_id', '=', orderId)
    .where('cancelled_at', '>', cancelledAt)
    .forUpdate()
    .executeTakeFirst();
  if (!later) return null;
  await tx
    .updateTable('orders_cancelled')
    .set({ cancelled_at: cancelledAt })
    .where('cancellation_id', '=', later.cancellation_id)
    .execute();
  return later.cancellation_id;
}
