import type { Cause } from '../../../platform/cause.ts';
import type { Tx } from '../tables.ts';
import { type ChangeRequest, type ChangeResult, changeSubscription } from './change-subscription.ts';
import { plusDays } from './cycle-dates.ts';
import { whyNotDueAt } from './why-not-due-at.ts';

/** Leaves the next cycle out: the one after it becomes the next. */
export function skipSubscriptionCycle(tx: Tx, cause: Cause, request: ChangeRequest): Promise<ChangeResult> {
  return changeSubscription(tx, cause, 'skip', request, (before) => {
    const skipped = before.nextCycleDate ?? cause.at;
    const nextCycleDate = plusDays(skipped, before.cycleDays ?? 0);
    const tooFar = whyNotDueAt(nextCycleDate, cause.at, 'subscriptionId');
    return tooFar ?? { nextCycleDate, skippedDates: [...before.skippedDates, skipped] };
  });
}
