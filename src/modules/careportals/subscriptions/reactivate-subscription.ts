import type { Cause } from '../../../platform/cause.ts';
import type { Tx } from '../tables.ts';
import { type ChangeRequest, type ChangeResult, changeSubscription } from './change-subscription.ts';
import { nextDateFrom } from './cycle-dates.ts';

/** Takes a cancelled subscription back into the active ones. That it was cancelled stays in its audit trail. */
export function reactivateSubscription(tx: Tx, cause: Cause, request: ChangeRequest): Promise<ChangeResult> {
  return changeSubscription(tx, cause, 'reactivate', request, ({ nextCycleDate, cycleDays }) => ({
    nextCycleDate: nextDateFrom(nextCycleDate, cycleDays, cause.at),
  }));
}
