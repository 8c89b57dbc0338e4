import type { Session } from './session.ts';

/** An instant of the tests' own day. */
export const NOON = '2026-03-01 12:00:00.000';

export async function makeCustomer(session: Session, customerId: string, email = `${customerId}@example.test`) {
  await session.rows('INSERT INTO customers (customer_id, email) VALUES (?, ?)', [customerId, email]);
}

/** An order of 100 dollars for a customer of its own. */
export async function makeOrder(session: Session, orderId: number) {
  await makeCustomer(session, `c${orderId}`);
  await session.rows(
    `INSERT INTO orders (order_id, care_portals_internal_order_id, customer_id, source, total_amount, base_amount, created_at)
     VALUES (?, ?, ?, 'checkout', 10000, 10000, ?)`,
    [orderId, `i${orderId}`, `c${orderId}`, NOON],
  );
}

/** One row of an order's history. */
export const ADD_STATUS = `INSERT INTO order_status_updates (order_id, updated_status, order_created_at, status_updated_at)
  VALUES (?, ?, '${NOON}', ?)`;

/** A subscription as the program makes one: the spine first, then its table. */
export async function makeSubscription(session: Session, id: string, state: string, customerId: string | null = null) {
  await session.rows('INSERT INTO subscriptions (subscription_id, state) VALUES (?, ?)', [id, state]);
  await session.rows(
    `INSERT INTO subscriptions_${state} (subscription_id, customer_id, cycle, status, created_at) VALUES (?, ?, 1, ?, ?)`,
    [id, customerId, state, NOON],
  );
}

export async function makePayment(
  session: Session,
  chargeId: string,
  orderId: number,
  intent: string | null,
  status = 'succeeded',
) {
  await session.rows(
    `INSERT INTO payments (charge_id, payment_intent_id, order_id, amount, currency, status, created_at)
     VALUES (?, ?, ?, 10000, 'USD', ?, ?)`,
    [chargeId, intent, orderId, status, NOON],
  );
}
