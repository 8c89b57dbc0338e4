import type { Tx } from '../tables.ts';
import type { KnownOrder } from './lock-order.ts';

const ERROR_TYPE = 'order_amount_mismatch';

/**
 * Writes down, once an order and set of amounts, that total = base - discount - credit does not hold.
 * It is not refused: the EMR is right until a person looks. The caller holds the order's row.
 */
export async function reportAmountMismatch(tx: Tx, order: KnownOrder): Promise<void> {
  const { total_amount, discount_amount, base_amount, credit_used_amount } = order.columns;
  const [total, base, discount, credit] = [
    total_amount ?? 0,
    base_amount ?? 0,
    discount_amount ?? 0,
    credit_used_amount ?? 0,
  ];
  if (total === base - discount - credit) return;
  const message = `Order ${order.orderId}: the total of ${total} cents is not base ${base} - discount ${discount} - credit ${credit}.`;
  const source = `order:${order.orderId}`;
  if (await wasReported(tx, source, message)) return;
  await tx
    .insertInto('error_logs')
    .values({
      error_type: ERROR_TYPE,
      error_message: message,
      trigger_source: source,
      raw_data: JSON.stringify({ orderId: order.orderId, total, base, discount, credit }),
    })
    .execute();
}

async function wasReported(tx: Tx, source: string, message: string): Promise<boolean> {
  const row = await tx
    .selectFrom('error_logs')
    .select('error_id')
    .where('trigger_source', '=', source)
    .where('error_type', '=', ERROR_TYPE)
    .where('error_message', '=', message)
    .executeTakeFirst();
  return row !== undefined;
}
