import type { Instant } from '../../../../platform/database/instant.ts';
import type { Admitted, Context, Did, Settled } from '../table.ts';
import { differingColumns } from './same-line.ts';

/** A row that stands in the database, with the mark of the last import that wrote it; null if others wrote since. */
export type Marked<Line> = Line & { imported_at: Instant | null };

/** What `writeKnown` does with a row that stands. */
export interface KnownPlan {
  importedAt: Instant | null;
  /** Blank columns that get a value. */
  fill: readonly string[];
  /** Columns that differ and cannot be replaced. */
  leave?: readonly string[];
  /** What is written with an update. */
  also?: Readonly<Record<string, unknown>>;
}

export interface Comparing<Line> {
  columns: readonly (keyof Line & string)[];
  /** Beside NULL. */
  isBlank?(row: Line, column: keyof Line & string): boolean;
}

/**
 * A line whose row stands: import replaces nothing, sync replaces what the workbook wrote last, and both fill the blanks
 * of rows that others wrote.
 */
export function settleKnown<Line extends object>(
  { mode }: Context,
  admitted: Admitted<Line>,
  row: Marked<Line>,
  { columns, isBlank }: Comparing<Line>,
): Settled<Line> {
  const { line } = admitted;
  const differs = differingColumns(line, row, columns);
  const isOpen = (column: keyof Line & string) => row[column] === null || (isBlank?.(row, column) ?? false);
  const fill = row.imported_at === null ? differs.filter((column) => line[column] !== null && isOpen(column)) : [];
  const plan: KnownPlan = { importedAt: row.imported_at, fill };
  return { ...admitted, did: didOf(mode, row.imported_at, differs, fill), findings: [], differs, plan };
}

function didOf(
  mode: Context['mode'],
  importedAt: Instant | null,
  differs: readonly string[],
  fill: readonly string[],
): Did {
  if (differs.length === 0) return 'unchanged';
  if (importedAt !== null) return mode === 'sync' ? 'updated' : 'kept';
  return fill.length > 0 ? 'filled' : 'kept';
}

/** The same line without some of its changes, which cannot be made; of those that are left depends what it does. */
export function withoutChanging<Line>(settled: Settled<Line>, columns: readonly string[]): Settled<Line> {
  const { importedAt, fill } = settled.plan as KnownPlan;
  const left = fill.filter((column) => !columns.includes(column));
  const canUpdate = settled.did === 'updated' && settled.differs.some((column) => !columns.includes(column));
  const did = canUpdate ? 'updated' : left.length > 0 ? 'filled' : settled.did === 'unchanged' ? 'unchanged' : 'kept';
  return { ...settled, did, plan: { importedAt, fill: left, leave: columns } satisfies KnownPlan };
}
