import { createConnection, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import { serverOf } from '../../../src/platform/database/connect.ts';
import { mysqlNumber } from '../../../src/platform/database/transaction.ts';

/** One connection as any other program would open it: MySQL's own defaults, nothing of ours. */
export interface Session {
  rows<Row = Record<string, unknown>>(sql: string, params?: unknown[]): Promise<Row[]>;
  /** Runs statements one after the other. */
  run(...statements: string[]): Promise<void>;
  /** How many rows a statement changed. */
  changed(sql: string, params?: unknown[]): Promise<number>;
  /** MySQL's error number for a statement; 0 if it went through. */
  errorOf(sql: string, params?: unknown[]): Promise<number>;
  close(): Promise<void>;
}

export async function openSession(url: string): Promise<Session> {
  const { host, port, user, password, dbName, socketPath } = serverOf(url);
  const server = { host, port, user, password, socketPath, database: dbName || undefined };
  const connection = await createConnection({
    ...server,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
  });
  const send = async (sql: string, params: unknown[] = []) => (await connection.query<RowDataPacket[]>(sql, params))[0];
  return {
    rows: async <Row>(sql: string, params?: unknown[]) => (await send(sql, params)) as unknown as Row[],
    run: async (...statements) => {
      for (const sql of statements) await send(sql);
    },
    changed: async (sql, params) => ((await send(sql, params)) as unknown as ResultSetHeader).affectedRows,
    errorOf: (sql, params) => send(sql, params).then(() => 0, numberOrThrow),
    close: () => connection.end(),
  };
}

/** A lost connection must not pass for an answer of MySQL. */
function numberOrThrow(error: unknown): number {
  const number = mysqlNumber(error);
  if (number === 0) throw error;
  return number;
}

/**
 * Whether this MySQL cascades above InnoDB (9.6 and later, unless told otherwise). It then reports success for a
 * cascade that met a lock and was undone.
 */
export async function runsCascadesAboveInnodb(session: Session): Promise<boolean> {
  const [row] = await session.rows<{ Value: string }>("SHOW VARIABLES LIKE 'innodb_native_foreign_keys'");
  return row?.Value === 'OFF';
}
