import type { Peer } from '../start-peer.ts';

/** A memory reading: when, in minutes, and how much, in megabytes. */
export type Reading = readonly [minutes: number, megabytes: number];

/** Rounds' lengths that it takes: ten minutes with rounds of two seconds. Before it a fifth, for warming up. */
const SLICES = 300;
const WARM_UP_SLICES = SLICES / 5;

/**
 * How the resident memory of a server grows while it has as much to do as it can.
 * @param work keeps it busy for a round's length.
 */
export async function memorySlope(
  server: Pick<Peer, 'memoryBytes'>,
  work: (slice: number) => Promise<unknown>,
): Promise<Record<string, number>> {
  for (let slice = 0; slice < WARM_UP_SLICES; slice++) await work(slice);
  const startedAt = performance.now();
  const readings: Reading[] = [];
  for (let slice = 0; slice < SLICES; slice++) {
    await work(slice);
    readings.push([(performance.now() - startedAt) / 60_000, (await server.memoryBytes()) / 1_000_000]);
  }
  const megabytes = readings.map(([, size]) => size);
  return {
    minutes: readings.at(-1)?.[0] ?? 0,
    leastMb: Math.min(...megabytes),
    mostMb: Math.max(...megabytes),
    mbPerMinute: slopeOf(readings),
  };
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
