import { fromInstant, type Instant, toInstant } from '../../../../platform/database/instant.ts';
import type { OutCell } from '../../../../platform/xlsx/cell.ts';

/** A wall clock's time in New York as UTC. */
export interface EasternTime {
  at: Instant;
  /** An hour that was there twice, or not at all; either is read as standard time. */
  odd: 'hour-ambiguous' | 'hour-missing' | null;
}

/** A year's clocks: offsets from UTC in milliseconds, and when summer time holds, in UTC. */
interface Clocks {
  standard: number;
  summer: number;
  begin: number;
  end: number;
}

/** The New York year in which UTC's 1970 begins. */
const FIRST_YEAR = 1969;
const PARTS = new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', timeZoneName: 'longOffset' });
const clocksByYear = new Map<number, Clocks>();

/** @param wall milliseconds as `Date.UTC` counts them. Null outside the years 1970 to 9999. */
export function easternToUtc(wall: number): EasternTime | null {
  const year = new Date(wall).getUTCFullYear();
  // Time-only cells are of 1899; of clocks before 1883 nobody has whole minutes.
  if (year < FIRST_YEAR) return null;
  const { standard, summer, begin, end } = clocksOf(year);
  const isSummer = wall >= begin + summer && wall < end + standard;
  const utc = wall - (isSummer ? summer : standard);
  const at = new Date(utc);
  if (!(utc >= 0) || at.getUTCFullYear() > 9999) return null;
  return { at: toInstant(at), odd: oddityOf(wall, { standard, summer, begin, end }) };
}

function oddityOf(wall: number, { standard, summer, begin, end }: Clocks): EasternTime['odd'] {
  if (wall >= begin + standard && wall < begin + summer) return 'hour-missing';
  return wall >= end + standard && wall < end + summer ? 'hour-ambiguous' : null;
}

/** UTC of a wall time that says which of the two clocks it was read from. */
export function easternToUtcBy(wall: number, zone: 'EDT' | 'EST'): Instant | null {
  const { standard, summer } = clocksOf(new Date(wall).getUTCFullYear());
  const at = new Date(wall - (zone === 'EDT' ? summer : standard));
  return at.getTime() >= 0 && at.getUTCFullYear() <= 9999 ? toInstant(at) : null;
}

/** The wall time in New York, `YYYY-MM-DD HH:MM:SS.mmm`. */
export function utcToEastern(instant: Instant): string {
  const utc = fromInstant(instant);
  const { standard, summer } = clocksOf(utc.getUTCFullYear());
  return toInstant(new Date(utc.getTime() + (zoneOf(instant) === 'EDT' ? summer : standard)));
}

function zoneOf(instant: Instant): 'EDT' | 'EST' {
  const utc = fromInstant(instant);
  const { begin, end } = clocksOf(utc.getUTCFullYear());
  return utc.getTime() >= begin && utc.getTime() < end ? 'EDT' : 'EST';
}

export function timeCell(instant: Instant | null): OutCell {
  return instant === null ? null : { wall: utcToEastern(instant) };
}

/** `10/07/2025, 02:03:04 PM`, as scripts write it. */
export function textTimeCell(instant: Instant): OutCell {
  const [day = '', time = ''] = utcToEastern(instant).split(' ');
  const [year, month, date] = day.split('-');
  const hour = Number(time.slice(0, 2));
  const shown = String(hour % 12 || 12).padStart(2, '0');
  return `${month}/${date}/${year}, ${shown}${time.slice(2, 8)} ${hour < 12 ? 'AM' : 'PM'}`;
}

/** `2025-10-07 14:03:04 EDT`, with milliseconds where there are any. */
export function zonedTextCell(instant: Instant): OutCell {
  return `${utcToEastern(instant).replace('.000', '')} ${zoneOf(instant)}`;
}

function clocksOf(year: number): Clocks {
  const known = clocksByYear.get(year);
  if (known !== undefined) return known;
  const clocks = findClocks(year);
  clocksByYear.set(year, clocks);
  return clocks;
}

/** Years that New York spends on one clock have a summer that never begins. */
function findClocks(year: number): Clocks {
  const [newYear, july, nextYear] = [Date.UTC(year, 0, 1), Date.UTC(year, 6, 1), Date.UTC(year + 1, 0, 1)];
  const [standard, summer] = [offsetAt(newYear), offsetAt(july)];
  if (standard === summer) return { standard, summer, begin: Number.POSITIVE_INFINITY, end: Number.POSITIVE_INFINITY };
  return { standard, summer, begin: changeBetween(newYear, july), end: changeBetween(july, nextYear) };
}

/** The first millisecond with the later offset. */
function changeBetween(from: number, to: number): number {
  const before = offsetAt(from);
  let [last, first] = [from, to];
  while (first - last > 1) {
    const middle = Math.floor((first + last) / 2);
    if (offsetAt(middle) === before) last = middle;
    else first = middle;
  }
  return first;
}

function offsetAt(utc: number): number {
  const name = PARTS.formatToParts(utc).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes] = /^GMT([+-])(\d\d):(\d\d)$/.exec(name) ?? [];
  if (sign === undefined) throw new Error(`This Node names New York's offset "${name}", which cannot be read.`);
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
