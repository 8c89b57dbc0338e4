import type { SubscriptionState } from './subscription.entity.ts';

/** Where a subscription may go by a mutation. Only an admin's reactivation leads out of cancelled. */
export const TRANSITIONS: Record<SubscriptionState, readonly SubscriptionState[]> = {
  active: ['paused', 'cancelled'],
  paused: ['active', 'cancelled'],
  cancelled: [],
};

export type LifecycleAction = 'pause' | 'resume' | 'cancel';

/** Where each action leads. */
export const TARGETS: Record<LifecycleAction, SubscriptionState> = {
  pause: 'paused',
  resume: 'active',
  cancel: 'cancelled',
};

/** Null if the action is allowed from this state; else a sentence that says why not. */
export function whyNot(action: LifecycleAction, from: SubscriptionState): string | null {
  const to = TARGETS[action];
  if (TRANSITIONS[from].includes(to)) return null;
  if (from === to) return `The subscription is ${from} already.`;
  return `A subscription that is ${from} cannot be changed to ${to}.`;
}

/** The table for an EMR status: an ended subscription rests with the cancelled ones. */
export function stateOf(status: 'active' | 'paused' | 'cancelled' | 'ended'): SubscriptionState {
  return status === 'ended' ? 'cancelled' : status;
}
