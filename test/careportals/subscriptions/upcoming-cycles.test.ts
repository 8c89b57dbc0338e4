import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CyclePlan, upcomingCycles } from '../../../src/modules/careportals/subscriptions/upcoming-cycles.ts';
import { at } from './act.ts';

const NOW = at(10);

function plan(known: Partial<CyclePlan> = {}): CyclePlan {
  return {
    state: 'active',
    scheduledAction: null,
    scheduledAt: null,
    nextCycleDate: '2026-03-20 09:00:00.000',
    skippedDates: [],
    cycleDays: 28,
    cycle: 3,
    ...known,
  };
}

/** As `4 2026-03-20`, and `skip 2026-03-20` for one that is left out. */
function told(known: Partial<CyclePlan>, count = 3): string[] {
  return upcomingCycles(plan(known), NOW, count).map(
    ({ number, date, skipped }) => `${skipped ? 'skip' : number} ${date.slice(0, 10)}`,
  );
}

describe('an active subscription', () => {
  test('begins its next cycle on the known date and another every cycle length after, at the same time of day', () => {
    expect(upcomingCycles(plan(), NOW, 3)).toEqual([
      { number: 4, date: '2026-03-20 09:00:00.000', skipped: false },
      { number: 5, date: '2026-04-17 09:00:00.000', skipped: false },
      { number: 6, date: '2026-05-15 09:00:00.000', skipped: false },
    ]);
  });

  test('tells the skipped dates that lie ahead first, without a number, and counts them', () => {
    const skippedDates = [at(9), '2026-03-20 09:00:00.000', '2026-04-17 09:00:00.000'];
    const nextCycleDate = '2026-05-15 09:00:00.000';
    expect(told({ skippedDates, nextCycleDate })).toEqual(['skip 2026-03-20', 'skip 2026-04-17', '4 2026-05-15']);
    expect(told({ skippedDates, nextCycleDate }, 1)).toEqual(['skip 2026-03-20']);
    expect(told({ skippedDates, nextCycleDate }, 2)).toEqual(['skip 2026-03-20', 'skip 2026-04-17']);
  });

  test('a skipped date that is now has passed', () => {
    expect(told({ skippedDates: [NOW] }, 1)).toEqual(['4 2026-03-20']);
  });

  test('whose date has passed without a renewal begins with that date all the same', () => {
    expect(told({ nextCycleDate: at(5) }, 2)).toEqual(['4 2026-03-05', '5 2026-04-02']);
  });

  test('whose cycle length is not known has the one date that is known, and without a date none', () => {
    expect(told({ cycleDays: null })).toEqual(['4 2026-03-20']);
    expect(told({ nextCycleDate: null })).toEqual([]);
    expect(told({ nextCycleDate: null, cycleDays: null })).toEqual([]);
  });

  test('that is to be cancelled at the end of its cycle has none', () => {
    const scheduledAt = '2026-03-20 09:00:00.000';
    expect(told({ scheduledAction: 'cancel', scheduledAt })).toEqual([]);
    expect(told({ scheduledAction: 'cancel', scheduledAt, skippedDates: [at(20)] })).toEqual([]);
  });
});

describe('a paused subscription', () => {
  const until = (scheduledAt: string, known: Partial<CyclePlan> = {}) =>
    told({ state: 'paused', scheduledAction: 'resume', scheduledAt, ...known }, 2);

  test('without an end has none', () => {
    expect(told({ state: 'paused' })).toEqual([]);
  });

  test('that resumes before its next date keeps that date', () => {
    expect(until(at(15))).toEqual(['4 2026-03-20', '5 2026-04-17']);
  });

  test('that resumes later goes on with the first date of its rhythm from then on, the very instant included', () => {
    expect(until('2026-03-20 09:00:00.001')).toEqual(['4 2026-04-17', '5 2026-05-15']);
    expect(until('2026-04-17 09:00:00.000')).toEqual(['4 2026-04-17', '5 2026-05-15']);
  });

  test('that resumes later and has no known rhythm has none', () => {
    expect(until('2026-04-01 09:00:00.000', { cycleDays: null })).toEqual([]);
    expect(until(at(15), { cycleDays: null })).toEqual(['4 2026-03-20']);
  });
});

test('a cancelled subscription has none', () => {
  expect(told({ state: 'cancelled' })).toEqual([]);
});

test('there are never more than asked for, and they run forward by date and by number', () => {
  const day = fc.integer({ min: 1, max: 31 }).map((n) => at(n));
  const plans = fc.record({
    state: fc.constantFrom('active' as const, 'paused' as const),
    nextCycleDate: fc.option(day),
    cycleDays: fc.option(fc.integer({ min: 1, max: 90 })),
    cycle: fc.integer({ min: 1, max: 40 }),
  });
  fc.assert(
    fc.property(plans, day, fc.integer({ min: 1, max: 24 }), (known, dueAt, count) => {
      const paused = { scheduledAction: 'resume' as const, scheduledAt: dueAt };
      const cycles = upcomingCycles(plan({ ...known, ...(known.state === 'paused' ? paused : {}) }), NOW, count);
      expect(cycles.length).toBeLessThanOrEqual(count);
      for (const [index, cycle] of cycles.entries()) {
        expect(cycle.number).toBe(known.cycle + 1 + index);
        if (index > 0) expect(cycle.date > (cycles[index - 1]?.date ?? '')).toBe(true);
      }
    }),
    { seed: Number(process.env.TEST_SEED ?? 1) },
  );
});
