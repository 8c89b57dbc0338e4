import { fromInstant, type Instant } from '../../../../platform/database/instant.ts';
import { queryIn } from '../../../../platform/database/query.ts';
import { mysqlNumber, RetryLater } from '../../../../platform/database/transaction.ts';
import type { Tx } from '../../tables.ts';
import type { Context, Known, Settled, Table } from '../table.ts';
import type { KnownPlan } from '../tables/settle-known.ts';

/** All that is known stands in the database by now. */
const NOTHING_BESIDE: Known = {
  has: () => false,
  valueOf: () => undefined,
  customerOf: () => null,
  firstOrderOf: () => null,
};

/** As the import would have written it when it put the line into the inbox: it replaces nothing. */
function contextOf(receivedAt: Instant): Context {
  const now = fromInstant(receivedAt);
  return { mode: 'import', startedAt: receivedAt, runId: 'waiting-line', known: NOTHING_BESIDE, now };
}

/** How a line that waited meets the database now, by the table's own rules. Reads only. */
export async function settleWaitingLine<Line>(
  tx: Tx,
  table: Table<Line>,
  line: Line,
  receivedAt: Instant,
): Promise<Settled<Line>> {
  const admitted = { ordinal: 1, tab: '', row: 0, line };
  const [settled] = await table.settle(queryIn(tx), contextOf(receivedAt), [admitted]);
  return settled!;
}

/** Whether its parent is still unknown. */
export function mustWait({ did }: Settled<unknown>): boolean {
  return did === 'parked' || did === 'waiting';
}

/**
 * Writes what was settled as it is written at once: the same values, marked as the import's.
 * @returns why there was nothing to write; null if it was written.
 * @throws RetryLater if another report of the same row came between.
 */
export async function writeWaitingLine<Line>(
  tx: Tx,
  table: Table<Line>,
  settled: Settled<Line>,
  receivedAt: Instant,
): Promise<string | null> {
  if (settled.did !== 'written' && settled.did !== 'filled') return standsAlready(settled);
  try {
    await table.write(tx, contextOf(receivedAt), [settled]);
  } catch (error) {
    throw mysqlNumber(error) === 1062 ? new RetryLater(error) : error;
  }
  return null;
}

function standsAlready({ plan }: Settled<unknown>): string {
  const importedAt = (plan as KnownPlan | undefined)?.importedAt ?? null;
  return importedAt === null ? 'Others have told all of it since' : 'Written by a later import';
}
