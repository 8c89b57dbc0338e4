import type { Cause } from '../../../platform/cause.ts';
import type { Instant } from '../../../platform/database/instant.ts';
import type { Tx } from '../tables.ts';
import { type ChangeRequest, type ChangeResult, changeSubscription } from './change-subscription.ts';
import { plusDays } from './cycle-dates.ts';
import type { SubscriptionRow } from './lock-subscription.ts';
import { latestPlan } from './why-not-due-at.ts';

/** Begins the next cycle, as the EMR's renewal does: for when its event never came. */
export function advanceSubscriptionCycle(tx: Tx, cause: Cause, request: ChangeRequest): Promise<ChangeResult> {
  return changeSubscription(tx, cause, 'advance_cycle', request, (before) => ({
    cycle: before.cycle + 1,
    nextCycleDate: dateAfter(before, cause.at),
    skippedDates: [],
  }));
}

/** Open if it cannot be known; also after a date that only stands for "never". */
function dateAfter({ nextCycleDate, cycleDays }: SubscriptionRow, now: Instant): Instant | null {
  if (nextCycleDate === null || cycleDays === null) return null;
  const date = plusDays(nextCycleDate, cycleDays);
  return date > latestPlan(now) ? null : date;
}
