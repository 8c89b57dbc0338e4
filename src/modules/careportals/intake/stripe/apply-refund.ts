import { DeliveryFailure, type Outcome } from '../../../../platform/inbox/delivery.ts';
import { type RefundFact, recordRefund } from '../../payments/record-refund.ts';
import type { Tx } from '../../tables.ts';
import { isKnownAsNoOrder } from './not-an-order.ts';
import type { StripeEvent } from './stripe-event.ts';
import { centsOf, currencyOf, idOf, instantOf, textOf } from './stripe-fields.ts';

/** Records what an event says of a refund, or parks it until its payment is recorded or known to be for no order. */
export async function applyRefund(tx: Tx, event: StripeEvent): Promise<Outcome> {
  const fact = refundFactOf(event);
  const recorded = await recordRefund(tx, fact);
  if (recorded.kind === 'recorded') return { kind: 'done', subjects: [{ type: 'Refund', id: recorded.refundId }] };
  if (await isKnownAsNoOrder(tx, fact)) return { kind: 'ignored', note: 'It refunds what is not an order.' };
  const { chargeId, paymentIntentId } = fact;
  return { kind: 'parked', waitingFor: chargeId === null ? `intent:${paymentIntentId}` : `payment:${chargeId}` };
}

function refundFactOf({ object: refund, createdAt, receivedAt }: StripeEvent): RefundFact {
  const stripeRefundId = idOf(refund.id);
  const chargeId = idOf(refund.charge);
  const paymentIntentId = idOf(refund.payment_intent);
  const amount = centsOf(refund.amount);
  const currency = currencyOf(refund.currency);
  if (stripeRefundId === null || amount === null || currency === null || (chargeId ?? paymentIntentId) === null) {
    throw new DeliveryFailure('The refund lacks its id, amount, currency, or charge and intent.', { retry: false });
  }
  return {
    stripeRefundId,
    chargeId,
    paymentIntentId,
    amount,
    currency,
    reason: textOf(refund.reason)?.slice(0, 255) ?? null,
    status: textOf(refund.status)?.toLowerCase().slice(0, 20) ?? 'pending',
    createdAt: instantOf(refund.created) ?? createdAt,
    reportedAt: createdAt,
    receivedAt,
  };
}
