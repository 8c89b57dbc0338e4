import type { SubscriptionEvent } from '../../subscriptions/apply-subscription-event.ts';
import { type Body, emrIdAt, instantAt, valueAt } from './body.ts';
import { emrId, wholeNumber } from './clean.ts';
import { readPhases } from './read-phases.ts';

export type SubscriptionStatus = NonNullable<SubscriptionEvent['status']>;

const STATUSES = new Set<string>(['active', 'paused', 'cancelled', 'ended'] satisfies SubscriptionStatus[]);

/** A subscription's status by its text, whatever its case and with one l or two; null for any other text. */
export function subscriptionStatusOf(text: string | null): SubscriptionStatus | null {
  const status = (text ?? '').toLowerCase().replace(/^canceled$/, 'cancelled');
  return STATUSES.has(status) ? (status as SubscriptionStatus) : null;
}

/** What a body says of a subscription, save its status and customer. `updatedAt` is null where the body has none. */
export function readSubscription(body: Body) {
  return {
    subscriptionId: emrIdAt(body, '_id'),
    productId: emrIdAt(body, 'product._id') ?? bareProductId(body),
    cycle: valueAt(body, cycleNumber, 'is not a cycle of 1 or more', 'currentCycle'),
    nextCycleDate: instantAt(body, 'nextCycleDate'),
    phases: readPhases(body),
    createdAt: instantAt(body, 'createdAt'),
    updatedAt: instantAt(body, 'updatedAt'),
  };
}

function bareProductId(body: Body): string | null {
  return valueAt(body, emrId, 'is not an id of 24 hexadecimal digits', 'product');
}

function cycleNumber(text: string): number | null {
  const cycle = wholeNumber(text);
  return cycle !== null && cycle > 0 ? cycle : null;
}
