import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { encodePosition } from '../../src/platform/live/live-cursor.ts';
import { ADD_STATUS, NOON } from '../careportals/schema/make-rows.ts';
import { openSession, type Session } from '../careportals/schema/session.ts';
import { createTestApp, type TestApp } from '../kit/test-app.ts';
import { createTestDatabase, type TestDatabase } from '../kit/test-database.ts';
import { makeCast } from './cast.ts';
import { Follower, type Wish } from './follower.ts';
import { SOURCES, type Source, sourceSettings } from './instances.ts';
import { auditRow } from './through-sql.ts';

let database: TestDatabase;
/** One instance with each source, on one database. */
let servers: Record<Source, TestApp>;
/** Two programs that know nothing of ours. */
let other: Session;
let another: Session;
let support: string;
beforeAll(async () => {
  database = await createTestDatabase();
  const [tail, log] = await Promise.all(
    SOURCES.map((source) => createTestApp({ database, environment: sourceSettings(source, database.feedUrl) })),
  );
  servers = { tail: tail!, log: log! };
  expect(servers.tail.app.live.state().source).toBe('tail read');
  expect(servers.log.app.live.state().source).toBe('binary log');
  [other, another] = await Promise.all([openSession(database.adminUrl), openSession(database.adminUrl)]);
  support = await servers.tail.token({ role: 'support' });
});
afterAll(async () => {
  await Promise.all([other?.close(), another?.close()]);
  await Promise.all(Object.values(servers ?? {}).map((server) => server.stop()));
  await database?.drop();
});

const start = (field: Wish['field']) =>
  encodePosition({ head: 0n, holes: [] }, field === 'orderStatusChanged' ? 'o' : 's');
const soon = { timeout: 30_000, interval: 10 };

/** Follows on the instance of a source: from a cursor on, or from before the first row. */
function follow(source: Source, field: Wish['field'], filter = {}, after: string | null = start(field)): Follower {
  const url = `${servers[source].url.replace('http', 'ws')}/graphql`;
  const follower = new Follower(url, { field, filter, token: support }, after);
  onTestFinished(() => follower.stop());
  return follower;
}

/** Follows orders from the end of the history. */
async function followOrders(source: Source, orderIds: string[]): Promise<Follower> {
  const [end] = await other.rows<{ id: string }>('SELECT COALESCE(MAX(update_id), 0) AS id FROM order_status_updates');
  return follow(source, 'orderStatusChanged', { orderIds }, encodePosition({ head: BigInt(end!.id), holes: [] }, 'o'));
}

const statuses = ({ told }: Follower) => told.map(({ status }) => status);

let day = 0;

/** A later one each time. */
function next(): string {
  day++;
  return new Date(Date.UTC(2026, 2, 1 + day)).toISOString().slice(0, 23).replace('T', ' ');
}

describe.each(SOURCES)('what another program inserts, followed by the %s,', (source) => {
  test('arrives when it is committed, however it was written', async () => {
    const { orders } = await makeCast(other);
    const [a = '', b = '', c = ''] = orders.map(({ id }) => id);
    const follower = await followOrders(source, [a, b, c]);
    const columns = '(order_id, updated_status, order_created_at, status_updated_at)';
    await other.rows(ADD_STATUS, [a, 'alone', next()]);
    await other.rows(`INSERT INTO order_status_updates ${columns} VALUES ?`, [
      [a, b, c].map((id) => [id, 'in_one_statement', NOON, next()]),
    ]);
    await other.rows(
      `INSERT IGNORE INTO order_status_updates ${columns} SELECT order_id, 'copied', order_created_at, ?
        FROM order_status_updates WHERE updated_status = 'in_one_statement' AND order_id IN (?)`,
      [next(), [a, b]],
    );
    await other.run('START TRANSACTION');
    await other.rows(ADD_STATUS, [a, 'in_a_transaction', next()]);
    await other.rows(ADD_STATUS, [a, 'later_in_it', next()]);
    await other.run('COMMIT');
    await expect
      .poll(() => statuses(follower), soon)
      .toEqual([
        'alone',
        ...Array(3).fill('in_one_statement'),
        ...Array(2).fill('copied'),
        'in_a_transaction',
        'later_in_it',
      ]);
  });

  test('never arrives if it is taken back, whatever takes it back', async () => {
    const { orders } = await makeCast(other);
    const [a = '', b = ''] = orders.map(({ id }) => id);
    const follower = await followOrders(source, [a, b]);
    const time = next();
    await other.run('START TRANSACTION');
    await other.rows(ADD_STATUS, [a, 'rolled_back', next()]);
    await other.run('ROLLBACK', 'START TRANSACTION');
    await other.rows(ADD_STATUS, [a, 'kept', time]);
    await other.run('SAVEPOINT here');
    await other.rows(ADD_STATUS, [a, 'back_to_the_savepoint', next()]);
    await other.run('ROLLBACK TO SAVEPOINT here', 'COMMIT');
    // The second row meets the unique key, so MySQL undoes the statement and with it the first.
    const values = `(?, 'undone_with_it', '${NOON}', ?), (?, 'kept', '${NOON}', ?)`;
    const both = `INSERT INTO order_status_updates (order_id, updated_status, order_created_at, status_updated_at) VALUES ${values}`;
    expect(await other.errorOf(both, [b, next(), a, time])).toBe(1062);
    await leaveInTheMiddle(a);
    await other.rows(ADD_STATUS, [b, 'last', next()]);
    await expect.poll(() => statuses(follower).at(-1), soon).toBe('last');
    expect(statuses(follower)).toEqual(['kept', 'last']);
  });
});

/** A program that dies with its transaction open; resolves when MySQL has noticed. */
async function leaveInTheMiddle(order: string): Promise<void> {
  const dying = await openSession(database.adminUrl);
  await dying.run('START TRANSACTION');
  await dying.rows(ADD_STATUS, [order, 'never_ended', next()]);
  await dying.close();
  await other.rows('SELECT 1 FROM orders WHERE order_id = ? FOR UPDATE', [order]);
}

test('the first row of a table is told although the second was committed before it', async () => {
  const { subscriptions } = await makeCast(other);
  const [a, b] = subscriptions as [(typeof subscriptions)[0], (typeof subscriptions)[0]];
  const note = 'INSERT INTO subscriptions_audit_log SET ?';
  await another.run('START TRANSACTION');
  await another.rows(note, [auditRow(a, 2, { cycle: [1, 2] })]);
  await other.rows(note, [auditRow(b, 2, { cycle: [1, 2] })]);
  const followers = SOURCES.map((source) => follow(source, 'subscriptionChanged'));
  for (const follower of followers) await untilLive(follower);
  await another.run('COMMIT');
  const ids = ({ told }: Follower) => told.map(({ id }) => id).toSorted();
  for (const follower of followers) await expect.poll(() => ids(follower), soon).toEqual(['1', '2']);
});

describe.each([
  ['tail', 'tail'],
  ['tail', 'log'],
  ['log', 'tail'],
  ['log', 'log'],
] as [Source, Source][])('a client that goes from the %s to the %s with its cursor', (from, to) => {
  test.each(['before it comes back', 'after it came back'])(
    'is told of what was open when it left and committed %s',
    async (when) => {
      const { orders } = await makeCast(other);
      const [a = '', b = '', c = ''] = orders.map(({ id }) => id);
      const first = await followOrders(from, [a, b, c]);
      await other.rows(ADD_STATUS, [a, 'early', next()]);
      await expect.poll(() => statuses(first), soon).toEqual(['early']);
      await another.run('START TRANSACTION');
      await another.rows(ADD_STATUS, [b, 'open', next()]);
      await other.rows(ADD_STATUS, [c, 'overtook', next()]);
      // The log does not wait for who is open; the tail may.
      if (from === 'log') await expect.poll(() => statuses(first), soon).toEqual(['early', 'overtook']);
      first.stop();
      if (when === 'before it comes back') await another.run('COMMIT');
      const second = follow(to, 'orderStatusChanged', { orderIds: [a, b, c] }, first.cursor);
      await untilLive(second);
      if (when === 'after it came back') await another.run('COMMIT');
      const all = () => new Set([...statuses(first), ...statuses(second)]);
      await expect.poll(all, soon).toEqual(new Set(['early', 'overtook', 'open']));
    },
  );
});

async function untilLive(follower: Follower): Promise<void> {
  await expect.poll(() => follower.isConnected, soon).toBe(true);
  // It has asked; the server has no word for having begun.
  await pause(50);
}
