const DAY_MS = 86_400_000;

/** Day 0 of a spreadsheet's calendar. Its first one has a 29 February 1900 that never was: day 60. */
const DAY_0 = Date.UTC(1899, 11, 30);
const DAY_0_OF_1904 = Date.UTC(1904, 0, 1);
const DAY_THAT_NEVER_WAS = 60;
const YEAR_10000 = Date.UTC(10_000, 0, 1);
const FIRST_DAY_ALL_AGREE_ON = Date.UTC(1900, 2, 1);

const WALL = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3}$/;

/**
 * A spreadsheet's day number as a clock on the wall shows it, to the nearest millisecond, which is finer than the
 * number is exact; null for a number that no date belongs to.
 */
export function wallOf(serial: number, since1904: boolean): string | null {
  if (!(serial >= 0)) return null;
  const missing = !since1904 && serial < DAY_THAT_NEVER_WAS ? DAY_MS : 0;
  const ms = (since1904 ? DAY_0_OF_1904 : DAY_0) + missing + Math.round(serial * DAY_MS);
  return ms < YEAR_10000 ? wallOfMs(ms) : null;
}

function wallOfMs(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}`;
}

/** The day number of `YYYY-MM-DD HH:MM:SS.mmm`; null before March 1900, where programs disagree. */
export function serialOf(wall: string): string | null {
  const ms = WALL.test(wall) ? Date.parse(`${wall.replace(' ', 'T')}Z`) : Number.NaN;
  if (Number.isNaN(ms)) throw new TypeError('A time to be written must read YYYY-MM-DD HH:MM:SS.mmm.');
  return ms < FIRST_DAY_ALL_AGREE_ON ? null : String((ms - DAY_0) / DAY_MS);
}

/** A date or date and time in ISO 8601, as cells of type `d` hold it; null if it is none. A zone is left aside. */
export function wallOfIso(text: string): string | null {
  const found = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2})(\.\d+)?)?/.exec(text);
  if (found === null) return null;
  const ms = Date.parse(`${found[1]}T${found[2] ?? '00:00:00'}${(found[3] ?? '').slice(0, 4)}Z`);
  return Number.isNaN(ms) ? null : wallOfMs(ms);
}
