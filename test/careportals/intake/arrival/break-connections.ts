import { setTimeout as pause } from 'node:timers/promises';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { inject } from 'vitest';
import type { Random } from '../../../../src/modules/careportals/demo/random.ts';
import type { Disturbance } from './arrivals.ts';

/** Not from information_schema.innodb_trx, which fails (3854) while a statement with an emoji is under way. */
const IN_TRANSACTION = `SELECT processlist_id AS id FROM performance_schema.events_transactions_current AS running
  JOIN performance_schema.threads USING (thread_id)
  WHERE running.state = 'ACTIVE' AND processlist_db = ? AND processlist_user = ?`;

/** Counts what it broke. */
export interface Breaker {
  broken: number;
  disturb: Disturbance;
}

/**
 * At random moments MySQL kills the connection of a transaction that is under way, a sender's or a worker's: to the
 * data that is the same as if the process had died there.
 */
export function breakConnections(random: Random): Breaker {
  const breaker: Breaker = {
    broken: 0,
    disturb: async (schema, over) => {
      const urls = inject('mysql');
      const root = await createConnection(urls.root);
      const application = new URL(urls.app).username;
      // The first soon, so that the shortest play has one.
      for (let wait = random.between(5, 50); !over.aborted; wait = random.between(50, 1_000)) {
        await pause(wait);
        const running = await untilSomethingRuns(root, [schema, application], over);
        if (running.length === 0) break;
        // 1094: it ended by itself meanwhile.
        const killed = await root.query('KILL ?', [random.pick(running).id]).catch(ignoreGone);
        if (killed !== null) breaker.broken++;
      }
      await root.end();
    },
  };
  return breaker;
}

/** Transactions under way; none only when all is over. */
async function untilSomethingRuns(root: Connection, whose: string[], over: AbortSignal): Promise<RowDataPacket[]> {
  for (;;) {
    const [running] = await root.query<RowDataPacket[]>(IN_TRANSACTION, whose);
    if (running.length > 0 || over.aborted) return running;
    await pause(5);
  }
}

function ignoreGone(error: { errno?: number }): null {
  if (error.errno === 1094) return null;
  throw error;
}
