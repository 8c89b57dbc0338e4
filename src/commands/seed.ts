import { Command, InvalidArgumentError } from 'commander';
import { DEMO_TABLES } from '../modules/careportals/demo/demo-batch.ts';
import { demoCounts } from '../modules/careportals/demo/demo-counts.ts';
import { describeProgress, grouped } from '../modules/careportals/demo/describe-progress.ts';
import {
  DEFAULT_SEED,
  type SeedOptions,
  type SeedProgress,
  seedDemoData,
  startOfToday,
} from '../modules/careportals/demo/seed-demo-data.ts';
import { NumbersTaken } from '../modules/careportals/demo/write-batch.ts';
import { BadSettings, readSettings } from '../platform/config.ts';
import { RetryLater } from '../platform/database/transaction.ts';
import { openDatabase } from '../startup.ts';
import { untilAskedToStop } from '../until-asked-to-stop.ts';
import { runCommand } from './run-command.ts';

interface Arguments {
  customers: number;
  ordersPerCustomer?: number;
  statusesPerOrder?: number;
  seed: string;
  asOf: Date;
  json: boolean;
}

/** The load was asked to stop; what it had written by then is whole and stays. */
const INTERRUPTED = 130;
const PLAIN_LINE_EVERY_MS = 3_000;

/** `npm run seed -- --customers N`: adds fictional customers with all that belongs to them. */
const command = new Command('seed')
  .description('Adds fictional customers with orders, payments, refunds, subscriptions and history')
  .requiredOption('--customers <N>', 'how many customers', wholeNumber)
  .option('--orders-per-customer <M>', 'exactly so many, each with one payment; otherwise 476 for 281', wholeNumber)
  .option('--statuses-per-order <K>', 'exactly so many history rows an order; otherwise 6.5 on average', wholeNumber)
  .option('--seed <text>', 'an equal database gets the same rows from the same seed', DEFAULT_SEED)
  .option('--as-of <instant>', 'when the story ends; otherwise the beginning of the current day in UTC', pastInstant)
  .option('--json', 'the summary as JSON', false)
  .allowExcessArguments(false);

await runCommand(command, async ({ json, asOf = startOfToday(), ...size }: Arguments) => {
  refuseTooLarge(size);
  const stop = new AbortController();
  void untilAskedToStop().then(() => stop.abort());
  const onProgress = progressOn(process.stderr);
  const loaded = await load({ ...size, asOf, signal: stop.signal, onProgress });
  if (loaded === null) return;
  const summary = { seed: size.seed, asOf: asOf.toISOString(), interrupted: stop.signal.aborted, ...loaded };
  if (summary.interrupted) {
    process.stderr.write('\nInterrupted. What was loaded so far is whole and stays.\n');
    process.exitCode = INTERRUPTED;
  }
  process.stdout.write(json ? `${JSON.stringify(summary)}\n` : inWords(summary));
});

function wholeNumber(text: string): number {
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number > 0) return number;
  throw new InvalidArgumentError('Give a whole number from 1 on, in digits.');
}

function pastInstant(text: string): Date {
  const instant = new Date(text);
  if (instant <= new Date()) return instant;
  throw new InvalidArgumentError('Give an instant that has passed, such as 2026-11-01T00:00:00Z.');
}

function refuseTooLarge(size: Pick<Arguments, 'customers' | 'ordersPerCustomer' | 'statusesPerOrder'>): void {
  try {
    demoCounts(size);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    command.error(`error: ${error.message}`);
  }
}

/** Null if it failed; the reason is on stderr then. */
async function load(options: SeedOptions) {
  const settings = readSettings(process.env);
  if (settings.NODE_ENV === 'production') throw new BadSettings('Fictional people have no place in production.');
  const database = await openDatabase(settings, (line) => process.stderr.write(`${line}\n`));
  try {
    const startedAt = performance.now();
    const rows = await seedDemoData(database.orm, options);
    // MySQL counts by itself only now and then, and plans by what it last counted: an empty table.
    await database.orm.em.getConnection().execute(`ANALYZE NO_WRITE_TO_BINLOG TABLE ${DEMO_TABLES.join(', ')}`);
    return { seconds: Math.round(performance.now() - startedAt) / 1_000, rows };
  } catch (error) {
    if (!(error instanceof NumbersTaken) && !(error instanceof RetryLater)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = 1;
    return null;
  } finally {
    await database.close();
  }
}

/** On a terminal one line that changes, in a pipe a plain line every few seconds. */
function progressOn(stream: NodeJS.WriteStream): (progress: SeedProgress) => void {
  const startedAt = performance.now();
  let writtenAt = startedAt;
  return (progress) => {
    const now = performance.now();
    const line = describeProgress(progress, now - startedAt);
    if (stream.isTTY) stream.write(`\r\x1b[K${line}${progress.rows === progress.totalRows ? '\n' : ''}`);
    if (stream.isTTY || now - writtenAt < PLAIN_LINE_EVERY_MS) return;
    writtenAt = now;
    stream.write(`${line}\n`);
  };
}

function inWords({ rows, seconds, seed, asOf }: { rows: object; seconds: number; seed: string; asOf: string }): string {
  const lines = Object.entries(rows).map(([table, count]) => `  ${table.padEnd(26)}${grouped(count).padStart(12)}`);
  return [`Rows added in ${seconds} s (seed "${seed}", as of ${asOf}):`, ...lines, ''].join('\n');
}
