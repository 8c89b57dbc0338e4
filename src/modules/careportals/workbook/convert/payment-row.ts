import { describedLinkOf } from '../../intake/stripe/order-link.ts';
import type { PaymentLine } from '../lines.ts';
import { TEXT_LENGTH } from '../sheets/column.ts';
import { readCardDigits } from './card-digits.ts';
import { currencyOf } from './currency-of.ts';
import { dollarsOf } from './dollars-of.ts';
import { chargeId, intentId, orderNumberOf, paymentMethodId, stripeCustomerId } from './ids.ts';
import { lowerWord, type RowReader } from './row-reader.ts';

/** @throws RowRejected */
export function readPayment(row: RowReader): PaymentLine {
  const charge_id = row.key('charge_id', chargeId);
  const order_id = row.needed('order_number', orderNumberOf);
  const description = row.text('description', TEXT_LENGTH);
  return {
    charge_id,
    payment_intent_id: row.optional('payment_intent_id', intentId),
    order_id,
    linked_order_ids: ordersIn(description).filter((id) => id !== order_id),
    amount: row.needed('amount', dollarsOf),
    currency: row.needed('currency', currencyOf),
    created_at: row.time('datetime'),
    stripe_customer_id: row.optional('customer_id', stripeCustomerId),
    payment_method_id: row.optional('payment_method_id', paymentMethodId),
    card_last4: readCardDigits(row),
    card_brand: row.text('card_brand', 20),
    status: row.neededText('status', 20, lowerWord),
    description,
    application_fee_amount: row.optional('application_fee_amount', dollarsOf) ?? 0,
  };
}

function ordersIn(description: string | null): string[] {
  const link = describedLinkOf({ description });
  return link.kind === 'orders' ? link.orderIds : [];
}
