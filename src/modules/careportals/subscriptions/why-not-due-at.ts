import type { Instant } from '../../../platform/database/instant.ts';
import { type Refusal, refusal, UserErrorCode } from '../../../platform/refusal.ts';
import { plusDays } from './cycle-dates.ts';

/** Nobody plans further ahead than this; a later date is a slip of the pen. */
const LONGEST_DAYS = 2 * 366;

/** Null if something may be planned for this instant: ahead of us, and not absurdly far. */
export function whyNotDueAt(at: Instant, now: Instant, field: string): Refusal | null {
  if (at <= now) return refusal(UserErrorCode.VALIDATION, `${field} must lie ahead.`, 'input', field);
  if (at <= plusDays(now, LONGEST_DAYS)) return null;
  return refusal(UserErrorCode.VALIDATION, `${field} must lie within two years.`, 'input', field);
}
