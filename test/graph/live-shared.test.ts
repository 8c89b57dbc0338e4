import type { Client } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Query } from '../../src/platform/database/query.ts';
import { asAdmin, customerIdOf, makePeople, orderNumber } from '../kit/people.ts';
import { createTestApp, type TestApp } from '../kit/test-app.ts';
import { follow } from '../kit/transports.ts';

let server: TestApp;
let query: Query;
const open: Client[] = [];
const soon = { timeout: 30_000, interval: 10 };

beforeAll(async () => {
  server = await createTestApp();
  query = await asAdmin(server.database);
  await makePeople(query, 3);
  // A fresh client may still be told what was committed just before it came.
  const watcher = await client({ role: 'support' });
  const last = await tell(orderNumber(1));
  await vi.waitFor(() => expect(watcher.told().at(-1)?.rawStatus).toBe(last), soon);
});
afterEach(async () => {
  for (const client of open.splice(0)) await client.dispose();
});
afterAll(() => server?.stop());

type Wanted = Parameters<TestApp['token']>[0];

interface Event {
  cursor: string;
  kind: string;
  rawStatus: string | null;
  order: { orderId: string; customer?: { email: string | null } } | null;
}

const QUERY = `subscription ($filter: OrderStatusFilter, $who: Boolean = true) {
  orderStatusChanged(filter: $filter, progress: true) { cursor kind rawStatus order { orderId customer @include(if: $who) { email } } }
}`;

/** A client that is live: what is committed from now on reaches it, if it is for it. */
async function client(wanted: Wanted, variables: Record<string, unknown> = {}) {
  const socket = server.socket(await server.token(wanted));
  open.push(socket);
  const live = follow<Event>(socket, 'orderStatusChanged', QUERY, variables);
  await live.atLeast(1);
  return { told: () => live.events.filter(({ kind }) => kind === 'CHANGE') };
}

let second = 0;
/** One statement, and so one commit. */
async function tell(...orders: string[]): Promise<string> {
  const status = `step_${++second}`;
  const at = new Date(Date.UTC(2026, 8, 1) + second * 1_000).toISOString().slice(0, 19).replace('T', ' ');
  const rows = orders.map((order) => `(${order}, '${status}', '2026-03-01 12:00:00', '${at}')`);
  await query(
    `INSERT INTO order_status_updates (order_id, updated_status, order_created_at, status_updated_at) VALUES ${rows.join()}`,
  );
  return status;
}

const [first, other] = [orderNumber(1), orderNumber(2)];

test('an event is read and answered once for each operation and each kind of rights, whoever filters for what', async () => {
  const filters = [
    null,
    { orderIds: [first] },
    { orderIds: [other, first] },
    { customerId: customerIdOf(1) },
    { source: ['checkout'] },
  ];
  const support = await Promise.all(
    Array.from({ length: 30 }, (_, i) =>
      client({ role: 'support', subject: `s${i}` }, { filter: filters[i % filters.length] }),
    ),
  );
  const without = await Promise.all([1, 2, 3].map(() => client({ role: 'support' }, { who: false })));
  const own = await Promise.all([1, 2, 3].map(() => client({ role: 'customer', customerId: customerIdOf(1) })));
  const analysts = await Promise.all([1, 2, 3].map(() => client({ role: 'analyst' })));
  const others = await Promise.all([2, 3].map((n) => client({ role: 'customer', customerId: customerIdOf(n) })));
  const everybody = [...support, ...without, ...own, ...analysts];

  server.statements.length = 0;
  const status = await tell(first);
  await expect.poll(() => everybody.map(({ told }) => told().length), soon).toEqual(everybody.map(() => 1));
  // The order and its customer for support, for the customer and for analysts, and the order for those who want no more.
  expect(server.statements).toHaveLength(7);
  expect(everybody.map(({ told }) => told()[0]?.rawStatus)).toEqual(everybody.map(() => status));
  const emails = (clients: typeof support) => [
    ...new Set(clients.map(({ told }) => told()[0]?.order?.customer?.email)),
  ];
  expect(emails(support)).toEqual(emails(own));
  expect(emails(own)).toEqual([expect.stringContaining('@')]);
  expect([emails(analysts), emails(without)]).toEqual([[null], [undefined]]);
  expect(others.map(({ told }) => told())).toEqual([[], []]);
});

test('events that are committed together lead to one statement for each level of what is asked, not for each event', async () => {
  const watcher = await client({ role: 'support' });
  server.statements.length = 0;
  await tell(first, other, orderNumber(3));
  await expect.poll(() => watcher.told().length, soon).toBe(3);
  expect(server.statements).toHaveLength(2);
  expect(watcher.told().map(({ order }) => order?.orderId)).toEqual([first, other, orderNumber(3)]);
});

test('a client alone with its filter costs nothing when others are told', async () => {
  await client({ role: 'customer', customerId: customerIdOf(3) });
  const watcher = await client({ role: 'support' }, { who: false });
  server.statements.length = 0;
  await tell(first);
  await expect.poll(() => watcher.told().length, soon).toBe(1);
  expect(server.statements).toHaveLength(1);
});
