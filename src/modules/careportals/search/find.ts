import { createHash } from 'node:crypto';
import type { Query } from '../../../platform/database/query.ts';
import { invalidCursor } from '../../../platform/graphql/faults.ts';
import type { Column, Condition } from '../../../platform/read/source.ts';
import { all, EVERYTHING, fits, param } from '../../../platform/read/value.ts';
import { columnOf, type TableWay } from './match.ts';

/** A way that is open to the caller, and what it may find there. */
export interface OpenWay extends TableWay {
  /** Where the way stands among all; the same for every caller. */
  rank: number;
  /** The caller's own rows, if those are all that count. */
  own: Condition;
}

/** Where a row stands in the answer. */
export interface Found {
  rank: number;
  sort: string | null;
  key: string;
}

interface FoundRow {
  rank: number;
  sort: string | null;
  found: string;
}

/** What is found beyond a place, in order, at most so many: in one statement, of which each part reads by one index. */
export async function find(
  query: Query,
  ways: readonly OpenWay[],
  after: Found | null,
  limit: number,
): Promise<Found[]> {
  const parts = ways
    .filter(({ rank }) => after === null || rank >= after.rank)
    .map((way) => partOf(way, all([alone(way, ways), beyond(way, after)]), limit));
  if (parts.length === 0) return [];
  const rows = await query<FoundRow>(union(parts), paramsOf(parts));
  // Each part comes in its own order; which part comes first MySQL does not promise.
  const byRank = Map.groupBy(rows, ({ rank }) => Number(rank));
  const inOrder = [...byRank].toSorted(([one], [other]) => one - other).flatMap(([, found]) => found);
  return inOrder.slice(0, limit).map(({ rank, sort, found }) => ({ rank: Number(rank), sort, key: found }));
}

export async function countFound(query: Query, ways: readonly OpenWay[]): Promise<number> {
  const parts = ways.map((way) => {
    const { sql, params } = alone(way, ways);
    return { sql: `SELECT COUNT(*) AS n FROM ${way.from} WHERE ${sql}`, params };
  });
  if (parts.length === 0) return 0;
  const [row] = await query<{ n: string | number }>(
    `SELECT SUM(n) AS n FROM (${union(parts)}) AS counts`,
    paramsOf(parts),
  );
  return Number(row?.n ?? 0);
}

function union(parts: Condition[]): string {
  return parts.map(({ sql }) => sql).join(' UNION ALL ');
}

function paramsOf(parts: Condition[]): unknown[] {
  return parts.flatMap(({ params }) => params);
}

function partOf(way: OpenWay, { sql, params }: Condition, limit: number): Condition {
  const { rank, from, sort } = way;
  const key = keyOf(way);
  const order = sort === null ? key.sql : `${sort.sql}, ${key.sql}`;
  return {
    sql: `(SELECT ${rank} AS \`rank\`, ${asText(sort?.sql ?? 'NULL')} AS sort, ${asText(key.sql)} AS found
      FROM ${from} WHERE ${sql} ORDER BY ${order} LIMIT ${limit})`,
    params,
  };
}

/** All parts of a union must speak of the same characters. */
function asText(sql: string): string {
  return `CONVERT(${sql} USING utf8mb4) COLLATE utf8mb4_bin`;
}

/** What the way finds and none before it has found: so nothing comes twice, on whatever page. */
function alone(way: OpenWay, ways: readonly OpenWay[]): Condition {
  const earlier = ways.filter(({ rank, from }) => rank < way.rank && from === way.from);
  const notYet = earlier.map(({ where: { sql, params } }) => ({ sql: `(${sql}) IS NOT TRUE`, params }));
  return all([way.where, way.own, ...notYet]);
}

function keyOf({ source, sort }: TableWay): Pick<Column, 'sql' | 'kind'> {
  const key = columnOf(source, source.key);
  return { kind: key.kind, sql: sort?.keyBeside ?? key.sql };
}

function beyond(way: OpenWay, after: Found | null): Condition {
  if (after === null || after.rank !== way.rank) return EVERYTHING;
  const { sql, kind } = keyOf(way);
  const key = param(kind, after.key);
  if (way.sort === null) return { sql: `${sql} > ?`, params: [key] };
  const sort = way.sort.sql;
  return {
    sql: `${sort} >= ? AND (${sort} > ? OR ${sql} > ?)`,
    params: [after.sort, after.sort, key],
  };
}

/** An opaque place in the answer to one text. */
export function cursorOf(text: string, { rank, sort, key }: Found): string {
  return Buffer.from(JSON.stringify([signOf(text), rank, sort, key])).toString('base64url');
}

/** @throws INVALID_CURSOR if it is no place in the answer to this text. */
export function placeOf(text: string, cursor: string, ways: readonly TableWay[]): Found {
  const place = parsed(cursor);
  if (!Array.isArray(place) || place.length !== 4 || place[0] !== signOf(text)) throw invalidCursor();
  const [, rank, sort, key] = place as unknown[];
  const way = typeof rank === 'number' ? ways[rank] : undefined;
  if (way === undefined || !fits(keyOf(way).kind, key)) throw invalidCursor();
  const sortFits = way.sort === null ? sort === null : fits(way.sort.kind, sort);
  if (!sortFits) throw invalidCursor();
  return { rank: rank as number, sort: sort as string | null, key: key as string };
}

function signOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw invalidCursor();
  }
}
