import type { Instant } from '../../../platform/database/instant.ts';
import { toInstant } from '../../../platform/database/instant.ts';
import type { Day } from '../../../platform/graphql/calendar-date.ts';
import { badUserInput } from '../../../platform/graphql/faults.ts';

/** Half-open: `from` belongs to it, `to` does not. */
export interface DayRange {
  from: Day;
  to: Day;
  /** UTC, when `from` begins in New York. */
  start: Instant;
  /** UTC, when `to` begins in New York. */
  end: Instant;
}

// The machine's MySQL may have no time zone tables (CONVERT_TZ gives NULL then); Node always knows them.
const EASTERN = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'America/New_York',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
});
const HOUR = 60 * 60 * 1_000;
export const DAY = 24 * HOUR;
/** Figures of 1900 mean a slip of the keyboard, and offsets were odd then. */
const EARLIEST: Day = '2000-01-01';
const LATEST: Day = '2100-01-01';

/** The Eastern day that an instant falls on. */
export function dayOf(instant: Date): Day {
  return EASTERN.format(instant).slice(0, 10);
}

/** When a day begins in New York: four or five hours after it begins in UTC. Clocks change at two, never at midnight. */
export function startOfDay(day: Day): Date {
  const summer = new Date(Date.parse(`${day}T00:00:00Z`) + 4 * HOUR);
  return dayOf(summer) === day ? summer : new Date(summer.getTime() + HOUR);
}

export function addDays(day: Day, count: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY).toISOString().slice(0, 10);
}

/** How many days lie from one to the other. */
export function daysBetween(from: Day, to: Day): number {
  return (Date.parse(to) - Date.parse(from)) / DAY;
}

/** @throws BAD_USER_INPUT if nothing lies between, or a day is out of the years that figures are made for. */
export function rangeOf(from: Day, to: Day): DayRange {
  if (from >= to) throw badUserInput('`to` is the day after the last one, so it must be later than `from`.');
  if (from < EARLIEST || to > LATEST) throw badUserInput(`Figures are made for days from ${EARLIEST} to ${LATEST}.`);
  return { from, to, start: toInstant(startOfDay(from)), end: toInstant(startOfDay(to)) };
}

/** What is meant where nothing is said: the last 30 days, today included. */
const DEFAULT_DAYS = 30;

/** @throws BAD_USER_INPUT */
export function rangeFrom(from: Day | null | undefined, to: Day | null | undefined, now: Date): DayRange {
  const end = to ?? addDays(dayOf(now), 1);
  return rangeOf(from ?? addDays(end, -DEFAULT_DAYS), end);
}

/** The equally long time just before. */
export function rangeBefore({ from, to }: DayRange): DayRange {
  return rangeOf(addDays(from, -daysBetween(from, to)), from);
}

/** The end of a range, or of today if that comes first: figures that look back must not look back from the future. */
export function momentOf(range: DayRange, now: Date): Instant {
  const tomorrow = toInstant(startOfDay(addDays(dayOf(now), 1)));
  return range.end < tomorrow ? range.end : tomorrow;
}
