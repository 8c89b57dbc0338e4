import { setTimeout as pause } from 'node:timers/promises';
import type { Orm } from '../../../../platform/database/connect.ts';
import { plainQuery, type Query } from '../../../../platform/database/query.ts';
import { RetryLater } from '../../../../platform/database/transaction.ts';

/** How often, and for how many milliseconds each time, a command waits for a database that is away. */
export const MOST_WAITS = 30;
export const WAIT_MS = 1_000;

/** Reads that wait for a database that is away, as writing does. */
export async function patientQuery(orm: Orm): Promise<Query> {
  const query = await plainQuery(orm);
  return async <Row extends object>(sql: string, params?: unknown[]) => {
    for (let waits = 0; ; ) {
      try {
        return await query<Row>(sql, params);
      } catch (error) {
        if (!(error instanceof RetryLater) || ++waits > MOST_WAITS) throw error;
        await pause(WAIT_MS);
      }
    }
  };
}
