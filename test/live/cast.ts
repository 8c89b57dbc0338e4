import { NOON } from '../careportals/schema/make-rows.ts';
import type { Session } from '../careportals/schema/session.ts';

/** Who and what the writers write about. All ids are as CarePortals gives them. */
export interface Cast {
  customers: string[];
  orders: { id: string; internalId: string; customer: string }[];
  subscriptions: { id: string; customer: string }[];
}

const CUSTOMERS = 4;
const ORDERS = 40;
const SUBSCRIPTIONS = 8;

let made = 1_000;

/** Customers with orders of a first status and active subscriptions of their own. */
export async function makeCast(session: Session): Promise<Cast> {
  const next = (kind: string) => String(++made).padStart(24, kind);
  const customers = Array.from({ length: CUSTOMERS }, () => next('c'));
  const ofCustomer = (i: number) => customers[i % CUSTOMERS]!;
  const orders = Array.from({ length: ORDERS }, (_, i) => {
    const internalId = next('a');
    return { id: String(made), internalId, customer: ofCustomer(i) };
  });
  const subscriptions = Array.from({ length: SUBSCRIPTIONS }, (_, i) => ({ id: next('b'), customer: ofCustomer(i) }));
  await session.rows('INSERT INTO customers (customer_id, email) VALUES ?', [
    customers.map((id) => [id, `${id}@example.test`]),
  ]);
  await session.rows(
    `INSERT INTO orders (order_id, care_portals_internal_order_id, customer_id, source, total_amount, base_amount,
      created_at) VALUES ?`,
    [orders.map(({ id, internalId, customer }) => [id, internalId, customer, 'checkout', 100, 100, NOON])],
  );
  await session.rows(
    'INSERT INTO order_status_updates (order_id, updated_status, order_created_at, status_updated_at) VALUES ?',
    [orders.map(({ id }) => [id, 'awaiting_requirements', NOON, NOON])],
  );
  await session.rows('INSERT INTO subscriptions (subscription_id, state) VALUES ?', [
    subscriptions.map(({ id }) => [id, 'active']),
  ]);
  await session.rows(
    'INSERT INTO subscriptions_active (subscription_id, customer_id, cycle, status, created_at) VALUES ?',
    [subscriptions.map(({ id, customer }) => [id, customer, 1, 'active', NOON])],
  );
  return { customers, orders, subscriptions };
}
