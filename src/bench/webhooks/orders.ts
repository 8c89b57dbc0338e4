import type { Connection } from 'mysql2/promise';

/** A prime, so that the orders take turns in each kind of delivery; more than a worker has at hand at once. */
export const ORDERS = 499;

const FIRST = 700_001;
const LAST = FIRST + ORDERS - 1;
const CREATED = '2026-01-05 09:00:00.000';

/** An order that the deliveries are about. */
export interface KnownOrder {
  orderId: number;
  internalId: string;
  customerId: string;
  email: string;
}

/** Order number `index`, which begins again after the last. */
export function orderAt(index: number): KnownOrder {
  const orderId = FIRST + (index % ORDERS);
  const hex = orderId.toString(16).padStart(8, '0');
  return {
    orderId,
    internalId: `69b27d11e4c9fa00${hex}`,
    customerId: `69a1c04fd2b7e800${hex}`,
    email: `customer-${orderId}@example.test`,
  };
}

/** All of them, each of a customer of its own, as new orders stand. */
export async function makeOrders(admin: Connection): Promise<void> {
  const all = Array.from({ length: ORDERS }, (_, index) => orderAt(index));
  await admin.query('INSERT INTO customers (customer_id, email) VALUES ?', [
    all.map(({ customerId, email }) => [customerId, email]),
  ]);
  await admin.query(
    `INSERT INTO orders (order_id, care_portals_internal_order_id, customer_id, source, total_amount, base_amount,
      source_updated_at, created_at) VALUES ?`,
    [
      all.map(({ orderId, internalId, customerId }) => {
        return [orderId, internalId, customerId, 'checkout', 14_950, 29_900, CREATED, CREATED];
      }),
    ],
  );
}

/** Locks them all until the transaction ends. */
export async function lockOrders(db: Connection): Promise<void> {
  await db.query('SELECT order_id FROM orders WHERE order_id BETWEEN ? AND ? FOR UPDATE', [FIRST, LAST]);
}
