import type { RefundLine } from '../lines.ts';
import { refundsTable } from '../tables/refunds.table.ts';
import type { ApplyLine } from './apply-line.ts';
import { mustWait, settleWaitingLine, writeWaitingLine } from './write-waiting-line.ts';

export const applyRefundLine: ApplyLine<RefundLine> = async (tx, line, { receivedAt }) => {
  const settled = await settleWaitingLine(tx, refundsTable, line, receivedAt);
  const { charge_id: chargeId, payment_intent_id: intent, stripe_refund_id: stripeId } = line;
  if (mustWait(settled)) return { kind: 'parked', waitingFor: chargeId ? `payment:${chargeId}` : `intent:${intent}` };
  const note = await writeWaitingLine(tx, refundsTable, settled, receivedAt);
  const { refund_id: id } = await tx
    .selectFrom('refunds')
    .select('refund_id')
    .where('stripe_refund_id', '=', stripeId)
    .executeTakeFirstOrThrow();
  const subjects = [{ type: 'Refund', id }];
  return note === null ? { kind: 'done', subjects } : { kind: 'ignored', subjects, note };
};
