import { reportOnce } from '../report-once.ts';
import type { Tx } from '../tables.ts';
import type { KnownOrder } from './lock-order.ts';

/**
 * Writes down, once an order and set of amounts, that total = base - discount - credit does not hold.
 * It is not refused: the EMR is right until a person looks. The caller holds the order's row.
 */
export async function reportAmountMismatch(tx: Tx, { orderId, told }: KnownOrder): Promise<void> {
  const [total, base, discount, credit] = [
    told.columns.total_amount ?? 0,
    told.columns.base_amount ?? 0,
    told.columns.discount_amount ?? 0,
    told.columns.credit_used_amount ?? 0,
  ];
  if (total === base - discount - credit) return;
  await reportOnce(tx, {
    errorType: 'order_amount_mismatch',
    source: `order:${orderId}`,
    message: `Order ${orderId}: the total of ${total} cents is not base ${base} - discount ${discount} - credit ${credit}.`,
    facts: { orderId, total, base, discount, credit },
  });
}
