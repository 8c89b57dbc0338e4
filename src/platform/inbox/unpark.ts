import type { Kysely } from 'kysely';
import type { Instant } from '../database/instant.ts';
import type { Outcome } from './delivery.ts';
import type { InboxTables } from './inbox-tables.ts';

/** The column's length. Names are cut alike when stored and when looked for. */
const LONGEST_NAME = 255;

/** A name as `waiting_for` and `or_waiting_for` hold it. */
export function waitName(name: string): string {
  return name.slice(0, LONGEST_NAME);
}

/** The one or two names that a parked delivery waits for, as they are stored. */
export function awaitedNames({ waitingFor, orWaitingFor }: Extract<Outcome, { kind: 'parked' }>): string[] {
  return [waitingFor, ...(orWaitingFor === undefined ? [] : [orWaitingFor])].map(waitName);
}

/**
 * Makes the deliveries that wait for any of these names due at once, before what came later than they did.
 * For the worker, and for imports or replays that bring what deliveries wait for.
 * @returns how many.
 */
export async function unpark(tx: Kysely<InboxTables>, names: readonly string[], now: Instant): Promise<number> {
  const ids = await waitingFor(tx, names.map(waitName));
  if (ids.length === 0) return 0;
  // By primary key, as the worker locks them: by the index of names the two could deadlock.
  const updated = await tx
    .updateTable('webhook_inbox')
    .set((row) => ({
      status: 'pending',
      waiting_for: null,
      or_waiting_for: null,
      next_attempt_at: row.fn<string>('least', ['received_at', row.val(now)]),
    }))
    .where('inbox_id', 'in', ids)
    .where('status', '=', 'parked')
    .executeTakeFirst();
  return Number(updated.numUpdatedRows);
}

async function waitingFor(tx: Kysely<InboxTables>, names: string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const by = (column: 'waiting_for' | 'or_waiting_for') =>
    tx.selectFrom('webhook_inbox').select('inbox_id').where(column, 'in', names).where('status', '=', 'parked');
  // Not OR: each half reads its index whatever the optimizer thinks of the two together. A row found twice does no harm.
  const rows = await by('waiting_for').unionAll(by('or_waiting_for')).execute();
  return rows.map((row) => row.inbox_id);
}
