import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { CalendarDate, type Day } from '../../../platform/graphql/calendar-date.ts';

@ObjectType({
  description:
    'The figures of a range of days. Each group is read only if it is asked for, and shared by all who ask, for a minute or, if it was slow to read, for some minutes. Money is in US cents. Beside each figure stands its coverage: how many rows it rests on.',
})
export class Kpis {
  @Field(() => CalendarDate, { description: 'The first day, US Eastern.' })
  from!: Day;

  @Field(() => CalendarDate, { description: 'The day after the last one.' })
  to!: Day;
}

export enum KpiStep {
  DAY = 'DAY',
  WEEK = 'WEEK',
  MONTH = 'MONTH',
}

registerEnumType(KpiStep, {
  name: 'KpiStep',
  description: 'How long a step of a series is.',
  valuesConfig: {
    DAY: { description: 'One day, US Eastern: 23 or 25 hours when clocks change.' },
    WEEK: { description: 'Seven days, from the weekday that weekStart names.' },
    MONTH: { description: 'A month of the calendar.' },
  },
});

export enum WeekStart {
  SUNDAY = 0,
  MONDAY = 1,
}

registerEnumType(WeekStart, {
  name: 'WeekStart',
  description: 'The day on which a week begins.',
  valuesConfig: {
    SUNDAY: { description: 'As calendars in the US have it.' },
    MONDAY: { description: 'As ISO 8601 has it.' },
  },
});
