import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Argument, Command, InvalidArgumentError } from 'commander';
import type { Benchmark } from '../bench/benchmark.ts';
import { benchmarks } from '../bench/benchmarks.ts';
import { asJson, asTables, missed, type Outcome } from '../bench/report.ts';
import { type Lengths, runRounds } from '../bench/run-rounds.ts';
import { openStand, type Size, type Stand } from '../bench/stand.ts';
import { untilAskedToStop } from '../until-asked-to-stop.ts';
import { runCommand } from './run-command.ts';

interface Arguments extends Lengths, Size {
  json: boolean;
  chart: boolean;
  check: boolean;
}

/** With --check: a goal is missed. */
const TOO_SLOW = 3;
const INTERRUPTED = 130;
const DOCS = join(import.meta.dirname, '..', '..', '..', 'docs');

/** `npm run bench`: every benchmark on a throw-away MySQL, variants in turns in one run. */
const command = new Command('bench')
  .description('Measures the server against hand-written code on a throw-away MySQL that flushes at each commit')
  .addArgument(new Argument('[benchmark...]', 'which, if not all').choices(benchmarks.map(({ name }) => name)))
  .option('--seconds <S>', 'length of one round of one variant', positive, 2)
  .option('--rounds <N>', 'rounds that are counted, after one for warming up', positiveWhole, 9)
  .option('--sockets <N>', 'sockets of the live benchmark, in hundreds', hundreds, 5_000)
  .option('--customers <N>', 'customers of the reads benchmark, each with 5 orders', positiveWhole, 20_000)
  .option('--json', 'the figures as JSON', false)
  .option('--chart', 'also write docs/bench-NAME.json and docs/bench-NAME.svg, where there is a chart', false)
  .option('--check', `end with ${TOO_SLOW} if a ratio is not what is wanted`, false)
  .allowExcessArguments(false);

await runCommand(command, async ({ json, chart, check, ...size }: Arguments) => {
  const stop = new AbortController();
  void untilAskedToStop().then(() => stop.abort());
  try {
    const inWords = json ? asJson : asTables;
    const outcomes = await measure(chosen(command.args), size, stop.signal, (stand, measured) => {
      process.stdout.write(`${inWords(stand, size, measured)}\n`);
      return chart ? writeCharts(stand, size, measured) : Promise.resolve();
    });
    if (check) complain(missed(outcomes));
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    process.stderr.write('\nInterrupted; nothing stays behind.\n');
    process.exitCode = INTERRUPTED;
  }
});

function chosen(names: readonly string[]): readonly Benchmark[] {
  return names.length === 0 ? benchmarks : benchmarks.filter(({ name }) => names.includes(name));
}

async function measure(
  wanted: readonly Benchmark[],
  lengths: Lengths & Size,
  signal: AbortSignal,
  tell: (stand: Stand, outcomes: readonly Outcome[]) => Promise<void>,
): Promise<Outcome[]> {
  const stand = await openStand((line) => process.stderr.write(`${line}\n`));
  try {
    const outcomes: Outcome[] = [];
    for (const benchmark of wanted) outcomes.push(await outcomeOf(benchmark, stand, lengths, signal));
    await tell(stand, outcomes);
    return outcomes;
  } finally {
    await stand.stop();
  }
}

async function outcomeOf(
  benchmark: Benchmark,
  stand: Stand,
  lengths: Lengths & Size,
  signal: AbortSignal,
): Promise<Outcome> {
  const bench = await benchmark.start(stand, lengths, signal);
  // Ends the round that runs, too.
  signal.addEventListener('abort', () => void bench.stop());
  try {
    const results = await runRounds(bench.variants, lengths, progressOn(process.stderr, lengths.seconds), signal);
    const trials: Outcome['trials'] = [];
    for (const { name, wanted, run } of bench.trials) {
      process.stderr.write(`trial: ${name}\n`);
      trials.push({ name, wanted, figures: await run(lengths.seconds * 1_000) });
    }
    await bench.verify();
    return { benchmark, results, goals: bench.goals, trials, chart: bench.chart?.(results) };
  } finally {
    await bench.stop();
  }
}

async function writeCharts(stand: Stand, lengths: Lengths, outcomes: readonly Outcome[]): Promise<void> {
  for (const outcome of outcomes) {
    if (outcome.chart === undefined) continue;
    const file = join(DOCS, `bench-${outcome.benchmark.name}`);
    await writeFile(`${file}.svg`, outcome.chart);
    await writeFile(`${file}.json`, `${asJson(stand, lengths, [outcome])}\n`);
  }
}

/** On a terminal one line that changes, in a pipe a plain line a round. */
function progressOn(stream: NodeJS.WriteStream, seconds: number): (what: string, roundsLeft: number) => void {
  return (what, roundsLeft) => {
    const line = `${what}, ${Math.ceil(roundsLeft * seconds)} s left`;
    stream.write(stream.isTTY ? `\r\x1b[K${line}${roundsLeft === 1 ? '\n' : ''}` : `${line}\n`);
  };
}

function complain(missed: string[]): void {
  for (const sentence of missed) process.stderr.write(`${sentence}\n`);
  if (missed.length > 0) process.exitCode = TOO_SLOW;
}

function positive(text: string): number {
  const number = Number(text);
  if (/^\d{1,4}(\.\d{1,3})?$/.test(text) && number > 0) return number;
  throw new InvalidArgumentError('Give a number of seconds, such as 2 or 0.5.');
}

function positiveWhole(text: string): number {
  const number = Number(text);
  if (/^\d{1,6}$/.test(text) && number > 0) return number;
  throw new InvalidArgumentError('Give a whole number from 1 on, in digits.');
}

/** The live benchmark shares them among a hundred orders. */
function hundreds(text: string): number {
  const number = Number(text);
  if (/^\d{1,3}00$/.test(text) && number > 0) return number;
  throw new InvalidArgumentError('Give a number of sockets in hundreds, such as 500.');
}
