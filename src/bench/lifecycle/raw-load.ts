import { randomUUID } from 'node:crypto';
import mysql from 'mysql2/promise';
import { SESSION_SETTINGS } from '../../platform/database/connect.ts';
import { serveRounds } from '../serve-rounds.ts';
import { mysqlOptions } from '../stand.ts';
import { rawMove } from './raw-move.ts';
import { SubscriptionPool } from './subscription-pool.ts';

/** What the process is started with. */
export interface RawLoadSettings {
  /** mysql:// address of the application account. */
  url: string;
  /** Most clients, and connections. */
  clients: number;
  subscriptionIds: string[];
}

const { url, clients, subscriptionIds } = JSON.parse(process.argv[2] ?? '') as RawLoadSettings;
const subscriptions = new SubscriptionPool(subscriptionIds);
const connections = mysql.createPool({ ...mysqlOptions(url), connectionLimit: clients });
// mysql2 runs a connection's commands in order, so this comes before whatever it was opened for.
connections.pool.on('connection', (connection) => connection.query(SESSION_SETTINGS));

serveRounds({
  act: () =>
    subscriptions.moveOne(async ({ subscriptionId, state, version }) => {
      const connection = await connections.getConnection();
      const action = state === 'active' ? 'pause' : 'resume';
      const request = { action, subscriptionId, reason: 'benchmark', idempotencyKey: randomUUID() } as const;
      const moved = await rawMove(connection, request);
      connection.release();
      if (moved.version !== version + 1) throw new Error(`${subscriptionId} is at version ${moved.version}.`);
    }),
});
