import { availableParallelism } from 'node:os';
import type { Benchmark, Bounds, Goal } from './benchmark.ts';
import { isReached, type Lengths, nameOf, type Result, ratioOf } from './run-rounds.ts';
import type { Stand } from './stand.ts';

/** A benchmark's outcome. */
export interface Outcome {
  benchmark: Benchmark;
  results: Result[];
  goals: Goal[];
  /** What each trial counted. */
  trials: Tried[];
}

interface Tried {
  name: string;
  figures: Record<string, number>;
  wanted?: Record<string, Bounds>;
}

/** What the figures depend on. */
function circumstances({ mysqlVersion, durability }: Stand, { seconds, rounds }: Lengths) {
  return { mysql: mysqlVersion, durability, cores: availableParallelism(), node: process.version, seconds, rounds };
}

/**
 * For machines: `{ mysql, durability, cores, node, seconds, rounds, benchmarks: [{ name, variants, ratios, trials }] }`.
 * Latencies are in milliseconds; a ratio has `atLeast` (of rates) or `atMost` (of p99), and what a trial counted may have
 * either in its `wanted`.
 */
export function asJson(stand: Stand, lengths: Lengths, outcomes: readonly Outcome[]): string {
  const benchmarks = outcomes.map(({ benchmark, results, goals, trials }) => ({
    name: benchmark.name,
    variants: results.map(({ variant: { name, clients }, ...figures }) => ({ name, clients, ...figures })),
    ratios: goals.map((goal) => ({
      name: goal.variant.name,
      of: goal.of.name,
      clients: goal.variant.clients,
      ratio: ratioOf(goal, results),
      ...('p99AtMost' in goal
        ? { figure: 'p99', atMost: goal.p99AtMost }
        : { figure: 'perSecond', atLeast: goal.rateAtLeast }),
    })),
    trials: trials.map(({ name, figures, wanted }) => ({ name, ...figures, wanted })),
  }));
  return JSON.stringify({ ...circumstances(stand, lengths), benchmarks });
}

/** For people: a table a benchmark. */
export function asTables(stand: Stand, lengths: Lengths, outcomes: readonly Outcome[]): string {
  const { mysql, durability, cores, node, seconds, rounds } = circumstances(stand, lengths);
  const settings = Object.entries(durability).map(([name, value]) => `${name}=${value}`);
  const head = [
    `MySQL ${mysql}, ${settings.join(', ')}`,
    `Node ${node}, ${cores} cores; medians of ${rounds} rounds of ${seconds} s, the variants in turns`,
  ];
  return [...head, ...outcomes.map(asTable)].join('\n');
}

/** Less is told with more digits. */
const SMALL_MS = 0.1;

function asTable({ benchmark, results, goals, trials }: Outcome): string {
  const header = [
    'variant',
    'clients',
    'per second',
    'slowest',
    'fastest',
    'p50 ms',
    'p99 ms',
    'max ms',
    'ratio',
    'wanted',
    `CPU ms per ${benchmark.unit}`,
  ];
  const rows = results.map((result) => {
    const { variant, perSecond, slowest, fastest, latency, cpuMs } = result;
    const own = goals.filter((one) => one.variant === variant);
    return [
      variant.name,
      String(variant.clients),
      ...[perSecond, slowest, fastest].map((rate) => rate.toFixed(0)),
      ...[latency.p50, latency.p99, latency.max].map((milliseconds) => milliseconds.toFixed(2)),
      own.map((goal) => ratioOf(goal, results).toFixed(2)).join(', '),
      own.map(wantedOf).join(', '),
      cpuMs.toFixed(cpuMs < SMALL_MS ? 4 : 2),
    ];
  });
  const tried = trials.map(({ name, figures, wanted }) => `${name}: ${inWords(figures, wanted)}`);
  return `\n${[benchmark.title, '', inColumns([header, ...rows]), ...tried].join('\n')}\n`;
}

function inWords(figures: Record<string, number>, wanted: Record<string, Bounds> = {}): string {
  return Object.entries(figures)
    .map(([name, figure]) => `${name} ${inDigits(figure)}${inBrackets(wanted[name])}`)
    .join(', ');
}

function inDigits(figure: number): string {
  return Number.isInteger(figure) ? String(figure) : figure.toFixed(1);
}

function inBrackets(bounds: Bounds | undefined): string {
  return bounds === undefined ? '' : ` (wanted: ${boundsOf(bounds)})`;
}

function boundsOf({ atLeast, atMost }: Bounds): string {
  return [atLeast === undefined ? [] : `${atLeast} at least`, atMost === undefined ? [] : `${atMost} at most`]
    .flat()
    .join(', ');
}

function wantedOf(goal: Goal): string {
  return 'p99AtMost' in goal ? `p99 <= ${goal.p99AtMost.toFixed(2)}` : `>= ${goal.rateAtLeast.toFixed(2)}`;
}

function inColumns(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return rows.map(line).join('\n');
}

/** The goals that were not reached, in words. */
export function missed(outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap(({ results, goals, trials }) => [
    ...goals
      .filter((goal) => !isReached(goal, results))
      .map((goal) => missedBy(goal, ratioOf(goal, results).toFixed(2))),
    ...trials.flatMap(missedInTrial),
  ]);
}

function missedInTrial({ name, figures, wanted = {} }: Tried): string[] {
  return Object.entries(wanted).flatMap(([what, bounds]) => {
    const figure = figures[what] ?? Number.NaN;
    const isWithin = figure >= (bounds.atLeast ?? figure) && figure <= (bounds.atMost ?? figure);
    return isWithin ? [] : [`${name}: ${what} ${inDigits(figure)}; ${boundsOf(bounds)} is wanted.`];
  });
}

function missedBy(goal: Goal, ratio: string): string {
  const name = nameOf(goal.variant);
  if ('p99AtMost' in goal) {
    return `${name}: its p99 is ${ratio} times that of ${goal.of.name}; ${goal.p99AtMost} at most is wanted.`;
  }
  return `${name}, reaches ${ratio} of ${goal.of.name}; ${goal.rateAtLeast} is wanted.`;
}
