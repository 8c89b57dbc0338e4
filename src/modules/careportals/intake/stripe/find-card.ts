import { DeliveryFailure } from '../../../../platform/inbox/delivery.ts';
import { completedBy, type PaymentReport, reportOfIntent } from './payment-report.ts';
import type { StripeApi } from './stripe-api.ts';

/**
 * The report with the card, which an intent's event leaves out and the intent itself shows when asked. Good to have,
 * but never worth a failed attempt: if Stripe does not answer, the payment is recorded without, and charge.succeeded
 * may still bring it.
 */
export async function findCard(
  report: PaymentReport,
  account: string | null,
  api: StripeApi | null,
): Promise<PaymentReport> {
  if (!api || api.isStruggling() || !mayHaveCard(report)) return report;
  try {
    const intent = await api.retrieveIntent(report.paymentIntentId!, account);
    return intent ? completedBy(report, reportOfIntent(intent)) : report;
  } catch (error) {
    if (error instanceof DeliveryFailure) return report;
    throw error;
  }
}

/** Charges that begin with `py_` are of Link or a bank. */
function mayHaveCard({ paymentIntentId, chargeId, cardLast4 }: PaymentReport): boolean {
  return paymentIntentId !== null && cardLast4 === null && !chargeId?.startsWith('py_');
}
