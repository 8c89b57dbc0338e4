import { CompiledQuery, type Kysely } from 'kysely';
import type { Pool, RowDataPacket } from 'mysql2';
import type { Orm } from './connect.ts';
import { SharedPackets } from './shared-packets.ts';
import { isAway, RetryLater } from './transaction.ts';

export interface Statement {
  sql: string;
  params: unknown[];
}

/** Runs one statement and gives plain rows. */
export interface Query {
  <Row extends object>(sql: string, params?: unknown[]): Promise<Row[]>;
  /**
   * Sends several statements in one packet, perhaps with those of other requests, and gives their rows as arrays. A
   * transaction's query has none.
   * @param of what the statements were made by: what they are one kind of.
   */
  packet?(statements: readonly Statement[], of: object): Promise<unknown[][][]>;
}

/** The rows of statements that do not wait for each other, as arrays, in one round trip. */
export function together(query: Query, statements: readonly Statement[], of: object): Promise<unknown[][][]> {
  if (query.packet === undefined) throw new Error('Nothing that is planned is read inside a transaction.');
  return query.packet(statements, of);
}

/**
 * Plain rows straight from the ORM's own pool: nothing is hydrated on a read path.
 * @param onStatement is told each statement's text before it is sent (metrics, and tests that count).
 */
export async function plainQuery(orm: Orm, onStatement: (sql: string) => void = () => undefined): Promise<Query> {
  const pool = (await orm.em.getConnection().getNativeClient()) as Pool;
  const send = <Rows>(sql: string, values: unknown[], rowsAsArray: boolean) =>
    new Promise<Rows>((resolve, reject) => {
      pool.query<RowDataPacket[]>({ sql, values, rowsAsArray }, (error, rows) =>
        error ? reject(isAway(error) ? new RetryLater(error) : error) : resolve(rows as Rows),
      );
    });
  const query = <Row extends object>(sql: string, params: unknown[] = []) => {
    onStatement(sql);
    return send<Row[]>(sql, params, false);
  };
  const packets = new SharedPackets(async (statements) => {
    const [first] = statements;
    if (statements.length === 1 && first !== undefined) {
      return [await send<unknown[][]>(first.sql, first.params, true)];
    }
    const sql = statements.map((statement) => statement.sql).join(';\n');
    const params = statements.flatMap((statement) => statement.params);
    return send<unknown[][][]>(sql, params, true);
  });
  const packet = (statements: readonly Statement[], of: object) => {
    for (const { sql } of statements) onStatement(sql);
    return packets.ask(statements, of);
  };
  return Object.assign(query, { packet });
}

/** Reads inside a transaction: what it has written is there, and nobody else sees it. */
export function queryIn<Tables>(tx: Kysely<Tables>): Query {
  return async <Row extends object>(sql: string, params: unknown[] = []) =>
    (await tx.executeQuery<Row>(CompiledQuery.raw(sql, params))).rows;
}
