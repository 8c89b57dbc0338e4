import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { openSession } from '../schema/session.ts';
import { sample as careportalsSample } from './careportals/deliver.ts';
import { sample as stripeSample } from './stripe/stripe-bench.ts';

const BURST = process.env.LONG_TESTS === undefined ? 600 : 2_000;
const SECRETS = { STRIPE_WEBHOOK_SECRETS: 'whsec_at_once', CAREPORTALS_WEBHOOK_SECRETS: 'at-once' };

let database: TestDatabase;
let query: Query;
/** Two instances on one database. */
let here: TestApp;
let there: TestApp;
beforeAll(async () => {
  database = await createTestDatabase();
  query = await plainQuery(database.orm);
  [here, there] = [await instance(), await instance()];
});
afterAll(async () => {
  await here?.stop();
  await there?.stop();
  await database?.drop();
});

function instance(): Promise<TestApp> {
  return createTestApp({ database, environment: SECRETS });
}

function orderCreated(id: string): object {
  const own = { _id: id.padStart(24, 'a'), id, 'customer._id': id.padStart(24, 'c') };
  return careportalsSample('order.created', { ...own, 'customer.email': `customer.${id}@example.org` });
}

function chargeOf(order: string): object {
  const metadata = { resourceId: order, resourceType: 'orders' };
  const object = { id: `ch_${order}`, payment_intent: `pi_${order}`, description: `Orders #${order}`, metadata };
  return stripeSample('charge.succeeded', object, { id: `evt_${order}` });
}

/** An event that means nothing here. */
function nothing(number: number): object {
  return { id: `evt_nothing_${number}`, type: 'customer.created', data: { object: {} } };
}

async function post({ url }: TestApp, path: string, event: object): Promise<number> {
  const body = JSON.stringify(event);
  const time = Math.floor(Date.now() / 1_000);
  const signature = createHmac('sha256', SECRETS.STRIPE_WEBHOOK_SECRETS).update(`${time}.${body}`).digest('hex');
  const headers = { 'stripe-signature': `t=${time},v1=${signature}`, 'x-careportals-secret': 'at-once' };
  const answer = await fetch(url + path, { method: 'POST', headers, body });
  await answer.arrayBuffer();
  return answer.status;
}

const toOrders = (app: TestApp, id: string) => post(app, '/webhooks/careportals/order.created', orderCreated(id));
const toStripe = (app: TestApp, event: object) => post(app, '/webhooks/stripe', event);

async function settled(): Promise<void> {
  await Promise.all([here.app.inbox.idle(), there.app.inbox.idle()]);
}

async function count(sql: string): Promise<number> {
  const [row] = await query<{ n: string }>(`SELECT COUNT(*) AS n FROM ${sql}`);
  return Number(row?.n);
}

test('twenty copies at once, at two instances and two addresses, are answered 200, stored once and have one effect', async () => {
  const copies = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? here : there));
  const answers = await Promise.all(copies.flatMap((app) => [toOrders(app, '501'), toStripe(app, chargeOf('501'))]));
  expect(answers).toEqual(Array(40).fill(200));
  await settled();
  expect(await count("webhook_inbox WHERE event_id = 'evt_501' OR payload->>'$.id' = '501'")).toBe(2);
  expect(await count("webhook_logs WHERE outcome = 'processed'")).toBe(2);
  expect([await count("orders WHERE order_id = '501'"), await count("payments WHERE charge_id = 'ch_501'")]).toEqual([
    1, 1,
  ]);
});

test('a child that is worked on at the same time as its parent, or before it, by another instance, is applied right after it', async () => {
  // One is parked for certain, however the others fall.
  expect(await toStripe(here, chargeOf('640'))).toBe(200);
  await settled();
  expect(await count("webhook_inbox WHERE event_id = 'evt_640' AND status = 'parked'")).toBe(1);
  const orders = Array.from({ length: 40 }, (_, n) => String(600 + n));
  // The payment a moment earlier, at once, or a moment later.
  const ofTheParked = toOrders(there, '640');
  await Promise.all(
    orders.map(async (id, n) => {
      const [first, second] = [() => toStripe(here, chargeOf(id)), () => toOrders(there, id)];
      const [a, b] = n % 2 === 0 ? [first, second] : [second, first];
      const begun = a();
      if (n % 4 > 1) await begun;
      await Promise.all([begun, b()]);
    }),
  );
  expect(await ofTheParked).toBe(200);
  await settled();
  // Mostly within a second. Looked for by chance they would be after half a minute.
  const late = await query<{ event_id: string }>(
    `SELECT child.event_id, child.finished_at, parent.finished_at FROM webhook_inbox i
      JOIN webhook_logs parent ON parent.inbox_id = i.inbox_id AND parent.outcome = 'processed'
      JOIN webhook_logs child ON child.event_id = CONCAT('evt_', i.payload->>'$.id')
      WHERE i.payload->>'$.id' BETWEEN 600 AND 640 AND child.outcome = 'processed'
        AND child.finished_at > parent.finished_at + INTERVAL 10 SECOND`,
  );
  expect(late).toEqual([]);
  expect(await count("payments WHERE charge_id BETWEEN 'ch_600' AND 'ch_640'")).toBe(41);
});

test('workers that wait for locks keep nobody from storing what comes', async () => {
  const held = ['701', '702', '703', '704'];
  expect(await Promise.all(held.map((id) => toOrders(here, id)))).toEqual(Array(4).fill(200));
  await settled();
  const holder = await openSession(database.adminUrl);
  await holder.run('START TRANSACTION', `SELECT 1 FROM orders WHERE order_id IN (${held.join(', ')}) FOR UPDATE`);
  const waiting = held.flatMap((id) => [toStripe(here, chargeOf(id)), toStripe(there, chargeOf(id))]);
  expect(await Promise.all(waiting)).toEqual(Array(8).fill(200));
  await expect.poll(() => locksWaitedFor()).toBeGreaterThan(0);
  const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => toStripe(here, nothing(n))));
  expect(answers).toEqual(Array(200).fill(200));
  // All the while: the payments are still held up.
  expect(await count("payments WHERE charge_id BETWEEN 'ch_701' AND 'ch_704'")).toBe(0);
  await holder.run('ROLLBACK');
  await holder.close();
  await expect.poll(() => count("payments WHERE charge_id BETWEEN 'ch_701' AND 'ch_704'")).toBe(4);
});

async function locksWaitedFor(): Promise<number> {
  const root = await openSession(inject('mysql').root);
  const waits = await root.rows(
    "SELECT 1 FROM performance_schema.data_locks WHERE OBJECT_SCHEMA = ? AND LOCK_STATUS = 'WAITING'",
    [database.schema],
  );
  await root.close();
  return waits.length;
}

test(`${BURST} deliveries at once, a tenth of them orders and payments, are all answered 200 and all applied`, async () => {
  const burst = Array.from({ length: BURST }, (_, n) => {
    if (n % 20 === 0) return toOrders(here, String(10_000 + n));
    return toStripe(here, n % 20 === 1 ? chargeOf(String(10_000 + n - 1)) : nothing(10_000 + n));
  });
  const answers = await Promise.all(burst);
  expect(answers.filter((status) => status !== 200)).toEqual([]);
  await settled();
  expect(await count('orders WHERE CAST(order_id AS UNSIGNED) >= 10000')).toBe(BURST / 20);
  expect(await count("payments WHERE charge_id >= 'ch_10000' AND LENGTH(charge_id) = 8")).toBe(BURST / 20);
  expect(await count("webhook_inbox WHERE status NOT IN ('processed', 'ignored')")).toBe(0);
});
