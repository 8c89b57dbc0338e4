import { type Instant, toInstant } from '../../../../platform/database/instant.ts';
import type { Cell, OutCell } from '../../../../platform/xlsx/cell.ts';
import type { Fault } from '../finding.ts';
import type { Column, Converted, Sheet } from '../sheet.ts';
import { RowReader, RowRejected } from './row-reader.ts';

/** In which place of a row a tab has each column, by the column's own header; columns that the tab lacks are left out. */
export type Layout = ReadonlyMap<string, number>;

/** A row of cells and where it stands. */
export interface PlacedRow {
  tab: string;
  row: number;
  /** 1, 2, … over all tabs of the sheet. */
  ordinal: number;
  cells: readonly (Cell | null)[];
}

/** Clocks may differ so much, in milliseconds; what lies further ahead lies in the future. */
const CLOCK_SKEW_MS = 10 * 60_000;

/** The last instant that is not in the future. */
export function latestOf(now: Date): Instant {
  return toInstant(new Date(now.getTime() + CLOCK_SKEW_MS));
}

/** What becomes of one row. @param latest times after it lie in the future. */
export function convertRow<Line>(
  sheet: Sheet<Line>,
  layout: Layout,
  { tab, row, ordinal, cells }: PlacedRow,
  latest: Instant,
): Converted<Line> {
  const reader = new RowReader(
    { sheet: sheet.name, tab, row },
    (header) => cells[layout.get(header) ?? -1] ?? null,
    latest,
  );
  try {
    return { ordinal, kind: 'line', tab, row, line: sheet.read(reader), findings: reader.findings };
  } catch (error) {
    if (error instanceof RowRejected) return { ordinal, kind: 'rejected', finding: error.finding };
    throw error;
  }
}

const TEXT_ONLY: readonly Column['kind'][] = ['id24', 'id32', 'stripeId', 'word', 'personal'];

/** Cells that tell that the sheet itself is broken: errors of formulas, and numbers in place of text. */
export function faultsIn<Line>(sheet: Sheet<Line>, layout: Layout, { tab, row, cells }: PlacedRow): Fault[] {
  const faults: Fault[] = [];
  for (const { header, kind } of sheet.columns) {
    const cell = cells[layout.get(header) ?? -1] ?? null;
    const says = cell === null || cell.is === 'text' ? null : faultOf(cell, kind);
    if (says !== null) faults.push({ tab, row, column: header, says });
  }
  return faults;
}

function faultOf(cell: Cell, kind: Column['kind']): string | null {
  if (cell.is === 'error') {
    const error = cell.code === null ? 'an error' : `the error ${cell.code}`;
    return `holds ${error}; mend the formula and export the workbook again`;
  }
  if (!TEXT_ONLY.includes(kind)) return null;
  if (cell.is === 'number') return `holds a number where ${NAMES[kind]} should be`;
  return cell.is === 'time' ? `holds a date where ${NAMES[kind]} should be` : null;
}

const NAMES: Partial<Record<Column['kind'], string>> = {
  id24: 'an id of 24 hexadecimal digits',
  id32: 'an id of 32 hexadecimal digits',
  stripeId: 'an id of Stripe',
  word: 'text',
  personal: 'text',
};

/** What conversion would make of cells that `sheet.write` gave, were they read from a file. */
export function convertCells<Line>(sheet: Sheet<Line>, cells: readonly OutCell[], now: Date): Converted<Line> {
  const layout = new Map(sheet.columns.map(({ header }, index) => [header, index]));
  const placed = { tab: sheet.name, row: 1, ordinal: 1, cells: cells.map(cellOf) };
  return convertRow(sheet, layout, placed, latestOf(now));
}

function cellOf(cell: OutCell): Cell | null {
  if (cell === null) return null;
  if (typeof cell === 'string') return { is: 'text', text: cell };
  return 'number' in cell ? { is: 'number', text: cell.number } : { is: 'time', wall: cell.wall };
}
