import type { Client } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { askOnSocket, follow } from '../../kit/transports.ts';
import { ADD_STATUS, makeCustomer } from '../schema/make-rows.ts';
import { openSession, type Session } from '../schema/session.ts';

let server: TestApp;
/** A second instance of the server on the same database. */
let second: TestApp;
let other: Session;
const open: Client[] = [];
beforeAll(async () => {
  server = await createTestApp();
  second = await createTestApp({ database: server.database });
  other = await openSession(server.database.adminUrl);
  for (const id of ['ann', 'bob']) await makeCustomer(other, id);
  await other.run("INSERT INTO customer_aliases (careportals_id, customer_id) VALUES ('ann-before', 'ann')");
});
afterAll(async () => {
  for (const client of open) await client.dispose();
  await other?.close();
  await second?.stop();
  await server?.stop();
});

interface Event {
  cursor: string;
  kind: string;
  updateId: string | null;
  status: string | null;
  rawStatus: string | null;
  previousStatus: string | null;
  statusUpdatedAt: string | null;
  receivedAt: string | null;
  order: { orderId: string; status: string; trackingCode: string | null } | null;
}

const FOLLOW = `subscription ($filter: OrderStatusFilter, $after: String) {
  orderStatusChanged(filter: $filter, after: $after) {
    cursor kind updateId status rawStatus previousStatus statusUpdatedAt receivedAt
    order { orderId status trackingCode }
  } }`;

type Who = Parameters<TestApp['token']>[0];

async function socketOf(who: Who = { role: 'support' }, on = server): Promise<Client> {
  const client = on.socket(await server.token(who));
  open.push(client);
  return client;
}

function listen(client: Client, variables: { filter?: object; after?: string } = {}) {
  return follow<Event>(client, 'orderStatusChanged', FOLLOW, variables);
}

let made = 1_000;

/** An order of its own. */
async function newOrder(customer = 'ann', pharmacy: string | null = 'Pharmacy One', source = 'checkout') {
  const id = String(++made);
  await other.rows(
    `INSERT INTO orders (order_id, care_portals_internal_order_id, customer_id, source, pharmacy_assigned, total_amount,
      base_amount, created_at) VALUES (?, ?, ?, ?, ?, 100, 100, '2026-03-01 12:00:00.000')`,
    [id, `i${id}`, customer, source, pharmacy],
  );
  return id;
}

let minute = 0;

/** The next minute of the tests' own day. */
function next(): string {
  minute++;
  return new Date(Date.UTC(2026, 2, 1, 12, minute)).toISOString().slice(0, 23).replace('T', ' ');
}

/** A status as any other program would write it. */
async function tell(orderId: string, status: string, at = next()): Promise<void> {
  await other.rows(ADD_STATUS, [orderId, status, at]);
}

/** `order: status` of each event, in order. */
const told = ({ events }: { events: Event[] }) =>
  events.map(({ order, rawStatus }) => `${order?.orderId}: ${rawStatus}`);

const soon = { timeout: 30_000, interval: 20 };

describe('an event', () => {
  test('says what changed, from what, when, and carries a cursor', async () => {
    const order = await newOrder();
    await tell(order, 'awaiting_script', '2026-03-02 08:00:00.125');
    const live = listen(await socketOf(), { filter: { orderIds: [order] } });
    await live.taken();
    await tell(order, 'shipped', '2026-03-03 08:00:00.250');
    await tell(order, 'lost_in_the_mail', '2026-03-04 08:00:00.000');
    await expect.poll(() => told(live).at(-1), soon).toBe(`${order}: lost_in_the_mail`);
    const changes = { kind: 'CHANGE', updateId: expect.stringMatching(/^\d+$/), cursor: expect.any(String) };
    // The first status may still be news to who comes right after it.
    expect(live.events.slice(-2)).toMatchObject([
      {
        ...changes,
        status: 'SHIPPED',
        rawStatus: 'shipped',
        previousStatus: 'AWAITING_SCRIPT',
        statusUpdatedAt: '2026-03-03T08:00:00.250Z',
        receivedAt: expect.stringMatching(/^20\d\d-\d\d-\d\dT/),
      },
      { ...changes, status: 'OTHER', rawStatus: 'lost_in_the_mail', previousStatus: 'SHIPPED' },
    ]);
    live.stop();
  });

  test('is sent only for news that changed the current status', async () => {
    const order = await newOrder();
    const live = listen(await socketOf(), { filter: { orderIds: [order] } });
    await live.taken();
    await tell(order, 'shipped', '2026-03-05 08:00:00.000');
    await tell(order, 'awaiting_shipment', '2026-03-04 08:00:00.000');
    expect(await other.errorOf(ADD_STATUS, [order, 'shipped', '2026-03-05 08:00:00.000'])).toBe(1062);
    await tell(order, 'delivered', '2026-03-06 08:00:00.000');
    await expect.poll(() => told(live), soon).toEqual([`${order}: shipped`, `${order}: delivered`]);
    live.stop();
  });

  test('reads its order anew each time', async () => {
    const order = await newOrder();
    const live = listen(await socketOf(), { filter: { orderIds: [order] } });
    await live.taken();
    for (const [i, status] of ['awaiting_shipment', 'shipped', 'delivered'].entries()) {
      await other.run(`UPDATE orders SET tracking_code = 'track-${i}' WHERE order_id = ${order}`);
      await tell(order, status);
      await expect.poll(() => live.events.length, soon).toBe(i + 1);
    }
    expect(live.events.map((event) => event.order)).toEqual([
      { orderId: order, status: 'AWAITING_SHIPMENT', trackingCode: 'track-0' },
      { orderId: order, status: 'SHIPPED', trackingCode: 'track-1' },
      { orderId: order, status: 'DELIVERED', trackingCode: 'track-2' },
    ]);
    live.stop();
  });

  test('comes for a status set by hand on either instance, and never for one that is rolled back', async () => {
    const order = await newOrder();
    const lives = [listen(await socketOf()), listen(await socketOf({ role: 'support' }, second))];
    for (const live of lives) await live.taken();
    await other.run(
      'START TRANSACTION',
      `INSERT INTO order_status_updates (order_id, updated_status, order_created_at, status_updated_at)
        VALUES (${order}, 'shipped', '2026-03-01 12:00:00', '2026-03-01 13:00:00')`,
      'ROLLBACK',
    );
    const token = await server.token({ role: 'support' });
    const set = (on: TestApp, status: string) =>
      on.ask(
        token,
        `mutation { updateOrderStatus(input: { orderId: "${order}", status: "${status}" }) { userErrors { code } } }`,
      );
    await set(server, 'Awaiting Script');
    await set(second, 'shipped');
    for (const live of lives) {
      await expect.poll(() => told(live), soon).toEqual([`${order}: awaiting_script`, `${order}: shipped`]);
      live.stop();
    }
  });
});

describe('a filter', () => {
  test('lets through what fits all that it says, live and in a replay', async () => {
    const orders = [
      await newOrder('ann', 'Pharmacy One', 'checkout'),
      await newOrder('ann', 'Pharmacy Two', 'subscription_cycle'),
      await newOrder('bob', 'Pharmacy One', 'subscription_cycle'),
      await newOrder('bob', null, 'api'),
    ];
    const [a, b, , d] = orders as [string, string, string, string];
    const filters: [object | undefined, string[]][] = [
      [undefined, ['a shipped', 'b shipped', 'c shipped', 'd shipped', 'a odd', 'b odd', 'c odd', 'd odd']],
      [{}, ['a shipped', 'b shipped', 'c shipped', 'd shipped', 'a odd', 'b odd', 'c odd', 'd odd']],
      [{ orderIds: [b, d, '999999'] }, ['b shipped', 'd shipped', 'b odd', 'd odd']],
      [{ orderIds: [] }, []],
      [{ customerId: 'ann' }, ['a shipped', 'b shipped', 'a odd', 'b odd']],
      [{ customerId: 'ann-before' }, ['a shipped', 'b shipped', 'a odd', 'b odd']],
      [{ customerId: 'nobody' }, []],
      [{ customerId: 'ünïcödé' }, []],
      [{ statuses: ['OTHER'] }, ['a odd', 'b odd', 'c odd', 'd odd']],
      [{ statuses: ['SHIPPED', 'DELIVERED'] }, ['a shipped', 'b shipped', 'c shipped', 'd shipped']],
      [{ pharmacy: ['Pharmacy One'] }, ['a shipped', 'c shipped', 'a odd', 'c odd']],
      [{ source: ['subscription_cycle', 'api'] }, ['b shipped', 'c shipped', 'd shipped', 'b odd', 'c odd', 'd odd']],
      [{ customerId: 'bob', pharmacy: ['Pharmacy One'], statuses: ['OTHER'] }, ['c odd']],
      [{ orderIds: [a], customerId: null, statuses: null, pharmacy: null, source: null }, ['a shipped', 'a odd']],
    ];
    const client = await socketOf();
    const start = listen(client);
    await start.taken();
    const before = await newOrder();
    await tell(before, 'pending');
    const [{ cursor } = { cursor: '' }] = await start.atLeast(1);
    start.stop();

    const live = filters.map(([filter]) => listen(client, { filter }));
    await live[0]?.taken();
    for (const status of ['shipped', 'odd']) for (const order of orders) await tell(order, status);
    const named = (event: string) => event.replace(/^\d+/, (id) => 'abcd'[orders.indexOf(id)] ?? id).replace(': ', ' ');
    for (const [i, [filter, expected]] of filters.entries()) {
      await expect.poll(() => told(live[i] ?? { events: [] }).map(named), soon).toEqual(expected);
      const replay = listen(client, { filter, after: cursor });
      if (expected.length === 0) await replay.taken();
      await expect.poll(() => told(replay).map(named), soon).toEqual(expected);
      replay.stop();
      live[i]?.stop();
    }
  });
});

describe('who may follow', () => {
  test('a customer follows the own orders, whatever the filter says, under any id it ever had', async () => {
    const [hers, his] = [await newOrder('ann'), await newOrder('bob')];
    const filters = [undefined, { customerId: 'bob' }, { orderIds: [his, hers] }, { pharmacy: ['Pharmacy One'] }];
    const ann = await socketOf({ role: 'customer', customerId: 'ann-before' });
    const lives = filters.map((filter) => listen(ann, { filter }));
    await lives[0]?.taken();
    await tell(his, 'shipped');
    await tell(hers, 'shipped');
    await expect
      .poll(() => lives.map((live) => told(live)), soon)
      .toEqual([[`${hers}: shipped`], [], [`${hers}: shipped`], [`${hers}: shipped`]]);
    for (const live of lives) live.stop();
  });

  test('a service without the scope "feed" may not, one with it follows all', async () => {
    const [hers, his] = [await newOrder('ann'), await newOrder('bob')];
    const refused = listen(await socketOf({ role: 'service', scopes: ['ingest'] }));
    expect(await refused.ended).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    const live = listen(await socketOf({ role: 'service', scopes: ['feed'] }));
    await live.taken();
    await tell(hers, 'shipped');
    await tell(his, 'shipped');
    await expect.poll(() => told(live), soon).toEqual([`${hers}: shipped`, `${his}: shipped`]);
    live.stop();
  });
});

describe('after a cursor', () => {
  test.each(['', 'x', 'WzEsIjIiXQ', '💥', 'MS4x '])('%j is INVALID_CURSOR', async (after) => {
    expect(await listen(await socketOf(), { after }).ended).toMatchObject([{ extensions: { code: 'INVALID_CURSOR' } }]);
  });

  test('beyond the end of the table one GAP comes and the end; from its cursor it goes on', async () => {
    const order = await newOrder();
    const live = listen(await socketOf());
    await live.taken();
    await tell(order, 'shipped');
    await live.atLeast(1);
    const lost = listen(await socketOf(), { after: Buffer.from('o.7fffffff.5').toString('base64url') });
    expect(await lost.ended).toBe('complete');
    expect(lost.events).toEqual([
      {
        cursor: expect.any(String),
        kind: 'GAP',
        updateId: null,
        status: null,
        rawStatus: null,
        previousStatus: null,
        statusUpdatedAt: null,
        receivedAt: null,
        order: null,
      },
    ]);
    const again = listen(await socketOf(), { after: lost.events[0]?.cursor, filter: { orderIds: [order] } });
    await again.taken();
    await tell(order, 'delivered');
    await expect.poll(() => told(again).at(-1), soon).toBe(`${order}: delivered`);
  });
});

test('an open transaction with a lower number at the time of the cut is not lost', async () => {
  const [early, late] = [await newOrder(), await newOrder()];
  const holder = await openSession(server.database.adminUrl);
  const live = listen(await socketOf(), { filter: { orderIds: [early, late] } });
  await live.taken();
  const [row] = await other.rows<{ top: string }>('SELECT MAX(update_id) AS top FROM order_status_updates');
  const top = BigInt(row?.top ?? '0');
  // The higher number is in before the lower one, as between two programs of which one was held up.
  const insert = `INSERT INTO order_status_updates (update_id, order_id, updated_status, order_created_at, status_updated_at)
    VALUES (?, ?, 'shipped', '2026-03-01 12:00:00', ?)`;
  await other.rows(insert, [String(top + 2n), late, next()]);
  await expect.poll(() => told(live), soon).toEqual([`${late}: shipped`]);
  const cursor = live.events[0]?.cursor;
  await holder.run('START TRANSACTION');
  await holder.rows(insert, [String(top + 1n), early, next()]);
  live.stop();
  const resumed = [
    listen(await socketOf(), { after: cursor }),
    listen(await socketOf({ role: 'support' }, second), { after: cursor }),
  ];
  for (const one of resumed) await one.taken();
  await holder.run('COMMIT');
  for (const one of resumed) await expect.poll(() => told(one), soon).toEqual([`${early}: shipped`]);
  await holder.close();
});

test('a socket answers other operations while it follows', async () => {
  const client = await socketOf();
  const live = listen(client);
  await live.taken();
  expect(await askOnSocket(client, { query: '{ __typename }' })).toMatchObject({ data: { __typename: 'Query' } });
  live.stop();
});
