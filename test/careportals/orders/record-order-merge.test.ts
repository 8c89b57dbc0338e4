import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  mergeOrder,
  NOTHING_TOLD,
  type OrderColumns,
  type Recency,
} from '../../../src/modules/careportals/orders/merge-order.ts';

interface Telling {
  at: number;
  columns: OrderColumns;
}

/** The order after tellings in this order of arrival, as recordOrder keeps it: merged columns and one clock. */
function orderAfter(tellings: Telling[]): OrderColumns {
  let known = NOTHING_TOLD;
  let clock = -1;
  for (const { at, columns } of tellings) {
    const recency: Recency = at > clock ? 'newer' : at === clock ? 'same' : 'older';
    known = mergeOrder(known, columns, recency);
    clock = Math.max(clock, at);
  }
  return known;
}

const text = fc.constantFrom('a', 'b', 'c');
const cents = fc.integer({ min: 1, max: 3 });
/** Says which values of a telling may be missing. */
type Part = <T>(value: fc.Arbitrary<T>) => fc.Arbitrary<T | null>;

const maybe: Part = (value) => fc.option(value, { nil: null });
const always: Part = (value) => value;

function telling(part: Part): fc.Arbitrary<Telling> {
  const single = fc.record({
    customer_id: part(text),
    product_id: part(text),
    coupon_code: part(text),
    source: part(text),
    total_amount: part(cents),
    discount_amount: part(cents),
    base_amount: part(cents),
    credit_used_amount: part(cents),
    pharmacy_assigned: part(fc.constantFrom('SevenCells Pharmacy', 'Hilltop Pharmacy')),
    shipped_at: part(text),
    tracking_code: part(text),
    tracking_link: part(text),
  });
  const columns = fc.tuple(single, reduction(part), address(part));
  return fc.record({
    at: fc.nat(5),
    columns: columns.map((parts) => Object.assign({}, NOTHING_TOLD, ...parts) as OrderColumns),
  });
}

function reduction(part: Part) {
  return part(
    fc.record({ discount_reduction_amount: cents, discount_reduction_type: fc.constantFrom('percent', 'dollar') }),
  );
}

function address(part: Part) {
  const province = fc.constantFrom('NY', 'SC', 'IN');
  const whole = fc.record({
    ship_to_address1: text,
    ship_to_address2: maybe(text),
    ship_to_city: text,
    ship_to_province_code: province,
    ship_to_postal_code: text,
    ship_to_country_code: fc.constant('US'),
    shipping_address_id: text,
  });
  const alone = fc.record({ ship_to_province_code: province });
  return part(part === always ? whole : fc.oneof(whole, alone));
}

describe('mergeOrder', () => {
  test('of two tellings, with any gaps, gives the same order whichever arrives first and however often', () => {
    fc.assert(
      fc.property(telling(maybe), telling(maybe), (a, b) => {
        const once = orderAfter([a, b]);
        expect(orderAfter([b, a])).toEqual(once);
        expect(orderAfter([a, b, a, b])).toEqual(once);
        expect(orderAfter([b, b, a])).toEqual(once);
      }),
      { numRuns: 1_000 },
    );
  });

  test('of any number of whole tellings gives the same order in any order of arrival', () => {
    const many = fc.array(telling(always), { minLength: 1, maxLength: 6 });
    const shuffled = many.chain((tellings) =>
      fc.tuple(fc.constant(tellings), fc.shuffledSubarray(tellings, { minLength: tellings.length })),
    );
    fc.assert(
      fc.property(shuffled, ([tellings, others]) => {
        expect(orderAfter(others)).toEqual(orderAfter(tellings));
      }),
      { numRuns: 500 },
    );
  });

  test('never mixes two addresses: a new street without a flat has no flat', () => {
    const at = (address1: string, address2: string | null): OrderColumns => ({
      ...NOTHING_TOLD,
      ship_to_address1: address1,
      ship_to_address2: address2,
    });
    expect(mergeOrder(at('1 First St', 'Apt 4'), at('9 Ninth Rd', null), 'newer')).toMatchObject(
      at('9 Ninth Rd', null),
    );
  });

  test('guesses a pharmacy only where none is named and a province is known, and a name replaces a guess at any time', () => {
    const of = (columns: Partial<OrderColumns>) => ({ ...NOTHING_TOLD, ...columns });
    expect(mergeOrder(NOTHING_TOLD, of({}), 'newer').pharmacy_assigned).toBeNull();
    expect(mergeOrder(NOTHING_TOLD, of({ ship_to_province_code: 'sc' }), 'newer').pharmacy_assigned).toBe('Other');
    const guessed = mergeOrder(NOTHING_TOLD, of({ ship_to_province_code: 'NY' }), 'newer');
    expect(guessed.pharmacy_assigned).toBe('SevenCells');
    expect(mergeOrder(guessed, of({ ship_to_province_code: 'IN' }), 'newer').pharmacy_assigned).toBe('Other');
    expect(mergeOrder(guessed, of({ pharmacy_assigned: 'Hilltop' }), 'older').pharmacy_assigned).toBe('Hilltop');
  });
});
