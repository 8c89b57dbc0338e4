import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RefundFact, recordRefund } from '../../../src/modules/careportals/payments/record-refund.ts';
import type { Tables } from '../../../src/modules/careportals/tables.ts';
import { inTransaction } from '../../../src/platform/database/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await run("INSERT INTO customers (customer_id, email) VALUES ('c1', 'demo@example.com')");
  await run(
    `INSERT INTO orders (order_id, care_portals_internal_order_id, customer_id, source, total_amount, base_amount, created_at)
     VALUES (101, 'internal-101', 'c1', 'checkout', 34900, 34900, '2025-11-03 15:00:00')`,
  );
  await run(
    `INSERT INTO payments (charge_id, payment_intent_id, order_id, amount, currency, status, created_at) VALUES
     ('ch_failed', 'pi_1', 101, 34900, 'USD', 'failed', '2025-11-03 15:00:00'),
     ('ch_good', 'pi_1', 101, 34900, 'USD', 'succeeded', '2025-11-03 15:01:00'),
     ('ch_lost', 'pi_2', 101, 34900, 'USD', 'failed', '2025-11-03 15:01:00')`,
  );
});
afterAll(() => database.drop());

function run(sql: string, params: unknown[] = []): Promise<Record<string, unknown>[]> {
  return database.orm.em.getConnection().execute(sql, params) as unknown as Promise<Record<string, unknown>[]>;
}

function record(stripeRefundId: string, fields: Partial<RefundFact> = {}) {
  const fact: RefundFact = {
    stripeRefundId,
    chargeId: 'ch_good',
    paymentIntentId: 'pi_1',
    amount: 5_000,
    currency: 'USD',
    reason: null,
    status: 'pending',
    createdAt: '2025-11-06 20:15:39.000',
    reportedAt: '2025-11-06 20:15:40.000',
    receivedAt: '2025-11-06 20:15:41.000',
    ...fields,
  };
  return inTransaction<Tables, unknown>(database.orm, (tx) => recordRefund(tx, fact));
}

async function statusOf(stripeRefundId: string) {
  const [row] = await run('SELECT status FROM refunds WHERE stripe_refund_id = ?', [stripeRefundId]);
  return row?.status;
}

test('a refund known by its intent alone belongs to the charge that succeeded', async () => {
  await record('re_intent', { chargeId: null });
  expect(await run("SELECT charge_id FROM refunds WHERE stripe_refund_id = 're_intent'")).toEqual([
    { charge_id: 'ch_good' },
  ]);
});

test('a refund of an unknown charge, or of an intent that never succeeded, is not recorded', async () => {
  expect(await record('re_none', { chargeId: 'ch_unknown' })).toEqual({ kind: 'unknownPayment' });
  expect(await record('re_none', { chargeId: null, paymentIntentId: 'pi_2' })).toEqual({ kind: 'unknownPayment' });
  expect(await statusOf('re_none')).toBeUndefined();
});

test('a reason learned later is added', async () => {
  await record('re_reason', { reportedAt: '2025-11-07 00:00:00.000' });
  await record('re_reason', { reason: 'duplicate' });
  expect(await run("SELECT reason FROM refunds WHERE stripe_refund_id = 're_reason'")).toEqual([
    { reason: 'duplicate' },
  ]);
});

test("of two reasons the same stands in either order, and the sum is the newest report's", async () => {
  const [one, other] = [
    { reason: 'duplicate', amount: 100 },
    { reason: 'fraudulent', amount: 200, reportedAt: '2025-11-07 00:00:00.000' },
  ];
  for (const fields of [one, other]) await record('re_two1', fields);
  for (const fields of [other, one]) await record('re_two2', fields);
  const rows = await run("SELECT reason, amount FROM refunds WHERE stripe_refund_id IN ('re_two1', 're_two2')");
  expect(rows).toEqual(Array(2).fill({ reason: 'fraudulent', amount: 200 }));
});

test('a refund without a report time, as an import leaves it, takes the status of any report', async () => {
  await run(
    `INSERT INTO refunds (stripe_refund_id, charge_id, amount, currency, status, created_at)
     VALUES ('re_import', 'ch_good', 5000, 'USD', 'succeeded', '2025-11-06 20:15:39')`,
  );
  await record('re_import', { status: 'pending' });
  expect(await statusOf('re_import')).toBe('pending');
});

test('a status that Stripe may yet invent is kept as it is said', async () => {
  await record('re_new', { status: 'under_review', reportedAt: '2025-11-07 00:00:00.000' });
  expect(await statusOf('re_new')).toBe('under_review');
});

test('two unknown statuses of the same second end alike in either order', async () => {
  for (const status of ['under_review', 'appealed']) await record('re_new1', { status });
  for (const status of ['appealed', 'under_review']) await record('re_new2', { status });
  expect(await statusOf('re_new1')).toBe(await statusOf('re_new2'));
});

test('whatever the order of the reports, the newest decides, and of equally new ones the most final', async () => {
  const report = fc.record({
    second: fc.nat({ max: 2 }),
    status: fc.constantFrom('pending', 'requires_action', 'succeeded', 'canceled', 'failed'),
  });
  const finality = ['pending', 'requires_action', 'succeeded', 'canceled', 'failed'];
  let refund = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(report, { minLength: 1, maxLength: 5 }), async (reports) => {
      const id = `re_any_${++refund}`;
      for (const { second, status } of reports)
        await record(id, { status, reportedAt: `2025-11-06 21:00:0${second}.000` });
      const newest = Math.max(...reports.map(({ second }) => second));
      const atLast = reports.filter(({ second }) => second === newest).map(({ status }) => finality.indexOf(status));
      expect(await statusOf(id)).toBe(finality[Math.max(...atLast)]);
    }),
    { numRuns: 40 },
  );
});

test('what only the workbook told of a refund gives way to the first report', async () => {
  await run(
    `INSERT INTO refunds (stripe_refund_id, charge_id, payment_intent_id, amount, currency, reason, status, created_at, imported_at)
     VALUES ('re_sheet', 'ch_good', 'pi_z', 9000, 'USD', 'z typo', 'succeeded', '2025-11-01 00:00:00', '2026-01-01 00:00:00')`,
  );
  await record('re_sheet', { reason: 'duplicate', createdAt: '2025-11-06 20:15:39.000' });
  const [row] = await run("SELECT * FROM refunds WHERE stripe_refund_id = 're_sheet'");
  expect(row).toMatchObject({
    reason: 'duplicate',
    payment_intent_id: 'pi_1',
    amount: 5_000,
    status: 'pending',
    created_at: '2025-11-06 20:15:39.000',
    imported_at: null,
  });
});
