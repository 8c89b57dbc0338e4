import type { Cause } from '../../../platform/cause.ts';
import type { Tx } from '../tables.ts';
import { lockSubscription } from './lock-subscription.ts';
import { rewriteSubscription } from './write-subscription.ts';

/**
 * Gives a subscription the customer whom CarePortals named before they were known: audited, one version up, as if they
 * had been known all along. Nothing happens if it names somebody else by now.
 * @param emrIds the ids that mean the customer now.
 * @returns the log_id of the audit entry; null if nothing was to be done.
 */
export async function linkSubscriptionCustomer(
  tx: Tx,
  cause: Cause,
  subscriptionId: string,
  customerId: string,
  emrIds: readonly string[],
): Promise<string | null> {
  const before = await lockSubscription(tx, subscriptionId);
  if (before === null || before.customerId !== null || !emrIds.includes(before.emrCustomerId ?? '')) return null;
  const after = { ...before, customerId, version: before.version + 1 };
  const event = { triggerType: 'customer_known', effect: 'changed' } as const;
  return (await rewriteSubscription(tx, cause, before, after, event)).logId;
}
