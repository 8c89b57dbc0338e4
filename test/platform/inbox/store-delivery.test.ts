import { afterAll, beforeAll, expect, test } from 'vitest';
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
