import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Orm } from '../../../src/platform/database/connect.ts';
import { SharedInserts } from '../../../src/platform/inbox/shared-inserts.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { rows, store } from './inbox-bench.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const AT = new Date('2025-11-03T12:00:00.123Z');

test('twenty copies of one event that arrive at once are stored once, and all twenty are told so', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => store(database.orm, 'evt_1', AT)));
  expect(answers.filter(({ isRepeat }) => !isRepeat)).toHaveLength(1);
  expect(new Set(answers.map(({ inboxId }) => inboxId)).size).toBe(1);
  const stored = await rows(database.orm, "SELECT 1 FROM webhook_inbox WHERE event_key = 'evt_1'");
  expect(stored).toHaveLength(1);
});

test('event keys that differ in case are two events', async () => {
  await store(database.orm, 'evt_Case', AT);
  expect((await store(database.orm, 'evt_case', AT)).isRepeat).toBe(false);
});

test('a stored delivery is due from the moment of its receipt, to the millisecond', async () => {
  const { inboxId } = await store(database.orm, 'evt_time', AT);
  const [row] = await rows(
    database.orm,
    'SELECT status, attempts, received_at, next_attempt_at FROM webhook_inbox WHERE inbox_id = ?',
    [inboxId],
  );
  const at = '2025-11-03 12:00:00.123';
  expect(row).toEqual({ status: 'pending', attempts: 0, received_at: at, next_attempt_at: at });
});

function delivery(eventKey: string, eventType = 'thing.happened', payload: unknown = {}) {
  return { eventKey, eventType, eventId: null, payload, receivedAt: AT, sourceSystem: 'test' };
}

/** The same database, counting the statements that it is sent. */
function counted(orm: Orm) {
  const connection = orm.em.getConnection();
  const count = { statements: 0 };
  const getClient = () => {
    count.statements++;
    return connection.getClient();
  };
  return { count, orm: { em: { getConnection: () => ({ getClient }) } } as unknown as Orm };
}

test('deliveries that come at once share statements, and each learns what became of itself', async () => {
  const { orm, count } = counted(database.orm);
  const inserts = new SharedInserts(orm);
  const keys = Array.from({ length: 200 }, (_, n) => `shared_${n}`);
  expect(inserts.isRush()).toBe(false);
  const answers = Promise.all(keys.map((key) => inserts.store(delivery(key), 2)));
  expect(inserts.isRush()).toBe(true);
  expect(await answers).toEqual(keys.map(() => false));
  const stored = await rows<{ event_key: string }>(
    database.orm,
    "SELECT event_key FROM webhook_inbox WHERE event_key LIKE 'shared%' ORDER BY inbox_id",
  );
  expect(stored.map(({ event_key }) => event_key).toSorted()).toEqual(keys.toSorted());
  expect(count.statements).toBeLessThan(10);
  await expect.poll(() => inserts.isRush()).toBe(false);
});

test("a repeat and a delivery that cannot be stored are nobody else's misfortune", async () => {
  const inserts = new SharedInserts(database.orm);
  await store(database.orm, 'known', AT);
  const came = [
    delivery('a'),
    delivery('b'),
    delivery('known'),
    delivery('odd', 'x'.repeat(101)),
    delivery('c'),
    delivery('c'),
  ];
  const answers = await Promise.allSettled(came.map((one) => inserts.store(one, 2)));
  const became = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : 'refused'));
  expect(became.slice(0, 4)).toEqual([false, false, true, 'refused']);
  // Of two copies at once either may be the first.
  expect(became.slice(4).toSorted()).toEqual([false, true]);
  const own = await rows(database.orm, "SELECT 1 FROM webhook_inbox WHERE event_key IN ('a', 'b', 'c')");
  expect(own).toHaveLength(3);
});

test('bodies that are too long for one statement together go in several', async () => {
  const { orm, count } = counted(database.orm);
  const inserts = new SharedInserts(orm);
  const long = { text: 'x'.repeat(900_000) };
  const answers = Array.from({ length: 5 }, (_, n) => inserts.store(delivery(`long_${n}`, 'a.b', long), 900_000));
  expect(await Promise.all(answers)).toEqual([false, false, false, false, false]);
  expect(count.statements).toBe(5);
});
