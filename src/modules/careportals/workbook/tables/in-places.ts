import type { Admitted, Settled } from '../table.ts';

/** What was settled in several ways, in the order of the lines. */
export function inPlaces<Line>(
  lines: readonly Admitted<Line>[],
  settled: ReadonlyMap<number, Settled<Line>>,
): Settled<Line>[] {
  return lines.map(({ ordinal }) => settled.get(ordinal)!);
}
