import { levelOf } from '../../../platform/access/caller.ts';
import type { Context } from '../../../platform/context.ts';
import { forbidden } from '../../../platform/graphql/faults.ts';
import { resolveCustomerId } from './resolve-customer-id.ts';

/**
 * Whose changes a caller is told: a customer its own, everybody else all; of these only the wanted customer's, by any
 * id it ever had. The answer is asked for each event; null is a customer that nobody knows.
 * @throws FORBIDDEN for a service without the scope `feed`.
 */
export async function whoseChanges(
  { caller, query }: Context,
  wantedId: string | null | undefined,
): Promise<(customerId: string | null) => boolean> {
  const level = levelOf(caller);
  if (level === 'none') throw forbidden('A service needs the scope "feed" to follow changes.');
  const own = level === 'customer' ? (caller.customerId ?? '') : null;
  const wanted = wantedId == null ? null : await resolveCustomerId(query, wantedId);
  return (customerId) => (own === null || customerId === own) && (wanted === null || customerId === wanted);
}
