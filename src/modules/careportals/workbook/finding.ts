import type { RuleId } from './rules.ts';
import type { SheetName } from './sheet.ts';

/**
 * What a rule did or saw at one place. `was` and `became` may be a patient's data: only the private list of a run has
 * them, never a terminal, a log or a page.
 */
export interface Finding {
  sheet: SheetName;
  /** The tab, as the file names it. */
  tab: string;
  /** As the spreadsheet numbers it. */
  row: number;
  column: string | null;
  rule: RuleId;
  was: string | null;
  became: string | null;
}

/** Why a file cannot be taken at all. Holds no value of a cell. */
export interface Fault {
  tab: string;
  row: number | null;
  column: string | null;
  says: string;
}
