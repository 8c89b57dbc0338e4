import type { Goal, Measured, Variant } from './benchmark.ts';

export interface Lengths {
  /** Seconds of one round of one variant. */
  seconds: number;
  rounds: number;
}

/** What one variant did, over all rounds. */
export interface Result {
  variant: Variant;
  /** Median of the rounds. */
  perSecond: number;
  slowest: number;
  fastest: number;
  /** Median of the rounds, per operation. */
  cpuMs: number;
}

/**
 * Runs the variants in turns, so that whatever else the machine does meets all of them; every second round goes
 * backwards. A first round of each, for warming up, is not counted.
 */
export async function runRounds(
  variants: readonly Variant[],
  { seconds, rounds }: Lengths,
  onRound: (what: string, roundsLeft: number) => void,
  signal: AbortSignal,
): Promise<Result[]> {
  const measured = new Map<Variant, Measured[]>(variants.map((variant) => [variant, []]));
  let left = variants.length * (rounds + 1);
  for (let round = 0; round <= rounds; round++) {
    for (const variant of round % 2 === 0 ? variants : variants.toReversed()) {
      signal.throwIfAborted();
      onRound(`${round === 0 ? 'warm-up' : `round ${round} of ${rounds}`}: ${nameOf(variant)}`, left--);
      const done = await variant.run(seconds * 1_000);
      if (round > 0) measured.get(variant)?.push(done);
    }
  }
  return variants.map((variant) => summed(variant, measured.get(variant) ?? []));
}

export function nameOf({ name, clients }: Variant): string {
  return `${name}, ${clients} ${clients === 1 ? 'client' : 'clients'}`;
}

function summed(variant: Variant, rounds: Measured[]): Result {
  const rates = rounds.map(({ operations, seconds }) => operations / seconds);
  const cpuMs = median(rounds.map((round) => round.cpuMs / round.operations));
  return { variant, perSecond: median(rates), slowest: Math.min(...rates), fastest: Math.max(...rates), cpuMs };
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The ratio that a goal asks for. */
export function ratioOf({ variant, of }: Goal, results: readonly Result[]): number {
  const rate = (wanted: Variant) => results.find((result) => result.variant === wanted)?.perSecond ?? Number.NaN;
  return rate(variant) / rate(of);
}
