import type { Outcome } from '../../../../platform/inbox/delivery.ts';
import type { Tx } from '../../tables.ts';
import type { PaymentLink } from './payment-link.ts';

/** Links a payment to an order that was unknown when the payment was written. */
export async function applyPaymentLink(tx: Tx, link: PaymentLink): Promise<Outcome> {
  const { charge_id: chargeId, link_order_id: orderId, description } = link;
  // Locked, as by whoever else links it.
  const payment = await tx
    .selectFrom('payments')
    .select(['payment_id', 'description', 'imported_at'])
    .where('charge_id', '=', chargeId)
    .forUpdate()
    .executeTakeFirst();
  if (payment === undefined) return { kind: 'parked', waitingFor: `payment:${chargeId}` };
  const subjects = [{ type: 'Payment', id: payment.payment_id }];
  if (payment.imported_at !== null && payment.description !== description) {
    return { kind: 'ignored', subjects, note: 'A later import describes the payment otherwise' };
  }
  if (!(await isThere(tx, orderId))) return { kind: 'parked', subjects, waitingFor: `order:${orderId}` };
  const isNew = await addLink(tx, payment.payment_id, orderId);
  return isNew ? { kind: 'done', subjects } : { kind: 'ignored', subjects, note: 'It is linked to the order' };
}

async function isThere(tx: Tx, orderId: string): Promise<boolean> {
  const row = await tx.selectFrom('orders').select('order_id').where('order_id', '=', orderId).executeTakeFirst();
  return row !== undefined;
}

async function addLink(tx: Tx, paymentId: string, orderId: string): Promise<boolean> {
  const known = await tx
    .selectFrom('payment_orders')
    .select('order_id')
    .where('payment_id', '=', paymentId)
    .where('order_id', '=', orderId)
    .executeTakeFirst();
  if (known !== undefined) return false;
  await tx.insertInto('payment_orders').values({ payment_id: paymentId, order_id: orderId }).execute();
  return true;
}
