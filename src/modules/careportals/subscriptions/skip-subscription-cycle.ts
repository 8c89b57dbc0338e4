import type { Cause } from '../../../platform/cause.ts';
import type { Instant } from '../../../platform/database/instant.ts';
import type { Refusal } from '../../../platform/refusal.ts';
import type { Tx } from '../tables.ts';
import { type Change, type ChangeRequest, type ChangeResult, changeSubscription } from './change-subscription.ts';
import { plusDays } from './cycle-dates.ts';
import type { SubscriptionRow } from './lock-subscription.ts';
import { whyNotDueAt } from './why-not-due-at.ts';

/** Leaves the next cycle out: the one after it becomes the next. */
export function skipSubscriptionCycle(tx: Tx, cause: Cause, request: ChangeRequest): Promise<ChangeResult> {
  return changeSubscription(tx, cause, 'skip', request, (before) => withoutNext(before, cause.at));
}

/** The rule has seen to it that the date and the length of the cycle are known. */
export function withoutNext(
  before: Pick<SubscriptionRow, 'nextCycleDate' | 'cycleDays' | 'skippedDates'>,
  now: Instant,
): Change | Refusal {
  const skipped = before.nextCycleDate ?? now;
  const nextCycleDate = plusDays(skipped, before.cycleDays ?? 0);
  const tooFar = whyNotDueAt(nextCycleDate, now, 'subscriptionId', 'The next cycle');
  return tooFar ?? { nextCycleDate, skippedDates: [...before.skippedDates, skipped] };
}
