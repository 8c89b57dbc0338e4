import type { RuleId } from '../rules.ts';
import type { SheetName } from '../sheet.ts';

/** What a generated workbook holds, so that a test can tell whether the import found all of it and invented nothing. */
export interface Planted {
  seed: string;
  times: number;
  /** Rows with data, by sheet. */
  rows: Record<SheetName, number>;
  /** How often each rule must be found when the workbook is imported into an empty database. */
  rules: Record<RuleId, number>;
  /** What must become of the rows; `kept` are those that reach their tables. */
  outcomes: Record<SheetName, { kept: number; parked: number; duplicates: number; rejected: number }>;
}

/** Where one finding is expected. */
export interface Place {
  sheet: SheetName;
  tab: string;
  /** As the spreadsheet numbers it. */
  row: number;
  column: string | null;
  rule: RuleId;
}
