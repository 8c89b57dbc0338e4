import type { Dice } from '../dice.ts';
import type { Row, Rows } from '../make-world.ts';

/** Several payments for an order, one payment for several orders, and refunds of some. */
export function paymentRows(dice: Dice, made: Rows): Rows {
  const orders = made.orders ?? [];
  const payments = dice.times(40, (n) => payment(dice, dice.pick(orders.slice(0, 20)), n));
  return {
    payments,
    payment_orders: payments.flatMap((paid) => links(dice, orders, paid)),
    refunds: dice.times(20, (n) => refund(dice, dice.pick(payments), n)),
  };
}

function payment(dice: Dice, order: Row, n: number) {
  const isPaid = dice.chance(0.6);
  return {
    payment_id: n * 3,
    public_id: dice.hex(32),
    charge_id: `ch_${dice.hex(10)}`,
    // An intent succeeds once, and may fail often.
    payment_intent_id: dice.maybe(0.2, isPaid ? `pi_paid_${n}` : `pi_${dice.below(4)}`),
    order_id: order.order_id,
    stripe_customer_id: dice.maybe(0.3, `cus_${dice.below(4)}`),
    payment_method_id: dice.maybe(0.3, `pm_${n}`),
    amount: dice.pick([Number(order.total_amount), 10_000, 500]),
    currency: 'USD',
    card_last4: dice.maybe(0.3, '4242'),
    card_brand: dice.maybe(0.3, 'visa'),
    status: isPaid ? 'succeeded' : dice.pick(['failed', 'pending']),
    description: dice.maybe(0.3, `Payment ${n}`),
    application_fee_amount: dice.below(3),
    created_at: dice.instant(),
    webhook_received_at: dice.instant(),
  };
}

/** Its own order mostly, and others of the cart. */
function links(dice: Dice, orders: Row[], { payment_id, order_id }: Row): Row[] {
  const others = dice.chance(0.4) ? dice.times(2, () => dice.pick(orders).order_id) : [];
  const own = dice.chance(0.9) ? [order_id] : [];
  return [...new Set([...own, ...others])].map((linked) => ({ payment_id, order_id: linked }));
}

function refund(dice: Dice, { charge_id, payment_intent_id }: Row, n: number) {
  return {
    refund_id: n * 5,
    public_id: dice.hex(32),
    stripe_refund_id: `re_${dice.hex(10)}`,
    charge_id,
    payment_intent_id,
    amount: dice.pick([500, 1_000]),
    currency: 'USD',
    reason: dice.maybe(0.4, dice.pick(['requested_by_customer', 'duplicate'])),
    status: dice.pick(['succeeded', 'pending']),
    created_at: dice.instant(),
    webhook_received_at: dice.instant(),
  };
}
