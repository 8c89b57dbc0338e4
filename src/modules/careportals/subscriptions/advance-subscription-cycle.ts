import type { Cause } from '../../../platform/cause.ts';
import type { Tx } from '../tables.ts';
import { type ChangeRequest, type ChangeResult, changeSubscription } from './change-subscription.ts';
import { plusDays } from './cycle-dates.ts';

/** Begins the next cycle, as the EMR's renewal does: for when its event never came. */
export function advanceSubscriptionCycle(tx: Tx, cause: Cause, request: ChangeRequest): Promise<ChangeResult> {
  return changeSubscription(tx, cause, 'advance_cycle', request, ({ cycle, nextCycleDate, cycleDays }) => ({
    cycle: cycle + 1,
    nextCycleDate: nextCycleDate === null || cycleDays === null ? null : plusDays(nextCycleDate, cycleDays),
    skippedDates: [],
  }));
}
