import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedDemoData } from '../../../src/modules/careportals/demo/seed-demo-data.ts';
import type { AddedRows } from '../../../src/modules/careportals/demo/write-batch.ts';
import { verifyAuditChains } from '../../../src/modules/careportals/subscriptions/verify-audit-chain.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { AS_OF } from './story.ts';

const END = '2026-03-01 00:00:00.000';

async function numberOf(query: Query, sql: string): Promise<number> {
  const [row] = await query<{ n: string }>(`SELECT COUNT(*) AS n FROM ${sql}`);
  return Number(row!.n);
}

async function counted(query: Query, tables: string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of tables) counts[table] = await numberOf(query, table);
  return counts;
}

describe('demo data of the real size', () => {
  let database: TestDatabase;
  let query: Query;
  let added: AddedRows;

  beforeAll(async () => {
    database = await createTestDatabase();
    query = await plainQuery(database.orm);
    added = await seedDemoData(database.orm, { customers: 281, asOf: AS_OF });
  });
  afterAll(() => database.drop());

  it('stands in the tables as it was counted', async () => {
    expect(await counted(query, Object.keys(added))).toEqual(added);
    expect(added).toMatchObject({
      customers: 281,
      orders: 476,
      payments: 438,
      refunds: 121,
      order_status_updates: 3_081,
    });
  });

  it('has a current status for every order, the newest of its history', async () => {
    const newest = `(SELECT order_id, MAX(status_updated_at) AS at FROM order_status_updates GROUP BY order_id) h`;
    expect(await numberOf(query, `orders o JOIN ${newest} USING (order_id) WHERE o.current_status_at = h.at`)).toBe(
      476,
    );
    expect(await numberOf(query, 'order_status_updates WHERE changed_current = 0')).toBeGreaterThan(0);
    const cancelled = await numberOf(
      query,
      "orders JOIN orders_cancelled USING (order_id) WHERE current_status = 'cancelled'",
    );
    expect(cancelled).toBe(71);
  });

  it('keeps each subscription in exactly one table', async () => {
    const details = ['active', 'paused', 'cancelled'].map(
      (state) => `SELECT subscription_id, state FROM subscriptions_${state}`,
    );
    const joined = `subscriptions JOIN (${details.join(' UNION ALL ')}) d USING (subscription_id, state)`;
    expect(await numberOf(query, joined)).toBe(274);
    expect(await numberOf(query, `(${details.join(' UNION ALL ')}) d`)).toBe(274);
  });

  it('has a sound audit trail', async () => {
    expect(await verifyAuditChains(query)).toEqual({ entries: 202, broken: [] });
  });

  it('holds no instant after its end, save when renewals and plans are due', async () => {
    const columns = await query<{ t: string; c: string }>(
      `SELECT table_name AS t, column_name AS c FROM information_schema.columns
       WHERE table_schema = DATABASE() AND data_type = 'datetime' AND column_name NOT IN ('next_cycle_date', 'scheduled_at')
         AND table_name IN (?)`,
      [Object.keys(added)],
    );
    expect(columns.length).toBeGreaterThan(25);
    for (const { t, c } of columns) expect(await numberOf(query, `${t} WHERE ${c} > '${END}'`), `${t}.${c}`).toBe(0);
  });

  it('has an alias for every customer and links every charge to what it pays for', async () => {
    expect(await numberOf(query, 'customers JOIN customer_aliases USING (customer_id)')).toBe(281);
    expect(
      await numberOf(
        query,
        'payments LEFT JOIN payment_orders USING (payment_id, order_id) WHERE payment_orders.order_id IS NULL',
      ),
    ).toBe(0);
  });

  it('leaves the clock of the pooled connections running', async () => {
    const clocks = await Promise.all(Array.from({ length: 4 }, () => query<{ n: string }>('SELECT NOW(3) AS n')));
    for (const [row] of clocks) expect(row!.n > END).toBe(true);
  });
});

describe('loading again', () => {
  let database: TestDatabase;
  let query: Query;

  beforeAll(async () => {
    database = await createTestDatabase();
    query = await plainQuery(database.orm);
  });
  afterAll(() => database.drop());

  it('adds further people who order from the same catalogue', async () => {
    const first = await seedDemoData(database.orm, { customers: 12, asOf: AS_OF });
    const second = await seedDemoData(database.orm, { customers: 12, asOf: AS_OF });
    expect(second).toEqual({ ...first, products: 0, coupons: 0 });
    expect(await numberOf(query, 'customers')).toBe(24);
    const [numbers] = await query('SELECT MIN(order_id) AS first, MAX(order_id) AS last, COUNT(*) AS n FROM orders');
    expect(numbers).toEqual({ first: '3001', last: '3040', n: '40' });
  });

  it('stops after a whole batch when it is told to', async () => {
    const before = await counted(query, ['orders', 'order_status_updates', 'payments']);
    const stop = new AbortController();
    const added = await seedDemoData(database.orm, {
      customers: 2_000,
      asOf: AS_OF,
      signal: stop.signal,
      onProgress: ({ rows }) => rows > 3_000 && stop.abort(),
    });
    expect(added.orders).toBeGreaterThan(100);
    expect(added.orders).toBeLessThan(2_000);
    expect(await counted(query, Object.keys(before))).toEqual({
      orders: before.orders! + added.orders,
      order_status_updates: before.order_status_updates! + added.order_status_updates,
      payments: before.payments! + added.payments,
    });
    expect(await numberOf(query, 'orders WHERE current_status IS NULL')).toBe(0);
  });
});

describe('the same seed on two empty databases', () => {
  /** Rows that MySQL's own trigger writes get their public id from MySQL. */
  const IDS_OF_MYSQL: Record<string, string[]> = { error_logs: ['public_id'] };

  async function everything(database: TestDatabase): Promise<Record<string, string>> {
    const query = await plainQuery(database.orm);
    const added = await seedDemoData(database.orm, { customers: 60, asOf: AS_OF });
    const tables: Record<string, string> = {};
    for (const table of Object.keys(added)) {
      const rows = await query<Record<string, unknown>>(`SELECT * FROM ${table} ORDER BY 1, 2`);
      for (const column of IDS_OF_MYSQL[table] ?? []) for (const row of rows) delete row[column];
      tables[table] = JSON.stringify(rows);
    }
    return tables;
  }

  it('gives byte-identical rows in every table', async () => {
    const databases = await Promise.all([createTestDatabase(), createTestDatabase()]);
    const [one, other] = await Promise.all(databases.map(everything));
    expect(Object.keys(one!).filter((table) => one![table] !== other![table])).toEqual([]);
    await Promise.all(databases.map((database) => database.drop()));
  });
});
