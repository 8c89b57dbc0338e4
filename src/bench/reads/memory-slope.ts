import type { Peer } from '../start-peer.ts';

/** A memory reading: when, in minutes, and how much, in megabytes. */
export type Reading = readonly [minutes: number, megabytes: number];

/** Rounds' lengths that it takes: ten minutes with rounds of two seconds. */
const SLICES = 300;
/** Before that it is warmed up for two minutes, however short rounds are: what is remembered has to fill first. */
const WARM_UP_MS = 120_000;

/**
 * How the resident memory of a server grows while it has as much to do as it can.
 * @param milliseconds a round's length.
 * @param work keeps it busy for that long.
 * @param onProgress is told how much of it is done, from 0 to 1.
 */
export async function memorySlope(
  server: Pick<Peer, 'memoryBytes'>,
  milliseconds: number,
  work: (slice: number) => Promise<unknown>,
  onProgress: (done: number) => void,
): Promise<Record<string, number>> {
  const warmUp = Math.ceil(WARM_UP_MS / milliseconds);
  const done = (slices: number) => onProgress(slices / (warmUp + SLICES));
  for (let slice = 0; slice < warmUp; done(++slice)) await work(slice);
  const startedAt = performance.now();
  const readings: Reading[] = [];
  for (let slice = 0; slice < SLICES; slice++) {
    await work(slice);
    readings.push([(performance.now() - startedAt) / 60_000, (await server.memoryBytes()) / 1_000_000]);
    done(warmUp + slice + 1);
  }
  const megabytes = readings.map(([, size]) => size);
  return {
    minutes: readings.at(-1)?.[0] ?? 0,
    leastMb: Math.min(...megabytes),
    mostMb: Math.max(...megabytes),
    mbPerMinute: slopeOf(readings),
  };
}

/** Seconds that it takes with rounds of so many. */
export function secondsOfSlope(roundSeconds: number): number {
  return WARM_UP_MS / 1_000 + SLICES * roundSeconds;
}

/** The slope of the straight line that fits best (least squares). */
export function slopeOf(readings: readonly Reading[]): number {
  const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = meanOf(readings.map(([x]) => x));
  const meanY = meanOf(readings.map(([, y]) => y));
  const products = readings.map(([x, y]) => (x - meanX) * (y - meanY));
  const squares = readings.map(([x]) => (x - meanX) ** 2);
  return meanOf(products) / meanOf(squares);
}
