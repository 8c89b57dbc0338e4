import { copied, duplicate, type Form, parked, rejected, repaired, withCells } from './form.ts';
import { orderNumber, orders, orderTime, unknownOrder } from './orders.ts';
import { centsOf, DAY, dollars, float, NEVER, TWICE, wall, whole } from './values.ts';

const BRANDS = ['visa', 'mastercard', 'amex', 'discover'];

export const payments: Form = {
  sheet: 'payment_succesful',
  columns: [
    'charge_id',
    'payment_intent_id',
    'order_number',
    'amount',
    'currency',
    'datetime',
    'customer_id',
    'payment_method_id',
    'card_last4',
    'card_brand',
    'status',
    'description',
    'application_fee_amount',
  ],
  hasHeader: true,
  rows: 438,
  honest(set, index) {
    const sound = set.sound(orders);
    const order = sound[index]!;
    const total = centsOf(set.row(orders, order).cells.total_amount);
    const random = set.random('card', index);
    const withCard = index % 12 !== 0;
    const numbers = [order, ...(index % 40 === 0 ? [sound[index + 1]!] : [])].map((one) => `#${orderNumber(set, one)}`);
    return {
      charge_id: set.stripeId(index % 50 === 0 ? 'py' : 'ch', index),
      payment_intent_id: set.stripeId('pi', index),
      order_number: whole(orderNumber(set, order)),
      amount: dollars(total),
      currency: 'USD',
      datetime: wall(orderTime(set, order) + 120_000),
      customer_id: set.stripeId('cus', index),
      payment_method_id: set.stripeId('pm', index),
      card_last4: withCard ? float(random.between(1_000, 9_999)) : null,
      card_brand: withCard ? random.pick(BRANDS) : null,
      status: 'succeeded',
      description: `Orders ${numbers.join(', ')}`,
      application_fee_amount: dollars(Math.round(total / 100)),
    };
  },
  oddities: [
    repaired(
      'card-padded',
      'card_last4',
      40,
      withCells((_, { index }) => ({ card_last4: float(1 + ((index * 7) % 999)), card_brand: 'visa' })),
    ),
    repaired(
      'payment-not-order-total',
      'amount',
      12,
      withCells(({ amount }) => ({ amount: dollars(centsOf(amount) + 500) })),
    ),
    repaired(
      'payment-link-waits',
      'description',
      2,
      withCells(({ description }, { set, nth }) => ({ description: `${description}, #${unknownOrder(set, nth)}` })),
    ),
    repaired(
      'hour-ambiguous',
      'datetime',
      1,
      withCells(() => ({ datetime: wall(TWICE) })),
    ),
    parked(
      'payment-without-order',
      'order_number',
      9,
      withCells((_, { set, nth }) => ({
        order_number: whole(unknownOrder(set, nth)),
        description: `Orders #${unknownOrder(set, nth)}`,
      })),
    ),
    duplicate('duplicate-same', 1, copied()),
    duplicate(
      'duplicate-differs',
      1,
      copied(() => ({ card_brand: 'unknown' })),
    ),
    duplicate(
      'duplicate-differs-in-money',
      1,
      copied(({ amount }) => ({ amount: dollars(centsOf(amount) + 100) })),
    ),
    rejected('intent-paid-twice', 'payment_intent_id', 1, (cells, { earlier }) => ({
      ...earlier,
      charge_id: cells.charge_id!,
    })),
    rejected(
      'key-shape',
      'charge_id',
      1,
      withCells(() => ({ charge_id: 'paid in cash' })),
    ),
    rejected(
      'value-missing',
      'currency',
      1,
      withCells(() => ({ currency: null })),
    ),
    rejected(
      'value-unreadable',
      'amount',
      1,
      withCells(() => ({ amount: 'see the bank' })),
    ),
  ],
};

export const refunds: Form = {
  sheet: 'refund.created',
  columns: [
    'refund_id',
    'charge_id',
    'amount',
    'currency',
    'datetime',
    'reason',
    'status',
    'payment_intent_id',
    'Unnamed: 8',
    'Unnamed: 9',
  ],
  hasHeader: true,
  rows: 121,
  honest(set, index) {
    const payment = set.sound(payments)[index * 3]!;
    const { cells } = set.row(payments, payment);
    const half = Math.round(centsOf(cells.amount) / 2);
    return {
      refund_id: set.stripeId('re', index),
      charge_id: cells.charge_id!,
      // As a spreadsheet adds up: a hair beside the cent.
      amount: index % 10 === 0 ? { number: `${Math.floor(half / 100)}.00000000000006` } : dollars(half),
      currency: 'USD',
      datetime: wall(orderTime(set, payment) + 5 * DAY),
      reason: index % 4 === 0 ? null : 'requested_by_customer',
      status: 'succeeded',
      payment_intent_id: cells.payment_intent_id!,
      'Unnamed: 8': index % 30 === 0 ? 'left over' : null,
      'Unnamed: 9': index % 30 === 0 ? 'left over too' : null,
    };
  },
  oddities: [
    parked(
      'refund-without-payment',
      'charge_id',
      6,
      withCells((_, { set, index }) => ({
        charge_id: set.stripeId('ch', 10_000 + index),
        payment_intent_id: set.stripeId('pi', 10_000 + index),
      })),
    ),
    repaired(
      'hour-missing',
      'datetime',
      1,
      withCells(() => ({ datetime: wall(NEVER) })),
    ),
    duplicate('duplicate-same', 1, copied()),
    duplicate(
      'duplicate-differs',
      1,
      copied(() => ({ reason: 'fraudulent' })),
    ),
  ],
};
