import type { Clock } from '../../../../platform/clock.ts';
import type { Orm } from '../../../../platform/database/connect.ts';
import { toInstant } from '../../../../platform/database/instant.ts';
import type { Query } from '../../../../platform/database/query.ts';
import { learnLetters } from '../convert/coupon-code.ts';
import { type Examined, examineWorkbook } from '../load/examine-workbook.ts';
import { KnownSoFar } from '../load/known-so-far.ts';
import { allBatches, type TableBatch } from '../load/load-sheets.ts';
import { stoppedByMysql } from '../load/load-stopped.ts';
import { patientQuery } from '../load/patient-query.ts';
import { readWorkbook } from '../read-workbook.ts';
import { FindingsFile } from '../report/findings-file.ts';
import type { OnProgress } from '../report/report.ts';
import type { Workbook } from '../sheet.ts';
import { SHEETS } from '../sheets.ts';
import type { Context } from '../table.ts';
import { tableOf } from '../tables.ts';
import type { Comparison } from './comparison.ts';
import { Differences } from './differences.ts';
import { noteNames, WorkbookKeys } from './workbook-keys.ts';

export interface CompareOptions {
  clock: Clock;
  /** Where the private list of differences is to be; without it there is none. */
  list?: string;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/** Said when MySQL stops a comparison. */
const NOTHING_CHANGED = 'Nothing was changed, and nothing is known of what differs. Run it again when that is mended.';

/**
 * Holds a workbook against the database and writes nothing. Rows are told apart as an import would do it.
 * @throws BrokenXlsx, BrokenWorkbook, LoadStopped, an AbortError.
 */
export async function compareWorkbook(orm: Orm, path: string, options: CompareOptions): Promise<Comparison> {
  const workbook = await readWorkbook(path, options.clock.now());
  try {
    const examined = await examineWorkbook(path, workbook, SHEETS, options);
    const list = options.list === undefined ? null : await FindingsFile.open(options.list, true);
    try {
      const query = await patientQuery(orm);
      const differences = new Differences(query, list);
      await compareAll({ workbook, examined, differences }, query, options);
      return await differences.asComparison(examined.file);
    } catch (error) {
      throw stoppedByMysql(error, undefined, NOTHING_CHANGED);
    } finally {
      await list?.discard();
    }
  } finally {
    await workbook.close();
  }
}

interface Comparing {
  workbook: Workbook;
  examined: Examined;
  differences: Differences;
}

async function compareAll(comparing: Comparing, query: Query, options: CompareOptions): Promise<void> {
  const { workbook, examined } = comparing;
  const known = new KnownSoFar(examined.firstOrders);
  const now = options.clock.now();
  const context = { mode: 'import' as const, startedAt: toInstant(now), runId: '0', known, now };
  const keys = new WorkbookKeys();
  await learnLetters(query);
  let rows = 0;
  for await (const tableBatch of allBatches(workbook, { sheets: SHEETS, tableOf }, null)) {
    options.signal?.throwIfAborted();
    await compareBatch(comparing, query, context, keys, tableBatch);
    rows += tableBatch.batch.read;
    const sheet = tableBatch.batch.sheet.name;
    options.onProgress?.({ pass: 2, sheet, rows, totalRows: examined.file.rows });
  }
  await findOnlyInDatabase(comparing, query, keys, options.signal);
}

async function compareBatch(
  { differences }: Comparing,
  query: Query,
  context: Context & { known: KnownSoFar },
  keys: WorkbookKeys,
  { table, batch }: TableBatch,
): Promise<void> {
  try {
    const settled = await table.settle(query, context, batch.lines);
    context.known.learn(table.tells(settled));
    for (const { line } of [...batch.lines, ...settled]) {
      keys.note(table, batch.sheet.keyOf(line));
      noteNames(keys, batch.sheet.name, line);
    }
    await differences.addBatch(table, batch, settled);
  } catch (error) {
    throw stoppedByMysql(error, batch, NOTHING_CHANGED);
  }
}

/** What only the database has: its lines are held against the keys of the workbook, a page at a time. */
async function findOnlyInDatabase(
  { workbook, differences }: Comparing,
  query: Query,
  keys: WorkbookKeys,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const sheet of SHEETS.filter(({ name }) => workbook.sheetsFound.includes(name))) {
    const table = tableOf(sheet.name);
    const isUnknown = (line: unknown) => !keys.has(table, sheet.name, sheet.keyOf(line));
    try {
      for await (const lines of table.pages(query, sheet.name)) {
        signal?.throwIfAborted();
        await differences.addOnlyInDatabase(sheet.name, lines.filter(isUnknown));
      }
    } catch (error) {
      throw stoppedByMysql(error, { sheet, lines: [] }, NOTHING_CHANGED);
    }
  }
}
