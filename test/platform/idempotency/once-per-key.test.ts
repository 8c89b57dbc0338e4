import { createServer, connect as openSocket, type Server, type Socket } from 'node:net';
import { type QueryExecutorProvider, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, type Orm, serverOf } from '../../../src/platform/database/connect.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { OutcomeUnknown } from '../../../src/platform/database/transaction.ts';
import { type KeyedRequest, oncePerKey } from '../../../src/platform/idempotency/once-per-key.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';

let database: TestDatabase;
let query: Query;
beforeAll(async () => {
  database = await createTestDatabase();
  query = await plainQuery(database.orm);
});
afterAll(() => database?.drop());

let made = 0;

const AT = '2026-03-01 10:00:00.000';

function request(changes: Partial<KeyedRequest> = {}): KeyedRequest {
  const input = { id: 's1', reason: 'x' };
  return { caller: 'ann', mutation: 'pause', key: `key-${++made}`, input, at: AT, ...changes };
}

/** Work with an effect that can be counted: a row in the outbox. */
function run(wanted: KeyedRequest, result: unknown = { done: true }, orm: Orm = database.orm) {
  return oncePerKey<object, unknown>(orm, wanted, async (tx) => {
    await addEffect(tx, wanted);
    return result;
  });
}

async function addEffect(tx: QueryExecutorProvider, wanted: KeyedRequest): Promise<void> {
  await sql`INSERT INTO outbox (topic, subject_id, payload) VALUES ('test', ${subjectOf(wanted)}, '{}')`.execute(tx);
}

function subjectOf({ key }: KeyedRequest): string {
  return Buffer.from(key ?? 'no-key').toString('hex');
}

async function effects(wanted: KeyedRequest): Promise<number> {
  const [row] = await query<{ n: string }>('SELECT COUNT(*) AS n FROM outbox WHERE subject_id = ?', [
    subjectOf(wanted),
  ]);
  return Number(row?.n);
}

test('without a key the work runs every time', async () => {
  const wanted = request({ key: null });
  await run(wanted);
  await run(wanted);
  expect(await effects(wanted)).toBe(2);
});

describe('with a key', () => {
  test.each([
    [{ auditId: '9007199254740993', subscriptionId: 's1' }],
    [{ subscriptionId: null, refusal: { code: 'NOT_FOUND', message: 'ünïcödé 🜚', path: ['input'] } }],
    ['a text'],
    [[1, 2, { a: {} }]],
    [null],
  ])('the result %j is given again as it was', async (result) => {
    const wanted = request();
    expect(await run(wanted, result)).toEqual(result);
    expect(await run(wanted, 'another result')).toEqual(result);
    expect(await effects(wanted)).toBe(1);
  });

  test('equal input in another order of its fields is equal', async () => {
    const wanted = request({ input: { a: 1, b: { c: 2, d: 3 } } });
    await run(wanted);
    expect(await run({ ...wanted, input: { b: { d: 3, c: 2 }, a: 1 } })).toEqual({ done: true });
  });

  test.each([{ id: 's2', reason: 'x' }, { id: 's1' }, { id: 's1', reason: 'X' }, null])(
    'other input, %j, is refused',
    async (input) => {
      const wanted = request();
      await run(wanted);
      expect(await run({ ...wanted, input })).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
      expect(await effects(wanted)).toBe(1);
    },
  );

  test.each([{ caller: 'bob' }, { caller: 'Ann' }, { caller: `ann${'x'.repeat(300)}` }, { mutation: 'resume' }])(
    'for %j it is another key',
    async (changes) => {
      const wanted = request();
      await run(wanted);
      await run({ ...wanted, ...changes, input: 'other input' });
      expect(await effects(wanted)).toBe(2);
    },
  );

  test('keys that differ in case, accent or a blank at the end are different keys', async () => {
    const keys = ['Clé', 'clé', 'cle', 'cle '];
    for (const key of keys) await run(request({ key, input: key }));
    for (const key of keys) expect(await effects(request({ key }))).toBe(1);
  });

  test('work that fails leaves no trace, so the next one is the first', async () => {
    const wanted = request();
    const failing = oncePerKey<object, unknown>(database.orm, wanted, async (tx) => {
      await addEffect(tx, wanted);
      throw new Error('a fault');
    });
    await expect(failing).rejects.toThrow('a fault');
    expect(await run(wanted)).toEqual({ done: true });
    expect(await effects(wanted)).toBe(1);
  });
});

test("a repeat in the work's own rows (1062) is the work's error, not a repeat of the request", async () => {
  const wanted = request();
  const failing = oncePerKey<object, unknown>(database.orm, wanted, (tx) =>
    sql`INSERT INTO access_revocations (jti) VALUES ('twice'), ('twice')`.execute(tx),
  );
  await expect(failing).rejects.toMatchObject({ errno: 1062 });
  expect(await run(wanted)).toEqual({ done: true });
});

test('of thirty at once one does the work and all get its result', async () => {
  for (let round = 0; round < 5; round++) {
    const wanted = request();
    const results = await Promise.all(Array.from({ length: 30 }, (_, i) => run(wanted, { by: i })));
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    expect(await effects(wanted)).toBe(1);
  }
});

test('of thirty at once with different input one does the work and the others are refused', async () => {
  const wanted = request();
  const results = await Promise.all(Array.from({ length: 30 }, (_, i) => run({ ...wanted, input: i }, { by: i })));
  expect(results.filter((result) => 'by' in (result as object))).toHaveLength(1);
  expect(await effects(wanted)).toBe(1);
});

describe('a key is kept for 24 hours of the clock that the requests name', () => {
  test('a millisecond before they are over it gives the first result', async () => {
    const wanted = request();
    await run(wanted, 'first');
    expect(await run({ ...wanted, at: '2026-03-02 09:59:59.999' }, 'second')).toBe('first');
    expect(await effects(wanted)).toBe(1);
  });

  test('when they are over it is free, for other input too, and is kept from then on', async () => {
    const wanted = request();
    await run(wanted, 'first');
    const later = { ...wanted, input: 'other input', at: '2026-03-02 10:00:00.000' };
    expect(await run(later, 'second')).toBe('second');
    expect(await run({ ...later, at: '2026-03-03 09:00:00.000' }, 'third')).toBe('second');
    expect(await effects(wanted)).toBe(2);
  });

  test('of twenty at once that find it free one does the work and all get its result', async () => {
    const wanted = request();
    await run(wanted, 'first');
    const later = { ...wanted, at: '2026-03-05 10:00:00.000' };
    const results = await Promise.all(Array.from({ length: 20 }, (_, i) => run(later, { by: i })));
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    expect(results[0]).toHaveProperty('by');
    expect(await effects(wanted)).toBe(2);
  });

  test('work that fails leaves the old key where it was', async () => {
    const wanted = request();
    await run(wanted, 'first');
    const later = { ...wanted, at: '2026-03-05 10:00:00.000' };
    const failing = oncePerKey(database.orm, later, () => Promise.reject(new Error('a fault')));
    await expect(failing).rejects.toThrow('a fault');
    expect(await run({ ...wanted, at: '2026-03-01 11:00:00.000' })).toBe('first');
  });
});

describe('when the connection breaks in COMMIT', () => {
  let line: Line;
  let orm: Orm;
  beforeAll(async () => {
    line = await openLine(database.appUrl);
    orm = await connect({ url: line.url, entities: [], poolSize: 1 });
  });
  afterAll(async () => {
    await orm.close(true);
    await line.close();
  });

  test.each([
    ['after', true],
    ['before', false],
  ] as const)('%s MySQL heard of it, repeating with the key makes one effect', async (_when, isHeard) => {
    const wanted = request();
    line.breakAtCommit(isHeard);
    await expect(run(wanted, { first: true }, orm)).rejects.toBeInstanceOf(OutcomeUnknown);
    await expect.poll(() => effects(wanted)).toBe(isHeard ? 1 : 0);
    expect(await run(wanted, { first: false }, orm)).toEqual({ first: isHeard });
    expect(await effects(wanted)).toBe(1);
  });
});

interface Line {
  url: string;
  /** Breaks the connection at the next COMMIT: when MySQL has answered it, or before MySQL hears of it. */
  breakAtCommit(isHeard: boolean): void;
  close(): Promise<void>;
}

/** A way to MySQL that can be broken at the worst moment. */
async function openLine(url: string): Promise<Line> {
  const { host, port } = serverOf(url);
  const sockets = new Set<Socket>();
  let armed: { isHeard: boolean } | null = null;
  const server: Server = createServer((client) => {
    const mysql = openSocket({ host, port });
    for (const end of [client, mysql]) sockets.add(end.on('error', () => undefined));
    const breakBoth = () => {
      client.destroy();
      mysql.destroy();
    };
    client.on('data', (chunk) => {
      if (armed === null || !chunk.toString('latin1').includes('COMMIT;')) return mysql.write(chunk);
      const { isHeard } = armed;
      armed = null;
      if (!isHeard) return breakBoth();
      mysql.removeAllListeners('data').once('data', breakBoth);
      return mysql.write(chunk);
    });
    mysql.on('data', (chunk) => client.write(chunk));
    client.on('close', () => mysql.destroy());
    mysql.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = new URL(url);
  address.host = `127.0.0.1:${(server.address() as { port: number }).port}`;
  return {
    url: address.href,
    breakAtCommit: (isHeard) => {
      armed = { isHeard };
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
