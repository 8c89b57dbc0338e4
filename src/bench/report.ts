import { availableParallelism } from 'node:os';
import type { Benchmark, Bounds, Figure, Goal } from './benchmark.ts';
import { isWithin, type Lengths, nameOf, type Result, ratioOf } from './run-rounds.ts';
import type { Stand } from './stand.ts';

/** What the rounds of a benchmark measured. */
export interface Measurements {
  benchmark: Benchmark;
  results: Result[];
  goals: Goal[];
}

/** A benchmark's outcome. */
export interface Outcome extends Measurements {
  /** What each trial counted. */
  trials: Tried[];
  /** The figures as a picture, if it makes one. */
  chart?: string;
}

export interface Tried {
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
 * Latencies are in milliseconds; a ratio is of the medians of its `figure`, with the `lowest` and `highest` of one round,
 * and may have `atLeast` or `atMost`, as what a trial counted may in its `wanted`.
 */
export function asJson(stand: Stand, lengths: Lengths, outcomes: readonly Outcome[]): string {
  const benchmarks = outcomes.map(({ benchmark, results, goals, trials }) => ({
    name: benchmark.name,
    variants: results.map(({ variant: { name, clients }, ...figures }) => ({ name, clients, ...figures })),
    ratios: goals.map((goal) => ({
      name: goal.variant.name,
      of: goal.of.name,
      clients: goal.variant.clients,
      figure: goal.figure,
      ...ratioOf(goal, results),
      atLeast: goal.atLeast,
      atMost: goal.atMost,
    })),
    trials: trials.map(({ name, figures, wanted }) => ({ name, ...figures, wanted })),
  }));
  return JSON.stringify({ ...circumstances(stand, lengths), benchmarks });
}

/** Fewer rounds, or shorter ones, and chance says more than the figures. */
const ENOUGH: Lengths = { rounds: 5, seconds: 2 };

/** For people: what all tables of a run have in common. */
export function asHead(stand: Stand, lengths: Lengths): string {
  const { mysql, durability, cores, node, seconds, rounds } = circumstances(stand, lengths);
  const settings = Object.entries(durability).map(([name, value]) => `${name}=${value}`);
  const measured = rounds === 1 ? `one round of ${seconds} s` : `medians of ${rounds} rounds of ${seconds} s`;
  const isEnough = rounds >= ENOUGH.rounds && seconds >= ENOUGH.seconds;
  return [
    `MySQL ${mysql}, ${settings.join(', ')}`,
    `Node ${node}, ${cores} cores; ${measured}, the variants in turns`,
    ...(isEnough ? [] : [`So few or short rounds say little: take ${ENOUGH.rounds} of ${ENOUGH.seconds} s at least.`]),
  ].join('\n');
}

/** Less is told with more digits. */
const SMALL_MS = 0.1;

/** For people: the table of a benchmark, and its ratios. */
export function asTable({ benchmark, results, goals }: Measurements): string {
  const header = [
    'variant',
    'clients',
    'per second',
    'slowest',
    'fastest',
    'p50 ms',
    'p99 ms',
    'max ms',
    `CPU ms per ${benchmark.unit}`,
  ];
  const rows = results.map((result) => {
    const { variant, perSecond, slowest, fastest, latency, cpuMs } = result;
    return [
      variant.name,
      String(variant.clients),
      ...[perSecond, slowest, fastest].map((rate) => rate.toFixed(0)),
      ...[latency.p50, latency.p99, latency.max].map((milliseconds) => milliseconds.toFixed(2)),
      cpuMs.toFixed(cpuMs < SMALL_MS ? 4 : 2),
    ];
  });
  const tables = results.length === 0 ? [] : [inColumns([header, ...rows]), '', asRatios(goals, results)];
  return `\n${[benchmark.title, '', ...tables].join('\n')}`;
}

/** For people: what a trial counted. */
export function asTrial({ name, figures, wanted }: Tried): string {
  return `${name}: ${inWords(figures, wanted)}`;
}

const FIGURES: Record<Figure, string> = { perSecond: 'rate', p99: 'p99', cpuMs: 'CPU' };

function asRatios(goals: Goal[], results: Result[]): string {
  const header = ['variant', 'divided by', 'clients', 'figure', 'ratio', 'lowest', 'highest', 'wanted'];
  const rows = goals.map((goal) => {
    const { ratio, lowest, highest } = ratioOf(goal, results);
    const digits = [ratio, lowest, highest].map((one) => one.toFixed(2));
    return [
      goal.variant.name,
      goal.of.name,
      String(goal.variant.clients),
      FIGURES[goal.figure],
      ...digits,
      `${boundsOf(goal)}${isWithin(ratio, goal) ? '' : ', MISSED'}`,
    ];
  });
  return inColumns([header, ...rows]);
}

function inWords(figures: Record<string, number>, wanted: Record<string, Bounds> = {}): string {
  return Object.entries(figures)
    .map(([name, figure]) => `${name} ${inDigits(figure)}${inBrackets(figure, wanted[name])}`)
    .join(', ');
}

function inDigits(figure: number): string {
  return Number.isInteger(figure) ? String(figure) : figure.toFixed(Math.abs(figure) < 1 ? 2 : 1);
}

function inBrackets(figure: number, bounds: Bounds | undefined): string {
  if (bounds === undefined) return '';
  return ` (wanted: ${boundsOf(bounds)}${isWithin(figure, bounds) ? '' : ', MISSED'})`;
}

function boundsOf({ atLeast, atMost }: Bounds): string {
  return [atLeast === undefined ? [] : `${atLeast} at least`, atMost === undefined ? [] : `${atMost} at most`]
    .flat()
    .join(', ');
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
    ...goals.flatMap((goal) => missedBy(goal, ratioOf(goal, results).ratio)),
    ...trials.flatMap(missedInTrial),
  ]);
}

function missedBy(goal: Goal, ratio: number): string[] {
  if (isWithin(ratio, goal)) return [];
  const figures = `${nameOf(goal.variant)}: its ${FIGURES[goal.figure]} is ${ratio.toFixed(2)} times that of ${goal.of.name}`;
  return [`${figures}; ${boundsOf(goal)} is wanted.`];
}

function missedInTrial({ name, figures, wanted = {} }: Tried): string[] {
  return Object.entries(wanted).flatMap(([what, bounds]) => {
    const figure = figures[what] ?? Number.NaN;
    return isWithin(figure, bounds) ? [] : [`${name}: ${what} ${inDigits(figure)}; ${boundsOf(bounds)} is wanted.`];
  });
}
