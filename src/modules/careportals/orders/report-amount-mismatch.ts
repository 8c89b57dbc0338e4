import { type Remark, reportEachOnce, reportOnce } from '../report-once.ts';
import type { Tx } from '../tables.ts';
import type { KnownOrder } from './lock-order.ts';

type Priced = Pick<KnownOrder, 'orderId' | 'told'>;

/**
 * Writes down, once an order and set of amounts, that total = base - discount - credit does not hold.
 * It is not refused: the EMR is right until a person looks. The caller holds the order's row.
 */
export async function reportAmountMismatch(tx: Tx, order: Priced): Promise<void> {
  const remark = mismatchOf(order);
  if (remark !== null) await reportOnce(tx, remark);
}

/** The same for many orders at once. */
export function reportAmountMismatches(tx: Tx, orders: readonly Priced[]): Promise<void> {
  return reportEachOnce(
    tx,
    orders.map(mismatchOf).filter((remark) => remark !== null),
  );
}

function mismatchOf({ orderId, told }: Priced): Remark | null {
  const [total, base, discount, credit] = [
    told.columns.total_amount ?? 0,
    told.columns.base_amount ?? 0,
    told.columns.discount_amount ?? 0,
    told.columns.credit_used_amount ?? 0,
  ];
  if (total === base - discount - credit) return null;
  return {
    errorType: 'order_amount_mismatch',
    source: `order:${orderId}`,
    message: `Order ${orderId}: the total of ${total} cents is not base ${base} - discount ${discount} - credit ${credit}.`,
    facts: { orderId, total, base, discount, credit },
  };
}
