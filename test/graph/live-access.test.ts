import type { Client } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Query } from '../../src/platform/database/query.ts';
import { asAdmin, at, customerIdOf, makePeople, orderNumber } from '../kit/people.ts';
import { createTestApp, type TestApp } from '../kit/test-app.ts';
import { askOnSocket, codesOf, follow } from '../kit/transports.ts';

let server: TestApp;
let query: Query;
const open: Client[] = [];
let minute = 100;

beforeAll(async () => {
  server = await createTestApp();
  query = await asAdmin(server.database);
  await makePeople(query, 3);
  await untilFeedHasPassed();
});

/** The feed looks a few times a second: what was written just before a client came may still reach it. */
async function untilFeedHasPassed(): Promise<void> {
  const support = follow<Event>(await socketOf({ role: 'support' }), 'orderStatusChanged', LIVE);
  await support.taken();
  await tell(orderNumber(2), 'all_before_has_passed');
  while (support.events.at(-1)?.rawStatus !== 'all_before_has_passed') await support.atLeast(support.events.length + 1);
  support.stop();
}

afterAll(async () => {
  for (const client of open) await client.dispose();
  await server?.stop();
});

const EVENT = `cursor kind updateId status rawStatus previousStatus statusUpdatedAt receivedAt
  order { orderId shipToAddress1 customer { customerId email } product { productId orders { totalCount nodes { orderId } } } }`;

interface Event {
  cursor: string;
  rawStatus: string;
  order: { orderId: string; shipToAddress1: string | null; customer: { email: string | null }; product: unknown };
}

const LIVE = `subscription ($filter: OrderStatusFilter, $after: String) { orderStatusChanged(filter: $filter, after: $after) { ${EVENT} } }`;

async function socketOf(token: Parameters<TestApp['token']>[0]): Promise<Client> {
  const client = server.socket(await server.token(token));
  open.push(client);
  return client;
}

/** A new current status, written as any other program would. */
async function tell(orderId: string, status: string): Promise<void> {
  minute += 1;
  await query(
    'INSERT INTO order_status_updates (order_id, updated_status, order_created_at, status_updated_at) VALUES (?, ?, ?, ?)',
    [orderId, status, at(0), at(minute)],
  );
}

const FILTERS = {
  none: {},
  'the stranger': { customerId: customerIdOf(3) },
  "the stranger's other id": { customerId: 'alias-p0003' },
  "the stranger's order": { orderIds: [orderNumber(3), orderNumber(1)] },
  'a status': { statuses: ['SHIPPED', 'OTHER'] },
  'a pharmacy and a source': { pharmacy: ['Pharmacy One'], source: ['checkout'] },
};

test("no filter and no cursor brings a customer another customer's event", async () => {
  const support = follow<Event>(await socketOf({ role: 'support' }), 'orderStatusChanged', LIVE);
  const client = await socketOf({ role: 'customer', customerId: customerIdOf(1) });
  const live = Object.values(FILTERS).map((filter) => follow<Event>(client, 'orderStatusChanged', LIVE, { filter }));
  await live[0]?.taken();
  for (const status of ['lost_1', 'lost_2']) {
    await tell(orderNumber(3), status);
    await tell(orderNumber(1), status);
  }
  const [first] = await support.atLeast(4);
  const after = first?.cursor ?? '';
  const replays = Object.values(FILTERS).map((filter) =>
    follow<Event>(client, 'orderStatusChanged', LIVE, { filter, after }),
  );
  await live[0]?.atLeast(2);
  await replays[0]?.atLeast(2);
  await new Promise((resolve) => setTimeout(resolve, 300));
  for (const { events } of [...live, ...replays]) {
    expect(events.map((event) => event.order.orderId).filter((id) => id !== orderNumber(1))).toEqual([]);
  }
  expect([...live, ...replays].map(({ events }) => events.length)).toEqual([2, 0, 0, 2, 2, 2, 2, 0, 0, 2, 2, 2]);
  for (const { stop } of [support, ...live, ...replays]) stop();
});

test('what an event leads to is shown by the same rights: of the own graph to a customer', async () => {
  const client = await socketOf({ role: 'customer', customerId: customerIdOf(1) });
  const own = follow<Event>(client, 'orderStatusChanged', LIVE);
  await own.taken();
  await tell(orderNumber(1), 'seen_by_customer');
  const [event] = await own.atLeast(1);
  expect(event?.order).toMatchObject({
    shipToAddress1: '2 Street p0001',
    customer: { email: 'Mail.p0001@example.test' },
    product: { productId: 'prod-1', orders: { totalCount: 1, nodes: [{ orderId: orderNumber(1) }] } },
  });
  own.stop();
});

test.each([
  ['an analyst', { role: 'analyst' }],
  ['a service with scope feed', { role: 'service', scopes: ['feed'] }],
] as const)(
  '%s follows all changes, and of what they lead to names, contact and street are null',
  async (_name, token) => {
    const client = await socketOf({ ...token, scopes: 'scopes' in token ? [...token.scopes] : undefined });
    const all = follow<Event>(client, 'orderStatusChanged', LIVE);
    await all.taken();
    await tell(orderNumber(2), `seen_by_${token.role}`);
    const [event] = await all.atLeast(1);
    expect(event?.order).toMatchObject({
      orderId: orderNumber(2),
      shipToAddress1: null,
      customer: { customerId: customerIdOf(2), email: null },
      product: { orders: { totalCount: 3 } },
    });
    all.stop();
  },
);

test.each(['ingest', 'replay', 'import'])('a service with scope %s may not follow', async (scope) => {
  const following = follow(await socketOf({ role: 'service', scopes: [scope] }), 'orderStatusChanged', LIVE);
  expect(await following.ended).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect(following.events).toEqual([]);
});

test('without a token nobody follows: the socket closes with 4403', async () => {
  const client = server.socket(null);
  expect(await follow(client, 'orderStatusChanged', LIVE).ended).toMatchObject({ code: 4403 });
});

test('hostile ids and cursors in a live operation are empty or refused, and the socket lives on', async () => {
  const client = await socketOf({ role: 'support' });
  for (const hostile of ['é', '\u0000', '😀', 'x'.repeat(10_000), '\ud800', "' OR 1=1 -- ", '-1', '9'.repeat(20)]) {
    const filtered = follow<Event>(client, 'orderStatusChanged', LIVE, {
      filter: { customerId: hostile, orderIds: [hostile], pharmacy: [hostile], source: [hostile] },
    });
    const resumed = follow<Event>(client, 'orderStatusChanged', LIVE, { after: hostile });
    expect(await resumed.ended).toMatchObject([{ extensions: { code: 'INVALID_CURSOR' } }]);
    expect(filtered.events).toEqual([]);
    filtered.stop();
  }
  expect(codesOf(await askOnSocket(client, { query: '{ __typename }' }))).toEqual([]);
});
