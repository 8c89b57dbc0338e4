import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Random } from '../../../src/modules/careportals/demo/random.ts';
import type { Query } from '../../../src/platform/database/query.ts';
import { RetryLater } from '../../../src/platform/database/transaction.ts';
import { decodePosition, encodePosition } from '../../../src/platform/live/live-cursor.ts';
import { client, type Note, type NoteTable, noteTable, TOPICS, wanting } from './notes.ts';

const LONG = process.env.LONG_TESTS !== undefined;
const WRITES_EACH = LONG ? 1_500 : 150;

let table: NoteTable;
beforeAll(async () => {
  table = await noteTable();
});
afterAll(() => table?.drop());
beforeEach(async () => {
  await table.query('TRUNCATE TABLE notes');
});
afterEach(() => table.stopInstances());

const soon = { timeout: 30_000, interval: 20 };
const everything = wanting(() => true);
const cursorAt = (head: number, ...holes: number[]) =>
  encodePosition({ head: BigInt(head), holes: holes.map(BigInt) }, 'n');
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('after a cursor', () => {
  test('all that was missed comes first, then what is new, each once', async () => {
    await table.add(1, ...numbers(1, 1_700));
    const feed = await table.instance();
    const reader = await client(feed, cursorAt(100));
    await table.add(1);
    await expect.poll(reader.ids, soon).toEqual(numbers(101, 1_701));
  });

  test('also what its holes were, whether they are in by now or come later', async () => {
    await table.add(1, 1, 2, 3, 4, 6, 8, 9);
    const feed = await table.instance();
    const reader = await client(feed, cursorAt(8, 5, 7, 3));
    await expect.poll(reader.ids, soon).toEqual([3, 9]);
    await table.add(1, 7);
    await expect.poll(reader.ids, soon).toEqual([3, 9, 7]);
    expect(decodePosition(reader.cursor() ?? '', 'n')).toEqual({ head: 9n, holes: [5n] });
  });

  test('each event carries a cursor from which nothing is missed', async () => {
    await table.add(1, 1, 2, 4, 5, 7, 8);
    const feed = await table.instance();
    const first = await client(feed, cursorAt(5, 1, 3));
    await expect.poll(first.ids, soon).toEqual([1, 7, 8]);
    const cursors = first.events.map((event) => event.cursor);
    await table.add(1, 3, 6);
    const rests = [
      // What was a hole brings it no further.
      [1, 3, 6, 7, 8],
      [3, 6, 8],
      [3, 6],
    ];
    for (const [i, cursor] of cursors.entries()) {
      const again = await client(feed, cursor);
      await expect.poll(() => again.ids().toSorted((a, b) => a - b), soon).toEqual(rests[i]);
    }
  });

  test('with hundreds of holes is answered as fast as it is read, and repeats rather than skips', async () => {
    await table.add(1, ...numbers(1, 1_500));
    const feed = await table.instance();
    const reader = await client(feed, cursorAt(1_000, ...numbers(1, 1_000).filter((n) => n % 2 === 0)));
    await expect.poll(() => reader.ids().length, soon).toBe(1_000);
    // The list of hundreds was made for some of the rows, not for each.
    expect(new Set(reader.events.map(({ cursor }) => cursor)).size).toBeLessThan(10);
    const last = reader.ids().at(-1);
    const again = await client(feed, reader.events.at(-50)?.cursor);
    await expect.poll(() => again.ids().at(-1), soon).toBe(last);
    expect(again.ids().length).toBeGreaterThanOrEqual(50);
  });

  test('what the client may not have is left out of what is replayed and of what is live', async () => {
    await table.query('INSERT INTO notes (id, topic, is_event) VALUES (1, 1, 1), (2, 2, 1), (3, 1, 0), (4, 1, 1)');
    const feed = await table.instance();
    const reader = await client(
      feed,
      cursorAt(0),
      wanting((row) => row.topic === 1),
    );
    await table.add(2, 5);
    await table.add(1, 6);
    await expect.poll(reader.ids, soon).toEqual([1, 4, 6]);
  });

  test('a replay goes on when the database was away for a moment', async () => {
    let away = false;
    const query: Query = async (sql, params) => {
      if (away) throw new RetryLater(new Error('away'));
      return table.query(sql, params);
    };
    await table.add(1, ...numbers(1, 10));
    const feed = await table.instance(query);
    away = true;
    const following = client(feed, cursorAt(0));
    await pause(100);
    away = false;
    const reader = await following;
    await expect.poll(reader.ids, soon).toEqual(numbers(1, 10));
  });
});

describe('another instance', () => {
  test('that has not yet seen what the client has seen repeats and skips nothing', async () => {
    await table.add(1, 1, 2);
    const behind = await table.instance();
    await behind.stop();
    await table.add(1, 3, 5, 6);
    const resumed = await client(behind, cursorAt(6, 4, 2));
    await expect.poll(resumed.ids, soon).toEqual([2]);
    expect(decodePosition(resumed.cursor() ?? '', 'n')).toEqual({ head: 6n, holes: [4n, 2n] });
    await table.add(1, 4);
    const later = await client(await table.instance(), resumed.cursor());
    await expect.poll(later.ids, soon).toEqual([2, 4]);
  });

  test('looks out for a missing number of which it has never heard', async () => {
    await table.add(1, ...numbers(1, 4), ...numbers(6, 1_500));
    // It starts a thousand rows below the end, and 5 is below that.
    const feed = await table.instance();
    const bystander = await client(feed);
    const other = await table.session();
    await other.run('START TRANSACTION', 'INSERT INTO notes (id, topic) VALUES (5, 1)');
    const resumed = await client(feed, cursorAt(1_500, 5));
    await pause(300);
    await other.run('COMMIT');
    await expect.poll(resumed.ids, soon).toEqual([5]);
    await expect.poll(bystander.ids, soon).toEqual([5]);
  });

  test('tells nobody anew what only the cursor of one client still lacks', async () => {
    await table.add(1, ...numbers(1, 10));
    const feed = await table.instance();
    const bystander = await client(feed);
    await table.add(1, 11);
    await expect.poll(bystander.ids, soon).toEqual([11]);
    const resumed = await client(feed, cursorAt(8, 2, 5));
    await expect.poll(resumed.ids, soon).toEqual([2, 5, 9, 10, 11]);
    await pause(300);
    expect(bystander.ids()).toEqual([11]);
  });
});

describe('a cursor that the table does not reach', () => {
  test('gets one GAP and the end, and the cursor in it works', async () => {
    await table.add(1, 1, 2, 4, 5);
    const feed = await table.instance();
    const lost = await client(feed, cursorAt(1_000, 3, 700));
    await expect.poll(() => lost.events, soon).toEqual([{ kind: 'GAP', cursor: cursorAt(5, 3) }]);
    await lost.leave();
    const resumed = await client(feed, lost.cursor());
    await table.add(1, 3);
    await table.add(1, 6);
    await expect.poll(resumed.ids, soon).toEqual([3, 6]);
  });

  test.each(['', 'garbage', encodePosition({ head: 5n, holes: [] }, 'n').slice(1)])(
    'because %j is none, is refused',
    async (after) => {
      const feed = await table.instance();
      await expect(feed.follow(everything, after)).rejects.toMatchObject({ extensions: { code: 'INVALID_CURSOR' } });
    },
  );
});

test('a table that is put back to an older state under a running instance is a GAP for all, and new rows are told again', async () => {
  await table.add(1, ...numbers(1, 50));
  const feed = await table.instance();
  const stayed = await client(feed);
  await table.query('DELETE FROM notes WHERE id > 20');
  await table.query('ALTER TABLE notes AUTO_INCREMENT = 21');
  const back = await client(feed, cursorAt(50));
  await expect.poll(() => back.events, soon).toMatchObject([{ kind: 'GAP' }]);
  expect(decodePosition(back.cursor() ?? '', 'n').head).toBe(20n);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11_000 });
  onTestFinished(() => void vi.useRealTimers());
  await expect.poll(stayed.losses, soon).toBe(1);
  await table.add(1);
  const fresh = await client(feed, back.cursor());
  await expect.poll(fresh.ids, soon).toEqual([21]);
});

describe('a client that leaves', () => {
  test('is told nothing more and asked about nothing more', async () => {
    const feed = await table.instance();
    let asked = 0;
    const leaving = await client(
      feed,
      null,
      wanting(() => ++asked > 0),
    );
    await leaving.leave();
    const watcher = await client(feed);
    await table.add(1, 1, 2, 3);
    await expect.poll(watcher.ids, soon).toEqual([1, 2, 3]);
    expect([asked, leaving.events]).toEqual([0, []]);
  });

  test('in the middle of a replay ends it there', async () => {
    await table.add(1, ...numbers(1, 2_000));
    const feed = await table.instance();
    const asked: number[] = [];
    const following = await feed.follow(
      wanting((row) => asked.push(Number(row.feedId)) > 0),
      cursorAt(0),
    );
    const told = following.begin({ audience: { tell: () => undefined }, lost: () => undefined });
    expect(await told.replay.next()).toMatchObject({ value: { row: { feedId: '1' } } });
    expect(await told.replay.return()).toEqual({ value: undefined, done: true });
    expect(await told.replay.next()).toEqual({ value: undefined, done: true });
    expect(asked).toEqual([1]);
  });
});

test('nobody is asked about a row of another topic, and those who want any row are asked about all', async () => {
  const feed = await table.instance();
  const asked: Record<string, number[]> = { one: [], both: [], any: [] };
  const noting = (name: string) => (row: Note) => (asked[name] ?? []).push(row.topic) > 0;
  const clients = [
    await client(feed, null, wanting(noting('one'), ['topic:1'])),
    await client(feed, null, wanting(noting('both'), ['topic:1', 'topic:2'])),
    await client(feed, null, wanting(noting('any'))),
  ];
  for (const topic of [1, 2, 3]) await table.add(topic);
  await expect.poll(() => clients[2]?.ids().length, soon).toBe(3);
  expect(asked).toEqual({ one: [1], both: [1, 2], any: [1, 2, 3] });
  expect(clients.map((reader) => reader.ids().length)).toEqual([1, 2, 3]);
});

test('a replay reads only what the interest says, and holes whoever they are of', async () => {
  await table.query('INSERT INTO notes (id, topic) VALUES (1, 1), (2, 2), (4, 1), (5, 2)');
  const feed = await table.instance();
  const accepted: number[] = [];
  const interest = {
    ...wanting((row) => accepted.push(Number(row.feedId)) > 0),
    where: { sql: 'u.topic = ?', params: [1] },
  };
  const reader = await client(feed, cursorAt(2, 1), interest);
  await expect.poll(reader.ids, soon).toEqual([1, 4]);
  expect(accepted).toEqual([1, 4]);
});

test('those who ask for it learn where they stand before their first event', async () => {
  await table.add(1, 1, 2);
  const feed = await table.instance();
  const following = await feed.follow({ ...everything, progress: 'always' }, null);
  const told = following.begin({ audience: { tell: () => undefined }, lost: () => undefined });
  expect([told.progress, told.liveFrom]).toEqual([true, cursorAt(2)]);
  told.end();
});

test('now and then it is told how far the feed is, but not to those who may come to want what they do not get now', async () => {
  vi.useFakeTimers({ toFake: ['setInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const feed = await table.instance();
  const told: string[] = [];
  for (const progress of ['never', 'start', 'always'] as const) {
    const following = await feed.follow({ ...everything, progress }, null);
    following.begin({ audience: { tell: ({ kind }) => told.push(`${progress} ${kind}`) }, lost: () => undefined });
  }
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual(['always PROGRESS']);
});

describe('a cursor from before the first row', () => {
  test('gets one GAP, and from the cursor in it all that is left', async () => {
    await table.add(1, ...numbers(2_000, 2_010));
    const feed = await table.instance();
    const late = await client(feed, cursorAt(5));
    await expect.poll(() => late.events, soon).toMatchObject([{ kind: 'GAP' }]);
    expect(decodePosition(late.cursor() ?? '', 'n').head).toBeLessThan(2_000n);
    const again = await client(feed, late.cursor());
    await expect.poll(again.ids, soon).toEqual(numbers(2_000, 2_010));
  });

  test('misses nothing, if what lies between can still come', async () => {
    const [open] = [await table.session()];
    await open.run('START TRANSACTION', 'INSERT INTO notes (topic) VALUES (1)');
    await table.add(1);
    const feed = await table.instance();
    const early = await client(feed, cursorAt(0));
    await expect.poll(early.ids, soon).toEqual([2]);
    await open.run('COMMIT');
    await expect.poll(early.ids, soon).toEqual([2, 1]);
  });
});

test('a client that is cut off at random, on either of two instances, while writers go on, misses nothing', async () => {
  const random = Random.from(process.env.TEST_SEED ?? 'feed');
  const instances = [await table.instance(), await table.instance()];
  let isWriting = true;
  let cuts = 0;
  // They go on until it was cut off often enough, or the test would say little.
  const isEnough = () => cuts > 5;
  const written = Promise.all(numbers(0, TOPICS - 1).map((topic) => write(topic, random.branch(topic), isEnough)));
  const told: Note[] = [];
  let cursor: string | null = cursorAt(0);
  const listen = async (until: () => Promise<unknown>) => {
    const reader = await client(random.pick(instances), cursor);
    await until();
    await reader.leave();
    cursor = reader.cursor() ?? cursor;
    for (const event of reader.events) if (event.kind === 'CHANGE') told.push(event.row);
  };
  void written.then(() => {
    isWriting = false;
  });
  for (; isWriting; cuts++) await listen(() => pause(random.below(60)));
  await written;
  await listen(() => pause(1_000));

  const all = await table.query<Note>('SELECT id AS feedId, topic, n FROM notes ORDER BY id');
  const ids = (rows: Note[]) => [...new Set(rows.map((row) => Number(row.feedId)))].toSorted((a, b) => a - b);
  expect(ids(told)).toEqual(ids(all));
  for (let topic = 0; topic < TOPICS; topic++) {
    const firstTimes = [...new Set(told.filter((note) => note.topic === topic).map((note) => note.n))];
    expect(firstTimes).toEqual(all.filter((note) => note.topic === topic).map((note) => note.n));
  }
});

/** Adds notes as the order history is added to: the topic's row first. Some are rolled back, some stay open for long. */
async function write(topic: number, random: Random, isEnough: () => boolean): Promise<void> {
  const session = await table.session();
  for (let i = 0; i < WRITES_EACH || !isEnough(); i++) {
    await session.run(
      'START TRANSACTION',
      `UPDATE topics SET n = n + 1 WHERE topic = ${topic}`,
      `INSERT INTO notes (topic, n) SELECT topic, n FROM topics WHERE topic = ${topic}`,
    );
    if (random.chance(0.1)) await pause(random.below(100));
    await session.run(random.chance(0.2) ? 'ROLLBACK' : 'COMMIT');
  }
}
