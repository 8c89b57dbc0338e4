import { dollarsCell } from '../convert/dollars-of.ts';
import { timeCell } from '../convert/eastern-time.ts';
import { orderCell } from '../convert/ids.ts';
import { readPayment } from '../convert/payment-row.ts';
import type { PaymentLine } from '../lines.ts';
import type { Sheet } from '../sheet.ts';
import { joined, needed } from './column.ts';

/** The tab was once misspelt, and a script may have made the rightly spelt one beside it. */
export const paymentsSheet: Sheet<PaymentLine> = {
  name: 'payment_succesful',
  tabs: ['payment_succesful', 'payment_successful'],
  required: true,
  hasHeader: true,
  columns: [
    needed('charge_id', 'stripeId'),
    needed('payment_intent_id', 'stripeId'),
    needed('order_number', 'orderNumber'),
    needed('amount', 'dollars'),
    needed('currency', 'word'),
    needed('datetime', 'time'),
    needed('customer_id', 'stripeId'),
    needed('payment_method_id', 'stripeId'),
    needed('card_last4', 'text'),
    needed('card_brand', 'word'),
    needed('status', 'word'),
    needed('description', 'text'),
    needed('application_fee_amount', 'dollars'),
  ],
  read: readPayment,
  write: (line) => [
    line.charge_id,
    line.payment_intent_id,
    orderCell(line.order_id),
    dollarsCell(line.amount),
    line.currency,
    timeCell(line.created_at),
    line.stripe_customer_id,
    line.payment_method_id,
    line.card_last4,
    line.card_brand,
    line.status,
    line.description,
    dollarsCell(line.application_fee_amount),
  ],
  keyOf: (line) => line.charge_id,
  moneyOf: (line) => joined(line.amount, line.currency, line.application_fee_amount),
  restOf: (line) =>
    joined(
      line.payment_intent_id,
      line.order_id,
      line.created_at,
      line.stripe_customer_id,
      line.payment_method_id,
      line.card_last4,
      line.card_brand,
      line.status,
      line.description,
    ),
};
