import type { Cause } from '../../../../platform/cause.ts';
import type { Instant } from '../../../../platform/database/instant.ts';
import type { Tx } from '../../tables.ts';
import { advanceSubscriptionCycle } from '../advance-subscription-cycle.ts';
import { cancelSubscription } from '../cancel-subscription.ts';
import type { ChangeRequest, ChangeResult } from '../change-subscription.ts';
import { pauseSubscription } from '../pause-subscription.ts';
import { reactivateSubscription } from '../reactivate-subscription.ts';
import { rescheduleSubscription } from '../reschedule-subscription.ts';
import { resumeSubscription } from '../resume-subscription.ts';
import { skipSubscriptionCycle } from '../skip-subscription-cycle.ts';
import type { SubscriptionAction } from '../subscription-action.ts';
import { swapSubscriptionProduct } from '../swap-subscription-product.ts';
import type { RuleName } from '../transitions.ts';
import { undoScheduledChange } from '../undo-scheduled-change.ts';
import { unskipSubscriptionCycle } from '../unskip-subscription-cycle.ts';

/** The arguments that the single mutations have of their own, as a job keeps them; null where none was given. */
export interface ActionArguments {
  resumeAt: Instant | null;
  cycles: number | null;
  atCycleEnd: boolean | null;
  nextCycleDate: Instant | null;
  productId: string | null;
}

/** What is done to every subscription of a job. */
export interface BulkAction extends ActionArguments {
  action: SubscriptionAction;
}

type Verb = (tx: Tx, cause: Cause, request: ChangeRequest & ActionArguments) => Promise<ChangeResult>;

/** The verbs of the single mutations. */
const VERBS: Record<SubscriptionAction, Verb> = {
  pause: pauseSubscription,
  resume: resumeSubscription,
  cancel: (tx, cause, request) =>
    cancelSubscription(tx, cause, { ...request, atCycleEnd: request.atCycleEnd ?? false }),
  reactivate: reactivateSubscription,
  reschedule: (tx, cause, request) =>
    rescheduleSubscription(tx, cause, { ...request, nextCycleDate: given(request.nextCycleDate) }),
  skip: skipSubscriptionCycle,
  unskip: unskipSubscriptionCycle,
  swap_product: (tx, cause, request) =>
    swapSubscriptionProduct(tx, cause, { ...request, productId: given(request.productId) }),
  advance_cycle: advanceSubscriptionCycle,
  undo_scheduled_change: undoScheduledChange,
};

/** Does the action to one subscription, as its own mutation would. */
export function carryOut(
  tx: Tx,
  cause: Cause,
  { action, ...own }: BulkAction,
  request: ChangeRequest,
): Promise<ChangeResult> {
  return VERBS[action](tx, cause, { ...request, ...own });
}

/** The rule that the verb obeys with these arguments. */
export function ruleOf({ action, resumeAt, cycles, atCycleEnd }: BulkAction): RuleName {
  if (resumeAt !== null) return action === 'pause' ? 'pause_until' : 'resume_at';
  if (cycles !== null) return 'pause_for_cycles';
  return atCycleEnd === true ? 'cancel_at_cycle_end' : action;
}

/** An argument that a job is not stored without. */
export function given<T>(value: T | null): T {
  if (value === null) throw new Error('A bulk job lacks the argument of its action.');
  return value;
}
