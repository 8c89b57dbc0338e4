import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { connect, type Orm, serverOf } from '../../../src/platform/database/connect.ts';
import { fromInstant, toInstant } from '../../../src/platform/database/instant.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { inTransaction } from '../../../src/platform/database/transaction.ts';
import { openSession } from '../../careportals/schema/session.ts';
import { addressOf, createEmptySchema } from '../../kit/test-database.ts';

let schema: string;
let url: string;
beforeAll(async () => {
  schema = await createEmptySchema();
  url = addressOf(inject('mysql').admin, schema);
});
afterAll(async () => {
  const admin = await openSession(inject('mysql').admin);
  await admin.run(`DROP DATABASE ${schema}`);
  await admin.close();
});

/** What one connection is told, and which it is. The pause makes calls at once use different connections. */
const SETTINGS = `SELECT CONNECTION_ID() AS id, @@session.time_zone AS zone, @@session.transaction_isolation AS isolation,
  @@session.innodb_lock_wait_timeout AS lockWait, @@session.sql_mode AS mode, @@session.max_execution_time AS readFor, SLEEP(0.05) AS pause`;

interface Settings {
  id: string;
  zone: string;
  isolation: string;
  lockWait: string;
  readFor: string;
  mode: string;
}

const MODE =
  'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION';
const RIGHT = { zone: '+00:00', isolation: 'READ-COMMITTED', lockWait: '1', readFor: '60000', mode: MODE };

const ways: [string, (orm: Orm) => Promise<Settings>][] = [
  ['the plain pool', async (orm) => (await (await plainQuery(orm))<Settings>(SETTINGS))[0] as Settings],
  ['a transaction', (orm) => inTransaction(orm, (tx) => settingsOf(tx))],
  ['kysely without a transaction', (orm) => settingsOf(orm.em.fork().getKysely() as unknown as Kysely<object>)],
  ['the ORM', async (orm) => (await orm.em.fork().getConnection().execute<Settings[]>(SETTINGS))[0] as Settings],
];

async function settingsOf(db: Kysely<object>): Promise<Settings> {
  const { rows } = await sql.raw<Settings>(SETTINGS).execute(db);
  return rows[0] as Settings;
}

describe('every connection speaks UTC and READ COMMITTED, is strict, waits a second for a lock, and reads for a minute at most:', () => {
  test.each(ways)('the first of all, through %s', async (_name, ask) => {
    const orm = await connect({ url, entities: [], poolSize: 3 });
    expect(await ask(orm)).toMatchObject(RIGHT);
    await orm.close(true);
  });

  test.each(ways)('and all of a pool at once, through %s', async (_name, ask) => {
    const orm = await connect({ url, entities: [], poolSize: 5 });
    const all = await Promise.all(Array.from({ length: 5 }, () => ask(orm)));
    expect(new Set(all.map(({ id }) => id)).size).toBe(5);
    for (const settings of all) expect(settings).toMatchObject(RIGHT);
    await orm.close(true);
  });

  test('but for a command that looks at whole tables', async () => {
    const orm = await connect({ url, entities: [], poolSize: 1, readSeconds: 0 });
    expect((await (await plainQuery(orm))<Settings>(SETTINGS))[0]).toMatchObject({ ...RIGHT, readFor: '0' });
    await orm.close(true);
  });

  test('whatever mode the server prefers', async () => {
    const root = await openSession(inject('mysql').root);
    const [server] = await root.rows<{ mode: string }>('SELECT @@global.sql_mode AS mode');
    await root.close();
    expect(server?.mode).not.toBe(MODE);
  });

  test('and one that replaces a lost one', async () => {
    const orm = await connect({ url, entities: [], poolSize: 1 });
    const query = await plainQuery(orm);
    const [before] = await query<Settings>(SETTINGS);
    const root = await openSession(inject('mysql').root);
    await root.run(`KILL ${before?.id}`);
    await root.close();
    const again = () =>
      query<Settings>(SETTINGS).then(
        ([row]) => row,
        (error: Error) => error.name,
      );
    await expect.poll(again).toMatchObject(RIGHT);
    expect(await again()).not.toMatchObject({ id: before?.id });
    await orm.close(true);
  });
});

test('opening a pool makes no schema where the address names none that exists', async () => {
  const orm = await connect({ url: addressOf(url, `${schema}_typo`), entities: [] });
  const query = await plainQuery(orm);
  await expect(query('SELECT 1')).rejects.toMatchObject({ errno: 1049 });
  await orm.close(true);
});

describe('values', () => {
  let orm: Orm;
  let query: Query;
  beforeAll(async () => {
    orm = await connect({ url, entities: [] });
    query = await plainQuery(orm);
    await query(
      'CREATE TABLE kept (id INT PRIMARY KEY, big BIGINT, amount DECIMAL(30, 10), moment DATETIME(3), flag TINYINT(1), text_ TEXT)',
    );
  });
  afterAll(() => orm.close(true));

  const texts = ['9007199254740993', '-9223372036854775808', '9223372036854775807', '42', '0'];

  test.each(texts)('BIGINT %s comes as this text, both ways', async (big) => {
    await query('REPLACE INTO kept (id, big) VALUES (1, ?)', [big]);
    const plain = await query('SELECT big, big + 0 AS sum FROM kept WHERE id = 1');
    const kysely = await inTransaction<object, unknown[]>(
      orm,
      async (tx) => (await sql`SELECT big, big + 0 AS sum FROM kept WHERE id = 1`.execute(tx)).rows,
    );
    expect(plain).toEqual([{ big, sum: big }]);
    expect(kysely).toEqual(plain);
  });

  test('DECIMAL comes as text with all its digits, sums and counts as text', async () => {
    await query("REPLACE INTO kept (id, amount) VALUES (2, '12345678901234567890.0000000001')");
    const [row] = await query('SELECT amount, SUM(amount) AS sum, COUNT(*) AS n FROM kept WHERE id = 2 GROUP BY id');
    const amount = '12345678901234567890.0000000001';
    expect(row).toEqual({ amount, sum: amount, n: '1' });
  });

  test('the number of a new row beyond 2^53 is not rounded', async () => {
    await query('CREATE TABLE counted (id BIGINT PRIMARY KEY AUTO_INCREMENT, n INT) AUTO_INCREMENT = 9007199254740993');
    const inserted = await inTransaction<{ counted: { n: number } }, string>(orm, async (tx) => {
      const { insertId } = await tx.insertInto('counted').values({ n: 1 }).executeTakeFirstOrThrow();
      return String(insertId);
    });
    expect(inserted).toBe('9007199254740993');
  });

  test.each([
    '2026-03-08 07:00:00.001',
    '1970-01-01 00:00:00.000',
    '2038-01-19 03:14:08.999',
    '9999-12-31 23:59:59.999',
  ])('DATETIME(3) %s is written and read to the millisecond', async (moment) => {
    await query('REPLACE INTO kept (id, moment) VALUES (3, ?)', [moment]);
    expect(await query('SELECT moment FROM kept WHERE id = 3')).toEqual([{ moment }]);
    expect(toInstant(fromInstant(moment))).toBe(moment);
  });

  test("MySQL's own now is UTC", async () => {
    const [row] = await query<{ now: string }>('SELECT CAST(CURRENT_TIMESTAMP(3) AS CHAR) AS now');
    expect(Math.abs(fromInstant(row?.now ?? '').getTime() - Date.now())).toBeLessThan(60_000);
  });

  test('every character of a text survives', async () => {
    const text_ = 'Zoë 🜚 \u0000\u2028 \\ \' " ` % ; -- \n';
    await query('REPLACE INTO kept (id, text_) VALUES (4, ?)', [text_]);
    expect(await query('SELECT text_ FROM kept WHERE id = 4')).toEqual([{ text_ }]);
  });
});

test.each([
  [
    'mysql://app:p%40ss%3Aword@db.example:3307/care',
    { host: 'db.example', port: 3307, user: 'app', password: 'p@ss:word', dbName: 'care' },
  ],
  ['mysql://app@db.example/care', { host: 'db.example', port: 3306, password: '' }],
  ['mysql://app:x@localhost/care?socketPath=%2Ftmp%2Fa.sock', { socketPath: '/tmp/a.sock' }],
])('%s names its parts', (address, parts) => {
  expect(serverOf(address)).toMatchObject(parts);
});
