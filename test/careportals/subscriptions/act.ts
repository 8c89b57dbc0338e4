import {
  applySubscriptionEvent,
  type SubscriptionEvent,
} from '../../../src/modules/careportals/subscriptions/apply-subscription-event.ts';
import { cancelSubscription } from '../../../src/modules/careportals/subscriptions/cancel-subscription.ts';
import type { ChangeResult } from '../../../src/modules/careportals/subscriptions/change-subscription.ts';
import { pauseSubscription } from '../../../src/modules/careportals/subscriptions/pause-subscription.ts';
import { resumeSubscription } from '../../../src/modules/careportals/subscriptions/resume-subscription.ts';
import { skipSubscriptionCycle } from '../../../src/modules/careportals/subscriptions/skip-subscription-cycle.ts';
import type { Tables } from '../../../src/modules/careportals/tables.ts';
import type { Cause } from '../../../src/platform/cause.ts';
import type { Orm } from '../../../src/platform/database/connect.ts';
import { inTransaction } from '../../../src/platform/database/transaction.ts';

/** An instant of the tests' own month: `at(3)` is noon of the third, `at(3, 250)` a quarter of a second later. */
export function at(day: number, ms = 0): string {
  return `2026-03-${String(day).padStart(2, '0')} 12:00:00.${String(ms).padStart(3, '0')}`;
}

/** What the EMR says in one event; `at` of the envelope is when we hear of it. */
export function event(
  orm: Orm,
  told: Partial<SubscriptionEvent> & Pick<SubscriptionEvent, 'subscriptionId' | 'updatedAt'>,
  heardAt = at(28),
): Promise<string> {
  const whole: SubscriptionEvent = {
    triggerType: told.status ?? 'renewal',
    status: null,
    customerId: null,
    emrCustomerId: null,
    productId: null,
    cycle: null,
    nextCycleDate: null,
    phases: null,
    createdAt: null,
    heardAt,
    rawData: { _id: told.subscriptionId, updatedAt: told.updatedAt },
    ...told,
  };
  const cause: Cause = {
    actor: 'careportals',
    actorRole: 'system',
    source: 'webhook',
    correlationId: 'a delivery',
    at: heardAt,
  };
  return inTransaction<Tables, string>(orm, (tx) => applySubscriptionEvent(tx, cause, whole));
}

const VERBS = {
  pause: pauseSubscription,
  resume: resumeSubscription,
  cancel: cancelSubscription,
  cancelAtCycleEnd: cancelSubscription,
  skip: skipSubscriptionCycle,
};

/** Something that staff does at an instant. */
export function act(
  orm: Orm,
  action: 'pause' | 'resume' | 'cancel' | 'cancelAtCycleEnd' | 'skip',
  subscriptionId: string,
  movedAt: string,
  words: { reason?: string; comment?: string } = {},
): Promise<ChangeResult> {
  const cause: Cause = {
    actor: 'agent-7',
    actorRole: 'support',
    source: 'mutation',
    correlationId: 'a request',
    at: movedAt,
  };
  const request = {
    subscriptionId,
    ownedBy: null,
    expectedVersion: null,
    reason: null,
    comment: null,
    resumeAt: null,
    cycles: null,
    atCycleEnd: action === 'cancelAtCycleEnd',
    ...words,
  };
  const verb = VERBS[action];
  return inTransaction<Tables, ChangeResult>(orm, (tx) => verb(tx, cause, request));
}
