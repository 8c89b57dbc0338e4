import { badUserInput } from '../../../platform/graphql/faults.ts';
import { addDays, type DayRange, daysBetween, rangeOf } from './eastern-days.ts';
import { KpiStep, type WeekStart } from './kpis.type.ts';

/** A year of days, and a bit. */
const MOST_STEPS = 400;

/**
 * The steps of a range, which they fill without holes: the first and the last are cut to it.
 * @throws BAD_USER_INPUT if there would be too many.
 */
export function stepsOf({ from, to }: DayRange, step: KpiStep, weekStart: WeekStart): DayRange[] {
  if (daysBetween(from, to) > MOST_STEPS * daysIn(step)) {
    throw badUserInput(`A series has ${MOST_STEPS} steps at most: ask for a shorter range or longer steps.`);
  }
  const steps: DayRange[] = [];
  for (let day = from; day < to; ) {
    const next = nextStep(day, step, weekStart);
    const end = next < to ? next : to;
    steps.push(rangeOf(day, end));
    day = end;
  }
  return steps;
}

function daysIn(step: KpiStep): number {
  return { [KpiStep.DAY]: 1, [KpiStep.WEEK]: 7, [KpiStep.MONTH]: 28 }[step];
}

/** The day on which the next step begins. */
function nextStep(day: string, step: KpiStep, weekStart: WeekStart): string {
  if (step === KpiStep.DAY) return addDays(day, 1);
  const date = new Date(`${day}T00:00:00Z`);
  if (step === KpiStep.WEEK) return addDays(day, 7 - ((date.getUTCDay() - weekStart + 7) % 7));
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)).toISOString().slice(0, 10);
}
