import type { Session } from '../session.ts';
import { claim, type Probe } from './probe.ts';

const NUMBERS = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)';
const DAY = 'NOW(3) - INTERVAL (i % 720) DAY';

/** Three thousand orders of a thousand customers over two years, three rows of history each. */
async function fill(session: Session): Promise<void> {
  await session.run(
    'SET SESSION cte_max_recursion_depth = 3000',
    `INSERT INTO customers (customer_id, email) ${NUMBERS} SELECT CONCAT('x', i), CONCAT('x', i, '@example.test') FROM n WHERE i <= 1000`,
    `INSERT INTO addresses (address_id, province_code, postal_code) ${NUMBERS}
     SELECT LPAD(i, 32, '0'), ELT(1 + i % 5, 'NY', 'SC', 'IN', 'CA', 'TX'), LPAD(i, 5, '0') FROM n WHERE i <= 1000`,
    `INSERT INTO orders (order_id, care_portals_internal_order_id, customer_id, shipping_address_id, source, total_amount,
       base_amount, created_at) ${NUMBERS}
     SELECT 10000 + i, CONCAT('x', i), CONCAT('x', 1 + i % 1000), LPAD(1 + i % 1000, 32, '0'), 'checkout', 100, 100, ${DAY} FROM n`,
    `INSERT INTO order_status_updates (order_id, updated_status, order_created_at, status_updated_at) ${NUMBERS}
     SELECT 10000 + i, word, ${DAY}, ${DAY} + INTERVAL hours HOUR
     FROM n, (SELECT 'processing' AS word, 1 AS hours UNION SELECT 'awaiting_script', 5 UNION SELECT 'shipped', 50) AS words`,
    'ANALYZE TABLE customers, addresses, orders, order_status_updates',
  );
}

/** As the spec has it, in fewer words. */
export const LIFETIME_VALUE = `SELECT c.customer_id, c.email, SUM(o.total_amount)
  FROM customers c INNER JOIN orders o ON c.customer_id = o.customer_id
  WHERE o.created_at >= '2024-01-01' GROUP BY c.customer_id, c.email`;
export const PROCESSING_TIME = `SELECT os1.order_id, TIMESTAMPDIFF(HOUR, os1.status_updated_at, os2.status_updated_at)
  FROM order_status_updates os1 INNER JOIN order_status_updates os2 ON os1.order_id = os2.order_id
  WHERE os1.updated_status = 'awaiting_script' AND os2.updated_status = 'shipped'
    AND os1.status_updated_at >= DATE_SUB(NOW(), INTERVAL 30 DAY)`;
export const GEOGRAPHY = `SELECT a.province_code, COUNT(DISTINCT o.customer_id) AS customer_count, COUNT(o.order_id)
  FROM addresses a INNER JOIN orders o ON a.address_id = o.shipping_address_id
  WHERE o.created_at >= DATE_SUB(NOW(), INTERVAL 30 DAY) GROUP BY a.province_code ORDER BY customer_count DESC`;

/** Facts about indexes. */
export const indexProbes: Record<string, Probe> = {
  'updated-at-indexes': async ({ ours }) => {
    const leading = await ours.rows<{ name: string }>(`SELECT table_name AS name FROM information_schema.statistics
      WHERE table_schema = DATABASE() AND seq_in_index = 1 AND column_name = 'updated_at' ORDER BY 1`);
    const names = leading.map(({ name }) => name).join(', ');
    const sorted = 'prescriptions, subscriptions_active, subscriptions_cancelled, subscriptions_paused';
    claim(names === sorted, `indexes that begin with updated_at are on ${names}`);
    return 'shown';
  },

  'examples-by-explain': async ({ ours }) => {
    await fill(ours);
    const used = async (query: string) => {
      const plan = await ours.rows<{ table: string; key: string | null }>(`EXPLAIN FORMAT=TRADITIONAL ${query}`);
      return plan.map(({ table, key }) => `${table} ${key ?? 'all'}`).join(', ');
    };
    // Which of two bad plans is taken for nearly all orders depends on their number.
    claim(!(await used(LIFETIME_VALUE)).includes('idx_customer_created'), 'lifetime value does without its index');
    const short = await used(LIFETIME_VALUE.replace("'2024-01-01'", 'DATE_SUB(NOW(), INTERVAL 10 DAY)'));
    claim(short === 'o idx_kpi_placed, c PRIMARY', `lifetime value of a short span goes by ${short}`);
    const processing = await used(PROCESSING_TIME);
    claim(processing === 'os1 idx_kpi_told, os2 idx_order_status_once', `processing time goes by ${processing}`);
    const geography = await used(GEOGRAPHY);
    claim(geography === 'o idx_created_at, a PRIMARY', `geography goes by ${geography}`);
    return 'shown';
  },
};
