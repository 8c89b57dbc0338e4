import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { toInstant } from '../../../src/platform/database/instant.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { forgetOldKeys } from '../../../src/platform/idempotency/forget-old-keys.ts';
import type { JobParts } from '../../../src/platform/jobs/job.ts';
import { createTestApp } from '../../kit/test-app.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { type MovingClock, movingClock, silent } from '../inbox/inbox-bench.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let database: TestDatabase;
let query: Query;
let clock: MovingClock;
let parts: JobParts;

beforeAll(async () => {
  database = await createTestDatabase();
  query = await plainQuery(database.orm);
});
beforeEach(() => {
  clock = movingClock();
  parts = { orm: database.orm, query, clock, log: silent };
});
afterEach(() => query('DELETE FROM idempotency_keys'));
afterAll(() => database?.drop());

/** Keys that were stored so long ago, by the clock of the test. */
async function store(ageMs: number, ...keys: string[]): Promise<void> {
  const at = toInstant(new Date(clock.now().getTime() - ageMs));
  const rows = keys.map((key) => ['ann', 'pause', key, 'a'.repeat(64), '{}', at]);
  await query(
    'INSERT INTO idempotency_keys (caller, mutation, idempotency_key, input_hash, result, created_at) VALUES ?',
    [rows],
  );
}

async function keys(): Promise<string[]> {
  const found = await query<{ k: string }>('SELECT idempotency_key AS k FROM idempotency_keys ORDER BY 1');
  return found.map(({ k }) => k);
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `key-${n}`);
}

test('keys of 23 hours and 59 minutes stay and keys of 24 hours go', async () => {
  await store(24 * HOUR, 'a day');
  await store(24 * HOUR - 1, 'a millisecond less');
  await store(24 * HOUR - MINUTE, 'a minute less');
  await store(300 * HOUR, 'long ago');
  await store(0, 'now');
  expect(await forgetOldKeys.doNext(parts)).toBe(false);
  expect(await keys()).toEqual(['a millisecond less', 'a minute less', 'now']);
});

test('a key goes when the injected clock says so, whatever the time of the database is', async () => {
  await store(0, 'now');
  clock.advance(24 * HOUR - 1);
  await forgetOldKeys.doNext(parts);
  expect(await keys()).toEqual(['now']);
  clock.advance(1);
  await forgetOldKeys.doNext(parts);
  expect(await keys()).toEqual([]);
});

test('five hundred go at a time, the oldest first, and it asks to be called again while a batch is full', async () => {
  await store(25 * HOUR, ...numbered(1_000));
  await store(24 * HOUR, 'last');
  expect(await forgetOldKeys.doNext(parts)).toBe(true);
  expect(await keys()).toHaveLength(501);
  expect(await forgetOldKeys.doNext(parts)).toBe(true);
  expect(await keys()).toEqual(['last']);
  expect(await forgetOldKeys.doNext(parts)).toBe(false);
  expect(await keys()).toEqual([]);
});

test('two instances at once forget every old key and no other', async () => {
  await store(24 * HOUR, ...numbered(1_500));
  await store(HOUR, 'young');
  const all = async () => {
    while (await forgetOldKeys.doNext(parts));
  };
  await Promise.all([all(), all()]);
  expect(await keys()).toEqual(['young']);
});

test('with nothing old it waits for no key that is just being stored', async () => {
  const connection = await database.admin.em.fork().getConnection();
  const tx = await connection.begin();
  await connection.execute(
    `INSERT INTO idempotency_keys (caller, mutation, idempotency_key, input_hash, result) VALUES ('a', 'm', 'k', 'h', '{}')`,
    [],
    'run',
    tx,
  );
  expect(await forgetOldKeys.doNext(parts)).toBe(false);
  await connection.rollback(tx);
});

test('a running server forgets them by its own clock', async () => {
  await store(0, 'now');
  const server = await createTestApp({ database, clock });
  await server.app.jobs.idle();
  expect(await keys()).toEqual(['now']);
  clock.advance(24 * HOUR);
  await server.app.jobs.idle();
  expect(await keys()).toEqual([]);
  await server.stop();
});
