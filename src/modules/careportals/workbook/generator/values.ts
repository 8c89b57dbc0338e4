import type { OutCell } from '../../../../platform/xlsx/cell.ts';

/** An hour that autumn has twice, and one that spring leaves out, on the clocks of New York. */
export const TWICE = Date.UTC(2024, 10, 3, 1, 30);
export const NEVER = Date.UTC(2025, 2, 9, 2, 30);
export const FAR_FUTURE = Date.UTC(2099, 0, 1, 9);

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** A number of whole units. */
export function whole(value: number): OutCell {
  return { number: String(value) };
}

/** As spreadsheets hold a number that was once a float: `242.0`. */
export function float(value: number): OutCell {
  return { number: `${value}.0` };
}

/** Cents as dollars: 14950 is `149.5`. */
export function dollars(cents: number): OutCell {
  return { number: String(cents / 100) };
}

/** Cents of a cell that `dollars` made. */
export function centsOf(cell: OutCell | undefined): number {
  if (cell === null || typeof cell !== 'object' || !('number' in cell)) throw new TypeError('No amount.');
  return Math.round(Number(cell.number) * 100);
}

/** A time on a clock on the wall, given as if that clock were in Greenwich. */
export function wall(ms: number): OutCell {
  const iso = new Date(ms).toISOString();
  return { wall: `${iso.slice(0, 10)} ${iso.slice(11, 23)}` };
}

/** The same as an American text: `09/30/2025, 04:05:06 PM`. */
export function americanText(ms: number): string {
  const at = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  const hour = at.getUTCHours();
  const date = `${two(at.getUTCMonth() + 1)}/${two(at.getUTCDate())}/${at.getUTCFullYear()}`;
  const time = `${two(hour % 12 || 12)}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  return `${date}, ${time} ${hour < 12 ? 'AM' : 'PM'}`;
}
