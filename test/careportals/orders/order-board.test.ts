import { setTimeout as pause } from 'node:timers/promises';
import { print } from 'graphql';
import type { Client } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../../src/modules/careportals/demo/random.ts';
import { OrderBoardWatch, type StatusChange } from '../../../src/modules/careportals/orders/order-board-watch.ts';
import { orderStatusOf } from '../../../src/modules/careportals/orders/order-status.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { RetryLater } from '../../../src/platform/database/transaction.ts';
import { OrderBoardChangedDocument, OrderBoardDocument, type OrderBoardQuery } from '../../generated/operations.ts';
import { callers } from '../../graph/callers.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { follow } from '../../kit/transports.ts';
import { ADD_STATUS, makeCustomer } from '../schema/make-rows.ts';
import { openSession, type Session } from '../schema/session.ts';

const LONG = process.env.LONG_TESTS !== undefined;
const WRITERS = 4;
const WRITES_EACH = LONG ? 400 : 40;
const STATUSES = ['pending', 'processing', 'awaiting_script', 'shipped', 'on the moon', 'mislaid'];

type Column = OrderBoardQuery['orderBoard'][number];

let server: TestApp;
/** A second instance of the server on the same database, which follows the binary log; the first one reads the tables. */
let second: TestApp;
let other: Session;
let support: string;
const open: Client[] = [];
beforeAll(async () => {
  server = await createTestApp();
  const { database } = server;
  second = await createTestApp({ database, environment: { DATABASE_FEED_URL: database.feedUrl } });
  other = await openSession(server.database.adminUrl);
  support = await server.token({ role: 'support' });
  await makeCustomer(other, 'ann');
});
afterAll(async () => {
  for (const client of open) await client.dispose();
  await other?.close();
  await second?.stop();
  await server?.stop();
});

const soon = { timeout: 30_000, interval: 20 };

function listen(on = server, token = support) {
  const client = on.socket(token);
  open.push(client);
  return follow<Column[]>(client, 'orderBoardChanged', print(OrderBoardChangedDocument));
}

async function boardNow(on = server): Promise<Column[]> {
  const { data, errors } = await on.ask<OrderBoardQuery>(support, print(OrderBoardDocument));
  expect(errors).toBeUndefined();
  return data?.orderBoard ?? [];
}

/** A client as it is meant to be: it listens, then asks, then replaces what comes. */
async function boardOf(on: TestApp) {
  const live = listen(on);
  await live.taken();
  const first = await boardNow(on);
  const board = () => {
    const columns = new Map([first, ...live.events].flat().map((column) => [column.status, column]));
    return sorted([...columns.values()].filter(({ count }) => count > 0));
  };
  return { ...live, board };
}

/** Counted by the database at this moment, each text on its own. */
async function countedNow(): Promise<Column[]> {
  const texts = await other.rows<{ status: string; count: string; oldest: string }>(
    `SELECT current_status AS status, COUNT(*) AS count, MIN(current_status_at) AS oldest FROM orders
      WHERE current_status IS NOT NULL GROUP BY current_status`,
  );
  const columns = Object.entries(Object.groupBy(texts, ({ status }) => orderStatusOf(status)?.toUpperCase() ?? ''));
  return sorted(
    columns.map(([status, parts = []]) => ({
      status: status as Column['status'],
      count: parts.reduce((sum, part) => sum + Number(part.count), 0),
      oldestChangedAt: `${parts.map(({ oldest }) => oldest.replace(' ', 'T')).sort()[0]}Z`,
    })),
  );
}

function sorted(columns: Column[]): Column[] {
  return columns.toSorted((a, b) => (a.status < b.status ? -1 : 1));
}

let made = 1_000;

async function newOrder(session = other): Promise<string> {
  const id = String(++made);
  await session.rows(
    `INSERT INTO orders (order_id, care_portals_internal_order_id, customer_id, source, total_amount, base_amount,
      created_at) VALUES (?, ?, 'ann', 'checkout', 100, 100, '2026-03-01 12:00:00.000')`,
    [id, `i${id}`],
  );
  return id;
}

/** An instant of the tests' own day. */
function at(second: number): string {
  return new Date(Date.UTC(2026, 2, 1, 12) + second * 1_000).toISOString().slice(0, 23).replace('T', ' ');
}

let minute = 0;

/** A status as any other program would write it, newer than all before. */
async function tell(orderId: string, status: string): Promise<void> {
  await other.rows(ADD_STATUS, [orderId, status, at(60 * ++minute)]);
}

/** Waits until a client was told all that was written before. @returns how many messages that took. */
async function upToDate({ events }: { events: Column[][] }): Promise<number> {
  await tell(await newOrder(), 'all_before_is_told');
  const { count } = (await countedNow()).find(({ status }) => status === 'OTHER') ?? {};
  const isTold = () => events.flat().some((column) => column.status === 'OTHER' && column.count === count);
  await expect.poll(isTold, soon).toBe(true);
  return events.length;
}

function counts(server: TestApp): number {
  return server.statements.filter((sql) => sql.includes('GROUP BY current_status')).length;
}

const changed = (events: Column[][]) =>
  events.map((columns) => columns.map(({ status, count }) => `${status} ${count}`));

test('the board counts each status as its list does; open texts are OTHER, and what has no status is in no column', async () => {
  for (const status of ['shipped', 'mislaid', 'on the moon', 'shipped', 'Canceled'])
    await tell(await newOrder(), status);
  await newOrder();
  const board = await boardNow();
  expect(board.map(({ status, count }) => [status, count])).toEqual([
    ['SHIPPED', 2],
    ['CANCELLED', 1],
    ['OTHER', 2],
  ]);
  expect(sorted(board)).toEqual(await countedNow());
  // Written by a program that does not know how a status is spelt.
  await other.rows("UPDATE orders SET current_status = 'Shipped' WHERE current_status = 'shipped' LIMIT 1");
  for (const { status, count } of await boardNow()) {
    const text = `{ orders(filter: { status: [${status}] }) { totalCount } }`;
    expect((await server.ask(support, text)).data, status).toEqual({ orders: { totalCount: count } });
  }
  await other.rows("UPDATE orders SET current_status = 'shipped' WHERE current_status = 'shipped'");
});

test('whatever several programs write, what is told to clients of either instance adds up to a fresh count', async () => {
  const random = Random.from(process.env.TEST_SEED ?? 'board');
  const clients = await Promise.all([boardOf(server), boardOf(server), boardOf(second)]);
  const orders = await Promise.all(Array.from({ length: 8 }, () => newOrder()));
  await Promise.all(Array.from({ length: WRITERS }, (_, i) => write(orders, random.branch(i))));
  for (const { board } of clients) await expect.poll(async () => [board(), await countedNow()], soon).toSatisfy(isPair);
  for (const { stop } of clients) stop();
});

const isPair = ([mine, theirs]: Column[][]) => JSON.stringify(mine) === JSON.stringify(theirs);

/** Statuses of some orders, with times out of order; some rolled back, some committed late, some of new orders. */
async function write(orders: string[], random: Random): Promise<void> {
  const session = await openSession(server.database.adminUrl);
  for (let i = 0; i < WRITES_EACH; i++) {
    await session.run('START TRANSACTION');
    const order = random.chance(0.2) ? await newOrder(session) : random.pick(orders);
    // 1062: the same status at the same time stands there already.
    expect([0, 1062]).toContain(
      await session.errorOf(ADD_STATUS, [order, random.pick(STATUSES), at(random.below(20_000))]),
    );
    if (random.chance(0.2)) await pause(random.below(40));
    await session.run(random.chance(0.8) ? 'COMMIT' : 'ROLLBACK');
  }
  await session.close();
}

test('one count serves all clients, whatever came together; only what changed is told, and nothing while nobody listens', async () => {
  const [one, two] = [await newOrder(), await newOrder()];
  await tell(one, 'completed');
  await tell(two, 'completed');
  const clients = Array.from({ length: 20 }, () => listen());
  await Promise.all(clients.map((client) => client.taken()));
  const [first] = clients as [(typeof clients)[0]];
  const known = await upToDate(first);
  const before = counts(server);
  await other.run('START TRANSACTION');
  for (const status of ['awaiting_results', 'shipped', 'delivered', 'awaiting_results']) await tell(one, status);
  await other.run('COMMIT');
  const told = (await first.atLeast(known + 1))[known];
  expect(told?.map(({ status }) => status).toSorted()).toEqual([
    'AWAITING_RESULTS',
    'COMPLETED',
    'DELIVERED',
    'SHIPPED',
  ]);
  for (const { events } of clients) await expect.poll(() => events.at(-1), soon).toEqual(told);
  // One for the change, and one now and then at all columns; 20 would be one for each client.
  expect(counts(server) - before).toBeLessThan(10);
  await tell(two, 'delivered');
  await first.atLeast(known + 2);
  expect(changed(first.events.slice(known + 1))).toEqual([['COMPLETED 0', 'DELIVERED 1']]);
  for (const { stop } of clients) stop();
  await pause(250);
  const after = counts(server);
  await tell(two, 'completed');
  await pause(300);
  expect(counts(server)).toBe(after);
});

test('who may see sums over all orders has the board and its changes; for others both are FORBIDDEN', async () => {
  const kinds = await Promise.all(
    callers.map(async ({ level, token }) => {
      const mine = await server.token(token);
      const { errors, data } = await server.ask(mine, print(OrderBoardDocument));
      return { isAllowed: !['customer', 'none'].includes(level), errors, data, live: listen(server, mine) };
    }),
  );
  expect(kinds.map(({ isAllowed }) => isAllowed).toSorted()).toEqual([...Array(5).fill(false), ...Array(4).fill(true)]);
  await Promise.all(kinds.map(({ isAllowed, live }) => isAllowed && live.taken()));
  await tell(await newOrder(), 'awaiting_payment');
  for (const { isAllowed, errors, data, live } of kinds) {
    if (isAllowed) {
      expect(data).not.toBeNull();
      await expect.poll(() => live.events.flat().map(({ status }) => status), soon).toContain('AWAITING_PAYMENT');
    } else {
      for (const refusal of [errors, await live.ended])
        expect(refusal).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
    live.stop();
  }
});

describe.concurrent('the watch', () => {
  function watchOn(query: Query) {
    const feed = { hear: (_change: StatusChange | null): void => undefined, isLeft: false };
    const watch = new OrderBoardWatch(query, (listener) => {
      feed.hear = listener;
      return () => {
        feed.isLeft = true;
      };
    });
    return { watch, feed };
  }

  test('tells what went there and back between two looks: who asked in between knows something else', async ({
    expect,
  }) => {
    const { watch, feed } = watchOn(await plainQuery(server.database.orm));
    const updates = await watch.follow();
    feed.hear({ previousStatus: 'awaiting_requisition', updatedStatus: 'refunded' });
    feed.hear({ previousStatus: 'refunded', updatedStatus: 'awaiting_requisition' });
    const { value } = await updates.next();
    const told = value?.map(({ status }: { status: string }) => status);
    expect(told).toEqual(expect.arrayContaining(['awaiting_requisition', 'refunded']));
    await updates.return();
    expect([watch.hasEnded, feed.isLeft]).toEqual([true, true]);
  });

  test('sees by itself what another program sets or deletes without a word in the history', async ({ expect }) => {
    const [set, deleted] = [await newOrder(), await newOrder()];
    await tell(set, 'awaiting_results');
    await tell(deleted, 'awaiting_results');
    const { watch } = watchOn(await plainQuery(server.database.orm));
    const updates = await watch.follow();
    const program = await openSession(server.database.adminUrl);
    await program.run(
      'START TRANSACTION',
      `UPDATE orders SET current_status = 'refunded', current_status_at = '${at(7)}' WHERE order_id = ${set}`,
      `DELETE FROM orders WHERE order_id = ${deleted}`,
      'COMMIT',
    );
    await program.close();
    const board = new Map<string, unknown>();
    while (!board.has('refunded') || !board.has('awaiting_results')) {
      for (const column of (await updates.next()).value ?? []) board.set(column.status, column);
    }
    const fresh = await countedNow();
    for (const status of ['REFUNDED', 'AWAITING_RESULTS']) {
      const { count } = fresh.find((column) => column.status === status) ?? { count: 0 };
      expect(board.get(status.toLowerCase())).toMatchObject({ count });
    }
    await updates.return();
  });

  test('tells all columns when changes were missed', async ({ expect }) => {
    const { watch, feed } = watchOn(await plainQuery(server.database.orm));
    const updates = await watch.follow();
    feed.hear(null);
    expect((await updates.next()).value).toHaveLength(15);
    await updates.return();
  });

  test('keeps only the newest of each column for a client that does not read', async ({ expect }) => {
    const { watch, feed } = watchOn(await plainQuery(server.database.orm));
    const [updates, reader] = [await watch.follow(), await watch.follow()];
    const order = await newOrder();
    let newest: unknown;
    for (const status of ['awaiting_fulfillment', 'delivered', 'awaiting_fulfillment']) {
      await tell(order, status);
      feed.hear({ previousStatus: 'delivered', updatedStatus: 'awaiting_fulfillment' });
      newest = (await reader.next()).value;
    }
    const { value } = await updates.next();
    expect(value).toEqual(expect.arrayContaining(newest as unknown[]));
    expect(new Set(value?.map(({ status }: { status: string }) => status)).size).toBe(value?.length);
    const waiting = updates.next();
    await updates.return();
    expect(await waiting).toEqual({ value: undefined, done: true });
    expect(watch.hasEnded).toBe(false);
    await reader.return();
  });

  test('goes on when the database was away, and ends for everybody when something else is wrong', async ({
    expect,
  }) => {
    const query = await plainQuery(server.database.orm);
    const failures: Error[] = [];
    const { watch, feed } = watchOn((sql, params) => {
      const failure = failures.shift();
      return failure === undefined ? query(sql, params) : Promise.reject(failure);
    });
    const [first, late] = [await watch.follow(), await watch.follow()];
    failures.push(new RetryLater(new Error('away')));
    feed.hear({ previousStatus: null, updatedStatus: 'pending' });
    for (const client of [first, late]) {
      expect((await client.next()).value).toEqual(
        expect.arrayContaining([expect.objectContaining({ status: 'pending' })]),
      );
    }
    failures.push(new Error('no such column'));
    feed.hear(null);
    await Promise.all([first, late].map((client) => expect(client.next()).rejects.toThrow('no such column')));
    expect([await first.next(), watch.hasEnded]).toEqual([{ value: undefined, done: true }, true]);
  });
});
