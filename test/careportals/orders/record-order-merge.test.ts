import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeOrder } from '../../../src/modules/careportals/orders/merge-order.ts';
import {
  NOTHING_TOLD,
  type OrderColumns,
  storedColumns,
  type ToldOrder,
} from '../../../src/modules/careportals/orders/order-columns.ts';

interface Telling {
  at: string;
  columns: OrderColumns;
}

const BLANK: ToldOrder = { columns: NOTHING_TOLD, at: {} };

/** What the table holds after tellings in this order of arrival. */
function orderAfter(tellings: Telling[]) {
  const told = tellings.reduce((known, { at, columns }) => mergeOrder(known, columns, at), BLANK);
  return storedColumns(told.columns);
}

const text = fc.constantFrom('a', 'b', 'c');
const cents = fc.nat(3);

function maybe<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.option(value, { nil: null });
}

const province = fc.constantFrom('NY', 'SC', 'IN');
const shipTo = fc.oneof(
  fc.record({
    ship_to_address1: text,
    ship_to_address2: maybe(text),
    ship_to_city: maybe(text),
    ship_to_province_code: maybe(province),
    ship_to_postal_code: maybe(text),
    ship_to_country_code: maybe(fc.constant('US')),
    shipping_address_id: maybe(text),
  }),
  fc.record({ ship_to_province_code: province }),
);
const reduction = fc.record({
  discount_reduction_amount: maybe(cents),
  discount_reduction_type: maybe(fc.constantFrom('percent', 'dollar')),
});
const single = fc.record({
  customer_id: maybe(text),
  product_id: maybe(text),
  coupon_code: maybe(text),
  source: maybe(text),
  total_amount: maybe(cents),
  discount_amount: maybe(cents),
  base_amount: maybe(cents),
  credit_used_amount: maybe(cents),
  pharmacy_assigned: maybe(fc.constantFrom('SevenCells Pharmacy', 'Hilltop Pharmacy', 'SevenCells')),
  shipped_at: maybe(text),
  tracking_code: maybe(text),
  tracking_link: maybe(text),
});
const telling: fc.Arbitrary<Telling> = fc.record({
  at: fc.constantFrom('1', '2', '3', '4'),
  columns: fc
    .tuple(single, maybe(reduction), maybe(shipTo))
    .map((parts) => Object.assign({}, NOTHING_TOLD, ...parts) as OrderColumns),
});

describe('mergeOrder', () => {
  test('of any tellings, with any gaps, gives the same order whichever arrives first and however often', () => {
    const scrambled = fc
      .array(telling, { minLength: 1, maxLength: 6 })
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length })));
    fc.assert(
      fc.property(scrambled, ([tellings, others]) => {
        expect(orderAfter(others)).toEqual(orderAfter(tellings));
      }),
      { numRuns: process.env.LONG_TESTS ? 20_000 : 2_000 },
    );
  });

  test('of two old tellings of a column of which the newest says nothing, the newer stands', () => {
    const at = (time: string, tracking_code: string | null) => ({
      at: time,
      columns: { ...NOTHING_TOLD, tracking_code },
    });
    const [newest, older, oldest] = [at('3', null), at('2', 'A'), at('1', 'Z')];
    expect(orderAfter([newest, oldest, older]).tracking_code).toBe('A');
    expect(orderAfter([newest, older, oldest]).tracking_code).toBe('A');
  });

  test('never mixes two addresses: a new street without a flat has no flat', () => {
    const at = (address1: string, address2: string | null): OrderColumns => ({
      ...NOTHING_TOLD,
      ship_to_address1: address1,
      ship_to_address2: address2,
    });
    const first = mergeOrder(BLANK, at('1 First St', 'Apt 4'), '1');
    expect(mergeOrder(first, at('9 Ninth Rd', null), '2').columns).toMatchObject(at('9 Ninth Rd', null));
  });

  test('guesses a pharmacy only where none was ever named and a province is known', () => {
    const told = (...tellings: Partial<OrderColumns>[]) =>
      orderAfter(tellings.map((columns, n) => ({ at: String(9 - n), columns: { ...NOTHING_TOLD, ...columns } })))
        .pharmacy_assigned;
    expect(told({})).toBeNull();
    expect(told({ ship_to_province_code: 'sc' })).toBe('Other');
    expect(told({ ship_to_province_code: 'NY' })).toBe('SevenCells');
    expect(told({ ship_to_province_code: 'NY' }, { pharmacy_assigned: 'Hilltop' })).toBe('Hilltop');
    expect(told({ pharmacy_assigned: 'SevenCells' }, { ship_to_province_code: 'SC' })).toBe('SevenCells');
  });
});
