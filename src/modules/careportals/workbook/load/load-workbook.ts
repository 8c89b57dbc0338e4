import type { Clock } from '../../../../platform/clock.ts';
import type { Orm } from '../../../../platform/database/connect.ts';
import { toInstant } from '../../../../platform/database/instant.ts';
import { learnLetters } from '../convert/coupon-code.ts';
import { readWorkbook } from '../read-workbook.ts';
import { askMysql } from '../report/ask-mysql.ts';
import { FindingsFile } from '../report/findings-file.ts';
import { makeReport } from '../report/make-report.ts';
import type { OnProgress, Report } from '../report/report.ts';
import { SHEETS } from '../sheets.ts';
import { tableOf } from '../tables.ts';
import { analyzeTables } from './analyze-tables.ts';
import { type Examined, examineWorkbook } from './examine-workbook.ts';
import { ImportLock } from './import-lock.ts';
import { beginRun, finishRun, type ImportRun } from './import-run.ts';
import { KnownSoFar } from './known-so-far.ts';
import type { Loading } from './load-batch.ts';
import { type LoadParts, loadSheets, type Passed, rowsOf } from './load-sheets.ts';
import { stoppedByMysql } from './load-stopped.ts';
import { patientQuery } from './patient-query.ts';
import { emptyTally } from './tally.ts';

export interface LoadOptions {
  mode: 'import' | 'sync';
  /** Says what would be done, and writes nothing into the database. */
  dryRun: boolean;
  clock: Clock;
  /** Where the private list of findings is to be; without it there is none. */
  list?: string;
  onProgress?: OnProgress;
  /** The list that an interrupted run had begun is gone: this one has only what is found from here on. */
  onListLost?: () => void;
  /** Ends it after the batch that is being written. */
  signal?: AbortSignal;
  /** Other tables than those of the business, for tests of what a run does when one of them fails. */
  tableOf?: LoadParts['tableOf'];
}

/**
 * Reads a workbook twice: first all of it, to find whatever is wrong with the file, then batch by batch into the
 * database. A run that was cut short goes on where it stopped, if it is given the same file.
 * @throws BrokenXlsx, BrokenWorkbook, AnotherImportRuns, LoadStopped; an AbortError if it was asked to stop before the
 *   second reading.
 */
export async function loadWorkbook(orm: Orm, path: string, options: LoadOptions): Promise<Report> {
  const startedAt = performance.now();
  const parts = { sheets: SHEETS, tableOf: options.tableOf ?? tableOf };
  const workbook = await readWorkbook(path, options.clock.now());
  try {
    const lock = options.dryRun ? null : await ImportLock.take(orm);
    try {
      const examined = await examineWorkbook(path, workbook, parts.sheets, options);
      const reported = await loadExamined({ orm, lock, examined, options }, (loading, run) =>
        loadSheets(loading, run, { workbook, parts, examined }, options),
      );
      return { ...reported, seconds: Math.round(performance.now() - startedAt) / 1_000 };
    } finally {
      await lock?.release();
    }
  } finally {
    await workbook.close();
  }
}

interface Job {
  orm: Orm;
  lock: ImportLock | null;
  examined: Examined;
  options: LoadOptions;
}

type Pass = (loading: Loading, run: ImportRun) => Promise<Passed>;

async function loadExamined(job: Job, pass: Pass): Promise<Report> {
  const { orm, lock, examined, options } = job;
  const { mode, dryRun } = options;
  const now = options.clock.now();
  const run = dryRun ? dryRunOf(now) : await beginRun(orm, mode, examined.file, now);
  const list = await openList(run, options);
  const known = new KnownSoFar(examined.firstOrders);
  const context = { mode, startedAt: run.startedAt, runId: run.runId, known, now };
  try {
    // Rows are told apart before a table asks anything.
    await learnLetters(await patientQuery(orm));
    const passed = await pass({ orm, context, list, lock }, run);
    const interrupted = rowsOf(passed.tally) < examined.file.rows;
    const isDone = !dryRun && !interrupted;
    const database = isDone ? await checked(job, passed) : null;
    const findingsFile = interrupted || list === null ? null : await list.finish(passed.tally.listBytes);
    // Last of all: a run that is cut short before it is gone on with, and has its report and its list.
    if (isDone) await finishRun(orm, run.runId, options.clock.now());
    return makeReport({ job: { mode, dryRun, examined }, run, passed, interrupted, database, findingsFile });
  } catch (error) {
    throw stoppedByMysql(error);
  } finally {
    // What is not finished by now can be gone on with; of a dry run there is nothing to go on with.
    await (dryRun ? list?.discard() : list?.leave());
  }
}

async function checked({ orm }: Job, { tally }: Passed) {
  const database = await askMysql(await patientQuery(orm), tally);
  await analyzeTables(orm, tally);
  return database;
}

function dryRunOf(now: Date): ImportRun {
  return { runId: '0', startedAt: toInstant(now), resumed: false, mark: null, tally: emptyTally() };
}

/** Goes on with the list of the run that was cut short, if it is still there. */
async function openList(run: ImportRun, { list: path, dryRun, onListLost }: LoadOptions): Promise<FindingsFile | null> {
  if (path === undefined) return null;
  const list = await FindingsFile.open(path, dryRun, run.tally.listBytes);
  if (await list.holds(run.tally.listBytes)) return list;
  run.tally.listBytes = 0;
  onListLost?.();
  return list;
}
