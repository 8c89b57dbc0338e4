import type { Outcome, Subject } from '../../../../platform/inbox/delivery.ts';
import type { Tx } from '../../tables.ts';
import type { PaymentReport } from './payment-report.ts';

type Named = Pick<PaymentReport, 'chargeId' | 'paymentIntentId'>;

export const NOT_AN_ORDER = 'It pays for something that is not an order.';

/**
 * A payment that has no place here. The delivery is remembered under its charge and intent, so that a refund of it, or
 * its other event, is known to have no place here either, whichever comes first.
 */
export function ignoredAsNoOrder(payment: Named): Outcome {
  const { chargeId, paymentIntentId } = payment;
  const charge = chargeId === null ? [] : [`payment:${chargeId}`, `stripe-order-of:${chargeId}`];
  const intent = paymentIntentId === null ? [] : [`intent:${paymentIntentId}`, `stripe-order-of:${paymentIntentId}`];
  return { kind: 'ignored', note: NOT_AN_ORDER, subjects: stripeSubjects(payment), unparks: [...charge, ...intent] };
}

/** Whether a payment of this charge or intent was ignored for that. */
export async function isKnownAsNoOrder(tx: Tx, payment: Named): Promise<boolean> {
  const subjects = stripeSubjects(payment);
  const row = await tx
    .selectFrom('webhook_subjects')
    .select('inbox_id')
    .where((where) => where.or(subjects.map(({ type, id }) => where.and({ subject_type: type, subject_id: id }))))
    .executeTakeFirst();
  return row !== undefined;
}

/** Not rows of ours: the graph shows none of these. */
function stripeSubjects({ chargeId, paymentIntentId }: Named): Subject[] {
  const charge = chargeId === null ? [] : [{ type: 'StripeCharge', id: chargeId }];
  const intent = paymentIntentId === null ? [] : [{ type: 'StripePaymentIntent', id: paymentIntentId }];
  return [...charge, ...intent];
}
