import type { Dice } from '../dice.ts';
import type { Rows } from '../make-world.ts';

const NAMES = ['Ada', 'ada', 'Berta', 'Cem', 'Dora'];

/** Customers, of whom the last two came by email alone, their other ids, and what is sold and where it goes. */
export function peopleRows(dice: Dice): Rows {
  const customers = dice.times(8, (n) => customer(dice, n));
  return {
    customers,
    customer_aliases: customers.flatMap(({ customer_id }, index) => aliases(dice, String(customer_id), index + 1)),
    addresses: dice.times(5, () => address(dice)),
    products: dice.times(5, (n) => product(dice, n)),
    coupons: dice.times(4, (n) => coupon(dice, n)),
  };
}

function customer(dice: Dice, n: number) {
  return {
    customer_id: n > 6 ? `unknown-${dice.hex(24)}` : dice.hex(24),
    public_id: dice.hex(32),
    email: `${dice.pick(NAMES)}.0${n}@Example.test`,
    first_name: dice.maybe(0.3, dice.pick(NAMES)),
    last_name: dice.maybe(0.3, dice.pick(NAMES)),
    phone: dice.maybe(0.3, `+1 555 00${dice.below(3)}`),
    created_at: dice.instant(),
    updated_at: dice.instant(),
  };
}

/** The first customer surely has one, for a token to be made out for. */
function aliases(dice: Dice, customer_id: string, n: number) {
  const ids = [`email-${dice.hex(24)}`, dice.hex(24), dice.hex(24)];
  return ids.filter(() => n === 1 || dice.chance(0.5)).map((careportals_id) => ({ careportals_id, customer_id }));
}

function address(dice: Dice) {
  return {
    address_id: dice.hex(32),
    public_id: dice.hex(32),
    address1: dice.maybe(0.2, `${dice.below(3)} Street`),
    address2: dice.maybe(0.5, `Apartment ${dice.below(3)}`),
    city: dice.maybe(0.2, 'Springfield'),
    province_code: dice.maybe(0.3, dice.pick(['NY', 'CA', 'ny'])),
    postal_code: dice.maybe(0.2, dice.pick(['10001', '10002', '9'])),
    country_code: dice.maybe(0.5, 'US'),
  };
}

function product(dice: Dice, n: number) {
  return {
    product_id: `prod-${n}${dice.hex(4)}`,
    public_id: dice.hex(32),
    short_name: dice.maybe(0.3, dice.pick(['Same', 'same', 'Other'])),
    label: dice.maybe(0.3, `Plan ${n}`),
    sub_label: dice.maybe(0.3, 'Monthly'),
    drug_name: dice.maybe(0.3, 'Drug'),
    list_price: dice.pick([0, 30_000, 40_000]),
    sale_price: dice.maybe(0.3, 25_000),
    sale_cycle_duration: dice.maybe(0.3, 1),
    renewal_price: dice.maybe(0.3, 28_000),
    renewal_cycle_duration: dice.maybe(0.3, 28),
    active: dice.below(2),
    direct_cart_link: dice.maybe(0.5, 'https://shop.example.test/cart'),
    created_at: dice.instant(),
    updated_at: dice.instant(),
  };
}

function coupon(dice: Dice, n: number) {
  return {
    coupon_code: `SAVE${n}0`,
    public_id: dice.hex(32),
    reduction_amount: n * 10,
    reduction_type: dice.maybe(0.3, 'percent'),
    description: `${n}0% off`,
    active: dice.below(2),
    valid_from: dice.maybe(0.5, dice.instant()),
    valid_until: dice.maybe(0.5, dice.instant()),
    created_at: dice.instant(),
    updated_at: dice.instant(),
  };
}
