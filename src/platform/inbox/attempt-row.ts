import { type Compilable, type Kysely, sql } from 'kysely';
import type { DueDelivery } from './due-deliveries.ts';
import type { InboxTables } from './inbox-tables.ts';

/** How an attempt ended, as webhook_logs names it. */
export type AttemptOutcome = 'processed' | 'ignored' | 'quarantined' | 'parked' | 'failed' | 'dead';

const STATUS: Record<AttemptOutcome, 'success' | 'pending' | 'failed'> = {
  processed: 'success',
  ignored: 'success',
  quarantined: 'failed',
  parked: 'pending',
  failed: 'failed',
  dead: 'failed',
};

/**
 * What adds the finished attempt to webhook_logs. The first one takes the payload along, because the log keeps what
 * came and the inbox may forget; inside MySQL, so that it is the stored text and does not travel twice.
 * @param error what failed, in words that hold no patient data.
 */
export function attemptRow(
  tx: Kysely<InboxTables>,
  delivery: DueDelivery,
  outcome: AttemptOutcome,
  ms: number,
  error: string | null = null,
): Compilable {
  const insert = sql`INSERT INTO webhook_logs (webhook_type, source_system, event_id, inbox_id, attempt, outcome, status,
      error_message, payload, processing_time_ms, received_at)
    SELECT LEFT(event_type, 50), source_system, event_id, inbox_id, ${delivery.attempt}, ${outcome}, ${STATUS[outcome]},
      ${error}, IF(${delivery.attempt} = 1, payload, NULL), ${Math.round(ms)}, received_at
    FROM webhook_inbox WHERE inbox_id = ${delivery.inboxId}`;
  return { compile: () => insert.compile(tx) };
}
