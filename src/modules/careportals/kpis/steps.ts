import { badUserInput } from '../../../platform/graphql/faults.ts';
import { addDays, type DayRange, rangeOf } from './eastern-days.ts';
import { KpiStep, type WeekStart } from './kpis.type.ts';

/** Of a series: a year of days, and a bit. */
export const MOST_STEPS = 400;

/**
 * The steps of a range, which they fill without holes: the first and the last are cut to it.
 * @throws BAD_USER_INPUT if there would be too many.
 */
export function stepsOf({ from, to }: DayRange, step: KpiStep, weekStart: WeekStart): DayRange[] {
  const steps: DayRange[] = [];
  for (let day = from; day < to; ) {
    if (steps.length === MOST_STEPS) {
      throw badUserInput(`A series has ${MOST_STEPS} steps at most: ask for a shorter range or longer steps.`);
    }
    const next = nextStep(day, step, weekStart);
    const end = next < to ? next : to;
    steps.push(rangeOf(day, end));
    day = end;
  }
  return steps;
}

/** The day on which the next step begins. */
function nextStep(day: string, step: KpiStep, weekStart: WeekStart): string {
  if (step === KpiStep.DAY) return addDays(day, 1);
  const date = new Date(`${day}T00:00:00Z`);
  if (step === KpiStep.WEEK) return addDays(day, 7 - ((date.getUTCDay() - weekStart + 7) % 7));
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)).toISOString().slice(0, 10);
}
