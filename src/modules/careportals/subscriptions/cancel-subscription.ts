import type { Cause } from '../../../platform/cause.ts';
import type { Instant } from '../../../platform/database/instant.ts';
import type { Refusal } from '../../../platform/refusal.ts';
import type { Tx } from '../tables.ts';
import { type Change, type ChangeRequest, type ChangeResult, changeSubscription } from './change-subscription.ts';
import type { SubscriptionRow } from './lock-subscription.ts';
import { whyNotDueAt } from './why-not-due-at.ts';

export interface CancelRequest extends ChangeRequest {
  /** Let the cycle it is in run out first: it is cancelled by itself on the date of its next cycle. */
  atCycleEnd: boolean;
}

/** Ends a subscription for good, now or at the end of its cycle. */
export function cancelSubscription(tx: Tx, cause: Cause, request: CancelRequest): Promise<ChangeResult> {
  if (!request.atCycleEnd) return changeSubscription(tx, cause, 'cancel', request);
  return changeSubscription(tx, cause, 'cancel_at_cycle_end', request, (before) => atCycleEnd(before, cause.at));
}

/** The date stays, should the EMR move the next cycle afterwards. The rule has seen to it that it is known. */
export function atCycleEnd({ nextCycleDate }: Pick<SubscriptionRow, 'nextCycleDate'>, now: Instant): Change | Refusal {
  const scheduledAt = nextCycleDate ?? now;
  return whyNotDueAt(scheduledAt, now, 'atCycleEnd', 'The end of the cycle') ?? { scheduledAt };
}
