import type { OnProgress } from '../report/report.ts';
import type { Sheet, SheetName, Workbook } from '../sheet.ts';
import type { Table } from '../table.ts';
import { Admission } from './admission.ts';
import type { Examined } from './examine-workbook.ts';
import type { ImportRun, Mark } from './import-run.ts';
import { type Loading, learnFrom, tryBatch, writeBatch } from './load-batch.ts';
import { type Batch, readBatches } from './read-batches.ts';
import { type Tally, withSheets } from './tally.ts';

/** What sheets there are, and how they are read and written. */
export interface LoadParts {
  /** In the order in which they are loaded. */
  sheets: readonly Sheet<unknown>[];
  tableOf(sheet: SheetName): Table<unknown>;
}

export interface Passed {
  tally: Tally;
  slowestBatchMs: number;
}

interface Read {
  workbook: Workbook;
  parts: LoadParts;
  examined: Examined;
}

export interface TableBatch {
  table: Table<unknown>;
  batch: Batch;
}

/** Takes all rows that a run has not dealt with yet into the database; in a dry run it only says what would be done. */
export async function loadSheets(
  loading: Loading,
  run: Pick<ImportRun, 'tally' | 'mark'>,
  { workbook, parts, examined }: Read,
  { onProgress, signal }: { onProgress?: OnProgress; signal?: AbortSignal },
): Promise<Passed> {
  const passed: Passed = { tally: withSheets(run.tally, workbook.sheetsFound), slowestBatchMs: 0 };
  const load = loading.lock === null ? tryBatch : writeBatch;
  await withOneAhead(allBatches(workbook, parts, run.mark), signal, async ({ table, batch }) => {
    const startedAt = performance.now();
    const loaded = await load(loading, table, batch, passed.tally);
    passed.slowestBatchMs = Math.max(passed.slowestBatchMs, Math.round(performance.now() - startedAt));
    passed.tally = loaded.tally;
    learnFrom(loading, table, loaded);
    onProgress?.({ pass: 2, sheet: batch.sheet.name, rows: rowsOf(loaded.tally), totalRows: examined.file.rows });
  });
  return passed;
}

/** Rows that were dealt with so far. */
export function rowsOf({ sheets }: Tally): number {
  return Object.values(sheets).reduce((rows, { read }) => rows + read, 0);
}

/** All batches of a workbook in load order. Sheets of one table follow each other and share their keys. */
export async function* allBatches(
  workbook: Workbook,
  { sheets, tableOf }: LoadParts,
  mark: Mark | null,
): AsyncGenerator<TableBatch, void> {
  let admission = new Admission();
  let former: Table<unknown> | undefined;
  for (const sheet of sheets.filter(({ name }) => workbook.sheetsFound.includes(name))) {
    const table = tableOf(sheet.name);
    if (table === former) admission.nextSheet();
    else admission = new Admission();
    former = table;
    const after = doneOf(sheet.name, sheets, mark);
    const batches = readBatches(workbook, sheet, admission, { batchRows: table.batchRows, after });
    for await (const batch of batches) yield { table, batch };
  }
}

/** Up to which ordinal a sheet was dealt with. */
function doneOf(name: SheetName, sheets: readonly Sheet<unknown>[], mark: Mark | null): number {
  if (mark === null) return 0;
  if (name === mark.sheet) return mark.ordinal;
  const names = sheets.map((sheet) => sheet.name);
  return names.indexOf(name) < names.indexOf(mark.sheet) ? Number.POSITIVE_INFINITY : 0;
}

/** While one item is worked on the next one is made, and no more than that. */
export async function withOneAhead<T>(
  source: AsyncGenerator<T, void>,
  signal: AbortSignal | undefined,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let working = Promise.resolve();
  try {
    for (;;) {
      const [next, worked] = await Promise.allSettled([source.next(), working]);
      if (worked.status === 'rejected') throw worked.reason;
      if (next.status === 'rejected') throw next.reason;
      if (next.value.done === true || signal?.aborted) return;
      working = work(next.value.value);
    }
  } finally {
    await source.return();
  }
}
