import type { Tx } from '../tables.ts';

/**
 * Lets links of a payment lead to other orders: the first of `from` to the first of `to`, and so on as far as both go.
 * Moved, because a report takes no link away.
 * @param from orders that it is linked to and does not pay for.
 * @param to orders that it pays for and is not linked to.
 * @returns those of `to` that it is linked to now.
 */
export async function moveOrderLinks(
  tx: Tx,
  paymentId: string,
  from: readonly string[],
  to: readonly string[],
): Promise<string[]> {
  const moved = to.slice(0, from.length);
  for (const [index, orderId] of moved.entries()) {
    await tx
      .updateTable('payment_orders')
      .set({ order_id: orderId })
      .where('payment_id', '=', paymentId)
      .where('order_id', '=', from[index]!)
      .execute();
  }
  return moved;
}
