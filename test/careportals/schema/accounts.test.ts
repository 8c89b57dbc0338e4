import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountPlan } from '../../../src/modules/careportals/accounts.ts';
import type { TableRight } from '../../../src/platform/database/grants.ts';
import { addressOf, createEmptySchema, createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { makeOrder, makeSubscription } from './make-rows.ts';
import { readSchema, type Schema } from './read-schema.ts';
import { openSession, type Session } from './session.ts';

/** What MySQL answers to a statement on a table that the account has some right on, but not this one. */
const COMMAND_DENIED = 1142;

let database: TestDatabase;
let schema: Schema;
let app: Session;
let otherSchema: string;

beforeAll(async () => {
  database = await createTestDatabase();
  schema = await readSchema(database.admin);
  app = await openSession(database.appUrl);
  otherSchema = await createEmptySchema();
  await database.admin.em.getConnection().execute(`CREATE TABLE ${otherSchema}.theirs (id INT PRIMARY KEY)`);
});

afterAll(async () => {
  await app.close();
  await database.admin.em.getConnection().execute(`DROP DATABASE ${otherSchema}`);
  await database.drop();
});

const GRANTED: Record<TableRight, string> = {
  readOnly: 'SELECT',
  insertOnly: 'SELECT, INSERT',
  mutable: 'SELECT, INSERT, UPDATE',
  movable: 'SELECT, INSERT, UPDATE, DELETE',
};

describe('the application', () => {
  test('has the rights of the list, table by table, and no other', async () => {
    const planned = Object.entries(accountPlan.tables).map(([table, right]) => `GRANT ${GRANTED[right]} ON ${table}`);
    expect(await grantsIn(app)).toEqual(planned.toSorted());
  });

  test('has a right on every table', () => {
    expect(Object.keys(schema.tables).toSorted()).toEqual(Object.keys(accountPlan.tables).toSorted());
  });

  test.for(Object.entries(accountPlan.tables))(
    'does on %s what %s says and is refused the rest',
    async ([table, right]) => {
      const column = Object.keys(schema.tables[table]?.columns ?? {})[0];
      const allowed = GRANTED[right];
      const outcome = (privilege: string) => (allowed.includes(privilege) ? 0 : COMMAND_DENIED);
      expect(await app.errorOf(`SELECT 1 FROM ${table} WHERE FALSE FOR SHARE`)).toBe(0);
      expect(await app.errorOf(`UPDATE ${table} SET ${column} = ${column} WHERE FALSE`)).toBe(outcome('UPDATE'));
      expect(await app.errorOf(`SELECT 1 FROM ${table} WHERE FALSE FOR UPDATE`)).toBe(outcome('UPDATE'));
      expect(await app.errorOf(`DELETE FROM ${table} WHERE FALSE`)).toBe(outcome('DELETE'));
      const upsert = `INSERT INTO ${table} (${column}) SELECT ${column} FROM (SELECT NULL AS ${column}) AS none WHERE FALSE`;
      expect(await app.errorOf(upsert)).toBe(outcome('INSERT'));
      expect(await app.errorOf(`${upsert} ON DUPLICATE KEY UPDATE ${column} = NULL`)).toBe(outcome('UPDATE'));
    },
  );

  test.for(Object.keys(accountPlan.tables))('cannot change what %s is', async (table) => {
    const statements = [
      `ALTER TABLE ${table} ADD COLUMN more INT`,
      `DROP TABLE ${table}`,
      `TRUNCATE TABLE ${table}`,
      `RENAME TABLE ${table} TO elsewhere`,
      `CREATE INDEX more ON ${table} ((1))`,
      `CREATE TRIGGER more BEFORE INSERT ON ${table} FOR EACH ROW SET @more = 1`,
      `CREATE VIEW more AS SELECT * FROM ${table}`,
      `GRANT SELECT ON ${table} TO 'careportals_analyst'@'%'`,
    ];
    for (const sql of statements) expect([sql, await app.errorOf(sql)]).toEqual([sql, COMMAND_DENIED]);
  });

  test('cannot leave its schema, change the server or make anything', async () => {
    const refused: Record<string, number> = {
      'SELECT * FROM mysql.user': 1142,
      'SELECT * FROM mysql.tables_priv': 1142,
      [`SELECT * FROM ${otherSchema}.theirs`]: 1142,
      [`USE ${otherSchema}`]: 1044,
      'CREATE TABLE mine (id INT)': 1142,
      'CREATE TEMPORARY TABLE mine (id INT)': 1044,
      'CREATE DATABASE careportals_mine': 1044,
      [`DROP DATABASE ${database.schema}`]: 1044,
      'CREATE PROCEDURE mine() SELECT 1': 1044,
      'CREATE EVENT mine ON SCHEDULE EVERY 1 DAY DO SELECT 1': 1044,
      'LOCK TABLES orders WRITE': 1044,
      'SET GLOBAL max_connections = 10': 1227,
      'SET PERSIST max_connections = 10': 1227,
      'SET SESSION sql_log_bin = 0': 1227,
      "CREATE USER 'mine'@'%'": 1227,
      "ALTER USER 'careportals_analyst'@'%' ACCOUNT UNLOCK": 1227,
      'SHOW BINARY LOGS': 1227,
      'FLUSH TABLES': 1227,
      'DROP TRIGGER order_status_keep_current': 1142,
      'SELECT * FROM analyst_orders': 1142,
    };
    for (const [sql, number] of Object.entries(refused)) expect([sql, await app.errorOf(sql)]).toEqual([sql, number]);
    // 1045 or 1227, by the server's version.
    expect(await app.errorOf("SELECT 1 INTO OUTFILE '/tmp/mine'")).not.toBe(0);
  });

  test('can move a subscription, work its queue and keep history', async () => {
    await makeOrder(app, 4001);
    await makeSubscription(app, 'moved', 'active', 'c4001');
    await app.run(
      'START TRANSACTION',
      "SELECT state FROM subscriptions WHERE subscription_id = 'moved' FOR UPDATE",
      "DELETE FROM subscriptions_active WHERE subscription_id = 'moved'",
      "UPDATE subscriptions SET state = 'paused', version = version + 1 WHERE subscription_id = 'moved'",
      "INSERT INTO subscriptions_paused (subscription_id, customer_id, cycle, status, created_at) VALUES ('moved', 'c4001', 1, 'paused', NOW(3))",
      'COMMIT',
      "INSERT INTO webhook_inbox (source_system, event_key, event_type, payload) VALUES ('stripe', 'k', 't', '{}')",
      "SELECT inbox_id FROM webhook_inbox WHERE status = 'pending' FOR UPDATE SKIP LOCKED",
      "DELETE FROM webhook_inbox WHERE event_key = 'k'",
      "INSERT INTO order_status_updates (order_id, updated_status, order_created_at, status_updated_at) VALUES (4001, 'processing', NOW(3), NOW(3))",
    );
    expect(await app.rows("SELECT state FROM subscriptions WHERE subscription_id = 'moved'")).toEqual([
      { state: 'paused' },
    ]);
  });
});

test('the feed reads the binary log and nothing else', async () => {
  const feed = await openSession(database.feedUrl);
  const grants = (await feed.rows<Record<string, string>>('SHOW GRANTS')).map((row) => Object.values(row)[0]);
  const logs = await feed.rows('SHOW BINARY LOGS');
  const table = await feed.errorOf(`SELECT * FROM ${database.schema}.orders`);
  const accounts = await feed.errorOf('SELECT * FROM mysql.user');
  await feed.close();
  expect(grants).toEqual(['GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO `careportals_feed`@`%`']);
  expect(logs.length).toBeGreaterThan(0);
  expect([table, accounts]).toEqual([COMMAND_DENIED, COMMAND_DENIED]);
});

test('an address with the schema of somebody else is refused at the door', async () => {
  await expect(openSession(addressOf(database.appUrl, otherSchema))).rejects.toMatchObject({ errno: 1044 });
});

/**
 * `GRANT rights ON table`, sorted, for this test's schema. Further schemas of this run may appear beside it;
 * anything that is not a grant on one table of one schema is kept whole, so that it shows.
 */
async function grantsIn(session: Session): Promise<string[]> {
  const rows = await session.rows<Record<string, string>>('SHOW GRANTS');
  const lines = rows
    .map((row) => Object.values(row)[0] ?? '')
    .filter((line) => !line.startsWith('GRANT USAGE ON *.* '));
  return lines
    .map((line) => ({ line, on: /^(GRANT .+ ON )`(careportals_t_\w+)`\.`(\w+)` TO \S+$/.exec(line) }))
    .filter(({ on }) => on === null || on[2] === database.schema)
    .map(({ line, on }) => (on ? `${on[1]}${on[3]}` : line))
    .toSorted();
}
