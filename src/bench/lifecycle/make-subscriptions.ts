import type { Connection } from 'mysql2/promise';

const CREATED = '2026-01-05 09:00:00.000';
/** Resuming leaves it as it is, since it lies ahead. */
const NEXT_CYCLE = '2999-01-01 09:00:00.000';

/** As the event left it that brought the subscription. */
const TOLD = { customerId: CREATED, productId: CREATED, cycle: CREATED, nextCycleDate: CREATED };

/** Active subscriptions at version 1, each of a customer of its own, all of one product. Gives their ids. */
export async function makeSubscriptions(admin: Connection, prefix: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(6, '0')}`);
  const product = `${prefix}-product`;
  const customers = ids.map((id) => [`${id}-customer`, `${id}@example.test`]);
  const spine = ids.map((id) => [id, 'active', NEXT_CYCLE, CREATED, JSON.stringify(TOLD)]);
  const details = ids.map((id) => [id, `${id}-customer`, product, 1, 'active', CREATED, CREATED]);
  const insert = (into: string, rows: unknown[][]) => admin.query(`INSERT INTO ${into} VALUES ?`, [rows]);
  await insert('products (product_id, label, list_price, renewal_cycle_duration)', [[product, 'Plan', 30_000, 28]]);
  await insert('customers (customer_id, email)', customers);
  await insert('subscriptions (subscription_id, state, next_cycle_date, source_updated_at, told_at)', spine);
  const columns = 'subscription_id, customer_id, product_id, cycle, status, created_at, updated_at';
  await insert(`subscriptions_active (${columns})`, details);
  return ids;
}
