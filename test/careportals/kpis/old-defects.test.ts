import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { insert } from '../../kit/people.ts';
import type { Row } from '../../kit/people-rows.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { type Figures, type Group, selectionOf } from './ask.ts';

// Ten mistakes of the dashboards that these figures replace, each with the smallest data that shows it.

let now = new Date('2026-03-20T15:00:00.000Z');
let server: TestApp;
let query: Query;
let admin: Query;
let analyst: string;

beforeAll(async () => {
  server = await createTestApp({ clock: { now: () => now } });
  query = await plainQuery(server.database.orm);
  admin = await plainQuery(server.database.admin);
  analyst = await server.token({ role: 'analyst' });
});
afterAll(() => server?.stop());

/** Nothing is left for the next, which asks ten minutes later, when no result is shared any more. */
afterEach(async () => {
  now = new Date(now.getTime() + 600_000);
  const tables = ['refunds', 'payment_orders', 'payments', 'orders', 'subscriptions_active', 'subscriptions_paused'];
  for (const table of [...tables, 'subscriptions_cancelled', 'subscriptions', 'products', 'customers']) {
    await admin(`DELETE FROM ${table}`);
  }
});

async function figuresOf(group: Group, from = '2026-03-01', to = '2026-03-21') {
  const text = `{ kpis(from: "${from}", to: "${to}") { ${group} { ${selectionOf(group)} } } }`;
  const { data, errors } = await server.ask<{ kpis: Figures }>(analyst, text);
  expect(errors).toBeUndefined();
  return data!.kpis[group]!;
}

async function customer(id: string, more: Row = {}): Promise<void> {
  await insert(query, 'customers', [{ customer_id: id, email: `${id}@example.test`, ...more }]);
}

async function order(id: number, more: Row = {}): Promise<void> {
  const row = { order_id: id, care_portals_internal_order_id: `i${id}`, customer_id: 'ann', source: 'checkout' };
  await insert(query, 'orders', [
    { ...row, total_amount: 10_000, base_amount: 10_000, created_at: '2026-03-02 12:00:00.000', ...more },
  ]);
}

async function payment(charge: string, orderId: number, more: Row = {}): Promise<void> {
  const row = { charge_id: charge, order_id: orderId, amount: 10_000, currency: 'USD', status: 'succeeded' };
  await insert(query, 'payments', [{ ...row, created_at: '2026-03-02 12:00:01.000', ...more }]);
  await query(
    'INSERT INTO payment_orders (payment_id, order_id) SELECT payment_id, order_id FROM payments WHERE charge_id = ?',
    [charge],
  );
}

async function refund(id: string, charge: string, amount: number, created_at: string): Promise<void> {
  const row = { stripe_refund_id: id, charge_id: charge, amount, currency: 'USD', status: 'succeeded', created_at };
  await insert(query, 'refunds', [row]);
}

async function subscription(id: string, state: string, more: Row = {}): Promise<void> {
  await insert(query, 'subscriptions', [{ subscription_id: id, state }]);
  const row = { subscription_id: id, cycle: 1, status: state, created_at: '2025-06-01 12:00:00.000' };
  await insert(query, `subscriptions_${state}`, [{ ...row, updated_at: '2025-06-01 12:00:00.000', ...more }]);
}

async function status(orderId: number, updated_status: string, status_updated_at: string): Promise<void> {
  const row = { order_id: orderId, updated_status, order_created_at: '2026-03-02 12:00:00.000', status_updated_at };
  await insert(query, 'order_status_updates', [row]);
}

test('1: who has cancelled or paused is found, so churn is of the last 90 days and never of all time', async () => {
  await customer('ann');
  await customer('bob');
  await order(1);
  await order(2, { customer_id: 'bob' });
  await subscription('a', 'active');
  await subscription('b', 'active');
  await subscription('gone', 'cancelled', { customer_id: 'ann', updated_at: '2026-03-01 12:00:00.000' });
  await subscription('long gone', 'cancelled', { updated_at: '2025-08-01 12:00:00.000' });
  await subscription('resting', 'paused', { customer_id: 'bob', updated_at: '2026-03-01 12:00:00.000' });
  const { monthlyChurn, cancelledShare } = await figuresOf('recurring');
  expect(monthlyChurn).toMatchObject({ value: (1 * 30) / (4 * 90), coverage: { rows: 4, outOf: 5 }, quality: 'GOOD' });
  expect(cancelledShare?.value).toBe(0.5);
  // Ann, who has cancelled, is mature; Bob, who has paused, is not.
  expect((await figuresOf('customerValue')).matureShare?.value).toBe(0.5);
});

test('1: if nobody left in 90 days the churn of a month is 0, and not the share of all time', async () => {
  await subscription('a', 'active');
  await subscription('long gone', 'cancelled', { updated_at: '2025-08-01 12:00:00.000' });
  const { monthlyChurn, cancelledShare } = await figuresOf('recurring');
  expect([monthlyChurn?.value, cancelledShare?.value]).toEqual([0, 0.5]);
});

test('2: what a customer has brought is less what was given back, found by refund, payment and order', async () => {
  await customer('ann');
  await order(1);
  await payment('ch_1', 1);
  await refund('re_1', 'ch_1', 4_000, '2026-03-05 12:00:00.000');
  const { data } = await server.ask(
    analyst,
    '{ customer(customerId: "ann") { lifetimeValue { revenue refunds net } } order(orderId: "1") { paymentSummary { paid refunded net state } } }',
  );
  expect(data).toEqual({
    customer: { lifetimeValue: { revenue: '10000', refunds: '4000', net: '6000' } },
    order: { paymentSummary: { paid: '10000', refunded: '4000', net: '6000', state: 'PARTLY_REFUNDED' } },
  });
});

test('3: when records were made or changed here says nothing of new patients and of how long orders take', async () => {
  // As an import leaves them: both made and changed now.
  await customer('ann', { created_at: '2026-03-20 15:00:00.000' });
  await order(1, { created_at: '2026-01-05 12:00:00.000', updated_at: '2026-03-20 15:00:00.000' });
  await order(2, { source: 'subscription_cycle', updated_at: '2026-03-20 15:00:00.000' });
  await status(2, 'shipped', '2026-03-03 18:00:00.000');
  expect((await figuresOf('patients')).newPatients?.value).toBe(0);
  expect((await figuresOf('patients', '2026-01-01', '2026-02-01')).newPatients?.value).toBe(1);
  expect((await figuresOf('totals', '2026-01-01', '2026-02-01')).customers?.value).toBe(1);
  expect((await figuresOf('stages')).medianHoursToShip).toMatchObject({ value: 30, quality: 'GOOD' });
});

test('4: payments that failed are attempts, and so is an order that waits for its payment', async () => {
  await customer('ann');
  for (const id of [1, 2, 3]) await order(id);
  await payment('ch_1', 1, { status: 'failed' });
  await payment('ch_2', 1);
  // Of order 2 the failure is known twice, of order 3 by its status alone.
  await payment('ch_3', 2, { status: 'failed' });
  await status(2, 'awaiting_payment', '2026-03-02 12:00:02.000');
  await status(3, 'awaiting_payment', '2026-03-02 12:00:02.000');
  expect((await figuresOf('finance')).paymentSuccess).toMatchObject({
    value: 1 / 4,
    coverage: { rows: 4, outOf: 4 },
    quality: 'NEEDS_IMPROVEMENT',
  });
});

test('5: adherence looks at all subscriptions that started 90 days ago, and not at the active ones alone', async () => {
  await subscription('stays', 'active');
  await subscription('young', 'active', { created_at: '2026-03-01 12:00:00.000' });
  await subscription('lasted', 'cancelled', { updated_at: '2025-09-01 12:00:00.000' });
  await subscription('soon gone', 'cancelled', { updated_at: '2025-06-20 12:00:00.000' });
  await subscription('soon paused', 'paused', { updated_at: '2025-06-20 12:00:00.000' });
  expect((await figuresOf('adherence')).adherence).toMatchObject({
    value: 0.5,
    coverage: { rows: 4, outOf: 5 },
    quality: 'NEEDS_IMPROVEMENT',
  });
});

test('6: net revenue and recurring revenue are of the dates that were asked for', async () => {
  await customer('ann');
  await order(1);
  await payment('ch_1', 1, { created_at: '2026-01-10 12:00:00.000' });
  await payment('ch_2', 1, { amount: 700 });
  await refund('re_1', 'ch_1', 300, '2026-03-05 12:00:00.000');
  await insert(query, 'products', [
    { product_id: 'p', list_price: 1, renewal_price: 3_000, renewal_cycle_duration: 30 },
  ]);
  await subscription('stays', 'active', { product_id: 'p' });
  await subscription('gone', 'cancelled', { product_id: 'p', updated_at: '2026-02-10 12:00:00.000' });
  const of = async (from: string, to: string) => [
    (await figuresOf('finance', from, to)).netRevenue?.value,
    (await figuresOf('recurring', from, to)).monthlyRecurringRevenue?.value,
  ];
  expect(await of('2026-03-01', '2026-03-21')).toEqual(['400', '3000']);
  expect(await of('2026-01-01', '2026-02-01')).toEqual(['10000', '6000']);
  expect(await of('2025-05-01', '2025-06-01')).toEqual(['0', null]);
});

test('7: an order may have several payments, and a payment several orders: each cent counts once', async () => {
  await customer('ann');
  await order(1);
  await order(2, { total_amount: 20_000 });
  await payment('ch_1', 1, { amount: 30_001 });
  await payment('ch_2', 1, { amount: 500 });
  await query("INSERT INTO payment_orders SELECT payment_id, 2 FROM payments WHERE charge_id = 'ch_1'");
  await refund('re_1', 'ch_1', 100, '2026-03-05 12:00:00.000');
  await refund('re_2', 'ch_1', 200, '2026-03-05 12:00:00.000');
  expect((await figuresOf('finance')).grossRevenue?.value).toBe('30501');
  const { data } = await server.ask(
    analyst,
    `{ orders(sort: { field: ORDER_ID, direction: ASC }) { nodes { paymentSummary { paid refunded payments refunds } } }
      customer(customerId: "ann") { lifetimeValue { orders ordered revenue refunds } } }`,
  );
  expect(data).toEqual({
    orders: {
      nodes: [
        { paymentSummary: { paid: '10500', refunded: '100', payments: 2, refunds: 2 } },
        { paymentSummary: { paid: '20001', refunded: '200', payments: 1, refunds: 2 } },
      ],
    },
    customer: { lifetimeValue: { orders: 2, ordered: '30000', revenue: '30501', refunds: '300' } },
  });
});

test('8: the predicted lifetime value divides by the churn of a month, and is null where there is none', async () => {
  await customer('ann');
  await order(1, { total_amount: 12_000 });
  for (const id of ['a', 'b', 'c']) await subscription(id, 'active');
  await subscription('long gone', 'cancelled', { updated_at: '2025-08-01 12:00:00.000' });
  expect((await figuresOf('customerValue')).predictedLifetimeValue).toMatchObject({ value: null, quality: 'NO_DATA' });
  await subscription('gone', 'cancelled', { updated_at: '2026-03-01 12:00:00.000' });
  now = new Date(now.getTime() + 600_000);
  // 1 of 5 in 90 days is a fifteenth a month.
  expect((await figuresOf('customerValue')).predictedLifetimeValue?.value).toBe('180000');
});

test('a month that has begun counts as one, be it by a minute', async () => {
  await customer('ann');
  await order(1, { created_at: '2026-01-02 12:00:00.000' });
  await order(2, { created_at: '2026-02-01 12:00:00.000' });
  expect((await figuresOf('customerValue')).monthlyRevenuePerCustomer).toMatchObject({ value: '20000' });
  now = new Date(now.getTime() + 600_000);
  await query("UPDATE orders SET created_at = '2026-02-01 12:01:00.000' WHERE order_id = 2");
  expect((await figuresOf('customerValue')).monthlyRevenuePerCustomer).toMatchObject({ value: '10000' });
});

test('9: orders that took longer than a week count as all others do', async () => {
  await customer('ann');
  for (const [id, shipped] of [
    [1, '2026-03-03 12:00:00.000'],
    [2, '2026-03-16 12:00:00.000'],
  ] as const) {
    await order(id);
    await status(id, 'awaiting_script', '2026-03-02 18:00:00.000');
    await status(id, 'awaiting_shipment', '2026-03-02 19:00:00.000');
    await status(id, 'shipped', shipped);
  }
  const stages = await figuresOf('stages');
  expect(stages.purchaseToShipped).toMatchObject({ value: (24 + 14 * 24) / 2, coverage: { rows: 2, outOf: 2 } });
  expect(stages.p90HoursToShip?.value).toBe(14 * 24);
});

test('10: subscriptions without a product are not in the recurring revenue, and the coverage says so', async () => {
  await insert(query, 'products', [
    { product_id: 'priced', list_price: 1, renewal_price: 28_000, renewal_cycle_duration: 28 },
    { product_id: 'blank', list_price: 1, renewal_price: 10_000 },
    { product_id: 'unpriced', list_price: 1 },
  ]);
  for (const product_id of ['priced', 'blank', 'unpriced', null]) {
    await subscription(`of ${product_id}`, 'active', { product_id });
  }
  const recurring = await figuresOf('recurring');
  expect(recurring.activeSubscriptions?.value).toBe(4);
  expect(recurring.monthlyRecurringRevenue).toMatchObject({
    value: '40000',
    coverage: { rows: 2, outOf: 4, share: 0.5 },
  });
  expect(recurring.revenuePerSubscription?.value).toBe('20000');
});

test('amounts of a million orders are exact, beyond what an Int holds', async () => {
  await customer('ann');
  await order(1, { total_amount: 2_147_483_647 });
  for (const n of [1, 2, 3]) await payment(`ch_${n}`, 1, { amount: 2_147_483_647 });
  expect((await figuresOf('finance')).grossRevenue?.value).toBe('6442450941');
});

test('a subscription that left at the very end of a range was active in it, a millisecond before it was not', async () => {
  const entry = { status: 'cancelled', previous_status: 'active', trigger_type: 'cancel', effect: 'moved' };
  const by = { actor: 'careportals', actor_role: 'system', source: 'webhook', hash: 'a'.repeat(64) };
  // Midnight in New York.
  for (const [id, at] of [
    ['at the end', '2026-03-01 05:00:00.000'],
    ['before', '2026-03-01 04:59:59.999'],
  ] as const) {
    await subscription(id, 'cancelled', { updated_at: at });
    const row = {
      subscription_id: id,
      ...entry,
      ...by,
      updated_at: at,
      webhook_received_at: '2026-03-01 05:00:01.000',
    };
    await insert(query, 'subscriptions_audit_log', [row]);
  }
  expect((await figuresOf('recurring', '2026-02-01', '2026-03-01')).activeSubscriptions?.value).toBe(1);
  expect((await figuresOf('recurring', '2026-02-01', '2026-03-02')).activeSubscriptions?.value).toBe(0);
});
