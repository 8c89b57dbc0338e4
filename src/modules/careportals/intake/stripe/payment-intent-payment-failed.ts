import { applyPayment } from './apply-payment.ts';
import { findOrderLink } from './find-order-link.ts';
import { reportOfIntent } from './payment-report.ts';
import type { StripeHandler } from './stripe-handler.ts';

/** An attempt to pay failed: a payment with status `failed`, for the success rate, if charge and order are known. */
export const paymentIntentPaymentFailed: StripeHandler = async (event, api) => {
  const linked = await findOrderLink(event, reportOfIntent(event.object), api);
  if (linked.report.chargeId === null || linked.link.kind === 'none') {
    return async () => ({ kind: 'ignored', note: 'A failed attempt without a charge or an order.' });
  }
  return (tx) => applyPayment(tx, event, linked, 'failed');
};
