import type { Query } from '../../../../platform/database/query.ts';
import { keyColumnOf } from '../load/look-again.ts';
import type { Batch } from '../load/read-batches.ts';
import type { FindingsFile } from '../report/findings-file.ts';
import type { WorkbookFile } from '../report/report.ts';
import { SHEET_NAMES } from '../report/table-name-of.ts';
import type { SheetName } from '../sheet.ts';
import type { Did, Settled, Table } from '../table.ts';
import type { ColumnComparison, Comparison, SheetComparison } from './comparison.ts';

type Kind = 'same' | 'different' | 'onlyWorkbook' | 'waiting' | 'leftOut';

/** Rows that stand in the database are told apart by their columns. */
const KINDS: Record<Did, Kind | null> = {
  written: 'onlyWorkbook',
  parked: 'onlyWorkbook',
  waiting: 'waiting',
  rejected: 'leftOut',
  unchanged: null,
  filled: null,
  updated: null,
  kept: null,
};

const DIFFERENCES = ['different', 'onlyWorkbook', 'onlyDatabase', 'waiting', 'leftOut'] as const;

const NONE = { rows: 0, same: 0, different: 0, onlyWorkbook: 0, onlyDatabase: 0, waiting: 0, repeats: 0, leftOut: 0 };

/** Counts what a comparison finds, and lists it. */
export class Differences {
  readonly #query: Query;
  readonly #list: FindingsFile | null;
  readonly #sheets = new Map<SheetName, SheetComparison>();
  readonly #columns = new Map<string, ColumnComparison>();
  #listBytes = 0;

  constructor(query: Query, list: FindingsFile | null) {
    this.#query = query;
    this.#list = list;
  }

  async addBatch(table: Table<unknown>, batch: Batch, settled: readonly Settled<unknown>[]): Promise<void> {
    const sheet = this.#sheetOf(batch.sheet.name);
    sheet.rows += batch.read;
    await this.#addDropped(sheet, batch);
    for (const line of settled) sheet[kindOf(line)]++;
    await this.#countColumns(
      table,
      sheet.sheet,
      settled.filter((line) => kindOf(line) === 'different'),
    );
    const listed = settled.filter((line) => kindOf(line) !== 'same');
    await this.#write(listed.map((line) => describe(sheet.sheet, line)));
  }

  /** The database has what a plain repeat says. What any other dropped row says is nowhere in it. */
  async #addDropped(sheet: SheetComparison, { dropped }: Batch): Promise<void> {
    const leftOut = dropped.filter(({ finding }) => finding.rule !== 'duplicate-same');
    sheet.leftOut += leftOut.length;
    sheet.repeats += dropped.length - leftOut.length;
    await this.#write(leftOut.map(({ finding: { sheet, ...said } }) => ({ sheet, is: 'leftOut', ...said })));
  }

  async addOnlyInDatabase(name: SheetName, lines: readonly unknown[]): Promise<void> {
    this.#sheetOf(name).onlyDatabase += lines.length;
    await this.#write(lines.map((line) => ({ sheet: name, is: 'onlyDatabase', line })));
  }

  async asComparison(file: WorkbookFile): Promise<Comparison> {
    const sheets = [...this.#sheets.values()].sort((a, b) => placeOf(a) - placeOf(b));
    const equal = sheets.every((sheet) => DIFFERENCES.every((kind) => sheet[kind] === 0));
    const list = this.#list === null ? null : await this.#list.finish(this.#listBytes);
    return { equal, file, sheets, columns: [...this.#columns.values()], list };
  }

  async #countColumns(table: Table<unknown>, sheet: SheetName, settled: readonly Settled<unknown>[]): Promise<void> {
    if (settled.length === 0) return;
    const keyColumn = keyColumnOf(sheet) ?? '';
    const keyOf = ({ line }: Settled<unknown>) => (line as Record<string, string>)[keyColumn] ?? '';
    const owners = (await table.owner?.(this.#query, settled.map(keyOf))) ?? new Map<string, 'import' | 'other'>();
    for (const line of settled) {
      for (const column of line.differs) this.#countColumn(sheet, column, owners.get(keyOf(line)) ?? 'other');
    }
  }

  #countColumn(sheet: SheetName, column: string, owner: 'import' | 'other'): void {
    const key = `${sheet} ${column}`;
    const counted = this.#columns.get(key) ?? { sheet, column, count: 0, byOwner: { import: 0, other: 0 } };
    counted.count++;
    counted.byOwner[owner]++;
    this.#columns.set(key, counted);
  }

  #sheetOf(sheet: SheetName): SheetComparison {
    const counted = this.#sheets.get(sheet) ?? { sheet, ...NONE };
    this.#sheets.set(sheet, counted);
    return counted;
  }

  async #write(lines: readonly object[]): Promise<void> {
    if (this.#list !== null) this.#listBytes = await this.#list.writeAt(lines, this.#listBytes);
  }
}

function placeOf({ sheet }: SheetComparison): number {
  return SHEET_NAMES.indexOf(sheet);
}

function kindOf({ did, differs }: Settled<unknown>): Kind {
  return KINDS[did] ?? (differs.length === 0 ? 'same' : 'different');
}

function describe(sheet: SheetName, settled: Settled<unknown>): object {
  const { tab, row, line, differs, findings } = settled;
  return { sheet, is: kindOf(settled), tab, row, columns: differs, rules: findings.map(({ rule }) => rule), line };
}
