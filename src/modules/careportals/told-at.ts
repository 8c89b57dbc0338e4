import type { Instant } from '../../platform/database/instant.ts';

/** Of each group of columns, when that was told which stands there now, by the teller's clock. */
export type ToldAt = Readonly<Record<string, Instant>>;

/** What an import tells is older than whatever a delivery tells, so that the delivery's stands. */
export const BEFORE_ALL: Instant = '1970-01-01 00:00:00.000';

/** Values of columns; null is "not told". */
type Values<Columns> = { [Name in keyof Columns]: string | number | null };

/** Columns that only mean something together, under a name for the group. A column alone is a group of its own. */
export type Groups<Columns> = Readonly<Record<string, readonly (keyof Columns)[]>>;

/** What was told of a row so far, and when. */
export interface Told<Columns> {
  columns: Columns;
  at: ToldAt;
}

/** Which of two tellings of one group stands. */
export type Standing = 'newest' | 'earliest';

/**
 * What was told after one more telling. Each group goes by itself, so whatever order tellings arrive in, each ends as
 * its newest (or earliest) teller has it; at the same time the greater value stands. A blank never replaces a value.
 */
export function withTold<Columns extends Values<Columns>>(
  known: Told<Columns>,
  said: Columns,
  time: Instant,
  groups: Groups<Columns>,
  standing: Standing,
): Told<Columns> {
  const columns = { ...known.columns };
  const at: Record<string, Instant> = { ...known.at };
  for (const [name, group] of Object.entries(groups)) {
    if (!stands(known, said, time, name, group, standing)) continue;
    for (const column of group) columns[column] = said[column];
    at[name] = time;
  }
  return { columns, at };
}

function stands<Columns extends Values<Columns>>(
  known: Told<Columns>,
  said: Columns,
  time: Instant,
  name: string,
  group: readonly (keyof Columns)[],
  standing: Standing,
): boolean {
  if (isBlank(said, group)) return false;
  const since = known.at[name];
  // What was told may be gone: a product that is deleted leaves its orders without one.
  if (since === undefined || isBlank(known.columns, group)) return true;
  if (time !== since) return standing === 'newest' ? time > since : time < since;
  const column = group.find((candidate) => said[candidate] !== known.columns[candidate]);
  return column !== undefined && isGreater(said[column], known.columns[column]);
}

/** Whether nothing is there in any of the columns. */
export function isBlank<Columns extends Values<Columns>>(columns: Columns, group: readonly (keyof Columns)[]): boolean {
  return group.every((column) => columns[column] === null);
}

function isGreater(one: string | number | null, other: string | number | null): boolean {
  if (one === null || other === null) return one !== null;
  return one > other;
}
