import { recordRefund } from '../../payments/record-refund.ts';
import type { RefundLine } from '../lines.ts';
import type { ApplyLine } from './apply-line.ts';

export const applyRefundLine: ApplyLine<RefundLine> = async (tx, line, { receivedAt }) => {
  const chargeId = line.charge_id || null;
  const { payment_intent_id: paymentIntentId, created_at: createdAt } = line;
  const recorded = await recordRefund(tx, {
    stripeRefundId: line.stripe_refund_id,
    chargeId,
    paymentIntentId,
    amount: line.amount,
    currency: line.currency,
    reason: line.reason,
    status: line.status,
    createdAt,
    reportedAt: createdAt,
    receivedAt,
  });
  if (recorded.kind === 'recorded') return { kind: 'done', subjects: [{ type: 'Refund', id: recorded.refundId }] };
  return { kind: 'parked', waitingFor: chargeId === null ? `intent:${paymentIntentId}` : `payment:${chargeId}` };
};
