import type { Pool } from 'mysql2';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { plainQuery, type Query, together } from '../../../src/platform/database/query.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';

let database: TestDatabase;
let query: Query;
/** Texts of the packets that went to MySQL. */
let packets: string[];
const told: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  query = await plainQuery(database.orm, (sql) => told.push(sql));
  const pool = (await database.orm.em.getConnection().getNativeClient()) as Pool;
  const sent = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  vi.spyOn(pool, 'query').mockImplementation(((options: { sql: string }, ...rest: unknown[]) => {
    packets.push(options.sql);
    return sent(options, ...rest);
  }) as never);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await database?.drop();
});
beforeEach(() => {
  packets = [];
  told.length = 0;
});

const one = (value: string) => [{ sql: 'SELECT ? AS c0', params: [value] }];
const light = {};
const read = (value: string, of: object = light) => together(query, one(value), of);

/** Takes MySQL some tenths of a second, and in its second half: what is planned is mostly a union, too. */
const HEAVY = [
  {
    sql: `(SELECT /*+ NO_BNL() */ 'first' AS c0) UNION ALL (SELECT COUNT(*) AS c0 FROM (SELECT 1 FROM information_schema.columns LIMIT 1500) a
      JOIN (SELECT 1 FROM information_schema.columns LIMIT 1500) b ON TRUE
      JOIN (VALUES ROW(1), ROW(2), ROW(3), ROW(4), ROW(5), ROW(6), ROW(7), ROW(8)) c(n) ON SHA2(c.n, 256) <> ?)`,
    params: ['x'],
  },
];

test('what is asked in one turn of the event loop goes in packets of four, and each gets its own rows', async () => {
  const values = Array.from({ length: 10 }, (_, n) => `${n}`);
  expect(await Promise.all(values.map((value) => read(value)))).toEqual(values.map((value) => [[[value]]]));
  expect(packets.map((sql) => sql.split(';').length)).toEqual([4, 4, 2]);
  expect(told).toHaveLength(10);
  await read('1');
  expect(packets.at(-1)).toBe('SELECT ? AS c0');
});

test('several statements of one request stay together', async () => {
  const both = together(query, [...one('1'), ...one('2')], light);
  expect(await Promise.all([both, read('3')])).toEqual([[[['1']], [['2']]], [[['3']]]]);
  expect(packets).toHaveLength(1);
});

test('one that fails fails alone', async () => {
  const wrong = together(query, [{ sql: 'SELECT no_such_column AS c0', params: [] }], {});
  const settled = await Promise.allSettled([read('1'), wrong, read('3')]);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await read('4')).toEqual([[['4']]]);
});

test('one that takes long keeps the others waiting once, and goes alone from then on', async () => {
  const heavy = () => together(query, HEAVY, HEAVY);
  const first = await Promise.all([heavy(), read('1')]);
  expect(first).toEqual([[[['first'], ['18000000']]], [[['1']]]]);
  expect(packets).toHaveLength(3);
  expect(packets[0]).toContain('MAX_EXECUTION_TIME');
  expect(packets[1]).not.toContain('MAX_EXECUTION_TIME');
  packets = [];
  await Promise.all([heavy(), read('2'), read('3')]);
  expect(packets.map((sql) => sql.split(';').length).sort()).toEqual([1, 2]);
  // They are told once, however often they are sent.
  expect(told).toHaveLength(5);
});
