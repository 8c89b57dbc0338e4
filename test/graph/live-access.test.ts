import type { Client } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Query } from '../../src/platform/database/query.ts';
import { asAdmin, at, customerIdOf, makePeople, orderNumber, subscriptionIdOf } from '../kit/people.ts';
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

interface SubscriptionEvent {
  cursor: string;
  triggerType: string;
  subscription: { subscriptionId: string; customer: { email: string | null } | null } | null;
  auditEntry: Record<string, unknown> | null;
}

const SUBSCRIPTIONS = `subscription ($filter: SubscriptionChangeFilter, $after: String) {
  subscriptionChanged(filter: $filter, after: $after) {
    cursor kind logId status rawStatus previousStatus triggerType effect version changedFields changedAt receivedAt
    subscription { subscriptionId customer { customerId email } auditLog(first: 1) { nodes { actor comment } } }
    auditEntry { logId subscriptionId effect actor comment rawData }
  } }`;

/** Every live field with an operation that asks for all of it. */
const FIELDS = { orderStatusChanged: LIVE, subscriptionChanged: SUBSCRIPTIONS };

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
  const counts = () => [...live, ...replays].map(({ events }) => events.length);
  await expect.poll(counts).toEqual([2, 0, 0, 2, 2, 2, 2, 0, 0, 2, 2, 2]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  for (const { events } of [...live, ...replays]) {
    expect(events.map((event) => event.order.orderId).filter((id) => id !== orderNumber(1))).toEqual([]);
  }
  expect(counts()).toEqual([2, 0, 0, 2, 2, 2, 2, 0, 0, 2, 2, 2]);
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
  const client = await socketOf({ role: 'service', scopes: [scope] });
  for (const [field, live] of Object.entries(FIELDS)) {
    const following = follow(client, field, live);
    expect(await following.ended).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(following.events).toEqual([]);
  }
});

test('without a token nobody follows: the socket closes with 4403', async () => {
  const client = server.socket(null);
  expect(await follow(client, 'orderStatusChanged', LIVE).ended).toMatchObject({ code: 4403 });
});

test('hostile ids and cursors in a live operation are empty or refused, and the socket lives on', async () => {
  const client = await socketOf({ role: 'support' });
  for (const hostile of ['é', '\u0000', '😀', 'x'.repeat(10_000), '\ud800', "' OR 1=1 -- ", '-1', '9'.repeat(20)]) {
    const filtered = [
      follow(client, 'orderStatusChanged', LIVE, {
        filter: { customerId: hostile, orderIds: [hostile], pharmacy: [hostile], source: [hostile] },
      }),
      follow(client, 'subscriptionChanged', SUBSCRIPTIONS, {
        filter: { customerId: hostile, subscriptionIds: [hostile], effects: [hostile], triggerTypes: [hostile] },
      }),
    ];
    for (const [field, live] of Object.entries(FIELDS)) {
      const resumed = follow(client, field, live, { after: hostile });
      expect(await resumed.ended).toMatchObject([{ extensions: { code: 'INVALID_CURSOR' } }]);
    }
    for (const { events, stop } of filtered) {
      expect(events).toEqual([]);
      stop();
    }
  }
  expect(codesOf(await askOnSocket(client, { query: '{ __typename }' }))).toEqual([]);
});

/** A change of a subscription, written as any other program would. */
async function noteChange(subscriptionId: string, triggerType: string, customerId: string | null): Promise<void> {
  await query('INSERT INTO subscriptions_audit_log SET ?', [
    {
      subscription_id: subscriptionId,
      customer_id: customerId,
      status: 'active',
      trigger_type: triggerType,
      effect: 'changed',
      actor: 'agent-x@example.test',
      actor_role: 'support',
      source: 'mutation',
      comment: 'A comment',
      raw_data: '{"secret":"told"}',
      hash: 'c'.repeat(64),
    },
  ]);
}

const SUBSCRIPTION_FILTERS = {
  none: {},
  'the stranger': { customerId: customerIdOf(3) },
  "the stranger's other id": { customerId: 'alias-p0003' },
  "the stranger's subscriptions": { subscriptionIds: [1, 2, 3].map((k) => subscriptionIdOf(3, k)) },
  'what was done': { effects: ['changed'], triggerTypes: ['renewed_1', 'renewed_2'], statuses: ['ACTIVE'] },
};

test("no filter and no cursor brings a customer the event of another customer's subscription, whatever the entry says", async () => {
  const support = follow<SubscriptionEvent>(await socketOf({ role: 'support' }), 'subscriptionChanged', SUBSCRIPTIONS);
  const client = await socketOf({ role: 'customer', customerId: customerIdOf(1) });
  const listen = (filter: object, after?: string) =>
    follow<SubscriptionEvent>(client, 'subscriptionChanged', SUBSCRIPTIONS, { filter, after });
  await support.taken();
  const live = Object.values(SUBSCRIPTION_FILTERS).map((filter) => listen(filter));
  await live[0]?.taken();
  for (const trigger of ['renewed_1', 'renewed_2']) {
    for (const k of [1, 2, 3]) await noteChange(subscriptionIdOf(3, k), trigger, customerIdOf(1));
    for (const k of [1, 2, 3]) await noteChange(subscriptionIdOf(1, k), trigger, customerIdOf(3));
  }
  const first = (await support.atLeast(12)).find((event) => event.triggerType === 'renewed_1');
  const replays = Object.values(SUBSCRIPTION_FILTERS).map((filter) => listen(filter, first?.cursor));
  const own = [live[0], live[4], replays[0], replays[4]];
  for (const one of own) await one?.atLeast(6);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const hers = [1, 2, 3, 1, 2, 3].map((k) => subscriptionIdOf(1, k));
  const heard = [...live, ...replays].map(({ events }) => events.map((event) => event.subscription?.subscriptionId));
  expect(heard).toEqual([hers, [], [], [], hers, hers, [], [], [], hers]);
  for (const { stop } of [support, ...live, ...replays]) stop();
});

const SECRET = { actor: 'agent-x@example.test', comment: 'A comment', rawData: { secret: 'told' } };
const HIDDEN = { actor: null, comment: null, rawData: null };

test.each([
  ['a customer', { role: 'customer', customerId: customerIdOf(2) }, HIDDEN, 'Mail.p0002@example.test'],
  ['an analyst', { role: 'analyst' }, HIDDEN, null],
  ['a service with scope feed', { role: 'service', scopes: ['feed'] }, HIDDEN, null],
  ['support', { role: 'support' }, { ...SECRET, rawData: null }, 'Mail.p0002@example.test'],
  ['an admin', { role: 'admin' }, SECRET, 'Mail.p0002@example.test'],
] as const)(
  'of a subscription event %s sees the audit entry and the customer by the same rights as anywhere',
  async (_name, token, entry, email) => {
    const client = await socketOf({ ...token, scopes: 'scopes' in token ? [...token.scopes] : undefined });
    const filter = { triggerTypes: [`seen_by_${token.role}`] };
    const all = follow<SubscriptionEvent>(client, 'subscriptionChanged', SUBSCRIPTIONS, { filter });
    await all.taken();
    await noteChange(subscriptionIdOf(2), `seen_by_${token.role}`, null);
    const [event] = await all.atLeast(1);
    expect(event?.auditEntry).toMatchObject({ ...entry, subscriptionId: subscriptionIdOf(2), effect: 'changed' });
    expect(event?.subscription?.customer).toEqual({ customerId: customerIdOf(2), email });
    all.stop();
  },
);
