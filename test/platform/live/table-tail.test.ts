import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import type { Feed } from '../../../src/platform/live/feed.ts';
import { decodePosition } from '../../../src/platform/live/live-cursor.ts';
import { openSession } from '../../careportals/schema/session.ts';
import { client, type Note, type NoteTable, noteTable } from './notes.ts';

let table: NoteTable;
beforeAll(async () => {
  table = await noteTable();
});
afterAll(() => table?.drop());
afterEach(async () => {
  vi.useRealTimers();
  await table.stopInstances();
});

/** Empties the table and gives a feed that starts there, and a client of it. */
async function fresh() {
  await table.query('TRUNCATE TABLE notes');
  const feed = await table.instance();
  return { feed, reader: await client(feed) };
}

const soon = { timeout: 10_000, interval: 20 };

/** Some looks of the tail, to show that something does not come. */
const someLooks = () => pause(400);

/** Until the tail has come to a row that somebody holds, and waits for it. */
async function tailWaits(): Promise<void> {
  const root = await openSession(inject('mysql').root);
  const waiting = () =>
    root.rows(
      `SELECT 1 FROM performance_schema.data_locks WHERE OBJECT_SCHEMA = ? AND OBJECT_NAME = 'notes'
        AND LOCK_STATUS = 'WAITING'`,
      [new URL(table.url).pathname.slice(1)],
    );
  await expect.poll(waiting, soon).not.toEqual([]);
  await root.close();
}

test('rows that another program commits arrive, and rows that it rolls back never do', async () => {
  const { reader } = await fresh();
  const other = await table.session();
  await other.run(
    'INSERT INTO notes (topic) VALUES (1)',
    'START TRANSACTION',
    'INSERT INTO notes (topic) VALUES (2), (2)',
    'ROLLBACK',
    'START TRANSACTION',
    'INSERT INTO notes (topic) VALUES (3), (3)',
    'COMMIT',
  );
  await expect.poll(reader.ids, soon).toEqual([1, 4, 5]);
  await someLooks();
  expect(reader.ids()).toEqual([1, 4, 5]);
});

test('rows that are no events are passed over, and their numbers count as seen', async () => {
  const { reader } = await fresh();
  await table.query('INSERT INTO notes (topic, is_event) VALUES (1, 0), (1, 1), (1, 0)');
  await expect.poll(reader.ids, soon).toEqual([2]);
  expect(decodePosition(reader.cursor() ?? '')).toEqual({ head: 2n, holes: [] });
});

test('a row that waits in an open transaction holds back what comes after it, and nothing is lost', async () => {
  const { reader } = await fresh();
  const other = await table.session();
  await other.run('START TRANSACTION', 'INSERT INTO notes (topic) VALUES (1)');
  await table.add(2);
  await table.add(3);
  await tailWaits();
  // Longer than one look may wait for a lock.
  await pause(1_300);
  expect(reader.ids()).toEqual([]);
  await other.run('COMMIT');
  await expect.poll(reader.ids, soon).toEqual([1, 2, 3]);
});

describe('a number that was given out and comes later than higher ones', () => {
  test('arrives when it is committed, and cursors say until then that it is missing', async () => {
    const { reader } = await fresh();
    await table.add(1, 10);
    await expect.poll(reader.ids, soon).toEqual([10]);
    expect(decodePosition(reader.cursor() ?? '').holes.toSorted()).toEqual([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n]);
    await table.add(2, 7);
    await expect.poll(reader.ids, soon).toEqual([10, 7]);
    await table.add(3, 4, 5);
    await expect.poll(reader.ids, soon).toEqual([10, 7, 4, 5]);
    expect(decodePosition(reader.cursor() ?? '').holes.toSorted()).toEqual([1n, 2n, 3n, 6n, 8n, 9n]);
  });

  test('arrives before what was written after it', async () => {
    const { reader } = await fresh();
    await table.add(1, 3);
    await expect.poll(reader.ids, soon).toEqual([3]);
    const other = await table.session();
    await other.run('START TRANSACTION', 'INSERT INTO notes (id, topic) VALUES (2, 1), (4, 1)', 'COMMIT');
    await expect.poll(reader.ids, soon).toEqual([3, 2, 4]);
  });

  test('arrives also when its transaction stays open for longer than a missing number is looked for', async () => {
    const { feed, reader } = await fresh();
    await table.add(1, 5);
    await expect.poll(reader.ids, soon).toEqual([5]);
    const other = await table.session();
    await other.run('START TRANSACTION', 'INSERT INTO notes (id, topic) VALUES (3, 2)');
    await tailWaits();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * 60_000 });
    feed.wake();
    await pause(1_300);
    await other.run('COMMIT');
    await expect.poll(reader.ids, soon).toEqual([5, 3]);
  });

  test('and never comes is given up after a minute', async () => {
    const { feed, reader } = await fresh();
    await table.add(1, 5);
    await expect.poll(reader.ids, soon).toEqual([5]);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
    await someLooks();
    await table.add(1, 6);
    feed.wake();
    await expect.poll(reader.ids, soon).toEqual([5, 6]);
    expect(decodePosition(reader.cursor() ?? '')).toEqual({ head: 6n, holes: [] });
  });
});

test('an explicit number far beyond the others does not make the tail look for millions', async () => {
  const { reader } = await fresh();
  await table.add(1);
  await table.add(1, 9_000_000_000_000_000);
  await table.add(1);
  await expect.poll(reader.ids, soon).toEqual([1, 9_000_000_000_000_000, 9_000_000_000_000_001]);
  expect(decodePosition(reader.cursor() ?? '').holes).toHaveLength(10_000);
});

test('5,000 rows at once all arrive, in order', async () => {
  const { feed, reader } = await fresh();
  const other = await table.session();
  await other.run('START TRANSACTION');
  for (let i = 0; i < 50; i++) {
    await other.run(`INSERT INTO notes (topic, n) VALUES ${Array.from({ length: 100 }, (_, n) => `(1, ${n})`).join()}`);
  }
  await other.run('COMMIT');
  await expect.poll(() => reader.ids().length, soon).toBe(5_000);
  expect(reader.ids()).toEqual(Array.from({ length: 5_000 }, (_, i) => i + 1));
  expect(feed.isFollowing()).toBe(true);
});

test('writers in parallel, who order what they write on a topic, find this order kept', async () => {
  const { reader } = await fresh();
  const writers = Array.from({ length: 8 }, async (_, own) => {
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
  await expect.poll(() => reader.ids().length, soon).toBe(160);
  for (let topic = 0; topic < 4; topic++) {
    const told = reader.events.flatMap((event) =>
      event.kind === 'CHANGE' && event.row.topic === topic ? [event.row.n] : [],
    );
    expect(told).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  }
});

test('a tail whose connections are all ended goes on with new ones', async () => {
  const { reader } = await fresh();
  await table.add(1);
  await expect.poll(reader.ids, soon).toEqual([1]);
  const root = await openSession(inject('mysql').root);
  const schema = new URL(table.url).pathname.slice(1);
  const sessions = await root.rows<{ ID: number }>('SELECT ID FROM performance_schema.processlist WHERE DB = ?', [
    schema,
  ]);
  await Promise.all(sessions.map(({ ID }) => root.errorOf(`KILL ${ID}`)));
  await root.close();
  await expect
    .poll(
      () =>
        table.add(2).then(
          () => true,
          () => false,
        ),
      soon,
    )
    .toBe(true);
  await expect.poll(reader.ids, soon).toEqual([1, 2]);
});

test('a tail that is stopped looks no more', async () => {
  const { feed, reader } = await fresh();
  await feed.stop();
  await table.add(1);
  feed.wake();
  await someLooks();
  expect(reader.ids()).toEqual([]);
});

test('a tail that starts on a full table begins at its end and waits for what is missing there', async () => {
  await table.query('TRUNCATE TABLE notes');
  await table.add(1, 1, 2, 3, 5);
  const feed: Feed<Note> = await table.instance();
  const reader = await client(feed);
  await table.add(1, 4);
  await table.add(1, 6);
  await expect.poll(reader.ids, soon).toEqual([4, 6]);
});
