import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Argument, Command, InvalidArgumentError } from 'commander';
import type { Bench, Benchmark } from '../bench/benchmark.ts';
import { benchmarks } from '../bench/benchmarks.ts';
import { asHead, asJson, asTable, asTrial, missed, type Outcome, type Tried } from '../bench/report.ts';
import { type Lengths, runRounds } from '../bench/run-rounds.ts';
import { openStand, type Size, type Stand } from '../bench/stand.ts';
import { untilAskedToStop } from '../until-asked-to-stop.ts';
import { runCommand } from './run-command.ts';

interface Arguments extends Lengths, Size {
  trials: boolean;
  json: boolean;
  chart: boolean;
  check: boolean;
}

/** With --check: a goal is missed. */
const TOO_SLOW = 3;
const INTERRUPTED = 130;
/** Of fewer, some operation of the reads benchmark finds no rows. */
const LEAST_CUSTOMERS = 200;
const DOCS = join(import.meta.dirname, '..', '..', '..', 'docs');

/** `npm run bench`: every benchmark on a throw-away MySQL, variants in turns in one run. */
const command = new Command('bench')
  .description('Measures the server against hand-written code on a throw-away MySQL that flushes at each commit')
  .addArgument(new Argument('[benchmark...]', 'which, if not all').choices(benchmarks.map(({ name }) => name)))
  .option('--seconds <S>', 'length of one round of one variant', positive, 2)
  .option('--rounds <N>', 'rounds that are counted, after one for warming up', positiveWhole, 9)
  .option('--sockets <N>', 'sockets of the live benchmark, a multiple of 100', hundreds, 5_000)
  .option('--customers <N>', 'customers of the reads benchmark, each with 5 orders', fromLeastCustomers, 20_000)
  .option('--no-trials', 'leave out what is tried after the rounds; memory under reads takes 2 minutes and 300 rounds')
  .option('--json', 'the figures as JSON', false)
  .option('--chart', 'also write docs/bench-NAME.json and docs/bench-NAME.svg, where there is a chart', false)
  .option('--check', `end with ${TOO_SLOW} if a ratio is not what is wanted`, false)
  .allowExcessArguments(false);

await runCommand(command, async ({ json, chart, check, trials, ...size }: Arguments) => {
  const stop = new AbortController();
  void untilAskedToStop().then(() => stop.abort());
  // With --json stdout is for programs: all of it comes at the end.
  const say = (text: string) => json || process.stdout.write(`${text}\n`);
  try {
    const run: Run = { lengths: size, signal: stop.signal, trials, say };
    const outcomes = await measure(chosen(command.args), run, async (stand, measured) => {
      if (json) process.stdout.write(`${asJson(stand, size, measured)}\n`);
      if (chart) await writeCharts(stand, size, measured);
    });
    if (check) complain(missed(outcomes));
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    process.stderr.write('\nInterrupted; nothing stays behind.\n');
    process.exitCode = INTERRUPTED;
  }
});

/** How a run goes. */
interface Run {
  lengths: Lengths & Size;
  signal: AbortSignal;
  /** Whether what is tried after the rounds is wanted. */
  trials: boolean;
  /** Tells people what is known so far. */
  say(text: string): void;
}

function chosen(names: readonly string[]): readonly Benchmark[] {
  return names.length === 0 ? benchmarks : benchmarks.filter(({ name }) => names.includes(name));
}

async function measure(
  wanted: readonly Benchmark[],
  run: Run,
  tell: (stand: Stand, outcomes: readonly Outcome[]) => Promise<void>,
): Promise<Outcome[]> {
  const stand = await openStand((line) => process.stderr.write(`${line}\n`));
  try {
    run.say(asHead(stand, run.lengths));
    const outcomes: Outcome[] = [];
    for (const benchmark of wanted) outcomes.push(await outcomeOf(benchmark, stand, run));
    await tell(stand, outcomes);
    return outcomes;
  } finally {
    await stand.stop();
  }
}

async function outcomeOf(benchmark: Benchmark, stand: Stand, run: Run): Promise<Outcome> {
  const { lengths, signal, say } = run;
  const bench = await benchmark.start(stand, lengths, signal);
  // Ends the round that runs, too.
  signal.addEventListener('abort', () => void bench.stop());
  try {
    const trials = run.trials ? bench.trials : [];
    const later = trials.reduce((sum, trial) => sum + (trial.takes?.(lengths.seconds) ?? 0), 0);
    const onRound = progressOn(process.stderr, lengths.seconds, later);
    const results = await runRounds(bench.variants, lengths, onRound, signal);
    const { goals } = bench;
    say(asTable({ benchmark, results, goals }));
    const tried = await tryAll(trials, run);
    await bench.verify();
    return { benchmark, results, goals, trials: tried, chart: bench.chart?.(results) };
  } finally {
    await bench.stop();
  }
}

async function tryAll(trials: Bench['trials'], { lengths: { seconds }, say }: Run): Promise<Tried[]> {
  const tried: Tried[] = [];
  for (const { name, wanted, takes, run } of trials) {
    const length = takes?.(seconds) ?? 0;
    process.stderr.write(`trial: ${name}${length === 0 ? '' : `, about ${Math.ceil(length)} s`}\n`);
    const one = { name, wanted, figures: await run(seconds * 1_000, aLineAMinute(name, length)) };
    say(asTrial(one));
    tried.push(one);
  }
  return tried;
}

/** Long trials must not look as if they hung. */
function aLineAMinute(name: string, seconds: number): (done: number) => void {
  let told = performance.now();
  return (done) => {
    if (performance.now() - told < 60_000 || done >= 1) return;
    told = performance.now();
    process.stderr.write(`trial: ${name}, ${Math.ceil(seconds * (1 - done))} s left\n`);
  };
}

async function writeCharts(stand: Stand, lengths: Lengths, outcomes: readonly Outcome[]): Promise<void> {
  for (const outcome of outcomes) {
    if (outcome.chart === undefined) continue;
    const file = join(DOCS, `bench-${outcome.benchmark.name}`);
    await writeFile(`${file}.svg`, outcome.chart);
    await writeFile(`${file}.json`, `${asJson(stand, lengths, [outcome])}\n`);
  }
}

/** What is left is told with the trials, which come `later`. On a terminal one line that changes, in a pipe a plain line a round. */
function progressOn(
  stream: NodeJS.WriteStream,
  seconds: number,
  later: number,
): (what: string, roundsLeft: number) => void {
  return (what, roundsLeft) => {
    const line = `${what}, ${Math.ceil(roundsLeft * seconds + later)} s left`;
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

function fromLeastCustomers(text: string): number {
  const number = Number(text);
  if (/^\d{1,6}$/.test(text) && number >= LEAST_CUSTOMERS) return number;
  throw new InvalidArgumentError(`Give a whole number from ${LEAST_CUSTOMERS} to 999999, in digits.`);
}

/** The live benchmark shares them among a hundred orders. */
function hundreds(text: string): number {
  const number = Number(text);
  if (/^\d{1,3}00$/.test(text) && number > 0) return number;
  throw new InvalidArgumentError('Give a number of sockets in hundreds, such as 500.');
}
