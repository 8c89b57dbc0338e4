import { systemClock } from '../../../platform/clock.ts';
import type { Orm } from '../../../platform/database/connect.ts';
import { inTransaction } from '../../../platform/database/transaction.ts';
import { DEMO_TABLES } from './demo-batch.ts';
import type { DemoSize } from './demo-counts.ts';
import { knownSoFar } from './known-so-far.ts';
import { makeBatches } from './make-batches.ts';
import { planDemo, plannedRows } from './plan-demo.ts';
import { type AddedRows, nothingAdded, writeBatch, writeHistory } from './write-batch.ts';

export interface SeedOptions extends DemoSize {
  /** Any text; the same seed gives the same rows on an equal database. */
  seed?: string;
  /** When the story ends; not in the future. Without it: the beginning of the current day in UTC. */
  asOf?: Date;
  /** Called after each committed batch. */
  onProgress?: (progress: SeedProgress) => void;
  /** Stops after the batch that is being written and its history. */
  signal?: AbortSignal;
}

/** Rows committed so far, out of so many. */
export interface SeedProgress {
  rows: number;
  totalRows: number;
}

export const DEFAULT_SEED = 'careportals';

/**
 * Adds fictional customers with all that belongs to them, under the application's own account, in batches that commit
 * within a second. While one batch is written, the order history of the one before is; a signal stops after both, so
 * an interrupted load is merely a smaller one.
 * A further call adds further people, who order from the same catalogue: numbers go on, no id is met twice.
 * @returns the rows that were added, by table.
 * @throws RangeError for a size that is too large; RetryLater if the database is away; NumbersTaken if another program
 *   added customers or orders at the same time.
 */
export async function seedDemoData(orm: Orm, options: SeedOptions): Promise<AddedRows> {
  const { seed = DEFAULT_SEED, asOf = startOfToday(), onProgress, signal, ...size } = options;
  const known = await inTransaction(orm, knownSoFar);
  const plan = planDemo({ ...size, seed, asOf, known });
  const added = nothingAdded();
  const count = (written: AddedRows) => {
    for (const table of DEMO_TABLES) added[table] += written[table];
    onProgress?.({ rows: Object.values(added).reduce((a, b) => a + b), totalRows: plannedRows(plan) });
  };
  let history = Promise.resolve();
  for (const batch of makeBatches(plan)) {
    if (signal?.aborted) break;
    await both(history, writeBatch(orm, batch, asOf).then(count));
    history = writeHistory(orm, batch, asOf).then(count);
  }
  await history;
  return added;
}

/** Waits for both, also when one fails: nothing may go on behind the caller's back. */
async function both(...work: Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason;
}

/** The data looks fresh, and two loads of one day give the same. */
export function startOfToday(): Date {
  return new Date(systemClock.now().setUTCHours(0, 0, 0, 0));
}
