import { CompiledQuery, type Kysely } from 'kysely';
import type { Pool, RowDataPacket } from 'mysql2';
import type { Orm } from './connect.ts';
import { isAway, RetryLater } from './transaction.ts';

/** Runs one statement and gives plain rows. */
export type Query = <Row extends object>(sql: string, params?: unknown[]) => Promise<Row[]>;

/**
 * Plain rows straight from the ORM's own pool: nothing is hydrated on a read path.
 * @param onStatement is told each statement's text before it is sent (metrics, and tests that count).
 */
export async function plainQuery(orm: Orm, onStatement: (sql: string) => void = () => undefined): Promise<Query> {
  const pool = (await orm.em.getConnection().getNativeClient()) as Pool;
  return <Row extends object>(sql: string, params: unknown[] = []) => {
    onStatement(sql);
    return new Promise<Row[]>((resolve, reject) => {
      pool.query<RowDataPacket[]>(sql, params, (error, rows) =>
        error ? reject(isAway(error) ? new RetryLater(error) : error) : resolve(rows as unknown as Row[]),
      );
    });
  };
}

/** Reads inside a transaction: what it has written is there, and nobody else sees it. */
export function queryIn<Tables>(tx: Kysely<Tables>): Query {
  return async <Row extends object>(sql: string, params: unknown[] = []) =>
    (await tx.executeQuery<Row>(CompiledQuery.raw(sql, params))).rows;
}
