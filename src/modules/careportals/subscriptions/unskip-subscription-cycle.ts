import type { Cause } from '../../../platform/cause.ts';
import type { Tx } from '../tables.ts';
import { type ChangeRequest, type ChangeResult, changeSubscription } from './change-subscription.ts';

/** Takes back the last skip, while the skipped date still lies ahead. */
export function unskipSubscriptionCycle(tx: Tx, cause: Cause, request: ChangeRequest): Promise<ChangeResult> {
  return changeSubscription(tx, cause, 'unskip', request, ({ skippedDates }) => ({
    nextCycleDate: skippedDates.at(-1) ?? null,
    skippedDates: skippedDates.slice(0, -1),
  }));
}
