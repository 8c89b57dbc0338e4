import type { Outcome } from '../../../../platform/inbox/delivery.ts';
import { findPaymentOfCharge, findPaymentOfIntent } from '../../payments/find-payment.ts';
import { type PaymentFact, recordPayment } from '../../payments/record-payment.ts';
import type { Tx } from '../../tables.ts';
import type { PaymentLine } from '../lines.ts';
import type { Applying, ApplyLine } from './apply-line.ts';

export const applyPaymentLine: ApplyLine<PaymentLine> = async (tx, line, applying) => {
  const { charge_id, payment_intent_id: intent } = line;
  const rival = intent === null || line.status !== 'succeeded' ? undefined : await findPaymentOfIntent(tx, intent);
  if (rival !== undefined && rival.chargeId !== charge_id) {
    return { kind: 'ignored', note: 'Another charge of its intent has succeeded' };
  }
  const isKnown = (await findPaymentOfCharge(tx, charge_id)) !== undefined;
  const recorded = await recordPayment(tx, await factOf(tx, line, applying));
  if (recorded.kind === 'unknownOrder') return { kind: 'parked', waitingFor: `order:${recorded.orderId}` };
  // Nobody but the workbook has told it yet, so the next sync may correct it.
  if (!isKnown) await mark(tx, recorded.paymentId, applying);
  return done(line, recorded.paymentId);
};

async function factOf(tx: Tx, line: PaymentLine, { receivedAt }: Applying): Promise<PaymentFact> {
  return {
    chargeId: line.charge_id,
    paymentIntentId: line.payment_intent_id,
    orderIds: [line.order_id, ...(await knownOf(tx, line.linked_order_ids))],
    stripeCustomerId: line.stripe_customer_id,
    paymentMethodId: line.payment_method_id,
    amount: line.amount,
    currency: line.currency,
    cardLast4: line.card_last4,
    cardBrand: line.card_brand,
    status: line.status === 'succeeded' ? 'succeeded' : 'failed',
    description: line.description,
    applicationFeeAmount: line.application_fee_amount,
    createdAt: line.created_at,
    receivedAt,
  };
}

/** What its description names besides need not be there. */
async function knownOf(tx: Tx, orderIds: readonly string[]): Promise<string[]> {
  if (orderIds.length === 0) return [];
  const rows = await tx.selectFrom('orders').select('order_id').where('order_id', 'in', orderIds).execute();
  return rows.map((row) => row.order_id);
}

async function mark(tx: Tx, paymentId: string, { receivedAt }: Applying): Promise<void> {
  await tx.updateTable('payments').set({ imported_at: receivedAt }).where('payment_id', '=', paymentId).execute();
}

function done({ charge_id, payment_intent_id, status }: PaymentLine, paymentId: string): Outcome {
  const ids = [charge_id, ...(payment_intent_id === null || status !== 'succeeded' ? [] : [payment_intent_id])];
  const names = ids.map((id, index) => `${index === 0 ? 'payment' : 'intent'}:${id}`);
  const unparks = [...names, ...ids.map((id) => `stripe-order-of:${id}`)];
  return { kind: 'done', subjects: [{ type: 'Payment', id: paymentId }], unparks };
}
