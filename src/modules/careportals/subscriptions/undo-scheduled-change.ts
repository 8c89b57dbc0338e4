import type { Cause } from '../../../platform/cause.ts';
import type { Tx } from '../tables.ts';
import { type ChangeRequest, type ChangeResult, changeSubscription } from './change-subscription.ts';

/** Calls off what is scheduled: the cancellation at the end of the cycle, or the day on which a pause ends. */
export function undoScheduledChange(tx: Tx, cause: Cause, request: ChangeRequest): Promise<ChangeResult> {
  return changeSubscription(tx, cause, 'undo_scheduled_change', request);
}
