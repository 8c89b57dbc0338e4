import type { Instant } from '../../../../platform/database/instant.ts';
import type { Subject } from '../../../../platform/inbox/delivery.ts';
import type { KnownOrder } from '../../orders/lock-order.ts';
import { recordCancellation, saysCancelled } from '../../orders/record-cancellation.ts';
import { addToHistory } from '../../orders/record-order-status.ts';
import type { Tx } from '../../tables.ts';
import type { Transition } from './read-order.ts';

interface ToldTransitions {
  transitions: Transition[];
  isDeleted: boolean;
  toldAt: Instant;
}

/**
 * Adds what an event tells of an order's past to its history, and that it is off if so. The caller holds the order's row.
 * @returns the rows that were written.
 */
export async function recordTransitions(
  tx: Tx,
  { orderId, createdAt }: KnownOrder,
  { transitions, isDeleted, toldAt }: ToldTransitions,
  receivedAt: Instant,
): Promise<Subject[]> {
  const written: Subject[] = [];
  for (const { status, at } of await unknownOf(tx, orderId, transitions)) {
    // Who set it is left out: the row would else depend on which of two deliveries of one transition came first.
    const fact = { orderId, status, statusUpdatedAt: at, source: 'careportals', receivedAt };
    const id = await addToHistory(tx, fact, createdAt);
    if (id !== null) written.push({ type: 'OrderStatusUpdate', id });
  }
  const offs = transitions.filter(({ status }) => saysCancelled(status)).map(({ at }) => at);
  const [earliest] = [...offs, ...(isDeleted ? [toldAt] : [])].sort();
  const cancellation = earliest === undefined ? null : await recordCancellation(tx, orderId, earliest);
  return cancellation === null ? written : [...written, { type: 'OrderCancellation', id: cancellation }];
}

/**
 * Oldest first, so that those who watch see the order pass through them. Native bodies carry the whole past every time,
 * and one question is less than an insert for each that is known.
 */
async function unknownOf(tx: Tx, orderId: string, transitions: Transition[]): Promise<Transition[]> {
  if (transitions.length < 2) return transitions;
  const rows = await tx
    .selectFrom('order_status_updates')
    .select(['updated_status', 'status_updated_at'])
    .where('order_id', '=', orderId)
    .execute();
  const known = new Set(rows.map((row) => `${row.status_updated_at} ${row.updated_status}`));
  return transitions.filter(({ status, at }) => !known.has(`${at} ${status}`)).sort((a, b) => (a.at < b.at ? -1 : 1));
}
