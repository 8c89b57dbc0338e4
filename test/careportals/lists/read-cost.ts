import { format, type Pool, type SqlValue } from 'mysql2';
import type { Orm } from '../../../src/platform/database/connect.ts';
import type { Session } from '../schema/session.ts';

/** One table of a plan, as EXPLAIN shows it. */
export interface Step {
  table: string | null;
  /** How its rows are found: `ref`, `range`; `index` goes along a whole index, `ALL` along the whole table. */
  type: string | null;
  key: string | null;
}

/** What stands between statements that go in one packet. */
const BETWEEN = ';\n';

/**
 * What this server sends from now on, values put in, by the text that it has without them. It works in the background
 * too, so ask only for texts that a query took.
 */
export async function sentBy(orm: Orm): Promise<Map<string, string>> {
  const pool = (await orm.em.getConnection().getNativeClient()) as Pool;
  const sent = new Map<string, string>();
  const send = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  // Both ways of the pool: query(sql, values, …) and query({ sql, values }, …).
  const note = (asked: string | { sql: string; values?: SqlValue[] }, ...rest: unknown[]) => {
    const { sql, values } = typeof asked === 'string' ? { sql: asked, values: rest[0] as SqlValue[] } : asked;
    const texts = format(sql, values).split(BETWEEN);
    for (const [n, one] of sql.split(BETWEEN).entries()) sent.set(one, texts[n] ?? '');
    return send(asked, ...rest);
  };
  pool.query = note as unknown as Pool['query'];
  return sent;
}

export async function stepsOf(session: Session, sql: string): Promise<Step[]> {
  return session.rows<Step>(`EXPLAIN FORMAT=TRADITIONAL ${sql}`);
}

/** Those steps that go along all orders, payments or entries of history. */
export function fullScans(sql: string, steps: readonly Step[]): string[] {
  const large = new Set(
    [...sql.matchAll(/\b(?:orders|payments|order_status_updates)\b (?:AS )?(\w+)/g)].map(([, as]) => as),
  );
  const scans = steps.filter(({ table, type }) => type === 'ALL' && large.has(table ?? ''));
  return scans.map(({ table }) => `${table} in ${sql}`);
}

/** How many rows MySQL's storage hands out for a statement. */
export async function rowsRead(session: Session, sql: string): Promise<number> {
  const before = await handedOut(session);
  // What counting costs itself.
  const asking = (await handedOut(session)) - before;
  await session.rows(sql);
  return (await handedOut(session)) - before - 2 * asking;
}

async function handedOut(session: Session): Promise<number> {
  const counters = await session.rows<{ Value: string }>("SHOW SESSION STATUS LIKE 'Handler_read%'");
  return counters.reduce((sum, { Value }) => sum + Number(Value), 0);
}
