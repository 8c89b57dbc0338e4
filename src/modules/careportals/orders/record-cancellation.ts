import type { Instant } from '../../../platform/database/instant.ts';
import { isRepeatOf } from '../../../platform/database/transaction.ts';
import type { Tx } from '../tables.ts';

/** Whether a status text says that the order is off: the EMR has more than one word for it. */
export function saysCancelled(status: string): boolean {
  return /cancell?ed|deleted/.test(status);
}

/** Notes that an order was cancelled: one row an order, and the earliest time told wins, in whatever order they come. */
export async function recordCancellation(tx: Tx, orderId: string, cancelledAt: Instant): Promise<void> {
  try {
    await tx.insertInto('orders_cancelled').values({ order_id: orderId, cancelled_at: cancelledAt }).execute();
  } catch (error) {
    if (!isRepeatOf(error, 'idx_order_id')) throw error;
    await tx
      .updateTable('orders_cancelled')
      .set({ cancelled_at: cancelledAt })
      .where('order_id', '=', orderId)
      .where('cancelled_at', '>', cancelledAt)
      .execute();
  }
}
