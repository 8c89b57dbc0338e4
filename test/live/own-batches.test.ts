import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { seedDemoData } from '../../src/modules/careportals/demo/seed-demo-data.ts';
import { encodePosition } from '../../src/platform/live/live-cursor.ts';
import { makeCustomer, NOON } from '../careportals/schema/make-rows.ts';
import { openSession, type Session } from '../careportals/schema/session.ts';
import { begin, countsOf, makeMany } from '../careportals/subscriptions/bulk/bulk.ts';
import { createTestApp, type TestApp } from '../kit/test-app.ts';
import { Follower, type Wish } from './follower.ts';

let server: TestApp;
let other: Session;
let support: string;
beforeAll(async () => {
  server = await createTestApp();
  other = await openSession(server.database.adminUrl);
  support = await server.token({ role: 'support' });
});
afterAll(async () => {
  await other?.close();
  await server?.stop();
});

const soon = { timeout: 30_000, interval: 10 };

/** Follows everything, from an empty table on. */
function followAll(field: Wish['field']): Follower {
  const url = `${server.url.replace('http', 'ws')}/graphql`;
  const follower = new Follower(
    url,
    { field, filter: {}, token: support },
    encodePosition({ head: 0n, holes: [] }, field === 'orderStatusChanged' ? 'o' : 's'),
  );
  onTestFinished(() => follower.stop());
  return follower;
}

test('what a bulk job has done is told while it still waits for the rest', async () => {
  const [held = '', ...others] = await makeMany(other, 'item', 50);
  const follower = followAll('subscriptionChanged');
  await other.run('START TRANSACTION', `SELECT 1 FROM subscriptions WHERE subscription_id = '${held}' FOR UPDATE`);
  const job = await begin(server, support, { action: 'PAUSE', subscriptionIds: [held, ...others] });
  await expect.poll(() => follower.told.map(({ subject }) => subject).toSorted(), soon).toEqual(others);
  expect(await countsOf(server, support, job)).toMatchObject({ status: 'RUNNING', waiting: 1, succeeded: 49 });
  await other.run('ROLLBACK');
  await expect.poll(() => follower.told.length, soon).toBe(50);
});

test('what a load of demo data has written is told while it still waits for the rest, and nothing twice', async () => {
  await makeCustomer(other, 'somebody');
  const follower = followAll('orderStatusChanged');
  await other.run('START TRANSACTION');
  // A number of the last batch: its order waits until this one is over, but no longer than two and a half seconds.
  await other.rows(
    `INSERT INTO orders (order_id, care_portals_internal_order_id, customer_id, source, total_amount, base_amount,
      created_at) VALUES (3030, 'somebody-else', 'somebody', 'checkout', 1, 1, ?)`,
    [NOON],
  );
  const batches: number[] = [];
  const loading = seedDemoData(server.database.orm, {
    customers: 30,
    ordersPerCustomer: 1,
    statusesPerOrder: 60,
    onProgress: ({ rows }) => batches.push(rows),
  });
  await expect.poll(() => follower.told.length, soon).toBeGreaterThan(0);
  expect(await history('1 = 1')).toBeLessThan(1_800);
  await other.run('ROLLBACK');
  expect((await loading).order_status_updates).toBe(1_800);
  const inOne = batches.map((rows, i) => rows - (batches[i - 1] ?? 0));
  expect(Math.max(...inOne)).toBeLessThan(3_000);
  const events = await history('changed_current = 1');
  await expect.poll(() => follower.told.length, soon).toBe(events);
  expect(new Set(follower.told.map(({ id }) => id)).size).toBe(events);
});

/** Rows of the order history that are committed. */
async function history(where: string): Promise<number> {
  return (await other.rows(`SELECT 1 FROM order_status_updates WHERE ${where}`)).length;
}
