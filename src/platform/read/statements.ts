import type { Statement } from '../database/query.ts';
import type { Order } from './cursor.ts';
import type { Access, Condition, Kind, ManyEdge, Source } from './source.ts';
import { all, EVERYTHING, isOneOf, param } from './value.ts';

export interface PageShape {
  where: Condition;
  order: Order;
  /** Rows at most. */
  limit: number;
}

/** The parent's key as it comes back beside each row of a batched statement. */
export const PARENT = '__parent';

/** What a statement reads: the FROM of each arm, with all that is joined, and the SELECT list. */
export interface Reading {
  source: Source;
  from: readonly string[];
  list: string;
  /** Values of the `?` in one arm's FROM. */
  params: readonly unknown[];
}

/** All light columns that this caller may see. */
export function wholeRow(source: Source, access: Access, edge?: ManyEdge): Reading {
  const light = Object.keys(source.columns).filter((field) => source.columns[field]?.heavy === undefined);
  const list = light.map((field) => `${maskedColumn(source, access, field)} AS \`${field}\``).join(', ');
  return { source, from: fromOf(source, edge), list, params: [] };
}

/** A column as this level may see it: what is hidden is never read. */
export function maskedColumn(source: Source, access: Access, field: string): string {
  const column = source.columns[field];
  if (column === undefined) throw new Error(`${source.type} has no column ${field}`);
  return access.hidden.includes(field) ? 'NULL' : column.sql;
}

/** The FROM of each arm, on an edge with what leads to it. */
export function fromOf(source: Source, edge?: ManyEdge): readonly string[] {
  return edge?.join === undefined ? source.from : source.from.map((from) => `${from} ${edge.join}`);
}

function orderBy(source: Source, order: Order): string {
  const direction = order.descending ? 'DESC' : 'ASC';
  const fields = order.field === source.key ? [source.key] : [order.field, source.key];
  return fields.map((field) => `\`${field}\` ${direction}`).join(', ');
}

/** ORDER BY inside one arm of a union: by the columns themselves, so that an index can give the order. */
function orderByColumns(source: Source, order: Order): string {
  const direction = order.descending ? 'DESC' : 'ASC';
  const sort = source.columns[order.field];
  const key = sort?.keyBeside ?? source.columns[source.key]?.sql;
  const columns = order.field === source.key ? [key] : [sort?.sql, key];
  return columns.map((sql) => `${sql} ${direction}`).join(', ');
}

/** One page of a list. */
export function pageStatement(reading: Reading, { where, order, limit }: PageShape): Statement {
  const { source, from, list } = reading;
  const orderedBy = orderByColumns(source, order);
  const arms = from.map((arm) => {
    const hint = isJoin(arm) ? tableFirst(orderedBy, where) : '';
    return `(SELECT ${hint}${list} FROM ${arm} WHERE ${where.sql} ORDER BY ${orderedBy} LIMIT ${limit})`;
  });
  const params = paramsOfArms(reading, where);
  if (arms.length === 1) return { sql: arms[0] ?? '', params };
  return { sql: `${arms.join(' UNION ALL ')} ORDER BY ${orderBy(source, order)} LIMIT ${limit}`, params };
}

/** Whether MySQL may choose which table to begin with. */
function isJoin(from: string): boolean {
  return /(?<! LEFT) JOIN /.test(from);
}

/**
 * A hint to begin with the table that gives the order, if all conditions are on it, too: its index then gives the first
 * rows. By its statistics alone MySQL now and then sorts a whole other table for them.
 */
function tableFirst(orderedBy: string, where: Condition): string {
  const tables = new Set([...`${orderedBy} ${where.sql}`.matchAll(/\b(\w+)\./g)].map(([, alias]) => alias));
  return tables.size === 1 ? `/*+ JOIN_PREFIX(${[...tables][0]}) */ ` : '';
}

function paramsOfArms({ from, params }: Reading, where: Condition): unknown[] {
  return from.flatMap(() => [...params, ...where.params]);
}

/** What a counting statement selects. */
export const COUNTED = 'SUM(n) AS n';

export function countStatement(from: readonly string[], where: Condition, list = COUNTED): Statement {
  const arms = from.map((arm) => `SELECT COUNT(*) AS n FROM ${arm} WHERE ${where.sql}`);
  const params = from.flatMap(() => where.params);
  return { sql: `SELECT ${list} FROM (${arms.join(' UNION ALL ')}) counted`, params };
}

/** All rows that satisfy a condition, which is known to let few through. */
export function rowsStatement(reading: Reading, where: Condition): Statement {
  const arms = reading.from.map((arm) => `SELECT ${reading.list} FROM ${arm} WHERE ${where.sql}`);
  return { sql: arms.join(' UNION ALL '), params: paramsOfArms(reading, where) };
}

/** Rows by one column, for many values at once; each comes back with the value that it was asked for by. */
export function keysStatement(reading: Reading, field: string, keys: readonly string[], extra: Condition): Statement {
  const column = reading.source.columns[field];
  if (column === undefined) throw new Error(`${reading.source.type} has no column ${field}`);
  const { join, where, key } = matching(column.sql, column.kind, keys);
  return rowsStatement(
    {
      ...reading,
      from: reading.from.map((arm) => `${arm} ${join.sql}`),
      list: `${key} AS ${PARENT}, ${reading.list}`,
      params: [...reading.params, ...join.params],
    },
    all([where, extra]),
  );
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

/** Lists that a page is read with: what they add to the statement of the page, which is called `page` in it. */
export interface Within {
  /** All columns of the page and of these lists. */
  list: string;
  joins: string;
  params: readonly unknown[];
  /** Rows for each parent at most, if the lists do not see to it themselves. */
  most?: number;
}

const NOTHING_WITHIN: Within = { list: 'page.*', joins: '', params: [] };

/**
 * Rows come in the order of what they hang on: MySQL takes them one by one. Only a hash join that does not fit into
 * memory would mix them, so it may make none.
 */
const ONE_BY_ONE = '/*+ NO_BNL() */';

/** A page with the lists of its rows. */
export function nestedPageStatement(page: Statement, within: Within): Statement {
  const { list, joins, params } = within;
  const sql = `SELECT ${ONE_BY_ONE} ${list} FROM (${page.sql}) page${joins}${limitOf(within, 1)}`;
  return { sql, params: [...page.params, ...params] };
}

/** One row more tells that there are too many. */
function limitOf({ most }: Within, parents: number): string {
  return most === undefined ? '' : ` LIMIT ${parents * most + 1}`;
}

/**
 * One page for each of many parents in one statement: each parent reads only its own first rows (LATERAL), so the work
 * does not grow with what the parents have beyond the page. MySQL goes through the parents one by one and through the
 * rows of each in their order, so nothing is sorted again.
 */
export function edgePageStatement(
  edge: ManyEdge,
  reading: Reading,
  keys: readonly string[],
  shape: PageShape,
  within = NOTHING_WITHIN,
): Statement {
  const { sql: page, params } = pageOfParent(edge, reading, 'parents.k', shape);
  const parents = keysTable(edge.kind, keys, 'parents');
  const sql = `SELECT ${ONE_BY_ONE} parents.k AS ${PARENT}, ${within.list} FROM ${parents.sql} JOIN LATERAL (${page}) page ON TRUE${within.joins}${limitOf(within, keys.length)}`;
  return { sql, params: [...parents.params, ...params, ...within.params] };
}

/** The page of one parent, whose key is this SQL. */
export function pageOfParent(edge: ManyEdge, reading: Reading, key: string, shape: PageShape): Statement {
  const where = all([{ sql: `${edge.by} = ${key}`, params: [] }, shape.where]);
  return pageStatement(reading, { ...shape, where });
}

/** A value in the collation of the columns of its kind: in another one the column is converted and its index lost. */
export function asKind(sql: string, kind: ManyEdge['kind']): string {
  switch (kind) {
    case 'id':
      return `CONVERT(${sql} USING ascii) COLLATE ascii_bin`;
    case 'text':
      return `CONVERT(${sql} USING utf8mb4) COLLATE utf8mb4_unicode_ci`;
    case 'exact':
      return `CONVERT(${sql} USING utf8mb4) COLLATE utf8mb4_0900_bin`;
    case 'bigint':
      return sql;
  }
}

/** Nothing in it means anything to MySQL. */
const PLAIN = /^[0-9A-Za-z]{1,64}$/;
const DIGITS = /^[0-9]{1,19}$/;

function literal(kind: ManyEdge['kind'], key: string): string {
  return kind === 'bigint' && DIGITS.test(key) ? key : `'${key}'`;
}

/** The keys as a table. */
function keysTable(kind: ManyEdge['kind'], keys: readonly string[], alias: string): Condition {
  const params: unknown[] = [];
  const rows = keys.map((key) => {
    // Most keys can stand in the text as they are: a placeholder costs more than a key.
    if (!PLAIN.test(key)) params.push(param(kind, key));
    return `ROW(${asKind(PLAIN.test(key) ? literal(kind, key) : '?', kind)})`;
  });
  return { sql: `(VALUES ${rows.join(', ')}) AS ${alias}(k)`, params };
}

export function edgeCountStatement(edge: ManyEdge, keys: readonly string[], extra: Condition): Statement {
  const { join, where, key } = matching(edge.by, edge.kind, keys);
  const found = all([where, extra]);
  const arms = fromOf(edge.to, edge).map(
    (from) => `SELECT ${key} AS ${PARENT}, COUNT(*) AS n FROM ${from} ${join.sql} WHERE ${found.sql} GROUP BY 1`,
  );
  const params = edge.to.from.flatMap(() => [...join.params, ...found.params]);
  return { sql: `SELECT ${PARENT}, SUM(n) AS n FROM (${arms.join(' UNION ALL ')}) counted GROUP BY 1`, params };
}

/** The number that a counting statement gave. */
export function sumOf(rows: readonly { n?: unknown }[]): number {
  return Number(rows[0]?.n ?? 0);
}
