import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { ms } from './oracle.ts';
import { makeBusiness, NOW } from './random-business.ts';
import { readTables, type Tables } from './tables.ts';

const SEED = process.env.TEST_SEED ?? randomBytes(4).toString('hex');
const HOUR = 3_600_000;

let server: TestApp;
let tables: Tables;
let query: Query;
let support: string;

beforeAll(async () => {
  server = await createTestApp({ clock: { now: () => NOW } });
  query = await plainQuery(server.database.orm);
  await makeBusiness(query, SEED, 24);
  tables = await readTables(query);
  support = await server.token({ role: 'support' });
});
afterAll(() => server?.stop());

interface Summary {
  state: string;
  paid: string;
  refunded: string;
  net: string;
  payments: number;
  failedPayments: number;
  refunds: number;
}

async function summaries(): Promise<Map<string, Summary>> {
  const text = `{ orders(first: 100) { nodes { orderId paymentSummary { state paid refunded net payments failedPayments refunds } } } }`;
  const { data, errors } = await server.ask<{ orders: { nodes: { orderId: string; paymentSummary: Summary }[] } }>(
    support,
    text,
  );
  expect(errors).toBeUndefined();
  return new Map(data?.orders.nodes.map(({ orderId, paymentSummary }) => [orderId, paymentSummary]));
}

const good = (row: { status: string; currency: string }) => row.status === 'succeeded' && row.currency === 'USD';
const sum = (rows: { amount: number }[]) => rows.reduce((total, { amount }) => total + amount, 0);

test(`the payments of all orders add up to all payments, and their refunds to all refunds (seed ${SEED})`, async () => {
  const told = [...(await summaries()).values()];
  expect(told).toHaveLength(tables.orders.length);
  const total = (name: 'paid' | 'refunded') => told.reduce((so, summary) => so + Number(summary[name]), 0);
  const paid = tables.payments.filter(good);
  const charges = new Set(paid.map(({ charge_id }) => charge_id));
  expect(total('paid')).toBe(sum(paid));
  expect(total('refunded')).toBe(sum(tables.refunds.filter((row) => good(row) && charges.has(row.charge_id))));
});

test('each order has its payments, and of a payment for several orders its share by total, to within a cent', async () => {
  const told = await summaries();
  for (const order of tables.orders) {
    const links = tables.payment_orders.filter(({ order_id }) => order_id === order.order_id);
    const own = tables.payments.filter(({ payment_id }) => links.some((link) => link.payment_id === payment_id));
    const shares = own.filter(good).map((payment) => {
      const cart = tables.payment_orders.filter(({ payment_id }) => payment_id === payment.payment_id);
      const totals = cart.map(({ order_id }) => tables.orders.find((one) => one.order_id === order_id)!.total_amount);
      const whole = totals.reduce((a, b) => a + b, 0);
      return payment.amount * (whole === 0 ? 1 / cart.length : order.total_amount / whole);
    });
    const summary = told.get(order.order_id)!;
    const exact = shares.reduce((a, b) => a + b, 0);
    expect(Math.abs(Number(summary.paid) - exact), order.order_id).toBeLessThan(Math.max(1, shares.length));
    expect([summary.payments, summary.failedPayments]).toEqual([
      shares.length,
      own.filter(({ currency, status }) => currency === 'USD' && status !== 'succeeded').length,
    ]);
    expect(Number(summary.net)).toBe(Number(summary.paid) - Number(summary.refunded));
    expect(summary.state).toBe(stateOf(order.total_amount, summary));
  }
});

function stateOf(total: number, { paid, refunded }: Summary): string {
  if (paid === '0') return total === 0 ? 'NOTHING_DUE' : 'UNPAID';
  if (Number(refunded) >= Number(paid)) return 'REFUNDED';
  if (refunded !== '0') return 'PARTLY_REFUNDED';
  return Number(paid) < total ? 'PARTLY_PAID' : 'PAID';
}

test('what a customer has brought counts each order, payment and refund once', async () => {
  const text = `{ customers(first: 100) { nodes { customerId lifetimeValue {
    orders ordered revenue refunds net firstOrderAt lastOrderAt lifetimeDays } } } }`;
  type Told = { customerId: string; lifetimeValue: Record<string, unknown> };
  const { data } = await server.ask<{ customers: { nodes: Told[] } }>(support, text);
  expect(data?.customers.nodes).toHaveLength(tables.customers.length);
  for (const { customerId, lifetimeValue } of data?.customers.nodes ?? []) {
    const orders = tables.orders.filter(({ customer_id }) => customer_id === customerId);
    const times = orders.map(({ created_at }) => ms(created_at)).sort((a, b) => a - b);
    const paid = tables.payments.filter((row) => good(row) && orders.some(({ order_id }) => order_id === row.order_id));
    const back = tables.refunds.filter((row) => good(row) && paid.some(({ charge_id }) => charge_id === row.charge_id));
    const iso = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString());
    expect(lifetimeValue, customerId).toEqual({
      orders: orders.length,
      ordered: String(orders.reduce((total, { total_amount }) => total + total_amount, 0)),
      revenue: String(sum(paid)),
      refunds: String(sum(back)),
      net: String(sum(paid) - sum(back)),
      firstOrderAt: iso(times[0]),
      lastOrderAt: iso(times.at(-1)),
      lifetimeDays: Math.floor(((times.at(-1) ?? 0) - (times[0] ?? 0)) / (24 * HOUR)),
    });
  }
});

test("an order's lifecycle tells how long it stood at each status, the current one until now", async () => {
  const text = `{ orders(first: 100) { nodes { orderId createdAt rawStatus lifecycle { hoursToShip wentBack
    stages { status rawStatus since until hours hoursSinceOrdered } } } } }`;
  type Stage = { rawStatus: string; since: string; until: string | null; hours: number; hoursSinceOrdered: number };
  type Told = {
    orderId: string;
    createdAt: string;
    rawStatus: string | null;
    lifecycle: { hoursToShip: number | null; stages: Stage[] };
  };
  const { data } = await server.ask<{ orders: { nodes: Told[] } }>(support, text);
  for (const { orderId, createdAt, rawStatus, lifecycle } of data?.orders.nodes ?? []) {
    const { stages } = lifecycle;
    const history = tables.order_status_updates.filter(({ order_id }) => order_id === orderId);
    expect(new Set(stages.map((stage) => stage.rawStatus))).toEqual(
      new Set(history.map(({ updated_status }) => updated_status)),
    );
    expect(stages.at(-1)?.rawStatus ?? null).toBe(rawStatus);
    expect(stages.map(({ until }) => until)).toEqual(
      [...stages.slice(1).map(({ since }) => since), null].slice(-stages.length),
    );
    for (const { since, until, hours, hoursSinceOrdered } of stages) {
      expect(hours).toBeCloseTo((Date.parse(until ?? NOW.toISOString()) - Date.parse(since)) / HOUR, 9);
      expect(hoursSinceOrdered).toBeCloseTo((Date.parse(since) - Date.parse(createdAt)) / HOUR, 9);
    }
    const shipped = history
      .filter(({ updated_status }) => updated_status === 'shipped')
      .map((row) => ms(row.status_updated_at));
    const expected = shipped.length === 0 ? null : (Math.min(...shipped) - Date.parse(createdAt)) / HOUR;
    expect(lifecycle.hoursToShip).toEqual(expected);
  }
});

test('orders that went back are as many as the figure says', async () => {
  const { data } = await server.ask<{ kpis: { stages: { wentBack: { value: number; coverage: { rows: number } } } } }>(
    support,
    '{ kpis(from: "2025-08-01", to: "2026-04-01") { stages { wentBack { value coverage { rows } } } } }',
  );
  const orders = await server.ask<{ orders: { nodes: { lifecycle: { wentBack: boolean } }[] } }>(
    support,
    '{ orders(first: 100) { nodes { lifecycle { wentBack } } } }',
  );
  const back = orders.data?.orders.nodes.filter(({ lifecycle }) => lifecycle.wentBack).length;
  const { value, coverage } = data!.kpis.stages.wentBack;
  expect(back).toBe(Math.round(value * coverage.rows));
});

test('for a hundred orders and their customers each takes one statement, as for one', async () => {
  const text = `query ($first: Int) { orders(first: $first) { nodes { paymentSummary { paid } lifecycle { wentBack }
    customer { lifetimeValue { net } } } } }`;
  const count = async (first: number) => {
    server.statements.length = 0;
    await server.ask(support, text, { first });
    return server.statements.length;
  };
  expect(await count(90)).toBe(await count(1));
});

test('a customer has the sums of the own orders and of nobody else', async () => {
  const [order] = tables.orders;
  const customer = await server.token({ role: 'customer', customerId: order!.customer_id });
  const text = `{ customers { nodes { customerId lifetimeValue { orders } } } orders(first: 100) { totalCount nodes { paymentSummary { paid } } } }`;
  const { data, errors } = await server.ask<{
    customers: { nodes: { customerId: string; lifetimeValue: { orders: number } }[] };
    orders: { totalCount: number; nodes: unknown[] };
  }>(customer, text);
  expect(errors).toBeUndefined();
  const own = tables.orders.filter(({ customer_id }) => customer_id === order!.customer_id).length;
  expect(data?.customers.nodes).toEqual([{ customerId: order!.customer_id, lifetimeValue: { orders: own } }]);
  expect([data?.orders.totalCount, data?.orders.nodes.length]).toEqual([own, own]);
});

test('after a status was set in the same request the lifecycle is as of then', async () => {
  const [order] = tables.orders;
  const set = (status: string) =>
    `updateOrderStatus(input: { orderId: "${order!.order_id}", status: "${status}" }) { order { lifecycle { stages { rawStatus } } } }`;
  type Told = Record<'a' | 'b', { order: { lifecycle: { stages: { rawStatus: string }[] } } }>;
  const { data } = await server.ask<Told>(support, `mutation { a: ${set('on the moon')} b: ${set('back home')} }`);
  const last = (told: Told['a'] | undefined) => told?.order.lifecycle.stages.map(({ rawStatus }) => rawStatus);
  expect(last(data?.a)).toContain('on_the_moon');
  expect(last(data?.a)).not.toContain('back_home');
  expect(last(data?.b)).toContain('back_home');
});
