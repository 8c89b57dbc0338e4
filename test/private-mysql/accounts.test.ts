import { randomBytes } from 'node:crypto';
import { type Connection, createConnection, createPool, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

const urls = inject('mysql');
const schema = `careportals_accounts_${randomBytes(4).toString('hex')}`;
let admin: Connection;
beforeAll(async () => {
  admin = await createConnection(urls.admin);
});
afterAll(async () => {
  await admin.query(`DROP DATABASE IF EXISTS ${schema}`);
  await admin.end();
});

async function attempt(url: string, statement: string): Promise<unknown> {
  const connection = await createConnection({ uri: url.replace('/careportals_db', '/') });
  try {
    return (await connection.query(statement))[0];
  } finally {
    await connection.end();
  }
}

test('the administrator makes schemas, triggers, views and accounts, and passes rights on', async () => {
  await admin.query(`CREATE DATABASE ${schema}`);
  await admin.query(`CREATE TABLE ${schema}.orders (id INT PRIMARY KEY, cents INT)`);
  // Without log_bin_trust_function_creators this is error 1419 for an account without SUPER.
  await admin.query(
    `CREATE TRIGGER ${schema}.orders_in BEFORE INSERT ON ${schema}.orders FOR EACH ROW SET NEW.cents = 5`,
  );
  await admin.query(`CREATE VIEW ${schema}.cheap AS SELECT id FROM ${schema}.orders WHERE cents < 10`);
  await expect(attempt(urls.app, `SELECT * FROM ${schema}.orders`)).rejects.toThrow(/denied/);

  await admin.query(`GRANT SELECT, INSERT ON ${schema}.orders TO careportals_app@'%'`);
  await admin.query(`GRANT SELECT ON ${schema}.cheap TO careportals_analyst@'%'`);
  await attempt(urls.app, `INSERT INTO ${schema}.orders (id) VALUES (1)`);
  expect(await attempt(urls.analyst, `SELECT * FROM ${schema}.cheap`)).toEqual([{ id: 1 }]);
  await expect(attempt(urls.app, `DELETE FROM ${schema}.orders`)).rejects.toThrow(/denied/);
  await expect(attempt(urls.analyst, `SELECT * FROM ${schema}.orders`)).rejects.toThrow(/denied/);
});

test('the administrator cannot enter schemas of other names, nor read the stored passwords', async () => {
  await expect(admin.query('CREATE DATABASE somebody_else')).rejects.toThrow(/denied/);
  await expect(admin.query('SELECT * FROM mysql.user')).rejects.toThrow(/denied/);
});

test('the feed account reads where the binary log stands and no tables', async () => {
  const [logs] = (await attempt(urls.feed, 'SHOW BINARY LOGS')) as RowDataPacket[];
  expect(logs).toMatchObject({ Log_name: 'binlog.000001' });
  await expect(attempt(urls.feed, 'SELECT * FROM careportals_db.orders')).rejects.toThrow(/denied/);
});

test('not even root writes files through SQL', async () => {
  await expect(attempt(urls.root, "SELECT 1 INTO OUTFILE '/tmp/careportals-outfile'")).rejects.toThrow(
    /secure-file-priv/,
  );
});

test('root and the administrator get in by the socket only', async () => {
  const { port } = new URL(urls.app);
  for (const url of [urls.root, urls.admin]) {
    const { username, password } = new URL(url);
    await expect(createConnection(`mysql://${username}:${password}@127.0.0.1:${port}/`)).rejects.toThrow(/denied/);
  }
});

test('a pool takes the same addresses as a single connection', async () => {
  const pool = createPool(urls.admin);
  const [rows] = await pool.query('SELECT DATABASE() AS name, CURRENT_USER() AS account');
  expect(rows).toEqual([{ name: 'careportals_db', account: 'careportals_admin@localhost' }]);
  await pool.end();
});

test('the server speaks utf8mb4 and UTC, logs full rows, and listens on the loopback address only', async () => {
  const [rows] = await admin.query<RowDataPacket[]>(
    `SELECT @@character_set_server, @@collation_server, @@global.time_zone, @@log_bin, @@binlog_format,
     @@binlog_row_metadata, @@gtid_mode, @@local_infile, @@bind_address, @@skip_name_resolve`,
  );
  expect(rows[0]).toEqual({
    '@@character_set_server': 'utf8mb4',
    '@@collation_server': 'utf8mb4_unicode_ci',
    '@@global.time_zone': '+00:00',
    '@@log_bin': 1,
    '@@binlog_format': 'ROW',
    '@@binlog_row_metadata': 'FULL',
    '@@gtid_mode': 'ON',
    '@@local_infile': 0,
    '@@bind_address': '127.0.0.1',
    '@@skip_name_resolve': 1,
  });
  const [databases] = await admin.query<RowDataPacket[]>('SHOW CREATE DATABASE careportals_db');
  expect(databases[0]?.['Create Database']).toContain('COLLATE utf8mb4_unicode_ci');
});
