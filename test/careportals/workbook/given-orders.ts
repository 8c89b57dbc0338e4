import type { TestDatabase } from '../../kit/test-database.ts';

/** Who ordered in these tests. */
export const CUSTOMER = '5f0000000000000000000001';

let numbers = 9_000;

/** An order number that no other test of the file uses. */
export function newOrderId(): string {
  numbers++;
  return String(numbers);
}

/** Orders as another program would insert them, for one customer. */
export async function givenOrders({ orm }: TestDatabase, ...orderIds: string[]): Promise<void> {
  const connection = orm.em.getConnection();
  await connection.execute(
    'INSERT INTO customers (customer_id, email) VALUES (?, ?) ON DUPLICATE KEY UPDATE email = email',
    [CUSTOMER, 'somebody@example.net'],
  );
  for (const id of orderIds) {
    await connection.execute(
      `INSERT INTO orders (order_id, care_portals_internal_order_id, customer_id, source, total_amount, base_amount,
        created_at) VALUES (?, ?, ?, 'checkout', 10000, 10000, '2026-01-01 10:00:00.000')`,
      [id, id.padStart(24, '0'), CUSTOMER],
    );
  }
}
