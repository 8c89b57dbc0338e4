import type { Kysely } from 'kysely';
import type { Instant } from '../database/instant.ts';
import type { Query } from '../database/query.ts';
import type { Condition } from '../read/source.ts';
import { all } from '../read/value.ts';
import type { InboxTables } from './inbox-tables.ts';

/** All but those whose next attempt is the first, or the first since they were last replayed: it comes by itself. */
const REPLAYABLE: Condition = {
  sql: "i.status <> 'pending' OR i.attempts > i.attempts_before_replay",
  params: [],
};

export interface Replayable {
  /** The first of them, in order of receipt. */
  inboxIds: string[];
  /** How many there are in all. */
  matched: number;
}

/** Deliveries that may be replayed, as far as they fit a condition on `webhook_inbox i`. */
export async function findReplayable(query: Query, wanted: Condition, most: number): Promise<Replayable> {
  const { sql, params } = all([wanted, REPLAYABLE]);
  const rows = await query<{ inbox_id: string }>(
    `SELECT i.inbox_id FROM webhook_inbox i WHERE ${sql} ORDER BY i.received_at, i.inbox_id LIMIT ${most}`,
    params,
  );
  if (rows.length < most) return { inboxIds: idsOf(rows), matched: rows.length };
  const [counted] = await query<{ n: string }>(`SELECT COUNT(*) AS n FROM webhook_inbox i WHERE ${sql}`, params);
  return { inboxIds: idsOf(rows), matched: Number(counted?.n) };
}

function idsOf(rows: { inbox_id: string }[]): string[] {
  return rows.map((row) => row.inbox_id);
}

/**
 * Has deliveries tried again at once, with as many attempts as a new one; effects bear being repeated. Those that have
 * become pending meanwhile stay as they are. Wake the worker after the commit.
 * @returns how many.
 */
export async function replayDeliveries(
  tx: Kysely<InboxTables>,
  inboxIds: readonly string[],
  { actor, at }: { actor: string; at: Instant },
): Promise<number> {
  if (inboxIds.length === 0) return 0;
  const updated = await tx
    .updateTable('webhook_inbox')
    .set((row) => ({
      status: 'pending',
      waiting_for: null,
      or_waiting_for: null,
      next_attempt_at: at,
      finished_at: null,
      replayed_at: at,
      replayed_by: actor,
      attempts_before_replay: row.ref('attempts'),
    }))
    .where('inbox_id', 'in', inboxIds)
    .where((row) => row.or([row('status', '!=', 'pending'), row('attempts', '>', row.ref('attempts_before_replay'))]))
    .executeTakeFirst();
  return Number(updated.numUpdatedRows);
}
