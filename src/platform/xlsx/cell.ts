/** What a cell of a sheet holds. Results of formulas are taken as values. */
export type Cell =
  | { is: 'text'; text: string }
  /** The decimal text exactly as it stands in the file: `149.5`, `242.0`, `1.5E3`. */
  | { is: 'number'; text: string }
  | { is: 'boolean'; value: boolean }
  /** A number in a date style: `YYYY-MM-DD HH:MM:SS.mmm` on no particular clock. */
  | { is: 'time'; wall: string }
  /** e.g. `#REF!`; null for one that no spreadsheet program has, for the cell may then hold anything. */
  | { is: 'error'; code: string | null };

/** A row that has a cell. */
export interface Row {
  /** As the spreadsheet shows it, from 1. */
  number: number;
  /** By column, from 0. */
  cells: readonly (Cell | null)[];
}

/** A workbook that is open. */
export interface XlsxFile {
  /** In the order of the tabs, hidden ones too. */
  sheetNames: readonly string[];
  /** Rows of one sheet, read as they are asked for; may be called again. @throws BrokenXlsx */
  rows(sheetName: string): AsyncGenerator<Row, void>;
  close(): Promise<void>;
}

/** A cell to be written; a number as decimal text that is written as it stands. */
export type OutCell = null | string | { number: string } | { wall: string };

/** A sheet to be written. */
export interface OutSheet {
  name: string;
  header: readonly string[] | null;
  rows: AsyncIterable<readonly OutCell[]> | Iterable<readonly OutCell[]>;
}
