import type { Instant } from '../../../platform/database/instant.ts';
import { type Refusal, refusal, UserErrorCode } from '../../../platform/refusal.ts';
import { plusDays } from './cycle-dates.ts';

/** Nobody plans further ahead than this; a later date is a slip of the pen. */
const LONGEST_DAYS = 2 * 366;

/** The last instant that anything may be planned for. */
export function latestPlan(now: Instant): Instant {
  return plusDays(now, LONGEST_DAYS);
}

/**
 * Null if something may be planned for this instant: ahead of us, and not absurdly far.
 * @param field of the input that it follows from; @param what it is called in the message, if not by the field's name.
 */
export function whyNotDueAt(at: Instant, now: Instant, field: string, what = field): Refusal | null {
  if (at <= now) return refusal(UserErrorCode.VALIDATION, `${what} must lie ahead.`, 'input', field);
  if (at <= latestPlan(now)) return null;
  return refusal(UserErrorCode.VALIDATION, `${what} must lie within two years.`, 'input', field);
}
