import { applyPayment } from './apply-payment.ts';
import { findCard } from './find-card.ts';
import { findOrderLink, type LinkedReport } from './find-order-link.ts';
import { orderLinkOf } from './order-link.ts';
import { reportOfIntent } from './payment-report.ts';
import type { StripeApi } from './stripe-api.ts';
import type { StripeEvent } from './stripe-event.ts';
import type { StripeHandler } from './stripe-handler.ts';

/** An intent is paid. */
export const paymentIntentSucceeded: StripeHandler = async (event, api) => {
  const linked = await learn(event, api);
  return (tx) => applyPayment(tx, event, linked, 'succeeded');
};

/** One question is enough: whoever asks for the order is told the card as well. */
async function learn(event: StripeEvent, api: StripeApi | null): Promise<LinkedReport> {
  const report = reportOfIntent(event.object);
  const link = orderLinkOf(event.object);
  if (link.kind !== 'orders') return findOrderLink(event, report, api);
  return { report: await findCard(report, event.account, api), link };
}
