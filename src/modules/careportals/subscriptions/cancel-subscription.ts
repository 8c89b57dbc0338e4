import type { Cause } from '../../../platform/cause.ts';
import type { Tx } from '../tables.ts';
import { type ChangeRequest, type ChangeResult, changeSubscription } from './change-subscription.ts';

export interface CancelRequest extends ChangeRequest {
  /** Let the cycle it is in run out first: it is cancelled by itself on the date of its next cycle. */
  atCycleEnd: boolean;
}

/** Ends a subscription for good, now or at the end of its cycle. */
export function cancelSubscription(tx: Tx, cause: Cause, request: CancelRequest): Promise<ChangeResult> {
  if (!request.atCycleEnd) return changeSubscription(tx, cause, 'cancel', request);
  return changeSubscription(tx, cause, 'cancel_at_cycle_end', request, ({ nextCycleDate }) => ({
    scheduledAt: nextCycleDate,
  }));
}
