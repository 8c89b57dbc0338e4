import { type Kysely, sql } from 'kysely';
import type { Orm } from '../database/connect.ts';
import type { Instant } from '../database/instant.ts';
import type { Delivery } from './delivery.ts';
import type { InboxStatus, InboxTables } from './inbox-tables.ts';

/** A stored delivery whose time has come. */
export interface DueDelivery extends Delivery {
  /** The correlation id of whatever it changes. */
  publicId: string;
  /** Attempts that were finished when a person last had it tried again: the limit of attempts counts from there. */
  attemptsBeforeReplay: number;
}

/** The columns of the inbox that make a delivery. */
export interface DueRow {
  inbox_id: string;
  public_id: string;
  source_system: string;
  event_type: string;
  event_id: string | null;
  payload: unknown;
  attempts: number;
  attempts_before_replay: number;
  received_at: Instant;
}

/**
 * Up to `limit` due deliveries, the longest due first, and up to as many parked ones that are to be looked at again.
 * It takes no lock: who works on a delivery locks it then. Each half reads the index in its order; one statement for
 * both states would sort the whole backlog every time.
 */
export async function dueDeliveries(orm: Orm, now: Instant, limit: number): Promise<DueDelivery[]> {
  const due = (status: InboxStatus) => sql`(SELECT inbox_id, public_id, source_system, event_type, event_id, payload,
    attempts, attempts_before_replay, received_at FROM webhook_inbox WHERE status = ${status} AND next_attempt_at <= ${now}
    ORDER BY next_attempt_at, inbox_id LIMIT ${limit})`;
  const { rows } = await sql<DueRow>`${due('pending')} UNION ALL ${due('parked')}`.execute(inboxOf(orm));
  return rows.map(asDelivery);
}

/** Whether any delivery's time has come, locked or not. */
export async function isAnythingDue(orm: Orm, now: Instant): Promise<boolean> {
  const row = await inboxOf(orm)
    .selectFrom('webhook_inbox')
    .select('inbox_id')
    .where('status', 'in', ['pending', 'parked'])
    .where('next_attempt_at', '<=', now)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

function inboxOf(orm: Orm): Kysely<InboxTables> {
  return orm.em.getConnection().getClient() as unknown as Kysely<InboxTables>;
}

export function asDelivery(row: DueRow): DueDelivery {
  return {
    inboxId: row.inbox_id,
    publicId: row.public_id,
    sourceSystem: row.source_system,
    eventType: row.event_type,
    eventId: row.event_id,
    payload: row.payload,
    receivedAt: row.received_at,
    attempt: row.attempts + 1,
    attemptsBeforeReplay: row.attempts_before_replay,
  };
}
