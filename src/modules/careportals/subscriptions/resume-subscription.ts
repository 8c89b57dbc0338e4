import type { Cause } from '../../../platform/cause.ts';
import type { Tx } from '../tables.ts';
import { type MoveRequest, type MoveResult, moveSubscription } from './move-subscription.ts';

/** Starts a paused subscription again. Refusals come back as values; see MoveResult. */
export function resumeSubscription(tx: Tx, cause: Cause, request: MoveRequest): Promise<MoveResult> {
  return moveSubscription(tx, cause, 'resume', request);
}
