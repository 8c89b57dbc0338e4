import type { Clock } from '../../../../platform/clock.ts';
import type { Orm } from '../../../../platform/database/connect.ts';
import type { Query } from '../../../../platform/database/query.ts';
import type { OutCell, OutSheet } from '../../../../platform/xlsx/cell.ts';
import { writeXlsx } from '../../../../platform/xlsx/write-xlsx.ts';
import { learnLetters } from '../convert/coupon-code.ts';
import type { StatusLine } from '../lines.ts';
import { stoppedByMysql } from '../load/load-stopped.ts';
import { patientQuery } from '../load/patient-query.ts';
import type { Sheet, SheetName } from '../sheet.ts';
import { SHEETS } from '../sheets.ts';
import { tableOf } from '../tables.ts';
import { asTheyWillStand } from './as-they-will-stand.ts';
import { Carried, type CarriedRow, type LeftOut } from './carried.ts';

export interface ExportProgress {
  sheet: SheetName;
  /** Rows of the database that were read so far, of all sheets. */
  rows: number;
}

export interface ExportOptions {
  /** Otherwise a file that is there stays and the export fails. */
  replace: boolean;
  clock: Clock;
  signal?: AbortSignal;
  onProgress?: (progress: ExportProgress) => void;
}

export interface Exported {
  /** Rows written, by sheet. */
  rows: Record<SheetName, number>;
  /** What the workbook cannot say. */
  leftOut: LeftOut[];
}

/** Said when MySQL stops an export. */
const NOTHING_WRITTEN = 'No workbook was written. Run it again when that is mended.';

/**
 * Writes the database as a workbook, sheet by sheet and page by page; readable by its owner alone, and there whole or not
 * at all. May run while others write: what comes meanwhile is in it or not, and what hangs on a row that is not in it is
 * left out too.
 * @throws an Error with code EEXIST if the file is there and is not to be replaced; what `signal` was aborted with;
 *   LoadStopped if MySQL refuses or is away.
 */
export async function exportWorkbook(
  orm: Orm,
  path: string,
  { replace, clock, signal, onProgress = () => undefined }: ExportOptions,
): Promise<Exported> {
  const query = await patientQuery(orm);
  // Here and where pages are read, and nowhere else: ENOENT of a folder is no database that is away.
  await learnLetters(query).catch((error: unknown) => {
    throw stoppedByMysql(error, undefined, NOTHING_WRITTEN);
  });
  const carried = new Carried(clock.now());
  let read = 0;
  const told = (sheet: SheetName, rows: number) => {
    read += rows;
    onProgress({ sheet, rows: read });
  };
  const sheets = SHEETS.map((sheet): OutSheet => {
    const header = sheet.hasHeader ? sheet.columns.map((column) => column.header) : null;
    return { name: sheet.name, header, rows: rowsOf(query, sheet, carried, told) };
  });
  const rows = await writeXlsx(path, sheets, { replace, signal });
  return { rows: rows as Record<SheetName, number>, leftOut: carried.leftOut() };
}

/** Asked for one sheet after the other, so that what rows hang on is carried before them. */
async function* rowsOf(
  query: Query,
  sheet: Sheet<unknown>,
  carried: Carried,
  told: (sheet: SheetName, rows: number) => void,
): AsyncGenerator<readonly OutCell[], void> {
  const rows = carriedRows(query, sheet, carried, told);
  const sorted =
    sheet.name === 'order.updated' ? asTheyWillStand(rows as AsyncGenerator<CarriedRow<StatusLine>>) : rows;
  for await (const { cells } of sorted) yield cells;
}

async function* carriedRows(
  query: Query,
  sheet: Sheet<unknown>,
  carried: Carried,
  told: (sheet: SheetName, rows: number) => void,
): AsyncGenerator<CarriedRow, void> {
  try {
    for await (const page of tableOf(sheet.name).pages(query, sheet.name)) {
      for (const line of page) {
        const row = carried.carry(sheet, line);
        if (row !== null) yield row;
      }
      told(sheet.name, page.length);
    }
  } catch (error) {
    throw stoppedByMysql(error, { sheet, lines: [] }, NOTHING_WRITTEN);
  }
}
