import type { Level, RuleId } from '../rules.ts';
import type { SheetName } from '../sheet.ts';

/** What a run did, or a dry run would do. Holds no value of a cell but as its shape. */
export interface Report {
  command: 'import' | 'sync';
  file: WorkbookFile;
  dryRun: boolean;
  /** It went on where an interrupted run of the same file had stopped; the counts are those of both together. */
  resumed: boolean;
  /** It ended before the last row because it was asked to. */
  interrupted: boolean;
  seconds: number;
  /** From the beginning of a batch's transaction to its commit, the longest. */
  slowestBatchMs: number;
  /** In the order in which they are loaded. */
  sheets: SheetCount[];
  /** Those that occurred, by sheet. */
  rules: RuleCount[];
  /** By what was counted while loading: the same in a dry run. */
  checks: Check[];
  /** By what MySQL says afterwards; null in a dry run and in one that was interrupted. */
  database: Check[] | null;
  /** Where every finding stands, with the values that were met. */
  findingsFile: string | null;
}

export interface WorkbookFile {
  name: string;
  sha256: string;
  /** Rows of data on all sheets that are read. */
  rows: number;
}

/** What became of the rows of one sheet; `read` is the sum of the others. */
export interface SheetCount {
  sheet: SheetName;
  table: string;
  read: number;
  written: number;
  filled: number;
  updated: number;
  unchanged: number;
  kept: number;
  parked: number;
  waiting: number;
  duplicates: number;
  rejected: number;
}

export interface RuleCount {
  rule: RuleId;
  level: Level;
  sheet: SheetName;
  count: number;
  says: string;
  /** The first three. */
  examples: Example[];
}

/** `was` and `became` as shapes: 9 for a digit, a for a letter, 24 characters at most. */
export interface Example {
  tab: string;
  row: number;
  column: string | null;
  was: string | null;
  became: string | null;
}

export interface Check {
  id: string;
  says: string;
  result: 'holds' | 'note' | 'broken';
  count: number;
  expected?: string;
  found?: string;
}

/** `totalRows` is null while the rows are counted. */
export interface LoadProgress {
  pass: 1 | 2;
  sheet: string;
  rows: number;
  totalRows: number | null;
}

export type OnProgress = (progress: LoadProgress) => void;
