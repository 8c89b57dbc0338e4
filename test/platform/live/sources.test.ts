import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { encodePosition } from '../../../src/platform/live/live-cursor.ts';
import { type FollowedNotes, followNotes } from './follow-notes.ts';
import { client, type NoteTable, noteTable, type Source } from './notes.ts';

let table: NoteTable;
const opened: FollowedNotes[] = [];
beforeAll(async () => {
  table = await noteTable();
});
afterAll(() => table?.drop());
beforeEach(async () => {
  await table.query('TRUNCATE TABLE notes');
});
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(opened.splice(0).map((source) => source.stop()));
  await table.stopInstances();
});

const soon = { timeout: 30_000, interval: 10 };
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe.each<Source>(['tail', 'log'])('by the %s', (by) => {
  async function follow(): Promise<FollowedNotes> {
    const followed = await followNotes(table, by);
    opened.push(followed);
    return followed;
  }

  test('what another program commits is told, and never before; what it rolls back is not', async () => {
    const followed = await follow();
    const other = await table.session();
    await other.run(
      'START TRANSACTION',
      'INSERT INTO notes (topic) VALUES (1), (1)',
      'ROLLBACK',
      'START TRANSACTION',
      'INSERT INTO notes (topic) VALUES (2), (2)',
      'SAVEPOINT half',
      'INSERT INTO notes (topic) VALUES (3)',
      'ROLLBACK TO half',
    );
    await table.query('INSERT INTO notes (id, topic) VALUES (2, 5)');
    await expect.poll(followed.ids, soon).toEqual(by === 'log' ? [2] : []);
    await other.run('COMMIT');
    // The end mark: what could come wrongly came before it.
    await table.query('INSERT INTO notes (id, topic) VALUES (10, 5)');
    await expect.poll(followed.ids, soon).toHaveLength(4);
    expect(followed.ids().toSorted((a, b) => a - b)).toEqual([2, 3, 4, 10]);
  });

  test('transactions that end in another order than they began all arrive, and every place says what is missing', async () => {
    const followed = await follow();
    const sessions = await Promise.all([1, 2, 3].map(() => table.session()));
    for (const [i, session] of sessions.entries()) {
      await session.run('START TRANSACTION', `INSERT INTO notes (topic) VALUES (${i}), (${i})`);
    }
    for (const session of sessions.toReversed()) await session.run('COMMIT');
    await expect.poll(() => followed.ids().length, soon).toBe(6);
    const told = new Set<bigint>();
    for (const { row, position } of followed.told) {
      told.add(BigInt(row.feedId));
      const missing = numbers(1, Number(position.head))
        .map(BigInt)
        .filter((number) => !told.has(number));
      expect([...position.holes].toSorted()).toEqual(missing);
    }
    expect(followed.source.position).toEqual({ head: 6n, holes: [] });
  });

  test('a number that comes long after higher ones is told, and what was told is not told again', async () => {
    const followed = await follow();
    await table.add(1, 10);
    await table.add(2, 7);
    await table.add(3, 4, 5, 12);
    await expect
      .poll(followed.ids, soon)
      .toEqual(by === 'log' ? [10, 7, 4, 5, 12] : expect.arrayContaining([10, 7, 4, 5, 12]));
    expect([...followed.source.position.holes].toSorted()).toEqual([1n, 11n, 2n, 3n, 6n, 8n, 9n]);
  });

  test('5,000 rows in one transaction all arrive, in order', async () => {
    const followed = await follow();
    const other = await table.session();
    await other.run('START TRANSACTION');
    const hundred = numbers(1, 500).map((n) => `(1, ${n})`);
    for (let i = 0; i < 10; i++) await other.run(`INSERT INTO notes (topic, n) VALUES ${hundred.join()}`);
    await other.run('COMMIT');
    await expect.poll(() => followed.ids().length, soon).toBe(5_000);
    expect(followed.ids()).toEqual(numbers(1, 5_000));
    await expect.poll(() => followed.source.lagMs(), soon).toBeLessThan(5_000);
  });

  test('writers in parallel, who order what they write on a topic, find this order kept', async () => {
    const [one, two] = [await follow(), await follow()];
    const writers = numbers(0, 7).map(async (own) => {
      const session = await table.session();
      for (let i = 0; i < 25; i++) {
        const topic = (own * 3 + i) % 4;
        await session.run(
          'START TRANSACTION',
          `UPDATE topics SET n = n + 1 WHERE topic = ${topic}`,
          `INSERT INTO notes (topic, n) SELECT topic, n FROM topics WHERE topic = ${topic}`,
          i % 5 === 4 ? 'ROLLBACK' : 'COMMIT',
        );
      }
    });
    await Promise.all(writers);
    for (const { ids, told } of [one, two]) {
      await expect.poll(() => ids().length, soon).toBe(160);
      for (let topic = 0; topic < 4; topic++) {
        const ns = told.flatMap(({ row }) => (row.topic === topic ? [row.n] : []));
        expect(ns).toEqual(ns.toSorted((a, b) => a - b));
        expect(new Set(ns).size).toBe(40);
      }
    }
    await table.query('UPDATE topics SET n = 0');
  });

  test('an explicit number far beyond the others does not make it look for millions', async () => {
    const followed = await follow();
    await table.add(1);
    await table.add(1, 9_000_000_000_000_000);
    await table.add(1);
    await expect.poll(followed.ids, soon).toEqual([1, 9_000_000_000_000_000, 9_000_000_000_000_001]);
    expect(followed.source.position.holes).toHaveLength(10_000);
  });

  test('it begins at the end of a full table, and waits for what is missing there', async () => {
    await table.add(1, 1, 2, 3, 5);
    const followed = await follow();
    expect(followed.source.position).toEqual({ head: 5n, holes: [4n] });
    await table.add(1, 4);
    await table.add(1, 6);
    await expect.poll(followed.ids, soon).toEqual([4, 6]);
  });

  test('it begins with the rows of transactions that were open long before, as missing', async () => {
    const other = await table.session();
    await other.run('START TRANSACTION', 'INSERT INTO notes (id, topic) VALUES (7, 1)');
    await table.add(1, ...Array.from({ length: 1_100 }, (_, i) => 8 + i));
    const followed = await follow();
    expect(followed.source.position).toEqual({ head: 1_107n, holes: [7n] });
    await other.run('COMMIT');
    await expect.poll(followed.ids, soon).toEqual([7]);
  });

  test('numbers that a client waits for are looked out for while a transaction holds them, and others are not', async () => {
    await table.add(1, 1, 2_000);
    const followed = await follow();
    const other = await table.session();
    await other.run('START TRANSACTION', 'INSERT INTO notes (id, topic) VALUES (600, 1)');
    await followed.source.watch([500n, 600n]);
    expect(followed.source.position.holes).toContain(600n);
    expect(followed.source.position.holes).not.toContain(500n);
    await other.run('COMMIT');
    await expect.poll(() => [...new Set(followed.ids())], soon).toEqual([600]);
  });

  test('what was stopped tells no more', async () => {
    const followed = await follow();
    await followed.stop();
    await table.add(1);
    const other = await follow();
    await table.add(1);
    await expect.poll(other.ids, soon).toEqual([2]);
    expect(followed.ids()).toEqual([]);
  });

  test('a cursor from it is understood by the other', async () => {
    const followed = await follow();
    await table.add(1, 1, 3, 6);
    await expect.poll(followed.ids, soon).toEqual([1, 3, 6]);
    await table.add(2, 2, 5);
    const other = await table.instance(table.query, by === 'log' ? 'tail' : 'log');
    const cursor = encodePosition(followed.told[1]?.position ?? { head: 0n, holes: [] }, 'n');
    const reader = await client(other, cursor);
    await table.add(3, 4, 7);
    await expect.poll(() => new Set(reader.ids()), soon).toEqual(new Set([2, 4, 5, 6, 7]));
  });
});
