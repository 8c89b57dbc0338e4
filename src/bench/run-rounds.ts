import type { Goal, Latency, Measured, Variant } from './benchmark.ts';

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
  /** Medians of the rounds' percentiles, and the longest of all. */
  latency: Latency;
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
  const latencies = rounds.map(({ latency }) => latency);
  return {
    variant,
    perSecond: median(rates),
    slowest: Math.min(...rates),
    fastest: Math.max(...rates),
    cpuMs: median(rounds.map((round) => round.cpuMs / round.operations)),
    latency: {
      p50: median(latencies.map(({ p50 }) => p50)),
      p99: median(latencies.map(({ p99 }) => p99)),
      max: Math.max(...latencies.map(({ max }) => max)),
    },
  };
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The ratio that a goal is about. */
export function ratioOf(goal: Goal, results: readonly Result[]): number {
  const figureOf = (wanted: Variant) => {
    const result = results.find(({ variant }) => variant === wanted);
    return ('p99AtMost' in goal ? result?.latency.p99 : result?.perSecond) ?? Number.NaN;
  };
  return figureOf(goal.variant) / figureOf(goal.of);
}

/** Not reached as well if there is no ratio. */
export function isReached(goal: Goal, results: readonly Result[]): boolean {
  const ratio = ratioOf(goal, results);
  return 'p99AtMost' in goal ? ratio <= goal.p99AtMost : ratio >= goal.rateAtLeast;
}
