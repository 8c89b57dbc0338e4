import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CompareOptions,
  compareWorkbook,
} from '../../../src/modules/careportals/workbook/compare/compare-workbook.ts';
import type { Comparison } from '../../../src/modules/careportals/workbook/compare/comparison.ts';
import { type LoadOptions, loadWorkbook } from '../../../src/modules/careportals/workbook/load/load-workbook.ts';
import { OUTCOMES } from '../../../src/modules/careportals/workbook/load/tally.ts';
import type { Report } from '../../../src/modules/careportals/workbook/report/report.ts';
import type { SheetName } from '../../../src/modules/careportals/workbook/sheet.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import type { TestDatabase } from '../../kit/test-database.ts';
import { type SmallRows, writeSmallWorkbook } from './small-workbook.ts';

/** Writes these rows as a workbook and loads it. */
export async function loadRows(
  { orm }: TestDatabase,
  rows: SmallRows,
  options: Partial<LoadOptions> = {},
): Promise<Report> {
  return withWorkbook(rows, (path) =>
    loadWorkbook(orm, path, { mode: 'import', dryRun: false, clock: systemClock, ...options }),
  );
}

export async function compareRows(
  { orm }: TestDatabase,
  rows: SmallRows,
  options: Partial<CompareOptions> = {},
): Promise<Comparison> {
  return withWorkbook(rows, (path) => compareWorkbook(orm, path, { clock: systemClock, ...options }));
}

/** With a file of these rows, which is gone afterwards. */
async function withWorkbook<Result>(rows: SmallRows, work: (path: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'cp-workbook-'));
  try {
    return await work(await writeSmallWorkbook(join(folder, 'small.xlsx'), rows));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What became of the rows of one sheet, without zeros. */
export function outcomesOf(report: Report, sheet: SheetName): Record<string, number> {
  const counts = report.sheets.find((count) => count.sheet === sheet);
  return Object.fromEntries(OUTCOMES.flatMap((outcome) => (counts?.[outcome] ? [[outcome, counts[outcome]]] : [])));
}

/** The same of all sheets together. */
export function outcomes(report: Report): Record<string, number> {
  const sums = OUTCOMES.map(
    (outcome) => [outcome, report.sheets.reduce((sum, sheet) => sum + sheet[outcome], 0)] as const,
  );
  return Object.fromEntries(sums.filter(([, count]) => count > 0));
}
