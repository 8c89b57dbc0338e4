import { canonicalJson } from '../../../../platform/canonical-json.ts';
import type { Instant } from '../../../../platform/database/instant.ts';

/** The columns in which two rows differ; of instants (`…_at`) only whole seconds count, because a sheet has no others. */
export function differingColumns<Column extends string>(
  one: Readonly<Record<Column, unknown>>,
  other: Readonly<Record<Column, unknown>>,
  columns: readonly Column[],
): Column[] {
  return columns.filter((column) => comparable(column, one[column]) !== comparable(column, other[column]));
}

/** The second in which an instant lies. */
export function secondOf(instant: Instant): string {
  return instant.slice(0, 19);
}

function comparable(column: string, value: unknown): unknown {
  if (typeof value === 'string' && column.endsWith('_at')) return secondOf(value);
  return typeof value === 'object' && value !== null ? canonicalJson(value) : value;
}
