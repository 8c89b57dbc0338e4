import type { Instant } from '../../../../platform/database/instant.ts';
import type { Tx } from '../../tables.ts';
import { byNumber } from './by-number.ts';
import { insertRows } from './insert-rows.ts';

/**
 * Notes that these orders were cancelled, as recordCancellation does for one: the earliest time told wins.
 * @throws a MySQL 1062 if somebody else was faster with one of them.
 */
export async function writeCancellations(tx: Tx, cancelledAt: ReadonlyMap<string, Instant>): Promise<void> {
  const orderIds = [...cancelledAt.keys()].sort(byNumber);
  if (orderIds.length === 0) return;
  const rows = await tx
    .selectFrom('orders_cancelled')
    .select(['order_id', 'cancelled_at'])
    .where('order_id', 'in', orderIds)
    .orderBy('order_id')
    .forUpdate()
    .execute();
  const known = new Map(rows.map((row) => [row.order_id, row.cancelled_at]));
  const fresh = orderIds.filter((id) => !known.has(id));
  await insertRows(
    tx,
    'orders_cancelled',
    fresh.map((order_id) => ({ order_id, cancelled_at: cancelledAt.get(order_id) })),
  );
  for (const [order_id, at] of known) {
    const earlier = cancelledAt.get(order_id)!;
    if (earlier >= at) continue;
    await tx.updateTable('orders_cancelled').set({ cancelled_at: earlier }).where('order_id', '=', order_id).execute();
  }
}
