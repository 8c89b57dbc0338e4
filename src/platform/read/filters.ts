import { toInstant } from '../database/instant.ts';
import type { Filter, Kind } from './source.ts';
import { isOneOf } from './value.ts';

/** One or several exact values of a field. */
export function exactly(field: string, sql: string, kind: Kind): Filter {
  return { uses: [field], where: (value: unknown) => isOneOf(sql, kind, Array.isArray(value) ? value : [value]) };
}

/** At or after an instant. */
export function from(field: string, sql: string): Filter {
  return { uses: [field], where: (value: Date) => ({ sql: `${sql} >= ?`, params: [toInstant(value)] }) };
}

/** Strictly before an instant: ranges are half-open, so neighbours neither overlap nor leave a gap. */
export function before(field: string, sql: string): Filter {
  return { uses: [field], where: (value: Date) => ({ sql: `${sql} < ?`, params: [toInstant(value)] }) };
}

/** Whether a value is there at all. */
export function present(field: string, sql: string): Filter {
  return {
    uses: [field],
    where: (value: boolean) => ({ sql: `${sql} IS ${value ? 'NOT NULL' : 'NULL'}`, params: [] }),
  };
}

/** A yes or no column. */
export function flag(field: string, sql: string): Filter {
  return { uses: [field], where: (value: boolean) => ({ sql: `${sql} = ?`, params: [value ? 1 : 0] }) };
}
