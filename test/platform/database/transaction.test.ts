import { type QueryExecutorProvider, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { connect, type Orm } from '../../../src/platform/database/connect.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import {
  inTransaction,
  isAway,
  isRepeatOf,
  mysqlNumber,
  OutcomeUnknown,
  RetryLater,
} from '../../../src/platform/database/transaction.ts';
import { openSession, type Session } from '../../careportals/schema/session.ts';
import { addressOf, createEmptySchema } from '../../kit/test-database.ts';

interface Tables {
  counters: { id: number; n: number };
}

let url: string;
let orm: Orm;
let query: Query;
let other: Session;
beforeAll(async () => {
  url = addressOf(inject('mysql').admin, await createEmptySchema());
  orm = await connect({ url, entities: [], poolSize: 2 });
  query = await plainQuery(orm);
  // Somebody else's program, with MySQL's own patience of 50 s.
  other = await openSession(url);
  await query('CREATE TABLE counters (id INT PRIMARY KEY, n INT NOT NULL, UNIQUE KEY idx_n (n))');
});
afterAll(async () => {
  await other?.run(`DROP DATABASE ${new URL(url).pathname.slice(1)}`);
  await other?.close();
  await orm?.close(true);
});

let made = 0;

/** Two counters of their own, with values that nobody else uses. */
async function counters(): Promise<[number, number]> {
  const [a, b] = [++made, ++made];
  await query('INSERT INTO counters VALUES (?, ?), (?, ?)', [a, a * 1_000, b, b * 1_000]);
  return [a, b];
}

async function values(...ids: number[]): Promise<number[]> {
  const rows = await query<{ id: number; n: number }>('SELECT id, n FROM counters WHERE id IN (?)', [ids]);
  return ids.map((id) => rows.find((row) => row.id === id)?.n ?? Number.NaN);
}

/** Adds one to each of the counters, one after the other, with a pause in between. */
function addTo(ids: number[], between: (attempt: number) => Promise<void> = async () => undefined) {
  let attempts = 0;
  const done = inTransaction<Tables, number>(orm, async (tx) => {
    attempts++;
    for (const [i, id] of ids.entries()) {
      if (i > 0) await between(attempts);
      await tx
        .updateTable('counters')
        .set((eb) => ({ n: eb('n', '+', 1) }))
        .where('id', '=', id)
        .execute();
    }
    return attempts;
  });
  return { done, attempts: () => attempts };
}

test('is READ COMMITTED: a second read sees what was committed since the first', async () => {
  const [a] = await counters();
  const seen = await inTransaction<Tables, (number | undefined)[]>(orm, async (tx) => {
    const read = async () => (await tx.selectFrom('counters').select('n').where('id', '=', a).executeTakeFirst())?.n;
    const first = await read();
    await other.run(`UPDATE counters SET n = n + 1 WHERE id = ${a}`);
    return [first, await read()];
  });
  expect(seen).toEqual([a * 1_000, a * 1_000 + 1]);
});

describe('what is tried again, from the beginning', () => {
  test('a deadlock (1213): all of the work runs again and counts once', async () => {
    const [a, b] = await counters();
    const theirs: Promise<number>[] = [];
    const { done, attempts } = addTo([a, b], async (attempt) => {
      if (attempt > 1) return;
      // They hold b and wait for a, which is ours; then we want b. MySQL undoes the smaller one, which is ours.
      await other.run('START TRANSACTION', `UPDATE counters SET n = n + 10 WHERE id = ${b}`);
      for (let i = 0; i < 20; i++)
        await other.run(`INSERT INTO counters VALUES (${900_000 + made * 100 + i}, ${900_000 + made * 100 + i})`);
      theirs.push(other.errorOf(`UPDATE counters SET n = n + 10 WHERE id = ${a}`));
      await waitsForLock();
    });
    await expect.poll(() => theirs.length).toBe(1);
    expect(await theirs[0]).toBe(0);
    await other.run('COMMIT');
    expect(await done).toBe(2);
    expect(attempts()).toBe(2);
    expect(await values(a, b)).toEqual([a * 1_000 + 11, b * 1_000 + 11]);
  });

  test('a lock that is held for a while (1205): the statements before it are undone with it', async () => {
    const [a, b] = await counters();
    await other.run('START TRANSACTION', `UPDATE counters SET n = n + 10 WHERE id = ${b}`);
    const { done, attempts } = addTo([a, b]);
    await expect.poll(attempts, { timeout: 30_000 }).toBe(2);
    await other.run('COMMIT');
    expect(await done).toBeGreaterThanOrEqual(2);
    expect(await values(a, b)).toEqual([a * 1_000 + 1, b * 1_000 + 11]);
  });
});

/** Until the other session's statement has joined the queue for a lock. */
async function waitsForLock(): Promise<void> {
  const root = await openSession(inject('mysql').root);
  const schema = new URL(url).pathname.slice(1);
  const waits = () =>
    root.rows("SELECT 1 FROM performance_schema.data_locks WHERE OBJECT_SCHEMA = ? AND LOCK_STATUS = 'WAITING'", [
      schema,
    ]);
  await expect.poll(waits).toHaveLength(1);
  await root.close();
}

// The rule is a time, and a machine that stands still for a second breaks it without us: it has two more tries.
test('a lock that stays held is RetryLater before 5 s are over, and nothing was written', { retry: 2 }, async () => {
  const [a, b] = await counters();
  await other.run('START TRANSACTION', `UPDATE counters SET n = n + 10 WHERE id = ${b}`);
  const startedAt = performance.now();
  const error = await addTo([a, b]).done.catch((e: unknown) => e);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  await other.run('ROLLBACK');
  expect(error).toBeInstanceOf(RetryLater);
  expect(error).toMatchObject({ retryAfterMs: 1_000 });
  expect(mysqlNumber(error)).toBe(1205);
  expect(isAway(error)).toBe(false);
  expect(await values(a, b)).toEqual([a * 1_000, b * 1_000]);
});

describe('what is not tried again', () => {
  test('an error of the work itself, which is thrown as it is', async () => {
    const [a] = await counters();
    const mistake = new RangeError('a mistake');
    let attempts = 0;
    const done = inTransaction<Tables, void>(orm, async (tx) => {
      attempts++;
      await tx.updateTable('counters').set({ n: 7 }).where('id', '=', a).execute();
      throw mistake;
    });
    await expect(done).rejects.toBe(mistake);
    expect(attempts).toBe(1);
    expect(await values(a)).toEqual([a * 1_000]);
  });

  test.each([
    [1062, (a: number) => sql`INSERT INTO counters VALUES (${a}, -1)`],
    [1146, () => sql`SELECT * FROM nowhere`],
    [1064, () => sql`SELECT FROM`],
  ])('MySQL error %i', async (number, statement) => {
    const [a] = await counters();
    let attempts = 0;
    const done = inTransaction<Tables, unknown>(orm, (tx) => {
      attempts++;
      return statement(a).execute(tx);
    });
    const error = await done.catch((e: unknown) => e);
    expect(mysqlNumber(error)).toBe(number);
    expect(error).not.toBeInstanceOf(RetryLater);
    expect(attempts).toBe(1);
  });
});

test('a repeat is told by its key, and by that key alone', async () => {
  const [a, b] = await counters();
  const insert = (id: number, n: number) =>
    query('INSERT INTO counters VALUES (?, ?)', [id, n]).catch((e: unknown) => e);
  const [sameId, sameValue] = [await insert(a, -5), await insert(99_999, b * 1_000)];
  expect([isRepeatOf(sameId, 'PRIMARY'), isRepeatOf(sameId, 'idx_n')]).toEqual([true, false]);
  expect([isRepeatOf(sameValue, 'PRIMARY'), isRepeatOf(sameValue, 'idx_n')]).toEqual([false, true]);
  expect(isRepeatOf(new Error("Duplicate entry for key 'counters.PRIMARY'"), 'PRIMARY')).toBe(false);
});

describe('whoever falls silent inside', () => {
  /** Makes MySQL's patience end sooner. */
  const impatient = (tx: QueryExecutorProvider) => sql`SET wait_timeout = 1`.execute(tx);
  const LONGER_MS = 1_500;

  test('is given seconds, and outside of transactions as long as the server gives', async () => {
    const asked =
      'SELECT CONNECTION_ID() AS id, @@wait_timeout AS s, @@net_read_timeout AS r, @@net_write_timeout AS w';
    const alone = await connect({ url, entities: [], poolSize: 1 });
    const outside = await plainQuery(alone);
    const [before] = await outside(asked);
    const inside = await inTransaction<Tables, unknown[]>(alone, async (tx) => (await sql.raw(asked).execute(tx)).rows);
    const failed = inTransaction<Tables, void>(alone, () => Promise.reject(new RangeError('a mistake')));
    await expect(failed).rejects.toThrow('a mistake');
    expect(inside).toEqual([{ ...before, s: '7', r: '7', w: '7' }]);
    expect(await outside(asked)).toEqual([before]);
    expect(before).toMatchObject({ s: '28800' });
    await alone.close(true);
  });

  test('loses the transaction, and others have the row', async () => {
    const [a] = await counters();
    const { promise: held, resolve: hold } = Promise.withResolvers<void>();
    const done = inTransaction<Tables, void>(orm, async (tx) => {
      await impatient(tx);
      await tx.updateTable('counters').set({ n: 6 }).where('id', '=', a).execute();
      hold();
      await new Promise((resolve) => setTimeout(resolve, LONGER_MS));
      await sql`SELECT 1`.execute(tx);
    });
    const outcome = done.catch((error: unknown) => error);
    await held;
    await other.run(`UPDATE counters SET n = -1 WHERE id = ${a}`);
    expect(await outcome).toBeInstanceOf(RetryLater);
    expect(await values(a)).toEqual([-1]);
  });

  test('and stood still until the commit is not told that it was done', async () => {
    const [a] = await counters();
    const done = inTransaction<Tables, void>(orm, async (tx) => {
      await impatient(tx);
      await tx.updateTable('counters').set({ n: 6 }).where('id', '=', a).execute();
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LONGER_MS);
    });
    expect(isAway(await done.catch((error: unknown) => error))).toBe(true);
    expect(await values(a)).toEqual([a * 1_000]);
  });
});

describe('a connection that is lost', () => {
  /** Ends the connection that the transaction runs on, as an administrator would. */
  async function lose(tx: QueryExecutorProvider): Promise<void> {
    const { rows } = await sql<{ id: string }>`SELECT CONNECTION_ID() AS id`.execute(tx);
    const root = await openSession(inject('mysql').root);
    await root.run(`KILL ${rows[0]?.id}`);
    await root.close();
  }

  test('in the middle is RetryLater, and nothing was written', async () => {
    const [a] = await counters();
    const done = inTransaction<Tables, void>(orm, async (tx) => {
      await tx.updateTable('counters').set({ n: 8 }).where('id', '=', a).execute();
      await lose(tx);
      await sql`SELECT 1`.execute(tx);
    });
    await expect(done).rejects.toBeInstanceOf(RetryLater);
    expect(await values(a)).toEqual([a * 1_000]);
  });

  test('at the commit is an unknown outcome, never "nothing was written"', async () => {
    const [a] = await counters();
    const done = inTransaction<Tables, void>(orm, async (tx) => {
      await tx.updateTable('counters').set({ n: 9 }).where('id', '=', a).execute();
      await lose(tx);
    });
    await expect(done).rejects.toBeInstanceOf(OutcomeUnknown);
  });

  test('a hundred times at the commit, many at once, leaves a pool of two with two connections that work', async () => {
    const lost = await Promise.all(
      Array.from({ length: 100 }, () => inTransaction<Tables, void>(orm, lose).catch((error: Error) => error.name)),
    );
    expect(new Set(lost)).toEqual(new Set(['OutcomeUnknown']));
    const ids = await Promise.all(
      [1, 2].map(() =>
        inTransaction<Tables, string | undefined>(orm, async (tx) => {
          const { rows } = await sql<{ id: string }>`SELECT CONNECTION_ID() AS id, SLEEP(0.1)`.execute(tx);
          return rows[0]?.id;
        }),
      ),
    );
    expect(new Set(ids).size).toBe(2);
  });
});

test('a hundred transactions that fail leave a pool of two usable', async () => {
  const failed = await Promise.all(
    Array.from({ length: 100 }, () =>
      inTransaction<Tables, unknown>(orm, (tx) => sql`SELECT * FROM nowhere`.execute(tx)).catch((e: unknown) =>
        mysqlNumber(e),
      ),
    ),
  );
  expect(new Set(failed)).toEqual(new Set([1146]));
  const [a] = await counters();
  expect(await addTo([a]).done).toBe(1);
});

test('a server that cannot be reached is RetryLater for transactions and plain queries', async () => {
  const away = await connect({ url: 'mysql://nobody:x@127.0.0.1:1/nowhere', entities: [] });
  const plain = await plainQuery(away);
  await expect(inTransaction(away, async () => 1)).rejects.toBeInstanceOf(RetryLater);
  await expect(plain('SELECT 1')).rejects.toBeInstanceOf(RetryLater);
  await away.close(true);
});
