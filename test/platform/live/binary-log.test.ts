import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { createLog } from '../../../src/platform/log.ts';
import { openSession, type Session } from '../../careportals/schema/session.ts';
import { type FollowedNotes, type FollowOptions, followNotes } from './follow-notes.ts';
import { type NoteTable, noteTable } from './notes.ts';

/** An account of this file alone, whose connections it may end and whose rights it may take. */
const account = `live_${randomBytes(4).toString('hex')}`;
const password = randomBytes(12).toString('hex');
const feedUrl = Object.assign(new URL(inject('mysql').feed), { username: account, password }).href;

const soon = { timeout: 30_000, interval: 10 };

let table: NoteTable;
let root: Session;
const opened: FollowedNotes[] = [];
beforeAll(async () => {
  table = await noteTable();
  root = await openSession(inject('mysql').root);
  await root.run(`CREATE USER ${account} IDENTIFIED BY '${password}'`);
});
afterAll(async () => {
  await root?.run(`DROP USER ${account}`);
  await root?.close();
  await table?.drop();
});
beforeEach(async () => {
  await root.run(`GRANT REPLICATION SLAVE ON *.* TO ${account}`);
  await table.query('TRUNCATE TABLE notes');
});
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(opened.splice(0).map((source) => source.stop()));
  await expect.poll(connections, soon).toEqual([]);
});

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

async function follow(options: Pick<FollowOptions, 'log' | 'onStatement'> = {}): Promise<FollowedNotes> {
  const followed = await followNotes(table, 'log', { feedUrl, ...options });
  opened.push(followed);
  expect(followed.state()).toEqual({ kind: 'binary log', reason: null });
  return followed;
}

function connections(): Promise<{ id: number }[]> {
  return root.rows('SELECT ID AS id FROM performance_schema.processlist WHERE USER = ?', [account]);
}

/** How many it ended; one that is gone already (1094) needs no ending. */
async function killAll(): Promise<number> {
  const answers: number[] = [];
  for (const { id } of await connections()) answers.push(await root.errorOf(`KILL ${id}`));
  expect(answers.filter((answer) => answer !== 0 && answer !== 1094)).toEqual([]);
  return answers.filter((answer) => answer === 0).length;
}

/** A log that keeps its warnings. */
function warnings() {
  const said: string[] = [];
  const log = createLog('silent');
  log.warn = (...args: unknown[]) => void said.push(String(args.at(-1)));
  return { said, log };
}

test('a connection that is ended again and again in the midst of writes loses nothing, tells nothing twice, keeps the order', async () => {
  const [one, two] = [await follow(), await follow()];
  let [killed, writing, rowsInAll] = [0, true, 0];
  const writers = numbers(0, 3).map(async (topic) => {
    const session = await table.session();
    // Until it was ended often enough, or the test would say little.
    for (let n = 1; n <= 60 || killed <= 4; n++) {
      const rows = n % 7 === 0 ? `(${topic}, ${n}), (${topic}, ${n})` : `(${topic}, ${n})`;
      rowsInAll += n % 7 === 0 ? 2 : 1;
      await session.run('START TRANSACTION', `INSERT INTO notes (topic, n) VALUES ${rows}`, 'COMMIT');
    }
  });
  const written = Promise.all(writers);
  void written.finally(() => {
    writing = false;
  });
  while (writing) killed += await killAll();
  await written;
  for (const { ids, told, losses } of [one, two]) {
    await expect.poll(() => ids().length, soon).toBe(rowsInAll);
    expect(new Set(ids()).size).toBe(rowsInAll);
    for (const topic of numbers(0, 3)) {
      const ns = told.flatMap(({ row }) => (row.topic === topic ? [row.n] : []));
      expect(ns).toEqual(ns.toSorted((a, b) => a - b));
    }
    expect(losses()).toBe(0);
  }
});

test('a transaction that stays open holds nothing up but itself', async () => {
  const { ids } = await follow();
  const other = await table.session();
  await other.run('START TRANSACTION', 'INSERT INTO notes (topic) VALUES (1), (1)');
  await table.add(2);
  await expect.poll(ids, soon).toEqual([3]);
  await table.add(2);
  await expect.poll(ids, soon).toEqual([3, 4]);
  await other.run('COMMIT');
  await expect.poll(ids, soon).toEqual([3, 4, 1, 2]);
});

test('rows that are committed together are read together', async () => {
  const reads: string[] = [];
  const { ids } = await follow({ onStatement: (sql) => sql.includes('JOIN') && reads.push(sql) });
  const rows = numbers(1, 3_000).map(() => '(1)');
  await table.query(`INSERT INTO notes (topic) VALUES ${rows.join()}`);
  await expect.poll(() => ids().length, soon).toBe(3_000);
  // A thousand in one read, and some more for each where the first was a moment too early; not one for each row.
  expect(reads.length).toBeLessThanOrEqual(30);
});

test('a transaction with more open rows than holes are kept is waited for', async () => {
  const { ids } = await follow();
  const other = await table.session();
  const some = `INSERT INTO notes (topic) VALUES ${numbers(1, 3_500)
    .map(() => '(1)')
    .join()}`;
  await other.run('START TRANSACTION', some, some, some);
  await table.add(2);
  await other.run('COMMIT');
  await expect.poll(() => ids().length, soon).toBe(10_501);
  expect(new Set(ids()).size).toBe(10_501);
});

test('a compressed transaction, which cannot be read, is looked for in the table; that is said once', async () => {
  const { said, log } = warnings();
  const { ids } = await follow({ log });
  await root.run(`USE ${new URL(table.url).pathname.slice(1)}`, 'SET SESSION binlog_transaction_compression = ON');
  await table.add(1);
  await root.run('INSERT INTO notes (topic) VALUES (2), (2)');
  await table.add(3);
  await root.run('INSERT INTO notes (topic) VALUES (4)', 'SET SESSION binlog_transaction_compression = OFF');
  await expect.poll(ids, soon).toEqual([1, 2, 3, 4, 5]);
  expect(said).toEqual([expect.stringContaining('cannot be read')]);
});

test('what a prepared transaction wrote is told when it is committed, and holds nothing up before', async () => {
  const { ids } = await follow();
  const other = await table.session();
  await other.run("XA START 'a'", 'INSERT INTO notes (topic) VALUES (1)', "XA END 'a'", "XA PREPARE 'a'");
  await table.add(2);
  await expect.poll(ids, soon).toEqual([2]);
  await other.run("XA COMMIT 'a'");
  await expect.poll(ids, soon).toEqual([2, 1]);
});

test('a row that is deleted before it could be read holds up nothing', async () => {
  const { ids } = await follow();
  const other = await table.session();
  const adding = numbers(1, 30).map((id) => `INSERT INTO notes (id, topic) VALUES (${id}, 1)`);
  await other.run(...adding.flatMap((sql, i) => [sql, `DELETE FROM notes WHERE id = ${i + 1}`]));
  await table.add(2, 100);
  await expect.poll(() => ids().at(-1), soon).toBe(100);
});

test('rows that the log does not show are found when the table is looked at', async () => {
  const { source, ids } = await follow();
  await table.add(1, 2);
  await root.run(`USE ${new URL(table.url).pathname.slice(1)}`, 'SET SESSION sql_log_bin = OFF');
  await root.run('INSERT INTO notes (topic) VALUES (2)', 'SET SESSION sql_log_bin = ON');
  await expect.poll(ids, soon).toEqual([2]);
  const other = await table.session();
  await other.run('START TRANSACTION', 'INSERT INTO notes (id, topic) VALUES (1, 1)');
  await source.watch([1n]);
  await expect.poll(ids, soon).toEqual([2, 3]);
  await other.run('ROLLBACK');
});

test('a missing number is given up after five minutes, but not as long as a transaction holds it', async () => {
  const { source, ids } = await follow();
  const other = await table.session();
  await table.add(1, 5);
  await expect.poll(ids, soon).toEqual([5]);
  await other.run('START TRANSACTION', 'INSERT INTO notes (id, topic) VALUES (3, 2)');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 301_000 });
  await source.watch([3n]);
  await table.add(1, 6);
  await expect.poll(ids, soon).toEqual([5, 6]);
  await expect.poll(() => source.position, soon).toEqual({ head: 6n, holes: [3n] });
  await other.run('COMMIT');
  await expect.poll(ids, soon).toEqual([5, 6, 3]);
  expect(source.position).toEqual({ head: 6n, holes: [] });
});

test('a log that lacks a part says so, and goes on from now', async () => {
  const { source, ids, losses } = await follow();
  await table.add(1);
  await expect.poll(ids, soon).toEqual([1]);
  // For a reader it is the same as files that were deleted, and disturbs no other reader of this server.
  const [uuid] = await root.rows<{ id: string }>('SELECT UUID() AS id');
  await root.run(`SET GLOBAL gtid_purged = '+${uuid?.id}:1-9'`);
  await killAll();
  await expect.poll(losses, soon).toBe(1);
  expect(source.position).toEqual({ head: 1n, holes: [] });
  await table.add(1);
  await expect.poll(ids, soon).toEqual([1, 2]);
  expect(losses()).toBe(1);
});

test('when the account loses its right, the tail read takes over from the same place', async () => {
  const { said, log } = warnings();
  let looks = 0;
  const onStatement = (sql: string) => {
    if (sql.includes('LIMIT')) looks++;
  };
  const followed = await follow({ log, onStatement });
  await table.add(1, 1, 3);
  await expect.poll(followed.ids, soon).toEqual([1, 3]);
  const looksOfTheLog = looks;
  await root.run(`REVOKE REPLICATION SLAVE ON *.* FROM ${account}`);
  await killAll();
  await table.add(1, 2, 4);
  await expect.poll(followed.ids, soon).toEqual([1, 3, 2, 4]);
  await expect.poll(() => followed.state().kind, soon).toBe('tail read');
  expect(followed.state().reason).toMatch(/REPLICATION SLAVE/);
  expect(said.at(-1)).toMatch(/takes over/);
  // The log looks every ten seconds, the tail ten times a second.
  await expect.poll(() => looks - looksOfTheLog, { timeout: 30_000, interval: 20 }).toBeGreaterThan(10);
  await table.add(1);
  await expect.poll(followed.ids, soon).toEqual([1, 3, 2, 4, 5]);
  expect(followed.losses()).toBe(0);
});

describe('the tail read is used from the start, and says why', () => {
  const wrong = (change: Partial<Record<'password' | 'port', string>>) => Object.assign(new URL(feedUrl), change).href;
  test.each([
    ['a wrong password', wrong({ password: 'mistaken' }), /Access denied/],
    ['an account without the right', inject('mysql').app, /REPLICATION SLAVE/],
    ['an address where nobody answers', wrong({ port: '1' }), /ECONNREFUSED/],
  ])('with %s', async (_, url, reason) => {
    const followed = await followNotes(table, 'log', { feedUrl: url });
    opened.push(followed);
    expect(followed.state()).toEqual({ kind: 'tail read', reason: expect.stringMatching(reason) });
    for (const secret of [password, 'mistaken', new URL(url).password]) {
      expect(followed.state().reason).not.toContain(secret);
    }
    await table.add(1);
    await expect.poll(followed.ids, soon).toEqual([1]);
  });
});
