import type { Kysely } from 'kysely';
import type { Instant } from '../database/instant.ts';
import type { InboxTables } from './inbox-tables.ts';

/** The column's length. Names are cut alike when stored and when looked for. */
const LONGEST_NAME = 255;

/** A name as `waiting_for` holds it. */
export function waitName(name: string): string {
  return name.slice(0, LONGEST_NAME);
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
      next_attempt_at: row.fn<string>('least', ['received_at', row.val(now)]),
    }))
    .where('inbox_id', 'in', ids)
    .where('status', '=', 'parked')
    .executeTakeFirst();
  return Number(updated.numUpdatedRows);
}

async function waitingFor(tx: Kysely<InboxTables>, names: string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const rows = await tx
    .selectFrom('webhook_inbox')
    .select('inbox_id')
    .where('waiting_for', 'in', names)
    .where('status', '=', 'parked')
    .orderBy('inbox_id')
    .execute();
  return rows.map((row) => row.inbox_id);
}
