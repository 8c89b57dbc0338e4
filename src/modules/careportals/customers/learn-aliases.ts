import type { Instant } from '../../../platform/database/instant.ts';
import { isRepeatOf, RetryLater } from '../../../platform/database/transaction.ts';
import type { Tx } from '../tables.ts';

/**
 * Lets ids mean a customer from now on.
 * @param ids each once.
 * @returns those that did not before.
 * @throws RetryLater if one was given to somebody else a moment ago: tried again, the delivery finds them.
 */
export async function learnAliases(tx: Tx, ids: string[], customerId: string, at: Instant): Promise<string[]> {
  if (ids.length === 0) return [];
  try {
    const rows = ids.map((id) => ({ careportals_id: id, customer_id: customerId, first_seen_at: at }));
    await tx.insertInto('customer_aliases').values(rows).execute();
    return ids;
  } catch (error) {
    if (!isRepeatOf(error, 'PRIMARY')) throw error;
    const known = await customersOf(tx, ids);
    // Nothing known although something was in the way: asked again at once, the same would happen again.
    if (known.size === 0 || [...known.values()].some((owner) => owner !== customerId)) throw new RetryLater(error);
    return learnAliases(
      tx,
      ids.filter((id) => !known.has(id)),
      customerId,
      at,
    );
  }
}

/** Which of these ids mean nobody yet. */
export async function unclaimed(tx: Tx, ids: string[]): Promise<string[]> {
  const known = await customersOf(tx, ids);
  return ids.filter((id) => !known.has(id));
}

async function customersOf(tx: Tx, ids: string[]): Promise<Map<string, string>> {
  const rows = await tx
    .selectFrom('customer_aliases')
    .select(['careportals_id', 'customer_id'])
    .where('careportals_id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.careportals_id, row.customer_id]));
}
