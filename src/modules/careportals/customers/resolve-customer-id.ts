import type { Query } from '../../../platform/database/query.ts';
import { fits } from '../../../platform/read/value.ts';
import { isStandIn } from './stand-in-customer-id.ts';

/** The customer's own id for any CarePortals id ever seen; an id that nobody knows stands for itself. */
export async function resolveCustomerId(query: Query, careportalsId: string): Promise<string> {
  return (await recogniseCustomers(query, [careportalsId])).get(careportalsId) ?? careportalsId;
}

/** The customers' own ids by CarePortals ids; without those that mean nobody. */
export async function recogniseCustomers(
  query: Query,
  careportalsIds: readonly string[],
): Promise<Map<string, string>> {
  const possible = careportalsIds.filter((id) => fits('id', id) && !isStandIn(id));
  if (possible.length === 0) return new Map();
  const rows = await query<{ alias: string; customerId: string }>(
    'SELECT careportals_id AS alias, customer_id AS customerId FROM customer_aliases WHERE careportals_id IN (?)',
    [possible],
  );
  return new Map(rows.map(({ alias, customerId }) => [alias, customerId]));
}
