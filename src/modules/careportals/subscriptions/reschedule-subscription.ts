import type { Cause } from '../../../platform/cause.ts';
import type { Instant } from '../../../platform/database/instant.ts';
import { type Refusal, refusal, UserErrorCode } from '../../../platform/refusal.ts';
import type { Tx } from '../tables.ts';
import { type Change, type ChangeRequest, type ChangeResult, changeSubscription } from './change-subscription.ts';
import type { SubscriptionRow } from './lock-subscription.ts';
import { whyNotDueAt } from './why-not-due-at.ts';

export interface RescheduleRequest extends ChangeRequest {
  /** When the next cycle shall begin. */
  nextCycleDate: Instant;
}

/** Moves the next cycle to another date; the later ones follow it. What was skipped before can no longer be unskipped. */
export async function rescheduleSubscription(tx: Tx, cause: Cause, request: RescheduleRequest): Promise<ChangeResult> {
  const { nextCycleDate } = request;
  const invalid = whyNotDueAt(nextCycleDate, cause.at, 'nextCycleDate');
  if (invalid) return { subscriptionId: request.subscriptionId, refusal: invalid };
  return changeSubscription(tx, cause, 'reschedule', request, (before) => movedTo(before, nextCycleDate));
}

export function movedTo(before: Pick<SubscriptionRow, 'nextCycleDate'>, nextCycleDate: Instant): Change | Refusal {
  if (before.nextCycleDate !== nextCycleDate) return { nextCycleDate, skippedDates: [] };
  return refusal(UserErrorCode.VALIDATION, 'The next cycle begins then already.', 'input', 'nextCycleDate');
}
