import type { Instant } from '../../../platform/database/instant.ts';
import { firstNotBefore, nextDateFrom, plusDays } from './cycle-dates.ts';
import { type Subject, standingOf } from './transitions.ts';
import { latestPlan } from './why-not-due-at.ts';

/** What the dates of its cycles follow from. */
export interface CyclePlan extends Subject {
  /** When a scheduled change is due. */
  scheduledAt: Instant | null;
  /** The cycle it is in. */
  cycle: number;
}

export interface UpcomingCycle {
  /** Null for a cycle that is left out: the one after it takes its number. */
  number: number | null;
  date: Instant;
  skipped: boolean;
}

/**
 * The next cycles as far as they can be known, oldest first, if nobody changes anything: with those that were skipped
 * and still lie ahead. The first one may have passed, if the EMR has not told of the renewal.
 * @param count at most so many.
 */
export function upcomingCycles(plan: CyclePlan, now: Instant, count: number): UpcomingCycle[] {
  const skipped = skippedAhead(plan, now);
  return [...skipped, ...comingCycles(plan, now, count - skipped.length)].slice(0, count);
}

function skippedAhead(plan: CyclePlan, now: Instant): UpcomingCycle[] {
  if (standingOf(plan) !== 'active') return [];
  return plan.skippedDates.filter((date) => date > now).map((date) => ({ number: null, date, skipped: true }));
}

function comingCycles(plan: CyclePlan, now: Instant, count: number): UpcomingCycle[] {
  const next = nextDateOf(plan);
  if (next === null || count <= 0) return [];
  return datesFrom(next, plan.cycleDays, now, count).map((date, ahead) => ({
    number: plan.cycle + 1 + ahead,
    date,
    skipped: false,
  }));
}

/** The known date, then its rhythm; dates that passed since are not told, the cycles were missed. */
function datesFrom(next: Instant, cycleDays: number | null, now: Instant, count: number): Instant[] {
  if (cycleDays === null) return [next];
  const second = firstNotBefore(plusDays(next, cycleDays), cycleDays, now);
  const others = Array.from({ length: count - 1 }, (_, ahead) => plusDays(second, ahead * cycleDays));
  return [next, ...others].filter((date) => date === next || date <= latestPlan(now));
}

/** Null if no cycle will begin by itself, or if none can be known. */
function nextDateOf(plan: CyclePlan): Instant | null {
  switch (standingOf(plan)) {
    case 'active':
      return plan.nextCycleDate;
    case 'pausedUntil':
      // As resuming will set it.
      return plan.scheduledAt === null ? null : nextDateFrom(plan.nextCycleDate, plan.cycleDays, plan.scheduledAt);
    default:
      return null;
  }
}
