import type { SeedProgress } from './seed-demo-data.ts';

/** A line for people: rows, rate, time left. */
export function describeProgress({ rows, totalRows }: SeedProgress, elapsedMs: number): string {
  const perSecond = (rows / Math.max(1, elapsedMs)) * 1_000;
  const left = rows === 0 ? 'unknown' : `${Math.ceil((totalRows - rows) / perSecond)} s`;
  return `${grouped(rows)} of ${grouped(totalRows)} rows, ${grouped(Math.round(perSecond))} a second, time left: ${left}`;
}

/** Digits in groups of three. */
export function grouped(number: number): string {
  return number.toLocaleString('en-US');
}
