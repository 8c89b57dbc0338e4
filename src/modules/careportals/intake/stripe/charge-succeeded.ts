import { applyPayment } from './apply-payment.ts';
import { findOrderLink } from './find-order-link.ts';
import { reportOfCharge } from './payment-report.ts';
import type { StripeHandler } from './stripe-handler.ts';

/** A charge went through: the same payment as its intent's, with the card. An authorisation alone is no payment yet. */
export const chargeSucceeded: StripeHandler = async (event, api) => {
  if (event.object.captured === false) return async () => ({ kind: 'ignored', note: 'Authorised, not captured.' });
  const linked = await findOrderLink(event, reportOfCharge(event.object), api);
  return (tx) => applyPayment(tx, event, linked, 'succeeded');
};
