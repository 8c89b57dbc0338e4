import { reportOnce } from '../report-once.ts';
import type { Tx } from '../tables.ts';
import type { KnownOrder } from './lock-order.ts';

/** Number and CarePortals id as they were told; null where they were not. */
interface ToldIdentity {
  orderId: string | null;
  internalOrderId: string | null;
}

/**
 * Writes down, once each, that an order was told with another number or CarePortals id than the ones that are known.
 * Those stay: which is right only a person can tell. The caller holds the order's row.
 */
export async function reportOtherIdentity(tx: Tx, known: KnownOrder, told: ToldIdentity): Promise<void> {
  await report(tx, known, '_id', told.internalOrderId, known.internalOrderId);
  await report(tx, known, 'id', told.orderId, known.orderId);
}

async function report(tx: Tx, { orderId }: KnownOrder, field: string, told: string | null, known: string) {
  if (told === null || told === known) return;
  await reportOnce(tx, {
    errorType: 'webhook_data_quality',
    source: `order:${orderId}`,
    message: `Order ${orderId}: ${field} was told as ${told} and is known as ${known}, which stays.`,
    facts: { orderId, field, told, known },
  });
}
