import { DeliveryFailure, type Outcome } from '../../../../platform/inbox/delivery.ts';
import { findPaymentOfCharge, findPaymentOfIntent, type KnownPayment } from '../../payments/find-payment.ts';
import { type PaymentFact, recordPayment } from '../../payments/record-payment.ts';
import type { Tx } from '../../tables.ts';
import type { LinkedReport } from './find-order-link.ts';
import { ignoredAsNoOrder, isKnownAsNoOrder, NOT_AN_ORDER } from './not-an-order.ts';
import type { PaymentReport } from './payment-report.ts';
import type { StripeEvent } from './stripe-event.ts';

/**
 * Records what an event says of a payment, or parks it until its order, its charge or its order's number is known.
 * Intent and charge report the same payment, so either may learn from what the other one left.
 */
export async function applyPayment(
  tx: Tx,
  event: StripeEvent,
  { report, link }: LinkedReport,
  status: PaymentFact['status'],
): Promise<Outcome> {
  if (link.kind === 'other')
    return status === 'succeeded' ? ignoredAsNoOrder(report) : { kind: 'ignored', note: NOT_AN_ORDER };
  const known = await findKnown(tx, report, status);
  const chargeId = report.chargeId ?? known?.chargeId;
  if (chargeId === undefined) return withoutCharge(report);
  const orderIds = link.kind === 'orders' ? link.orderIds : known && [known.orderId];
  if (!orderIds && (await isKnownAsNoOrder(tx, report))) return { kind: 'ignored', note: NOT_AN_ORDER };
  if (!orderIds) return { kind: 'parked', waitingFor: unlinkedName(report), note: 'It does not say which order.' };
  const recorded = await recordPayment(tx, factOf(event, report, chargeId, orderIds, status));
  if (recorded.kind === 'unknownOrder') return { kind: 'parked', waitingFor: `order:${recorded.orderId}` };
  const subjects = [{ type: 'Payment', id: recorded.paymentId }];
  return { kind: 'done', subjects, unparks: namesOf(chargeId, report.paymentIntentId, status) };
}

/** Another event of the intent will name its charge. */
function withoutCharge({ paymentIntentId }: PaymentReport): Outcome {
  if (paymentIntentId !== null)
    return { kind: 'parked', waitingFor: `intent:${paymentIntentId}`, note: 'No charge id.' };
  throw new DeliveryFailure('The payment names neither a charge nor an intent.', { retry: false });
}

/** Failed attempts of one intent have charges of their own: only a success may be found by its intent. */
async function findKnown(
  tx: Tx,
  { chargeId, paymentIntentId }: PaymentReport,
  status: PaymentFact['status'],
): Promise<KnownPayment | undefined> {
  if (chargeId !== null) return findPaymentOfCharge(tx, chargeId);
  return paymentIntentId !== null && status === 'succeeded' ? findPaymentOfIntent(tx, paymentIntentId) : undefined;
}

function factOf(
  event: StripeEvent,
  report: PaymentReport,
  chargeId: string,
  orderIds: string[],
  status: PaymentFact['status'],
): PaymentFact {
  const { amount, currency } = report;
  if (amount === null || currency === null) {
    throw new DeliveryFailure('The payment has no amount in cents or no currency.', { retry: false });
  }
  const createdAt = report.createdAt ?? event.createdAt;
  return { ...report, amount, currency, chargeId, orderIds, status, createdAt, receivedAt: event.receivedAt };
}

/** Names by which refunds, and the payment's other event, wait for it. */
function namesOf(chargeId: string, intentId: string | null, status: PaymentFact['status']): string[] {
  const names = [`payment:${chargeId}`, `stripe-order-of:${chargeId}`];
  return intentId === null || status === 'failed'
    ? names
    : [...names, `intent:${intentId}`, `stripe-order-of:${intentId}`];
}

function unlinkedName({ paymentIntentId, chargeId }: PaymentReport): string {
  return `stripe-order-of:${paymentIntentId ?? chargeId}`;
}
