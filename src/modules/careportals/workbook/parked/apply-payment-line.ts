import type { Outcome } from '../../../../platform/inbox/delivery.ts';
import type { Tx } from '../../tables.ts';
import type { PaymentLine } from '../lines.ts';
import { paymentsTable } from '../tables/payments.table.ts';
import type { ApplyLine } from './apply-line.ts';
import { applyPaymentLink } from './apply-payment-link.ts';
import { isPaymentLink, type PaymentLink } from './payment-link.ts';
import { mustWait, settleWaitingLine, writeWaitingLine } from './write-waiting-line.ts';

export const applyPaymentLine: ApplyLine<PaymentLine | PaymentLink> = async (tx, line, { receivedAt }) => {
  if (isPaymentLink(line)) return applyPaymentLink(tx, line);
  const settled = await settleWaitingLine(tx, paymentsTable, line, receivedAt);
  if (mustWait(settled)) return { kind: 'parked', waitingFor: `order:${line.order_id}` };
  if (settled.did === 'rejected') return { kind: 'ignored', note: 'Another charge of its intent has succeeded' };
  const note = await writeWaitingLine(tx, paymentsTable, settled, receivedAt);
  return outcomeOf(line, await paymentIdOf(tx, line), note);
};

async function paymentIdOf(tx: Tx, { charge_id }: PaymentLine): Promise<string> {
  const payments = tx.selectFrom('payments').select('payment_id').where('charge_id', '=', charge_id);
  return (await payments.executeTakeFirstOrThrow()).payment_id;
}

function outcomeOf(
  { charge_id, payment_intent_id, status }: PaymentLine,
  paymentId: string,
  note: string | null,
): Outcome {
  const subjects = [{ type: 'Payment', id: paymentId }];
  if (note !== null) return { kind: 'ignored', subjects, note };
  const ids = [charge_id, ...(payment_intent_id === null || status !== 'succeeded' ? [] : [payment_intent_id])];
  const names = ids.map((id, index) => `${index === 0 ? 'payment' : 'intent'}:${id}`);
  return { kind: 'done', subjects, unparks: [...names, ...ids.map((id) => `stripe-order-of:${id}`)] };
}
