import type { Dice } from '../dice.ts';
import type { Rows } from '../make-world.ts';

const STATUSES = ['processing', 'Awaiting Shipment', 'shipped', 'canceled', 'with_the_courier', 'completed'];

/** Orders and their history. The last customer has none, and most things of an order may be unknown. */
export function orderRows(dice: Dice, made: Rows): Rows {
  const orders = dice.times(30, (n) => order(dice, made, n));
  const numbers = orders.map(({ order_id }) => order_id);
  return {
    orders,
    order_status_updates: dice.times(70, (n) => update(dice, dice.pick(numbers), n)),
    orders_cancelled: numbers
      .filter(() => dice.chance(0.3))
      .map((order_id) => ({ order_id, public_id: dice.hex(32), cancelled_at: dice.instant() })),
  };
}

function order(dice: Dice, made: Rows, n: number) {
  const oneOf = (table: string) => dice.pick(made[table]?.slice(0, -1) ?? []);
  const coupon = String(oneOf('coupons').coupon_code);
  return {
    // Numbers with as many digits as they have: 9 comes before 10.
    order_id: n * 7,
    public_id: dice.hex(32),
    care_portals_internal_order_id: dice.hex(24),
    customer_id: oneOf('customers').customer_id,
    shipping_address_id: dice.maybe(0.3, oneOf('addresses').address_id),
    product_id: dice.maybe(0.3, oneOf('products').product_id),
    // Customers type codes as they like, and they are found all the same.
    coupon_code: dice.maybe(0.4, dice.chance(0.3) ? coupon.toLowerCase() : coupon),
    source: dice.pick(['checkout', 'api', 'API']),
    total_amount: dice.pick([0, 10_000, 20_000]),
    discount_amount: dice.below(3),
    base_amount: 20_000,
    credit_used_amount: dice.below(3),
    discount_reduction_amount: dice.below(3),
    discount_reduction_type: dice.maybe(0.5, 'percent'),
    pharmacy_assigned: dice.maybe(0.4, dice.pick(['Pharmacy One', 'Pharmacy Two'])),
    is_stub: dice.below(2),
    ...shipping(dice),
    created_at: dice.instant(),
    updated_at: dice.instant(),
  };
}

function shipping(dice: Dice) {
  return {
    ship_to_address1: dice.maybe(0.3, '2 Street'),
    ship_to_address2: dice.maybe(0.5, 'Apartment 7'),
    ship_to_city: dice.maybe(0.3, 'Springfield'),
    ship_to_province_code: dice.maybe(0.3, dice.pick(['NY', 'ny', 'CA'])),
    ship_to_postal_code: dice.maybe(0.3, '10001'),
    ship_to_country_code: dice.maybe(0.3, 'US'),
    shipped_at: dice.maybe(0.5, dice.instant()),
    tracking_code: dice.maybe(0.5, `track-${dice.below(9)}`),
    tracking_link: dice.maybe(0.5, 'https://carrier.example.test/'),
  };
}

/** A second of its own for each: the same status is told once at one instant. */
function update(dice: Dice, order_id: unknown, n: number) {
  const minute = String(n % 40).padStart(2, '0');
  return {
    order_id,
    public_id: dice.hex(32),
    updated_status: dice.pick(STATUSES),
    source: dice.maybe(0.3, dice.pick(['manual', 'webhook'])),
    actor: dice.maybe(0.3, 'agent@example.test'),
    note: dice.maybe(0.5, `Note ${n}`),
    order_created_at: dice.instant(),
    status_updated_at: `2026-03-04 10:${minute}:00.${n > 40 ? '001' : '000'}`,
    webhook_received_at: dice.instant(),
  };
}
