import { availableParallelism } from 'node:os';
import type { Benchmark, Goal } from './benchmark.ts';
import { type Lengths, nameOf, type Result, ratioOf } from './run-rounds.ts';
import type { Stand } from './stand.ts';

/** A benchmark's outcome. */
export interface Outcome {
  benchmark: Benchmark;
  results: Result[];
  goals: Goal[];
}

/** What the figures depend on. */
function circumstances({ mysqlVersion, durability }: Stand, { seconds, rounds }: Lengths) {
  return { mysql: mysqlVersion, durability, cores: availableParallelism(), node: process.version, seconds, rounds };
}

/** For machines: `{ mysql, durability, cores, node, seconds, rounds, benchmarks: [{ name, variants, ratios }] }`. */
export function asJson(stand: Stand, lengths: Lengths, outcomes: readonly Outcome[]): string {
  const benchmarks = outcomes.map(({ benchmark, results, goals }) => ({
    name: benchmark.name,
    variants: results.map(({ variant: { name, clients }, ...figures }) => ({ name, clients, ...figures })),
    ratios: goals.map((goal) => ({
      name: goal.variant.name,
      of: goal.of.name,
      clients: goal.variant.clients,
      ratio: ratioOf(goal, results),
      atLeast: goal.atLeast,
    })),
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

function asTable({ benchmark, results, goals }: Outcome): string {
  const header = [
    'variant',
    'clients',
    'per second',
    'slowest',
    'fastest',
    'ratio',
    'wanted',
    `CPU ms per ${benchmark.unit}`,
  ];
  const rows = results.map((result) => {
    const goal = goals.find(({ variant }) => variant === result.variant);
    return [
      result.variant.name,
      String(result.variant.clients),
      ...[result.perSecond, result.slowest, result.fastest].map((rate) => rate.toFixed(0)),
      goal === undefined ? '' : ratioOf(goal, results).toFixed(2),
      goal === undefined ? '' : goal.atLeast.toFixed(2),
      result.cpuMs.toFixed(2),
    ];
  });
  return `\n${benchmark.title}\n\n${inColumns([header, ...rows])}\n`;
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
  return outcomes.flatMap(({ results, goals }) =>
    goals
      .filter((goal) => !(ratioOf(goal, results) >= goal.atLeast))
      .map(({ variant, of, atLeast }) => {
        const ratio = ratioOf({ variant, of, atLeast }, results).toFixed(2);
        return `${nameOf(variant)}, reaches ${ratio} of ${of.name}; ${atLeast} is wanted.`;
      }),
  );
}
