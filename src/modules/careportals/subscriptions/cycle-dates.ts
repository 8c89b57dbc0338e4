import { fromInstant, type Instant, toInstant } from '../../../platform/database/instant.ts';

/** MySQL knows no later one (1292). */
const LAST_INSTANT: Instant = '9999-12-31 23:59:59.999';

/**
 * The same time of day so many calendar days later. Days are UTC days, as in the dates that CarePortals sends: its
 * cycles keep their UTC time of day when New York changes its clocks.
 */
export function plusDays(instant: Instant, days: number): Instant {
  const date = fromInstant(instant);
  date.setUTCDate(date.getUTCDate() + days);
  return date.getUTCFullYear() > 9999 ? LAST_INSTANT : toInstant(date);
}

/** The first date of the rhythm that `date` begins which is not before `from`. */
export function firstNotBefore(date: Instant, cycleDays: number, from: Instant): Instant {
  if (date >= from) return date;
  const missed = Math.ceil((fromInstant(from).getTime() - fromInstant(date).getTime()) / (cycleDays * 86_400_000));
  return plusDays(date, missed * cycleDays);
}

/** When the next cycle begins for one that goes on at an instant; null if that cannot be known. Missed cycles are not made up for. */
export function nextDateFrom(nextCycleDate: Instant | null, cycleDays: number | null, from: Instant): Instant | null {
  if (nextCycleDate === null || nextCycleDate >= from) return nextCycleDate;
  return cycleDays === null ? null : firstNotBefore(nextCycleDate, cycleDays, from);
}
