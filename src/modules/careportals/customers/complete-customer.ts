import type { Instant } from '../../../platform/database/instant.ts';
import type { Tx } from '../tables.ts';

export interface CustomerDetails {
  firstName: string | null;
  lastName: string | null;
  phone: string | null;
  knownSince: Instant | null;
}

/** Fills what is blank and moves created_at back to the earliest moment known; what is there already stays. */
export async function completeCustomer(tx: Tx, customerId: string, facts: CustomerDetails): Promise<void> {
  // Most events bring nothing new, and a row that is not written is not locked.
  if (Object.keys(await news(tx, customerId, facts, false)).length === 0) return;
  const changes = await news(tx, customerId, facts, true);
  if (Object.keys(changes).length === 0) return;
  await tx.updateTable('customers').set(changes).where('customer_id', '=', customerId).execute();
}

async function news(tx: Tx, customerId: string, facts: CustomerDetails, lock: boolean) {
  const query = tx
    .selectFrom('customers')
    .select(['first_name', 'last_name', 'phone', 'created_at'])
    .where('customer_id', '=', customerId);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirstOrThrow();
  return {
    ...(isBlank(row.first_name) && facts.firstName !== null && { first_name: facts.firstName }),
    ...(isBlank(row.last_name) && facts.lastName !== null && { last_name: facts.lastName }),
    ...(isBlank(row.phone) && facts.phone !== null && { phone: facts.phone }),
    ...(facts.knownSince !== null && facts.knownSince < row.created_at && { created_at: facts.knownSince }),
  };
}

function isBlank(text: string | null): boolean {
  return text === null || text === '';
}
