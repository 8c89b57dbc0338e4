import { fromInstant, toInstant } from '../database/instant.ts';
import type { Condition, Kind } from './source.ts';

const ID = /^[!-~]{1,255}$/;
// As MySQL writes them: `007` is not the order 7, or the same order would have many ids.
const DIGITS = /^(0|-?[1-9]\d{0,18})$/;
const BIGINT_MAX = 9_223_372_036_854_775_807n;

/**
 * Whether a value from outside can stand in a column of this kind at all. What cannot is not in the table: it never
 * reaches MySQL, where a stray character in an ASCII comparison would fail the whole statement (3854, 3988).
 */
export function fits(kind: Kind, value: unknown): boolean {
  switch (kind) {
    case 'id':
      return typeof value === 'string' && ID.test(value);
    case 'bigint':
      return typeof value === 'string' && DIGITS.test(value) && inBigint(BigInt(value));
    case 'instant':
      return typeof value === 'string' && isInstant(value);
    case 'text':
    case 'exact':
      return typeof value === 'string';
    default:
      return typeof value === 'number' && Number.isSafeInteger(value);
  }
}

/** MySQL refuses to compare with a day that no calendar has (1525), so the text must survive the way there and back. */
function isInstant(value: string): boolean {
  const date = fromInstant(value);
  return !Number.isNaN(date.getTime()) && toInstant(date) === value;
}

function inBigint(value: bigint): boolean {
  return value >= -BIGINT_MAX && value <= BIGINT_MAX;
}

/** A value as a parameter. Digits are sent as a number, so that MySQL compares numbers and can use the index. */
export function param(kind: Kind, value: unknown): unknown {
  return kind === 'bigint' ? { toSqlString: () => String(value) } : value;
}

export const NOTHING: Condition = { sql: 'FALSE', params: [] };
export const EVERYTHING: Condition = { sql: 'TRUE', params: [] };

/** `sql IN (…)` over those values that fit; with none left, nothing. */
export function isOneOf(sql: string, kind: Kind, values: readonly unknown[]): Condition {
  const usable = values.filter((value) => fits(kind, value)).map((value) => param(kind, value));
  return usable.length === 0 ? NOTHING : { sql: `${sql} IN (?)`, params: [usable] };
}

export function all(conditions: readonly Condition[]): Condition {
  const real = conditions.filter((condition) => condition !== EVERYTHING);
  if (real.length === 0) return EVERYTHING;
  return {
    sql: real.map((condition) => `(${condition.sql})`).join(' AND '),
    params: real.flatMap((condition) => condition.params),
  };
}
