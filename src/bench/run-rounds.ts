import type { Bounds, Figure, Goal, Latency, Measured, Variant } from './benchmark.ts';

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
  /** Each round by itself. */
  rounds: Record<Figure, number>[];
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

function summed(variant: Variant, measured: Measured[]): Result {
  const rounds = measured.map(({ operations, seconds, cpuMs, latency: { p99 } }) => {
    return { perSecond: operations / seconds, cpuMs: cpuMs / operations, p99 };
  });
  const rates = rounds.map(({ perSecond }) => perSecond);
  return {
    variant,
    perSecond: median(rates),
    slowest: Math.min(...rates),
    fastest: Math.max(...rates),
    cpuMs: median(rounds.map(({ cpuMs }) => cpuMs)),
    latency: {
      p50: median(measured.map(({ latency }) => latency.p50)),
      p99: median(rounds.map(({ p99 }) => p99)),
      max: Math.max(...measured.map(({ latency }) => latency.max)),
    },
    rounds,
  };
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** A ratio of two variants' medians, and the lowest and highest of their ratios in one round. */
export interface Ratio {
  ratio: number;
  lowest: number;
  highest: number;
}

/** The ratio that a goal is about. */
export function ratioOf({ variant, of, figure }: Goal, results: readonly Result[]): Ratio {
  const figuresOf = (wanted: Variant) =>
    results.find((one) => one.variant === wanted)?.rounds.map((round) => round[figure]) ?? [];
  const [own, others] = [figuresOf(variant), figuresOf(of)];
  const inRounds = own.map((value, round) => value / (others[round] ?? Number.NaN));
  return { ratio: median(own) / median(others), lowest: Math.min(...inRounds), highest: Math.max(...inRounds) };
}

/** Not reached as well if there is no figure. */
export function isWithin(
  figure: number,
  { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY }: Bounds,
): boolean {
  return figure >= atLeast && figure <= atMost;
}
