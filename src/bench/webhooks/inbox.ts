import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { BARE_TABLE } from './bare-row.ts';

/** Longest wait for the workers, in milliseconds. */
const PATIENCE_MS = 120_000;

export type Table = 'webhook_inbox' | typeof BARE_TABLE;

export async function countOf(admin: Connection, table: Table, condition = 'TRUE'): Promise<number> {
  const [[row]] = await admin.query<(RowDataPacket & { count: string })[]>(
    `SELECT COUNT(*) AS count FROM ${table} WHERE ${condition}`,
  );
  return Number(row?.count);
}

/** Resolves when the workers have nothing left to do. @throws if some are still left after two minutes. */
export async function drained(admin: Connection): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (let left = -1; left !== 0; left = await countOf(admin, 'webhook_inbox', "status = 'pending'")) {
    if (Date.now() > giveUpAt) throw new Error(`The workers have left ${left} deliveries in two minutes.`);
    if (left !== -1) await sleep(20);
  }
}

/** Deliveries that somebody has finished, or given up. */
export function finished(admin: Connection): Promise<number> {
  return countOf(admin, 'webhook_inbox', `status <> 'pending' AND NOT ${IS_SET_ASIDE}`);
}

export const IS_SET_ASIDE = "(status = 'ignored' AND note <=> 'Set aside')";

/** Takes what is pending, and not in a worker's hands, off the queue, for the next round to find it empty. */
export async function setAside(db: Connection): Promise<number> {
  await db.beginTransaction();
  const [rows] = await db.query<(RowDataPacket & { inbox_id: string })[]>(
    "SELECT inbox_id FROM webhook_inbox WHERE status = 'pending' FOR UPDATE SKIP LOCKED",
  );
  if (rows.length > 0) {
    await db.query<ResultSetHeader>(
      "UPDATE webhook_inbox SET status = 'ignored', note = 'Set aside' WHERE inbox_id IN (?)",
      [rows.map(({ inbox_id }) => inbox_id)],
    );
  }
  await db.commit();
  return rows.length;
}

const CLOCKS = new Set(['inbox_id', 'public_id', 'next_attempt_at', 'received_at']);

/**
 * The same deliveries must have made the same rows in both tables, but for numbers and clocks. @throws if one of them
 * differs, with the names of the columns.
 */
export async function compareRows(db: Connection, count: number): Promise<void> {
  const [stored, bare] = await Promise.all([rowsOf(db, 'webhook_inbox'), rowsOf(db, BARE_TABLE)]);
  if (stored.length !== count || bare.length !== count) {
    throw new Error(`${count} deliveries left ${stored.length} rows in the inbox and ${bare.length} beside it.`);
  }
  const differing = new Set(stored.flatMap((row, index) => differingColumns(row, bare[index] ?? {})));
  if (differing.size > 0) throw new Error(`The server stores other ${[...differing].join(', ')} than the bare insert.`);
}

async function rowsOf(db: Connection, table: Table): Promise<RowDataPacket[]> {
  const [rows] = await db.query<RowDataPacket[]>(`SELECT * FROM ${table} ORDER BY inbox_id`);
  return rows;
}

function differingColumns(row: Record<string, unknown>, other: Record<string, unknown>): string[] {
  return Object.keys(row).filter(
    (name) => !CLOCKS.has(name) && JSON.stringify(row[name]) !== JSON.stringify(other[name]),
  );
}
