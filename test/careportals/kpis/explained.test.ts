import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCustomerValue } from '../../../src/modules/careportals/kpis/customer-value.ts';
import { rangeOf } from '../../../src/modules/careportals/kpis/eastern-days.ts';
import { readFinance } from '../../../src/modules/careportals/kpis/finance-figures.ts';
import { KpiStep, WeekStart } from '../../../src/modules/careportals/kpis/kpis.type.ts';
import { readPatients, readTotals } from '../../../src/modules/careportals/kpis/patient-figures.ts';
import { readProducts } from '../../../src/modules/careportals/kpis/product-figures.ts';
import { readRefunds } from '../../../src/modules/careportals/kpis/refund-figures.ts';
import { readStages } from '../../../src/modules/careportals/kpis/stage-figures.ts';
import { stepsOf } from '../../../src/modules/careportals/kpis/steps.ts';
import { readSubscriptionFigures } from '../../../src/modules/careportals/kpis/subscription-figures.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { asAdmin } from '../../kit/people.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';

const ORDERS = process.env.LONG_TESTS === undefined ? 8_000 : 20_000;
const CUSTOMERS = 4_000;
/** Two years. */
const SPAN = 730 * 24 * 60 * 60;

let database: TestDatabase;
let query: Query;

beforeAll(async () => {
  database = await createTestDatabase();
  const admin = await asAdmin(database);
  // It locks each order for each row; these rows stand by themselves.
  await admin('DROP TRIGGER order_status_keep_current');
  for (const sql of ROWS) await admin(sql);
  query = await plainQuery(database.orm);
}, 120_000);
afterAll(() => database?.drop());

const numbers = (count: number) =>
  `(SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n AS i FROM ${['a', 'b', 'c', 'd', 'e']
    .map(
      (alias) =>
        `(VALUES ROW(0), ROW(1), ROW(2), ROW(3), ROW(4), ROW(5), ROW(6), ROW(7), ROW(8), ROW(9)) AS ${alias}(n)`,
    )
    .join(' JOIN ')} HAVING i < ${count}) seq`;
const placed = `TIMESTAMPADD(SECOND, i * ${SPAN / ORDERS}, '2024-03-01')`;

const ROWS = [
  `INSERT INTO customers (customer_id, email) SELECT CONCAT('c', i), CONCAT(i, '@example.test') FROM ${numbers(CUSTOMERS)}`,
  `INSERT INTO products (product_id, list_price, renewal_price) VALUES ('p0', 1, 100), ('p1', 1, 200), ('p2', 1, NULL)`,
  `INSERT INTO orders (order_id, care_portals_internal_order_id, customer_id, product_id, source, total_amount, base_amount,
      ship_to_province_code, created_at)
    SELECT 100 + i, i, CONCAT('c', i * 7 % ${CUSTOMERS}), CONCAT('p', i % 3), IF(i % 5, 'api', 'checkout'), i % 7 * 1000, 7000, 'NY', ${placed}
    FROM ${numbers(ORDERS)}`,
  `INSERT INTO order_status_updates (order_id, updated_status, order_created_at, status_updated_at)
    SELECT 100 + i, s.status, ${placed}, TIMESTAMPADD(HOUR, s.n * 20, ${placed}) FROM ${numbers(ORDERS)}
    JOIN (VALUES ROW(1, 'processing'), ROW(2, 'awaiting_script'), ROW(3, 'awaiting_shipment'), ROW(4, 'shipped')) AS s(n, status)`,
  `INSERT INTO payments (payment_id, charge_id, order_id, amount, currency, status, created_at)
    SELECT 1 + i, CONCAT('ch', i), 100 + i, i % 7 * 1000, 'USD', IF(i % 20, 'succeeded', 'failed'), ${placed} FROM ${numbers(ORDERS)}`,
  'INSERT INTO payment_orders SELECT payment_id, order_id FROM payments',
  `INSERT INTO refunds (stripe_refund_id, charge_id, amount, currency, status, created_at)
    SELECT CONCAT('re', i), CONCAT('ch', i), 500, 'USD', 'succeeded', ${placed} FROM ${numbers(ORDERS)} WHERE i % 10 = 1`,
  `INSERT INTO orders_cancelled (order_id, cancelled_at) SELECT 100 + i, ${placed} FROM ${numbers(ORDERS)} WHERE i % 40 = 0`,
  'ANALYZE TABLE customers, orders, order_status_updates, payments, payment_orders, refunds, orders_cancelled',
];

const MONTH = rangeOf('2026-01-01', '2026-02-01');
const MOMENT = MONTH.end;

const GROUPS: Record<string, (query: Query) => Promise<unknown>> = {
  totals: (q) => readTotals(q, MONTH),
  finance: (q) => readFinance(q, [MONTH]),
  series: (q) => readFinance(q, stepsOf(MONTH, KpiStep.DAY, WeekStart.MONDAY)),
  patients: (q) => readPatients(q, MONTH, MOMENT),
  subscriptions: (q) => readSubscriptionFigures(q, MOMENT),
  customerValue: (q) => readCustomerValue(q, MOMENT),
  stages: (q) => readStages(q, MONTH, MOMENT),
  products: (q) => readProducts(q, MONTH, MOMENT),
  refunds: (q) => readRefunds(q, MONTH),
};

/** Tables of which a figure never reads the rows one after the other. */
const LARGE = ['orders', 'payments', 'refunds', 'order_status_updates', 'payment_orders'];

interface Step {
  table: string | null;
  type: string | null;
  key: string | null;
  Extra: string | null;
}

/** What MySQL does for each statement that a group sends. */
async function plansOf(group: (query: Query) => Promise<unknown>): Promise<Step[]> {
  const steps: Step[] = [];
  const explaining: Query = async (sql, params) => {
    steps.push(...(await query<Step>(`EXPLAIN FORMAT=TRADITIONAL ${sql}`, params)));
    return query(sql, params);
  };
  await group(explaining);
  const aliases = {
    o: 'orders',
    r: 'refunds',
    y: 'payments',
    u: 'order_status_updates',
    a: 'refunds',
    c: 'orders_cancelled',
  };
  return steps.map((step) => ({ ...step, table: aliases[step.table as keyof typeof aliases] ?? step.table }));
}

test.each(Object.entries(GROUPS))('%s: no large table is read row by row', async (_name, group) => {
  const steps = await plansOf(group);
  expect(steps.length).toBeGreaterThan(0);
  const scans = steps.filter(({ table, type }) => type === 'ALL' && LARGE.includes(table ?? ''));
  expect(scans).toEqual([]);
});

test.each(['totals', 'finance', 'customerValue'])('%s: of large tables nothing but indexes is read', async (name) => {
  const steps = await plansOf(GROUPS[name]!);
  // What is looked up one by one, by a unique key, may be a row.
  const large = steps.filter(({ table, type }) => LARGE.includes(table ?? '') && type !== 'eq_ref');
  expect(large.length).toBeGreaterThan(0);
  const beside = large.filter(({ Extra }) => !/Using index/.test(Extra ?? ''));
  expect(beside).toEqual([]);
});

test('figures by customer are one walk of an index, without a temporary table of the orders', async () => {
  const steps = await plansOf(GROUPS.customerValue!);
  const walks = steps.filter(({ key, type }) => key === 'idx_kpi_customer' && type === 'index');
  expect(walks.map(({ Extra }) => Extra)).toEqual(['Using where; Using index']);
});
