import type { Tx } from '../tables.ts';

export interface KnownPayment {
  chargeId: string;
  orderId: string;
}

/** The payment of a charge; undefined if it is not recorded yet. */
export async function findPaymentOfCharge(tx: Tx, chargeId: string): Promise<KnownPayment | undefined> {
  const row = await tx
    .selectFrom('payments')
    .select(['charge_id', 'order_id'])
    .where('charge_id', '=', chargeId)
    .executeTakeFirst();
  return row && { chargeId: row.charge_id, orderId: row.order_id };
}

/** The succeeded payment of an intent, of which there is one at most; undefined if it is not recorded yet. */
export async function findPaymentOfIntent(tx: Tx, paymentIntentId: string): Promise<KnownPayment | undefined> {
  const row = await tx
    .selectFrom('payments')
    .select(['charge_id', 'order_id'])
    .where('succeeded_intent_id', '=', paymentIntentId)
    .executeTakeFirst();
  return row && { chargeId: row.charge_id, orderId: row.order_id };
}
