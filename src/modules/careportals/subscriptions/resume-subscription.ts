import type { Cause } from '../../../platform/cause.ts';
import type { Instant } from '../../../platform/database/instant.ts';
import { type Refusal, refusal, UserErrorCode } from '../../../platform/refusal.ts';
import type { Tx } from '../tables.ts';
import { type Change, type ChangeRequest, type ChangeResult, changeSubscription } from './change-subscription.ts';
import { nextDateFrom } from './cycle-dates.ts';
import type { SubscriptionRow } from './lock-subscription.ts';
import { whyNotDueAt } from './why-not-due-at.ts';

export interface ResumeRequest extends ChangeRequest {
  /** It resumes by itself then, and stays paused until; null: now. */
  resumeAt: Instant | null;
}

/**
 * Resumes a subscription now, or plans it. Cycles that passed meanwhile are not made up for: the next one begins on the
 * first date of its rhythm from now on.
 * @param from when it counts as resumed; the date that was planned, if it is a minute late.
 */
export async function resumeSubscription(
  tx: Tx,
  cause: Cause,
  request: ResumeRequest,
  from: Instant = cause.at,
): Promise<ChangeResult> {
  const { resumeAt } = request;
  if (resumeAt === null) {
    return changeSubscription(tx, cause, 'resume', request, (before) => ({
      nextCycleDate: nextDateFrom(before.nextCycleDate, before.cycleDays, from),
    }));
  }
  const invalid = whyNotDueAt(resumeAt, cause.at, 'resumeAt');
  if (invalid) return { subscriptionId: request.subscriptionId, refusal: invalid };
  return changeSubscription(tx, cause, 'resume_at', request, (before) => plannedFor(before, resumeAt));
}

export function plannedFor({ scheduledAt }: Pick<SubscriptionRow, 'scheduledAt'>, resumeAt: Instant): Change | Refusal {
  if (scheduledAt !== resumeAt) return { scheduledAt: resumeAt };
  return refusal(UserErrorCode.VALIDATION, 'It resumes then already.', 'input', 'resumeAt');
}
