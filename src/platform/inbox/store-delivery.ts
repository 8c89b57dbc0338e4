import type { Kysely } from 'kysely';
import type { Orm } from '../database/connect.ts';
import { toInstant } from '../database/instant.ts';
import { isRepeatOf, tryAgain } from '../database/transaction.ts';
import type { VerifiedDelivery } from './inbox-source.ts';
import type { InboxTables } from './inbox-tables.ts';

export interface NewDelivery extends VerifiedDelivery {
  sourceSystem: string;
  receivedAt: Date;
}

export interface StoredDelivery {
  inboxId: string;
  /** The same event came before; nothing was stored this time. */
  isRepeat: boolean;
}

/**
 * Stores a redacted delivery for the worker and returns when it is committed. Any number of copies, also at once, make
 * one row. One statement that commits by itself: senders wait for the answer, and a transaction would be two more trips.
 * @throws RetryLater if the database is away; nothing was stored, or the sender's repeat will find that it was.
 */
export function storeDelivery(orm: Orm, delivery: NewDelivery): Promise<StoredDelivery> {
  return tryAgain(async () => {
    try {
      return { inboxId: await insertDeliveries(orm, [delivery]), isRepeat: false };
    } catch (error) {
      if (!isRepeatOf(error, 'idx_event')) throw error;
      return { inboxId: await find(orm, delivery), isRepeat: true };
    }
  });
}

/**
 * Inserts all of them or none, in one statement that commits by itself.
 * @returns the number of the first one's row.
 */
export async function insertDeliveries(orm: Orm, deliveries: readonly NewDelivery[]): Promise<string> {
  const { insertId } = await inboxOf(orm)
    .insertInto('webhook_inbox')
    .values(deliveries.map(asRow))
    .executeTakeFirstOrThrow();
  return String(insertId);
}

function asRow(delivery: NewDelivery) {
  const receivedAt = toInstant(delivery.receivedAt);
  return {
    source_system: delivery.sourceSystem,
    event_key: delivery.eventKey,
    event_type: delivery.eventType,
    event_id: delivery.eventId,
    payload: JSON.stringify(delivery.payload),
    received_at: receivedAt,
    next_attempt_at: receivedAt,
  };
}

async function find(orm: Orm, delivery: NewDelivery): Promise<string> {
  const row = await inboxOf(orm)
    .selectFrom('webhook_inbox')
    .select('inbox_id')
    .where('source_system', '=', delivery.sourceSystem)
    .where('event_key', '=', delivery.eventKey)
    .executeTakeFirstOrThrow();
  return row.inbox_id;
}

function inboxOf(orm: Orm): Kysely<InboxTables> {
  return orm.em.getConnection().getClient() as unknown as Kysely<InboxTables>;
}
