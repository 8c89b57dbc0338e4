import type { WorkbookFile } from '../report/report.ts';
import type { SheetName } from '../sheet.ts';

/** Where a workbook and the database say different things. */
export interface Comparison {
  /** Nothing differs, neither side has rows that the other lacks, and none waits or was left out. */
  equal: boolean;
  file: WorkbookFile;
  /** In load order; sheets that the workbook does not have are left out. */
  sheets: SheetComparison[];
  columns: ColumnComparison[];
  /** Where every difference stands. */
  list: string | null;
}

export interface SheetComparison {
  sheet: SheetName;
  rows: number;
  same: number;
  different: number;
  onlyWorkbook: number;
  onlyDatabase: number;
  /** Their parents are missing, and the database has them in waiting. */
  waiting: number;
  /** They repeat an earlier row in all that they say. */
  repeats: number;
  /** They cannot be kept, or repeat an earlier row and say something else. */
  leftOut: number;
}

export interface ColumnComparison {
  sheet: SheetName;
  column: string;
  count: number;
  /** Who wrote the rows last: import or sync, or a webhook, a mutation, another program. */
  byOwner: { import: number; other: number };
}
