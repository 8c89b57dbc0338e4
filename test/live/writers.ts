import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../src/modules/careportals/demo/random.ts';
import { openSession } from '../careportals/schema/session.ts';
import type { Cast } from './cast.ts';
import { pauseOrResume, sendWebhook, setStatus } from './through-server.ts';
import { noteChange, tellStatuses } from './through-sql.ts';

/** What all writers of one run share. */
export interface Desk {
  cast: Cast;
  /** MySQL for another program. */
  adminUrl: string;
  /** Token of a support agent. */
  token: string;
  /** GraphQL addresses of the instances; one of them may be down. */
  urls(): string[];
  /** How long a transaction is held open at the most, in milliseconds. */
  longestHoldMs: number;
  tally: Tally;
}

/** What was done, so that a test can say that it was something. */
export type Tally = Record<'committed' | 'rolledBack' | 'heldLong' | 'mutations' | 'webhooks' | 'moves', number>;

export function newTally(): Tally {
  return { committed: 0, rolledBack: 0, heldLong: 0, mutations: 0, webhooks: 0, moves: 0 };
}

/** 16 for orders, of which six go through the server, and two for subscriptions. */
const BY_SQL = [...Array<typeof tellStatuses>(10).fill(tellStatuses), noteChange];
const BY_SERVER = [
  ...Array<typeof setStatus>(3).fill(setStatus),
  ...Array<typeof setStatus>(3).fill(sendWebhook),
  pauseOrResume,
];

/** Longest rest between two writes of one writer, in milliseconds. The server answers webhooks sooner than it applies them. */
const LONGEST_REST_MS = { sql: 60, server: 200 };

/** Writes until the signal; resolves when every writer has ended what it was at. */
export async function writeUntil(signal: AbortSignal, desk: Desk, random: Random): Promise<void> {
  const again = async (own: Random, longestRestMs: number, write: () => Promise<void>) => {
    while (!signal.aborted) {
      await write();
      await pause(own.below(longestRestMs));
    }
  };
  const bySql = BY_SQL.map(async (write, i) => {
    const [own, session] = [random.branch(i), await openSession(desk.adminUrl)];
    await again(own, LONGEST_REST_MS.sql, () => write(session, desk, own));
    await session.close();
  });
  const byServer = BY_SERVER.map((write, i) => {
    const own = random.branch(BY_SQL.length + i);
    return again(own, LONGEST_REST_MS.server, () => write(desk, own));
  });
  await Promise.all([...bySql, ...byServer]);
}
