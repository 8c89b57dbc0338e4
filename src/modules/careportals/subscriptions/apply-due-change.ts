import type { Cause } from '../../../platform/cause.ts';
import type { Instant } from '../../../platform/database/instant.ts';
import type { Tx } from '../tables.ts';
import { cancelSubscription } from './cancel-subscription.ts';
import type { ChangeResult } from './change-subscription.ts';
import { plusDays } from './cycle-dates.ts';
import { resumeSubscription } from './resume-subscription.ts';

/** A scheduled change whose time has come, with its spine row locked by this transaction. */
export interface DueChange {
  subscriptionId: string;
  action: 'resume' | 'cancel';
  dueAt: Instant;
  reason: string | null;
  /** Of the request that scheduled it. */
  correlationId: string;
}

/**
 * Takes the change that has been due longest and that no other instance is at; null if there is none.
 * @param except subscriptions that failed lately and shall not hold up the others.
 */
export async function takeDueChange(tx: Tx, now: Instant, except: readonly string[] = []): Promise<DueChange | null> {
  const due = tx
    .selectFrom('subscriptions')
    .select(['subscription_id', 'scheduled_action', 'scheduled_at', 'scheduled_reason', 'scheduled_correlation_id'])
    .where('scheduled_at', '<=', now)
    .orderBy('scheduled_at')
    .limit(1)
    .forUpdate()
    .skipLocked();
  const row = await (except.length === 0 ? due : due.where('subscription_id', 'not in', except)).executeTakeFirst();
  if (!row) return null;
  const { scheduled_action: action, scheduled_at: dueAt } = row;
  if (action === null || dueAt === null) throw new Error('A plan without action or date: check_scheduled is missing.');
  return {
    subscriptionId: row.subscription_id,
    action,
    dueAt,
    reason: row.scheduled_reason,
    correlationId: row.scheduled_correlation_id ?? '',
  };
}

/** Carries out a due change by the same verbs as a person would, in the name of the schedule. */
export function applyDueChange(tx: Tx, due: DueChange, now: Instant): Promise<ChangeResult> {
  const { subscriptionId, reason, correlationId } = due;
  const cause: Cause = { actor: 'schedule', actorRole: 'system', source: 'job', correlationId, at: now };
  const request = { subscriptionId, ownedBy: null, reason, comment: null, expectedVersion: null };
  if (due.action === 'cancel') return cancelSubscription(tx, cause, { ...request, atCycleEnd: false });
  return resumeSubscription(tx, cause, { ...request, resumeAt: null }, countsFrom(due.dueAt, now));
}

/** A plan that is a little late counts from its date, so that the cycle of that day is not lost; after an outage, from now. */
function countsFrom(dueAt: Instant, now: Instant): Instant {
  return plusDays(dueAt, 1) < now ? now : dueAt;
}
