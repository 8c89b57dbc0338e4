import { invalidCursor } from '../graphql/faults.ts';
import { type Column, type Condition, type Source } from './source.ts';
import { fits, param } from './value.ts';

export interface Order {
  field: string;
  descending: boolean;
}

type Row = Record<string, unknown>;

/** An opaque place in a list: the sort it belongs to, the row's sort value and its key. */
export function cursorOf(source: Source, order: Order, row: Row): string {
  const place = [signOf(source, order), row[order.field] ?? null, row[source.key]];
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function signOf(source: Source, order: Order): string {
  return `${source.type}.${order.field}.${order.descending ? 'desc' : 'asc'}`;
}

/** What lies beyond a cursor, for an ORDER BY (field, key). @throws INVALID_CURSOR if it is not one of this list. */
export function beyond(source: Source, order: Order, cursor: string): Condition {
  const [value, key] = placeOf(source, order, cursor);
  const sort = columnOf(source, order.field);
  const { kind, sql: keySql } = columnOf(source, source.key);
  const tie = { kind, sql: sort.keyBeside ?? keySql };
  const sign = order.descending ? '<' : '>';
  const keyParam = param(tie.kind, key);
  if (order.field === source.key) return { sql: `${tie.sql} ${sign} ?`, params: [keyParam] };
  if (value === null) return beyondNull(sort.sql, `${tie.sql} ${sign} ?`, keyParam, order.descending);
  const at = param(sort.kind, value);
  // Written so that the first half is a plain range, which an index on (sort, key) can start from.
  const range = `${sort.sql} ${sign}= ? AND (${sort.sql} ${sign} ? OR ${tie.sql} ${sign} ?)`;
  // MySQL puts NULL before every value: last when descending.
  const sql = order.descending ? `(${range}) OR ${sort.sql} IS NULL` : range;
  return { sql, params: [at, at, keyParam] };
}

function beyondNull(sort: string, tie: string, key: unknown, descending: boolean): Condition {
  const amongNulls = `(${sort} IS NULL AND ${tie})`;
  return { sql: descending ? amongNulls : `${amongNulls} OR ${sort} IS NOT NULL`, params: [key] };
}

function columnOf(source: Source, field: string): Column {
  const column = source.columns[field];
  if (column === undefined) throw new Error(`${source.type} has no column ${field}`);
  return column;
}

function placeOf(source: Source, order: Order, cursor: string): [unknown, unknown] {
  const place = parsed(cursor);
  if (!Array.isArray(place) || place.length !== 3 || place[0] !== signOf(source, order)) throw invalidCursor();
  const [, value, key] = place as unknown[];
  const sortFits = value === null || fits(columnOf(source, order.field).kind, value);
  if (!sortFits || !fits(columnOf(source, source.key).kind, key)) throw invalidCursor();
  return [value, key];
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw invalidCursor();
  }
}
