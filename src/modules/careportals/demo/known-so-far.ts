import type { Tx } from '../tables.ts';
import { COUPONS, PRODUCTS } from './demo-catalog.ts';

/** What the database holds already. New rows follow it and meet none of it. */
export interface KnownSoFar {
  customers: number;
  addresses: number;
  nextOrderNumber: number;
  /** Ids and codes of the demo catalogue that have their rows. */
  catalogue: ReadonlySet<string>;
}

/** The first order number on an empty database. */
const FIRST_ORDER_NUMBER = 3_001;
/** `npm run demo` numbers its orders by the clock, with ten digits: those are not followed, or it would meet ours. */
const CLOCK_NUMBERS = '1000000000';

/** No row of these tables is ever deleted by the application, so that their number serves as the next one's number. */
export async function knownSoFar(tx: Tx): Promise<KnownSoFar> {
  const { count, max } = tx.fn;
  const [people, homes, last] = [
    await tx.selectFrom('customers').select(count<string>('customer_id').as('n')).executeTakeFirstOrThrow(),
    await tx.selectFrom('addresses').select(count<string>('address_id').as('n')).executeTakeFirstOrThrow(),
    await tx
      .selectFrom('orders')
      .select(max('order_id').as('n'))
      .where('order_id', '<', CLOCK_NUMBERS)
      .executeTakeFirstOrThrow(),
  ];
  return {
    customers: Number(people.n),
    addresses: Number(homes.n),
    nextOrderNumber: Math.max(FIRST_ORDER_NUMBER, Number(last.n ?? 0) + 1),
    catalogue: await knownCatalogue(tx),
  };
}

async function knownCatalogue(tx: Tx): Promise<Set<string>> {
  const ids = PRODUCTS.map((product) => product.productId);
  const codes = COUPONS.map((coupon) => coupon.code);
  const products = await tx.selectFrom('products').select('product_id').where('product_id', 'in', ids).execute();
  // The column compares without case; ours are capitals.
  const coupons = await tx.selectFrom('coupons').select('coupon_code').where('coupon_code', 'in', codes).execute();
  return new Set([...products.map((row) => row.product_id), ...coupons.map((row) => row.coupon_code.toUpperCase())]);
}
