import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { decodePosition } from '../../../src/platform/live/live-cursor.ts';
import { openSession } from '../../careportals/schema/session.ts';
import { client, type NoteTable, noteTable } from './notes.ts';

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

const soon = { timeout: 30_000, interval: 20 };

/** Some looks of the tail, to show that something does not come. */
const someLooks = () => pause(400);

test('rows that are no events are passed over, and their numbers count as seen', async () => {
  const { reader } = await fresh();
  await table.query('INSERT INTO notes (topic, is_event) VALUES (1, 0), (1, 1), (1, 0)');
  await expect.poll(reader.ids, soon).toEqual([2]);
  expect(decodePosition(reader.cursor() ?? '', 'n')).toEqual({ head: 2n, holes: [] });
});

test('an open transaction holds up nothing but itself, and nothing of it is lost', async () => {
  const { reader } = await fresh();
  const other = await table.session();
  await other.run('START TRANSACTION', 'INSERT INTO notes (topic) VALUES (1)');
  await table.add(2);
  await table.add(3);
  await expect.poll(reader.ids, soon).toEqual([2, 3]);
  expect(decodePosition(reader.cursor() ?? '', 'n')).toEqual({ head: 3n, holes: [1n] });
  await other.run('COMMIT');
  await expect.poll(reader.ids, soon).toEqual([2, 3, 1]);
});

describe('a number that was given out and comes later than higher ones', () => {
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
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * 60_000 });
    feed.wake();
    await someLooks();
    await table.add(1, 6);
    await expect.poll(reader.ids, soon).toEqual([5, 6]);
    // The others that were missing as long are given up, and it is not.
    expect(decodePosition(reader.cursor() ?? '', 'n')).toEqual({ head: 6n, holes: [3n] });
    await other.run('COMMIT');
    await expect.poll(reader.ids, soon).toEqual([5, 6, 3]);
  });

  test('and never comes is given up after five minutes', async () => {
    const { feed, reader } = await fresh();
    await table.add(1, 5);
    await expect.poll(reader.ids, soon).toEqual([5]);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 301_000 });
    await someLooks();
    await table.add(1, 6);
    feed.wake();
    await expect.poll(reader.ids, soon).toEqual([5, 6]);
    expect(decodePosition(reader.cursor() ?? '', 'n')).toEqual({ head: 6n, holes: [] });
  });
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
