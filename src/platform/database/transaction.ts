import type { Kysely } from 'kysely';
import type { Orm } from './connect.ts';

/** MySQL errors after which the whole transaction may be tried again: deadlock, lock wait timeout. */
const RETRY_WHOLE = new Set([1213, 1205]);

/** Errors that say the database is away or will not write now; nothing of the transaction was kept. */
const AWAY_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'PROTOCOL_CONNECTION_LOST']);
const AWAY_NUMBERS = new Set([1040, 1053, 1158, 1159, 1290, 1836, 2006, 2013, 4031]);

/** How long a transaction may be tried in all, in milliseconds; below the 5 s that a caller is promised. */
const TRY_FOR_MS = 2_500;

/** A lock is held elsewhere, or the database is away. Nothing was written; the caller may try again. */
export class RetryLater extends Error {
  readonly retryAfterMs = 1_000;

  constructor(cause: unknown) {
    super('The data is busy or the database is away. Nothing was written; try again shortly.', { cause });
    this.name = 'RetryLater';
  }
}

/**
 * The connection was lost while COMMIT was under way: the change may have been made or not, and only the data can tell.
 * A key that is stored in the same transaction (idempotencyKey, a webhook's event key) makes repeating safe.
 */
export class OutcomeUnknown extends Error {
  constructor(cause: unknown) {
    super('The connection was lost while the change was being committed: it may have been made or not.', { cause });
    this.name = 'OutcomeUnknown';
  }
}

/**
 * Runs `work` in one READ COMMITTED transaction and commits, tried again as tryAgain does. Whoever falls silent inside
 * loses it (see GuardedDriver).
 * @throws RetryLater when locks or the database did not let it through and nothing was written; OutcomeUnknown when the
 * connection was lost in COMMIT; every other error as it was thrown.
 */
export function inTransaction<Tables, T>(orm: Orm, work: (tx: Kysely<Tables>) => Promise<T>): Promise<T> {
  return tryAgain(() => once(orm, work));
}

/**
 * Runs `work`, and all of it again, with jitter, after a deadlock or a lock wait, until TRY_FOR_MS is over; so it must
 * have no effect but that of one transaction, or of one statement that commits by itself.
 * @throws RetryLater when locks or the database did not let it through; every other error as it was thrown.
 */
export async function tryAgain<T>(work: () => Promise<T>): Promise<T> {
  const giveUpAt = Date.now() + TRY_FOR_MS;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof OutcomeUnknown) throw error;
      if (isAway(error)) throw new RetryLater(error);
      if (!RETRY_WHOLE.has(mysqlNumber(error))) throw error;
      if (Date.now() > giveUpAt) throw new RetryLater(error);
      await pause(attempt);
    }
  }
}

async function once<Tables, T>(orm: Orm, work: (tx: Kysely<Tables>) => Promise<T>): Promise<T> {
  let isCommitting = false;
  const all = async (tx: unknown) => {
    const result = await work(tx as Kysely<Tables>);
    isCommitting = true;
    return result;
  };
  try {
    // READ COMMITTED is the session's own level (see connect), so saying it again would only be one more round trip.
    return await orm.em.getConnection().transactional(all);
  } catch (error) {
    throw isCommitting && isAway(error) ? new OutcomeUnknown(error) : error;
  }
}

function pause(attempt: number): Promise<void> {
  const longest = Math.min(10 * 2 ** attempt, 300);
  return new Promise((resolve) => setTimeout(resolve, Math.random() * longest));
}

/** The MySQL error number behind an error, whatever wrapped it; 0 if there is none. */
export function mysqlNumber(error: unknown): number {
  for (let e = error as { errno?: unknown; cause?: unknown } | undefined; e; e = e.cause as typeof e) {
    if (typeof e.errno === 'number' && e.errno > 0) return e.errno;
  }
  return 0;
}

/** Whether an insert met the unique key `key` (1062): the sign of a repeat. */
export function isRepeatOf(error: unknown, key: string): boolean {
  return mysqlNumber(error) === 1062 && String((error as Error).message).includes(`${key}'`);
}

type DriverError = { code?: unknown; errno?: unknown; fatal?: unknown; cause?: unknown };

/** Whether the error says that the database cannot be reached or is going down. */
export function isAway(error: unknown): boolean {
  if (AWAY_NUMBERS.has(mysqlNumber(error))) return true;
  for (let e = error as DriverError | undefined; e; e = e.cause as typeof e) {
    if (typeof e.code === 'string' && AWAY_CODES.has(e.code)) return true;
    // A connection that died before this command: the driver gives neither number nor code.
    if (e.fatal === true && e.code === undefined && e.errno === undefined) return true;
  }
  return false;
}
