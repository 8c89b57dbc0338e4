import type { Cause } from '../../../platform/cause.ts';
import type { Tx } from '../tables.ts';
import { type MoveRequest, type MoveResult, moveSubscription } from './move-subscription.ts';

/** Ends a subscription for good. Refusals come back as values; see MoveResult. */
export function cancelSubscription(tx: Tx, cause: Cause, request: MoveRequest): Promise<MoveResult> {
  return moveSubscription(tx, cause, 'cancel', request);
}
