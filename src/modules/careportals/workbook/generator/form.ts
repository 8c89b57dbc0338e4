import type { OutCell } from '../../../../platform/xlsx/cell.ts';
import type { RuleId } from '../rules.ts';
import type { SheetName } from '../sheet.ts';
import type { SetOfRows } from './set-of-rows.ts';

/** A row's cells by header; the sheet without one is addressed by letters. What is not named is blank. */
export type Cells = Record<string, OutCell>;

/** What becomes of a row. Only kept ones may be referred to by others. */
export type Fate = 'kept' | 'parked' | 'duplicates' | 'rejected';

/** Something that is wrong with a row, and what an import has to say of it. A row has one at most. */
export interface Oddity {
  rule: RuleId;
  /** Where the finding is expected; null if the whole row is meant. */
  column: string | null;
  /** Rows of one set. */
  rows: number;
  fate: Fate;
  /** Of all rows of a set with this oddity only the first is a finding. */
  foundOnce?: boolean;
  /** No other row may refer to this one, although it is kept. */
  alone?: boolean;
  change(cells: Cells, at: OddPlace): Cells;
}

export interface OddPlace {
  set: SetOfRows;
  /** Counts the rows of this oddity in this set. */
  nth: number;
  index: number;
  /** An earlier row of the sheet with which nothing is wrong. */
  earlier: Cells;
}

/** How rows of a sheet look. */
export interface Form {
  sheet: SheetName;
  columns: readonly string[];
  hasHeader: boolean;
  /** Rows of one set. */
  rows: number;
  /** A row with which nothing is wrong. Equal arguments give an equal row. */
  honest(set: SetOfRows, index: number): Cells;
  oddities: readonly Oddity[];
}

/** Oddities of a row's own cells that leave it in the workbook. */
export function repaired(
  rule: RuleId,
  column: string,
  rows: number,
  change: Oddity['change'],
  more?: Pick<Oddity, 'alone' | 'foundOnce'>,
): Oddity {
  return { rule, column, rows, fate: 'kept', change, ...more };
}

export function rejected(rule: RuleId, column: string, rows: number, change: Oddity['change']): Oddity {
  return { rule, column, rows, fate: 'rejected', change };
}

export function parked(rule: RuleId, column: string, rows: number, change: Oddity['change']): Oddity {
  return { rule, column, rows, fate: 'parked', change };
}

export function duplicate(rule: RuleId, rows: number, change: Oddity['change']): Oddity {
  return { rule, column: null, rows, fate: 'duplicates', change };
}

/** A copy of an earlier row, with another value here and there. */
export function copied(differing: (earlier: Cells) => Cells = () => ({})): Oddity['change'] {
  return (_, { earlier }) => ({ ...earlier, ...differing(earlier) });
}

/** The row with other values in some cells. */
export function withCells(differing: (cells: Cells, at: OddPlace) => Cells): Oddity['change'] {
  return (cells, at) => ({ ...cells, ...differing(cells, at) });
}
