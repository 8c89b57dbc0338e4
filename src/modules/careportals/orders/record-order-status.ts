import type { Instant } from '../../../platform/database/instant.ts';
import { isRepeatOf } from '../../../platform/database/transaction.ts';
import type { Tx } from '../tables.ts';

export interface OrderStatusFact {
  orderId: string;
  /** Normalised text, see normaliseStatus. */
  status: string;
  /** The sender's clock, or ours for a status set by hand. */
  statusUpdatedAt: Instant;
  /** Who says so: `careportals`, `manual`, `import`, `demo`. */
  source: string;
  /** The person, for a status set by hand. */
  actor?: string | null;
  /** Free text of the person; patient data. */
  note?: string | null;
  receivedAt: Instant;
}

export type RecordedStatus =
  | { kind: 'recorded'; updateId: string }
  /** The same order, status and time stand in the history already. */
  | { kind: 'repeat' }
  | { kind: 'unknownOrder' };

/**
 * Adds a row to an order's history; the trigger decides whether it is the current status.
 * Takes the order row FOR UPDATE first, so that this and the trigger take locks in one order.
 */
export async function recordOrderStatus(tx: Tx, fact: OrderStatusFact): Promise<RecordedStatus> {
  const order = await tx
    .selectFrom('orders')
    .select('created_at')
    .where('order_id', '=', fact.orderId)
    .forUpdate()
    .executeTakeFirst();
  if (!order) return { kind: 'unknownOrder' };
  const updateId = await addToHistory(tx, fact, order.created_at);
  return updateId === null ? { kind: 'repeat' } : { kind: 'recorded', updateId };
}

/**
 * The same for a caller that holds the order's row.
 * @returns the new row's key; null if the same order, status and time stand in the history already.
 */
export async function addToHistory(tx: Tx, fact: OrderStatusFact, orderCreatedAt: Instant): Promise<string | null> {
  try {
    const inserted = await tx
      .insertInto('order_status_updates')
      .values({
        order_id: fact.orderId,
        updated_status: fact.status,
        source: fact.source,
        actor: fact.actor ?? null,
        note: fact.note ?? null,
        order_created_at: orderCreatedAt,
        status_updated_at: fact.statusUpdatedAt,
        webhook_received_at: fact.receivedAt,
      })
      .executeTakeFirstOrThrow();
    return String(inserted.insertId);
  } catch (error) {
    // 1062 rolls back the statement alone, so the transaction goes on.
    if (isRepeatOf(error, 'idx_order_status_once')) return null;
    throw error;
  }
}
