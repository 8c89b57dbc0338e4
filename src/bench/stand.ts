import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql, { type Connection } from 'mysql2/promise';
import { SESSION_SETTINGS, serverOf } from '../platform/database/connect.ts';
import { type AccountUrls, type PrivateMysql, startPrivateMysql } from '../private-mysql/index.ts';
import { type RunningServer, startServer } from './server-process.ts';

/** How large the benchmarks are that can be smaller. */
export interface Size {
  /** Sockets of the live one, in hundreds. */
  sockets: number;
  /** Customers whose rows the reading one reads, each with 5 orders of 5 statuses. */
  customers: number;
}

/** A MySQL of its own and the server on it; every benchmark of a run shares them. */
export interface Stand {
  urls: AccountUrls;
  server: RunningServer;
  /** Connected as the account that migrates: makes data and looks what became of it. */
  admin: Connection;
  /** What the figures depend on, by name, as MySQL reports it. */
  durability: Record<string, string>;
  mysqlVersion: string;
  /** One more server on the same MySQL, for what must not be disturbed; ends with the stand at the latest. */
  another(nodeOptions: readonly string[]): Promise<RunningServer>;
  stop(): Promise<void>;
}

/**
 * Starts both in a temporary folder, which `stop` removes. MySQL keeps the options of `npm start`: those of test runs do
 * not flush at commit, and without a flush there is nothing to compare.
 */
export async function openStand(onProgress: (line: string) => void): Promise<Stand> {
  const folder = await mkdtemp(join(tmpdir(), 'cp-bench-'));
  // A crash leaves nothing either (EPIPE, when whoever read the output is gone); only kill -9 does.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const opened: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    const started = await startPrivateMysql({ dataDir: folder, mysqld: process.env.CAREPORTALS_MYSQLD, onProgress });
    opened.push(() => started.stop());
    onProgress('Starting the server');
    const server = await startServer(started.urls, folder);
    opened.push(() => server.stop());
    const admin = await openConnection(started.urls.admin);
    opened.push(() => admin.end());
    const another = async (nodeOptions: readonly string[]) => {
      const one = await startServer(started.urls, folder, nodeOptions);
      opened.push(() => one.stop());
      return one;
    };
    return { ...(await described(started, admin)), server, admin, another, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function described({ urls, version }: PrivateMysql, admin: Connection) {
  const durability = await durabilityOf(admin);
  return { urls, mysqlVersion: version, durability };
}

/** A connection with the session settings that the server's own have. */
export async function openConnection(url: string): Promise<Connection> {
  const connection = await mysql.createConnection(mysqlOptions(url));
  await connection.query(SESSION_SETTINGS);
  return connection;
}

export function mysqlOptions(url: string) {
  const { dbName: database, ...server } = serverOf(url);
  return { ...server, database, timezone: 'Z', dateStrings: true, supportBigNumbers: true, bigNumberStrings: true };
}

const FLUSHES = ['innodb_flush_log_at_trx_commit', 'sync_binlog', 'log_bin', 'innodb_doublewrite'];

/** @throws if a commit would not be flushed: then the figures would not mean what the table says. */
async function durabilityOf(admin: Connection): Promise<Record<string, string>> {
  const [rows] = await admin.query(`SHOW GLOBAL VARIABLES WHERE Variable_name IN (?)`, [FLUSHES]);
  const values = Object.fromEntries(
    (rows as { Variable_name: string; Value: string }[]).map((row) => [row.Variable_name, row.Value]),
  );
  const flushed =
    values.innodb_flush_log_at_trx_commit === '1' && (values.log_bin === 'OFF' || values.sync_binlog === '1');
  if (!flushed) throw new Error(`This MySQL does not flush at each commit: ${JSON.stringify(values)}`);
  return values;
}
