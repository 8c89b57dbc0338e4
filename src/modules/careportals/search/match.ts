import type { Column, Condition, Source } from '../../../platform/read/source.ts';
import { all, fits, NOTHING, param } from '../../../platform/read/value.ts';

/** One way in which a text finds rows of a source, by one index. */
export interface Way {
  source: Source;
  /** The fields it looks at: a caller from whom one is hidden does without this way. */
  uses: readonly string[];
  where: Condition;
  /** The column by which its index has the rows in order, before the key; null if it has them by the key. */
  sort: Column | null;
}

/** The same in one table: a source of several is searched table by table, and a row stands in one of them. */
export interface TableWay extends Way {
  /** The FROM of it. */
  from: string;
}

/** Rows that have exactly this value in a field; `column` where it is found by another column than the field's. */
export function exactly(source: Source, field: string, value: string | null, column = columnOf(source, field)): Way {
  const { sql, kind } = column;
  const where = value !== null && fits(kind, value) ? { sql: `${sql} = ?`, params: [param(kind, value)] } : NOTHING;
  return { source, uses: [field], where, sort: null };
}

/** Rows whose value begins so. */
export function beginning(source: Source, field: string, value: string | null, column = columnOf(source, field)): Way {
  const where = value === null ? NOTHING : begins(column, value);
  return { source, uses: [field], where, sort: field === source.key ? null : column };
}

export function columnOf(source: Source, field: string): Column {
  const column = source.columns[field];
  if (column === undefined) throw new Error(`${source.type} has no column ${field}`);
  return column;
}

/** Written with an escape sign of its own: whether a backslash is one depends on the connection. */
export function begins({ sql, kind }: Pick<Column, 'sql' | 'kind'>, start: string): Condition {
  if (!fits(kind, start)) return NOTHING;
  return { sql: `${sql} LIKE ? ESCAPE '!'`, params: [`${start.replaceAll(/[!%_]/g, '!$&')}%`] };
}

/** What both find, in the order of the second. */
export function both(one: Way, other: Way): Way {
  const isNothing = one.where === NOTHING || other.where === NOTHING;
  return {
    source: one.source,
    uses: [...one.uses, ...other.uses],
    where: isNothing ? NOTHING : all([one.where, other.where]),
    sort: other.sort,
  };
}
