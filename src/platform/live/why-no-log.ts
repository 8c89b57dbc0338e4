import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { serverOf } from '../database/connect.ts';
import { mysqlNumber } from '../database/transaction.ts';

/** Account or password, schema, no such right, unknown setting (an old server), expired, locked. */
const REFUSED = new Set([1044, 1045, 1142, 1193, 1227, 1698, 1862, 3118]);

/** How long the server may take to let the account in, and to answer, in milliseconds. */
const ANSWER_MS = 5_000;

interface LogSettings extends RowDataPacket {
  server: string;
  log: number;
  format: string;
  gtids: string;
  metadata: string;
  compression: number;
  executed: string;
}

/** What a look at the server's settings gives: where its log ends now, or why its log is of no use here. */
export type LogState = { end: string; refusal: null } | { end: null; refusal: string };

/** Whether MySQL says no, which trying again does not change. */
export function isRefusal(error: unknown): boolean {
  return REFUSED.has(mysqlNumber(error));
}

/**
 * Looks whether the binary log can be used.
 * @param appServer `@@server_uuid` of the server that the application writes to.
 * @throws what the connection throws if the server cannot be reached.
 */
export async function lookAtLog(feedUrl: string, appServer: string): Promise<LogState> {
  try {
    const settings = await settingsOf(feedUrl);
    const refusal = refusalOf(settings, appServer);
    return refusal === null ? { end: settings.executed.replaceAll(/\s/g, ''), refusal } : { end: null, refusal };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { end: null, refusal: refusalText(error) };
  }
}

/** MySQL's own words for these errors name the account and the right, never the password. */
export function refusalText(error: unknown): string {
  return `the server at DATABASE_FEED_URL refuses: ${(error as Error).message}`;
}

async function settingsOf(feedUrl: string): Promise<LogSettings> {
  const { dbName: _, ...server } = serverOf(feedUrl);
  const connection = await createConnection({ ...server, connectTimeout: ANSWER_MS });
  try {
    const [rows] = await connection.query<LogSettings[]>({
      timeout: ANSWER_MS,
      sql: `SELECT @@GLOBAL.server_uuid AS server, @@GLOBAL.log_bin AS log, @@GLOBAL.binlog_format AS format,
        @@GLOBAL.gtid_mode AS gtids, @@GLOBAL.binlog_row_metadata AS metadata,
        @@GLOBAL.binlog_transaction_compression AS compression, @@GLOBAL.gtid_executed AS executed`,
    });
    return rows[0] as LogSettings;
  } finally {
    connection.destroy();
  }
}

/** An insert's row image has its key whatever binlog_row_image says, so that one may be as it likes. */
function refusalOf(settings: LogSettings, appServer: string): string | null {
  if (settings.server !== appServer) return 'DATABASE_FEED_URL names another MySQL server than DATABASE_URL';
  if (settings.log !== 1) return 'the server keeps no binary log (log_bin)';
  if (settings.format !== 'ROW') return `binlog_format is ${settings.format}; it must be ROW`;
  if (settings.gtids !== 'ON') return `gtid_mode is ${settings.gtids}; it must be ON`;
  if (settings.metadata !== 'FULL') return `binlog_row_metadata is ${settings.metadata}; it must be FULL`;
  if (settings.compression !== 0) return 'binlog_transaction_compression is ON; it must be OFF';
  return null;
}
