import type { Query } from '../../../platform/database/query.ts';
import { fits } from '../../../platform/read/value.ts';
import { isStandIn } from './stand-in-customer-id.ts';

/** The customer's own id for any CarePortals id ever seen; an id that nobody knows stands for itself. */
export async function resolveCustomerId(query: Query, careportalsId: string): Promise<string> {
  if (!fits('id', careportalsId) || isStandIn(careportalsId)) return careportalsId;
  const [alias] = await query<{ customer_id: string }>(
    'SELECT customer_id FROM customer_aliases WHERE careportals_id = ?',
    [careportalsId],
  );
  return alias?.customer_id ?? careportalsId;
}
