import { currencyOf } from '../convert/currency-of.ts';
import { dollarsCell, dollarsOf } from '../convert/dollars-of.ts';
import { timeCell } from '../convert/eastern-time.ts';
import { chargeId, intentId, refundId } from '../convert/ids.ts';
import { lowerWord, type RowReader } from '../convert/row-reader.ts';
import type { RefundLine } from '../lines.ts';
import type { Sheet } from '../sheet.ts';
import { joined, needed } from './column.ts';

export const refundsSheet: Sheet<RefundLine> = {
  name: 'refund.created',
  tabs: ['refund.created'],
  required: true,
  hasHeader: true,
  columns: [
    needed('refund_id', 'stripeId'),
    needed('charge_id', 'stripeId'),
    needed('amount', 'dollars'),
    needed('currency', 'word'),
    needed('datetime', 'time'),
    needed('reason', 'word'),
    needed('status', 'word'),
    needed('payment_intent_id', 'stripeId'),
  ],
  read: (row) => {
    const stripe_refund_id = row.key('refund_id', refundId);
    const payment_intent_id = row.optional('payment_intent_id', intentId);
    return {
      stripe_refund_id,
      charge_id: readCharge(row, payment_intent_id),
      payment_intent_id,
      amount: row.needed('amount', dollarsOf),
      currency: row.needed('currency', currencyOf),
      reason: row.text('reason', 255),
      status: row.neededText('status', 20, lowerWord),
      created_at: row.time('datetime'),
    };
  },
  write: (line) => [
    line.stripe_refund_id,
    line.charge_id === '' ? null : line.charge_id,
    dollarsCell(line.amount),
    line.currency,
    timeCell(line.created_at),
    line.reason,
    line.status,
    line.payment_intent_id,
  ],
  keyOf: (line) => line.stripe_refund_id,
  moneyOf: (line) => joined(line.amount, line.currency),
  restOf: (line) => joined(line.charge_id, line.payment_intent_id, line.reason, line.status, line.created_at),
};

/** Blank where only the intent is named; one of the two must be. */
function readCharge(row: RowReader, intent: string | null): string {
  return intent === null ? row.needed('charge_id', chargeId) : (row.optional('charge_id', chargeId) ?? '');
}
