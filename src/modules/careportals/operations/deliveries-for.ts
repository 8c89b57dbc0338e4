import { levelOf } from '../../../platform/access/caller.ts';
import type { Context } from '../../../platform/context.ts';
import { Reader, type Row } from '../../../platform/read/reader.ts';
import { webhookDeliveries } from './webhook-delivery.source.ts';

/**
 * Deliveries, in this order, for the answer to whoever brought or replayed them. A service, whose scope lets it read
 * nothing, gets of these what an analyst would see: where they stand, and no payload.
 */
export async function deliveriesFor({ caller, reader, query }: Context, inboxIds: readonly string[]): Promise<Row[]> {
  const eyes = levelOf(caller) === 'none' ? new Reader(query, 'feed', null) : reader;
  const rows = await Promise.all(inboxIds.map((id) => eyes.toOne(webhookDeliveries, 'inboxId', id)));
  return rows.filter((row) => row !== null);
}
