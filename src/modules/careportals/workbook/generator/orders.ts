import { coupons, products } from './catalog.ts';
import { type Cells, copied, duplicate, type Form, parked, rejected, repaired, withCells } from './form.ts';
import { addresses, customers } from './people.ts';
import type { SetOfRows } from './set-of-rows.ts';
import { centsOf, dollars, FAR_FUTURE, HOUR, NEVER, TWICE, wall, whole } from './values.ts';

const FIRST_ORDER = Date.UTC(2025, 3, 1, 9);
const FIRST_NUMBER = 100;
/** Numbers from here on are named by other sheets only. */
const FIRST_UNKNOWN_NUMBER = 5_000_000;
const PHARMACIES = ['SevenCells', 'Other', 'Riverton Compounding Pharmacy'];
const ID_OF_NOTHING = 'd41d8cd98f00b204e9800998ecf8427e';

/** Rows that came from another list: no address, no product, no pharmacy. */
const WITHOUT_ADDRESS = 166;
const WITHOUT_PRODUCT = 154;

/** When an order was made, on the wall; from April to September, so that no clock is changed between. */
export function orderTime(set: SetOfRows, index: number): number {
  return FIRST_ORDER + index * 8 * HOUR + set.random('order second', index).below(8 * 3_600) * 1_000;
}

export function orderNumber(set: SetOfRows, index: number): number {
  return FIRST_NUMBER + set.number * orders.rows + index;
}

/** An order that the sheet of orders does not have. */
export function unknownOrder(set: SetOfRows, index: number): number {
  return FIRST_UNKNOWN_NUMBER + set.number * 1_000 + index;
}

export const orders: Form = {
  sheet: 'order.created',
  columns: [
    'created_at',
    'order_id',
    'care_portals_internal_order_id',
    'customer_id',
    'shipping_address_id',
    'product_id',
    'source',
    'total_amount',
    'discount_amount',
    'base_amount',
    'credit_used_amount',
    'coupon',
    'discount_reduction_amount',
    'discount_reduction_type',
    'pharmacy_assigned',
  ],
  hasHeader: true,
  rows: 476,
  honest(set, index) {
    const random = set.random('order', index);
    const base = 20_000 + random.below(300) * 100;
    const credit = random.chance(0.1) ? 2_500 : 0;
    return {
      created_at: wall(orderTime(set, index)),
      order_id: whole(orderNumber(set, index)),
      care_portals_internal_order_id: set.id24('internal order', index),
      customer_id: set.row(customers, random.pick(set.sound(customers))).cells.customer_id!,
      shipping_address_id: index < WITHOUT_ADDRESS ? null : keyOf(set, addresses, 'address_id', random.next()),
      product_id: index < WITHOUT_PRODUCT ? null : keyOf(set, products, 'product_id', random.next()),
      source: random.chance(0.5) ? 'checkout' : 'subscription_cycle',
      ...amounts(base, 0, credit),
      discount_reduction_amount: whole(0),
      pharmacy_assigned: index >= WITHOUT_ADDRESS && index % 3 === 0 ? random.pick(PHARMACIES) : null,
    };
  },
  oddities: [
    repaired('reduction-type-inferred', 'discount_reduction_type', 16, (cells, at) =>
      reduced(cells, at.set, at.nth, { base: 30_000, discount: 3_000, amount: 10 }),
    ),
    repaired('reduction-type-inferred', 'discount_reduction_type', 8, (cells, at) =>
      reduced(cells, at.set, at.nth, { base: 30_000, discount: 5_000, amount: 50 }),
    ),
    repaired('reduction-type-unknown', 'discount_reduction_type', 8, (cells, at) =>
      reduced(cells, at.set, at.nth, { base: 10_000, discount: 1_000, amount: 10 }),
    ),
    repaired(
      'pharmacy-none',
      'pharmacy_assigned',
      10,
      withCells(() => ({ pharmacy_assigned: 'N/A' })),
    ),
    repaired(
      'address-link-empty',
      'shipping_address_id',
      3,
      withCells(() => ({ shipping_address_id: ID_OF_NOTHING })),
    ),
    repaired(
      'address-stubbed',
      'shipping_address_id',
      5,
      withCells((_, { set, index }) => ({ shipping_address_id: set.random('unknown home', index).hex(32) })),
    ),
    repaired(
      'product-stubbed',
      'product_id',
      2,
      withCells((_, { set }) => ({ product_id: set.id24('unknown product', 0) })),
      { foundOnce: true },
    ),
    repaired(
      'coupon-stubbed',
      'coupon',
      2,
      withCells((_, { set }) => ({ coupon: `FORGOTTEN${set.number}` })),
      {
        foundOnce: true,
      },
    ),
    repaired(
      'value-dropped',
      'product_id',
      2,
      withCells(() => ({ product_id: 'P-100' })),
    ),
    repaired(
      'template-artefact',
      'coupon',
      1,
      withCells(() => ({ coupon: '{{coupon.code}}' })),
    ),
    repaired(
      'order-amounts-disagree',
      'total_amount',
      5,
      withCells(({ total_amount }) => ({ total_amount: dollars(centsOf(total_amount) + 500) })),
    ),
    repaired(
      'hour-ambiguous',
      'created_at',
      2,
      withCells((_, { nth }) => ({ created_at: wall(TWICE + nth * 1_000) })),
    ),
    repaired(
      'hour-missing',
      'created_at',
      1,
      withCells(() => ({ created_at: wall(NEVER) })),
    ),
    repaired(
      'time-in-future',
      'created_at',
      1,
      withCells(() => ({ created_at: wall(FAR_FUTURE) })),
      { alone: true },
    ),
    parked(
      'order-without-customer',
      'customer_id',
      4,
      withCells((_, { set, index }) => ({ customer_id: set.id24('unknown customer', index) })),
    ),
    duplicate('duplicate-same', 2, copied()),
    duplicate(
      'duplicate-differs',
      2,
      copied(() => ({ pharmacy_assigned: 'Pharmacy of the second row' })),
    ),
    duplicate(
      'duplicate-differs-in-money',
      2,
      copied(({ total_amount }) => ({ total_amount: dollars(centsOf(total_amount) + 100) })),
    ),
    rejected(
      'internal-id-taken',
      'care_portals_internal_order_id',
      1,
      withCells((_, { earlier }) => ({ care_portals_internal_order_id: earlier.care_portals_internal_order_id! })),
    ),
    rejected(
      'amount-negative',
      'total_amount',
      1,
      withCells(() => ({ total_amount: dollars(-2_000) })),
    ),
    rejected(
      'value-unreadable',
      'total_amount',
      1,
      withCells(() => ({ total_amount: 'free' })),
    ),
    rejected(
      'key-shape',
      'order_id',
      1,
      withCells(() => ({ order_id: 'by telephone' })),
    ),
  ],
};

function keyOf(set: SetOfRows, form: Form, column: string, chance: number): string {
  const sound = set.sound(form);
  return String(set.row(form, sound[Math.floor(chance * sound.length)]!).cells[column]);
}

function amounts(base: number, discount: number, credit: number): Cells {
  return {
    total_amount: dollars(base - discount - credit),
    discount_amount: dollars(discount),
    base_amount: dollars(base),
    credit_used_amount: dollars(credit),
  };
}

/** An order with a coupon, whose sheet has lost whether `amount` is percent or dollars. */
function reduced(
  cells: Cells,
  set: SetOfRows,
  nth: number,
  { base, discount, amount }: { base: number; discount: number; amount: number },
): Cells {
  const coupon = coupons.honest(set, nth % coupons.rows).coupon_id!;
  return { ...cells, ...amounts(base, discount, 0), coupon, discount_reduction_amount: whole(amount) };
}
