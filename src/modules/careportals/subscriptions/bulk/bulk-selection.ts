import { CompiledQuery } from 'kysely';
import type { Condition } from '../../../../platform/read/source.ts';
import { countStatement } from '../../../../platform/read/statements.ts';
import { fits, isOneOf } from '../../../../platform/read/value.ts';
import { type Refusal, refusal, UserErrorCode } from '../../../../platform/refusal.ts';
import type { Tx } from '../../tables.ts';
import { subscriptions } from '../subscription.source.ts';

/** The subscriptions of a bulk action: named one by one, each once; or whatever fits a condition on the list of all. */
export type BulkSelection = { ids: readonly string[] } | { where: Condition };

/** Ids that one request may name. */
const MOST_IDS = 5_000;

/** Subscriptions that one job may be about: its items are made in one transaction, of about two seconds. */
const MOST_ITEMS = 50_000;

/** Null if these can be ids of so many subscriptions. */
export function whyInvalidIds(ids: readonly string[]): Refusal | null {
  if (ids.length === 0) return invalid('subscriptionIds is empty: name at least one.', 'subscriptionIds');
  if (ids.length > MOST_IDS) {
    return invalid(`subscriptionIds may name ${MOST_IDS}; these are ${ids.length}.`, 'subscriptionIds');
  }
  const odd = ids.findIndex((id) => !fits('id', id));
  return odd === -1 ? null : invalid(`subscriptionIds: number ${odd + 1} cannot be an id.`, 'subscriptionIds');
}

/** Null if a job can be about so many. */
export async function whyTooMany(tx: Tx, selection: BulkSelection): Promise<Refusal | null> {
  if ('ids' in selection) return null;
  const { sql, params } = countStatement(subscriptions.from, selection.where);
  const { rows } = await tx.executeQuery<{ n: string | null }>(CompiledQuery.raw(sql, params));
  const count = Number(rows[0]?.n ?? 0);
  if (count <= MOST_ITEMS) return null;
  return invalid(`The filter fits ${count} subscriptions; a job may be about ${MOST_ITEMS}. Narrow it.`, 'filter');
}

/** The selection as a condition on the list of subscriptions. */
export function conditionOf(selection: BulkSelection): Condition {
  return 'ids' in selection ? isOneOf('s.subscription_id', 'id', selection.ids) : selection.where;
}

function invalid(message: string, field: string): Refusal {
  return refusal(UserErrorCode.VALIDATION, message, 'input', field);
}
