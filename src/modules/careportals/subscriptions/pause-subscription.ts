import type { Cause } from '../../../platform/cause.ts';
import type { Instant } from '../../../platform/database/instant.ts';
import { type Refusal, refusal, UserErrorCode } from '../../../platform/refusal.ts';
import type { Tx } from '../tables.ts';
import { type Change, type ChangeRequest, type ChangeResult, changeSubscription } from './change-subscription.ts';
import { plusDays } from './cycle-dates.ts';
import type { SubscriptionRow } from './lock-subscription.ts';
import { whyNotDueAt } from './why-not-due-at.ts';

export interface PauseRequest extends ChangeRequest {
  /** It resumes by itself then; null, without cycles: when somebody resumes it. */
  resumeAt: Instant | null;
  /** It resumes by itself on the date after so many of its cycles. */
  cycles: number | null;
}

/** Cycles that one pause may leave out. */
const MOST_CYCLES = 52;

/** Pauses a subscription: until further notice, until a date, or for so many cycles. */
export async function pauseSubscription(tx: Tx, cause: Cause, request: PauseRequest): Promise<ChangeResult> {
  const invalid = whyInvalidPause(request, cause.at);
  if (invalid) return { subscriptionId: request.subscriptionId, refusal: invalid };
  const { resumeAt, cycles } = request;
  if (resumeAt !== null) {
    return changeSubscription(tx, cause, 'pause_until', request, () => ({ scheduledAt: resumeAt }));
  }
  if (cycles === null) return changeSubscription(tx, cause, 'pause', request);
  return changeSubscription(tx, cause, 'pause_for_cycles', request, (before) => afterCycles(before, cycles, cause.at));
}

/** Null if one may ask for this at all, whatever the subscription. */
export function whyInvalidPause(
  { resumeAt, cycles }: Pick<PauseRequest, 'resumeAt' | 'cycles'>,
  now: Instant,
): Refusal | null {
  if (resumeAt !== null && cycles !== null) {
    return refusal(UserErrorCode.VALIDATION, 'Give resumeAt or cycles, not both.', 'input', 'cycles');
  }
  if (cycles !== null && (cycles < 1 || cycles > MOST_CYCLES)) {
    return refusal(UserErrorCode.VALIDATION, `cycles must be 1 to ${MOST_CYCLES}.`, 'input', 'cycles');
  }
  return resumeAt === null ? null : whyNotDueAt(resumeAt, now, 'resumeAt');
}

/** The date of the first cycle that is not left out; the rule has seen to it that both are known. */
export function afterCycles(
  { nextCycleDate, cycleDays }: Pick<SubscriptionRow, 'nextCycleDate' | 'cycleDays'>,
  cycles: number,
  now: Instant,
): Change | Refusal {
  const scheduledAt = plusDays(nextCycleDate ?? now, cycles * (cycleDays ?? 0));
  return whyNotDueAt(scheduledAt, now, 'cycles', 'The end of the pause') ?? { scheduledAt };
}
