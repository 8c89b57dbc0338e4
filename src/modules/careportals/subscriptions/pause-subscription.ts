import type { Cause } from '../../../platform/cause.ts';
import type { Tx } from '../tables.ts';
import { type MoveRequest, type MoveResult, moveSubscription } from './move-subscription.ts';

/** Stops billing and deliveries until it is resumed. Refusals come back as values; see MoveResult. */
export function pauseSubscription(tx: Tx, cause: Cause, request: MoveRequest): Promise<MoveResult> {
  return moveSubscription(tx, cause, 'pause', request);
}
