import type { Order } from './cursor.ts';
import type { Access, Condition, Kind, ManyEdge, Source } from './source.ts';
import { all, EVERYTHING, isOneOf, param } from './value.ts';

export interface Statement {
  sql: string;
  params: unknown[];
}

export interface PageShape {
  where: Condition;
  order: Order;
  /** Rows at most. */
  limit: number;
}

/** The parent's key as it comes back beside each row of a batched statement. */
export const PARENT = '__parent';

/** The light columns this caller may see; what is hidden is never read. */
export function selectList(source: Source, access: Access): string {
  return Object.entries(source.columns)
    .filter(([, column]) => column.heavy === undefined)
    .map(([field, column]) => `${access.hidden.includes(field) ? 'NULL' : column.sql} AS \`${field}\``)
    .join(', ');
}

function orderBy(source: Source, order: Order): string {
  const direction = order.descending ? 'DESC' : 'ASC';
  const fields = order.field === source.key ? [source.key] : [order.field, source.key];
  return fields.map((field) => `\`${field}\` ${direction}`).join(', ');
}

/** ORDER BY inside one arm of a union: by the columns themselves, so that an index can give the order. */
function orderByColumns(source: Source, order: Order): string {
  const direction = order.descending ? 'DESC' : 'ASC';
  const fields = order.field === source.key ? [source.key] : [order.field, source.key];
  return fields.map((field) => `${source.columns[field]?.sql} ${direction}`).join(', ');
}

/** One page of a list. */
export function pageStatement(source: Source, access: Access, { where, order, limit }: PageShape): Statement {
  const list = selectList(source, access);
  const arms = source.from.map(
    (from) =>
      `(SELECT ${list} FROM ${from} WHERE ${where.sql} ORDER BY ${orderByColumns(source, order)} LIMIT ${limit})`,
  );
  const params = source.from.flatMap(() => where.params);
  if (arms.length === 1) return { sql: arms[0] ?? '', params };
  return { sql: `${arms.join(' UNION ALL ')} ORDER BY ${orderBy(source, order)} LIMIT ${limit}`, params };
}

export function countStatement(source: Source, where: Condition): Statement {
  const arms = source.from.map((from) => `SELECT COUNT(*) AS n FROM ${from} WHERE ${where.sql}`);
  const params = source.from.flatMap(() => where.params);
  return { sql: `SELECT SUM(n) AS n FROM (${arms.join(' UNION ALL ')}) counted`, params };
}

/** Rows by one column, for many values at once; each comes back with the value that it was asked for by. */
export function keysStatement(
  source: Source,
  access: Access,
  field: string,
  keys: readonly string[],
  extra: Condition,
): Statement {
  const list = selectList(source, access);
  const column = source.columns[field];
  if (column === undefined) throw new Error(`${source.type} has no column ${field}`);
  const { join, where, key } = matching(column.sql, column.kind, keys);
  const arms = source.from.map(
    (from) => `SELECT ${list}, ${key} AS ${PARENT} FROM ${from} ${join.sql} WHERE ${all([where, extra]).sql}`,
  );
  const params = [...join.params, ...all([where, extra]).params];
  return { sql: arms.join(' UNION ALL '), params: source.from.flatMap(() => params) };
}

/** How rows are found by many values of a column, and what says by which of them a row was found. */
function matching(
  sql: string,
  kind: Kind,
  keys: readonly string[],
): { join: Condition; where: Condition; key: string } {
  if (kind !== 'text') return { join: { sql: '', params: [] }, where: isOneOf(sql, kind, keys), key: sql };
  // `save10` finds SAVE10, because their collation says that they are equal: so the row must name what it was asked by.
  const asked = keysTable('text', keys, 'asked');
  return {
    join: { sql: `JOIN ${asked.sql} ON ${sql} = asked.k`, params: asked.params },
    where: EVERYTHING,
    key: 'asked.k',
  };
}

/** One heavy column by key, for many rows at once. */
export function heavyStatement(source: Source, field: string, where: Condition): Statement {
  const arms = source.from.map(
    (from) =>
      `SELECT ${source.columns[source.key]?.sql} AS ${PARENT}, ${source.columns[field]?.sql} AS value FROM ${from} WHERE ${where.sql}`,
  );
  return { sql: arms.join(' UNION ALL '), params: source.from.flatMap(() => where.params) };
}

/**
 * One page for each of many parents in one statement: each parent reads only its own first rows (LATERAL), so the work
 * does not grow with what the parents have beyond the page.
 */
export function edgePageStatement(edge: ManyEdge, access: Access, keys: readonly string[], page: PageShape): Statement {
  const { to } = edge;
  const list = selectList(to, access);
  const where = all([{ sql: `${edge.by} = parents.k`, params: [] }, page.where]);
  const arms = to.from.map(
    (from) =>
      `(SELECT ${list} FROM ${from} ${edge.join ?? ''} WHERE ${where.sql} ORDER BY ${orderByColumns(to, page.order)} LIMIT ${page.limit})`,
  );
  const union = arms.length === 1 ? '' : ` ORDER BY ${orderBy(to, page.order)} LIMIT ${page.limit}`;
  const parents = keysTable(edge.kind, keys, 'parents');
  const sql =
    `SELECT parents.k AS ${PARENT}, page.* FROM ${parents.sql} JOIN LATERAL (${arms.join(' UNION ALL ')}${union}) page ON TRUE` +
    ` ORDER BY ${orderBy(to, page.order)}`;
  return { sql, params: [...parents.params, ...to.from.flatMap(() => where.params)] };
}

const KEY_ROW: Record<ManyEdge['kind'], string> = {
  id: 'ROW(CONVERT(? USING ascii) COLLATE ascii_bin)',
  bigint: 'ROW(?)',
  text: 'ROW(CONVERT(? USING utf8mb4) COLLATE utf8mb4_unicode_ci)',
  exact: 'ROW(CONVERT(? USING utf8mb4) COLLATE utf8mb4_0900_bin)',
};

/** The keys as a table. Their collation must be the column's, or the column is converted and its index lost. */
function keysTable(kind: ManyEdge['kind'], keys: readonly string[], alias: string): Condition {
  const rows = keys.map(() => KEY_ROW[kind]).join(', ');
  return { sql: `(VALUES ${rows}) AS ${alias}(k)`, params: keys.map((key) => param(kind, key)) };
}

export function edgeCountStatement(edge: ManyEdge, keys: readonly string[], extra: Condition): Statement {
  const { join, where, key } = matching(edge.by, edge.kind, keys);
  const found = all([where, extra]);
  const arms = edge.to.from.map(
    (from) =>
      `SELECT ${key} AS ${PARENT}, COUNT(*) AS n FROM ${from} ${edge.join ?? ''} ${join.sql} WHERE ${found.sql} GROUP BY 1`,
  );
  const params = edge.to.from.flatMap(() => [...join.params, ...found.params]);
  return { sql: `SELECT ${PARENT}, SUM(n) AS n FROM (${arms.join(' UNION ALL ')}) counted GROUP BY 1`, params };
}
