import { describedLinkOf, type OrderLink, orderLinkOf } from './order-link.ts';
import { completedBy, type PaymentReport, reportOfCharge, reportOfIntent } from './payment-report.ts';
import type { StripeApi } from './stripe-api.ts';
import type { StripeEvent } from './stripe-event.ts';
import type { StripeObject } from './stripe-fields.ts';

/** A payment as far as it could be learned, and the orders it is for. */
export interface LinkedReport {
  report: PaymentReport;
  link: OrderLink;
}

/**
 * Finds which orders a payment is for: the event's own metadata, else those of the intent as Stripe has it now, else
 * those of the charge, else a description. What was asked completes the report as well.
 * @throws DeliveryFailure if Stripe had to be asked and is busy or away.
 */
export async function findOrderLink(
  event: StripeEvent,
  report: PaymentReport,
  api: StripeApi | null,
): Promise<LinkedReport> {
  const seen: StripeObject[] = [event.object];
  let linked: LinkedReport = { report, link: orderLinkOf(event.object) };
  for (const ask of api ? questions(api, event.account) : []) {
    if (linked.link.kind !== 'none') return linked;
    const answer = await ask(linked.report);
    if (answer === null) continue;
    seen.push(answer.object);
    linked = { report: completedBy(linked.report, answer.report), link: orderLinkOf(answer.object) };
  }
  return linked.link.kind === 'none' ? { ...linked, link: described(seen) } : linked;
}

type Question = (known: PaymentReport) => Promise<{ object: StripeObject; report: PaymentReport } | null>;

function questions(api: StripeApi, account: string | null): Question[] {
  return [
    async ({ paymentIntentId }) => {
      const intent = paymentIntentId === null ? null : await api.retrieveIntent(paymentIntentId, account);
      return intent && { object: intent, report: reportOfIntent(intent) };
    },
    async ({ chargeId }) => {
      const charge = chargeId === null ? null : await api.retrieveCharge(chargeId, account);
      return charge && { object: charge, report: reportOfCharge(charge) };
    },
  ];
}

function described(seen: StripeObject[]): OrderLink {
  return seen.map(describedLinkOf).find((link) => link.kind !== 'none') ?? { kind: 'none' };
}
