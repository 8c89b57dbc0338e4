import type { Kysely } from 'kysely';
import type { Orm } from '../database/connect.ts';
import { toInstant } from '../database/instant.ts';
import { inTransaction, isRepeatOf } from '../database/transaction.ts';
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
 * Stores a redacted delivery for the worker and returns after the commit. Any number of copies, also at once, make
 * one row.
 * @throws RetryLater if the database is away; nothing was stored, or the sender's repeat will find that it was.
 */
export function storeDelivery(orm: Orm, delivery: NewDelivery): Promise<StoredDelivery> {
  return inTransaction<InboxTables, StoredDelivery>(orm, async (tx) => {
    try {
      return { inboxId: await insert(tx, delivery), isRepeat: false };
    } catch (error) {
      if (!isRepeatOf(error, 'idx_event')) throw error;
      return { inboxId: await find(tx, delivery), isRepeat: true };
    }
  });
}

async function insert(tx: Kysely<InboxTables>, delivery: NewDelivery): Promise<string> {
  const receivedAt = toInstant(delivery.receivedAt);
  const inserted = await tx
    .insertInto('webhook_inbox')
    .values({
      source_system: delivery.sourceSystem,
      event_key: delivery.eventKey,
      event_type: delivery.eventType,
      event_id: delivery.eventId,
      payload: JSON.stringify(delivery.payload),
      received_at: receivedAt,
      next_attempt_at: receivedAt,
    })
    .executeTakeFirstOrThrow();
  return String(inserted.insertId);
}

async function find(tx: Kysely<InboxTables>, delivery: NewDelivery): Promise<string> {
  const row = await tx
    .selectFrom('webhook_inbox')
    .select('inbox_id')
    .where('source_system', '=', delivery.sourceSystem)
    .where('event_key', '=', delivery.eventKey)
    .executeTakeFirstOrThrow();
  return row.inbox_id;
}
