import { levelOf } from '../../../platform/access/caller.ts';
import type { Context } from '../../../platform/context.ts';
import { forbidden } from '../../../platform/graphql/faults.ts';
import type { Progress } from '../../../platform/live/following.ts';
import { resolveCustomerId } from './resolve-customer-id.ts';

/** Whose changes somebody is told. */
export interface WhoseChanges {
  /** Asked for each event; null is a customer that nobody knows. */
  isTold(customerId: string | null): boolean;
  /** The one customer whose changes these are; null if they may be anybody's. */
  only: string | null;
}

/**
 * Whose changes a caller is told: a customer its own, everybody else all; of these only the wanted customer's, by any
 * id it ever had.
 * @throws FORBIDDEN for a service without the scope `feed`.
 */
export async function whoseChanges(
  { caller, query }: Context,
  wantedId: string | null | undefined,
): Promise<WhoseChanges> {
  const level = levelOf(caller);
  if (level === 'none') throw forbidden('A service needs the scope "feed" to follow changes.');
  const own = level === 'customer' ? (caller.customerId ?? '') : null;
  const wanted = wantedId == null ? null : await resolveCustomerId(query, wantedId);
  const isTold = (customerId: string | null) =>
    (own === null || customerId === own) && (wanted === null || customerId === wanted);
  return { isTold, only: own ?? wanted };
}

/** How far the feed is: a cursor must not run ahead of what an unknown customer will be told as soon as it is known. */
export function progressFor({ caller }: Context, isAsked: boolean): Progress {
  if (!isAsked) return 'never';
  return caller.isUnknown ? 'start' : 'always';
}
