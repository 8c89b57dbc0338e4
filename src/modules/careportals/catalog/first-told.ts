import type { Instant } from '../../../platform/database/instant.ts';
import type { Groups, Told } from '../told-at.ts';

type Value = string | number | null;

/** What `told_at` keeps of a row of the catalogue: of each group, when it was told, and as what. */
type Remembered = Readonly<Record<string, { at: Instant; as: Value[] }>>;

/**
 * The row with the times of what still stands as it was told. Of what people have typed since there is no time, so it
 * is theirs as if nobody had ever told it.
 */
export function recall<Columns extends Record<keyof Columns, Value>>(
  columns: Columns,
  toldAt: unknown,
  groups: Groups<Columns>,
): Told<Columns> {
  const remembered = (toldAt ?? {}) as Remembered;
  const standing = Object.entries(groups).flatMap(([name, group]): [string, Instant][] => {
    const told = remembered[name];
    return told !== undefined && isSame(told.as, valuesOf(columns, group)) ? [[name, told.at]] : [];
  });
  return { columns, at: Object.fromEntries(standing) };
}

/** What `recall` will read, as JSON. */
export function remember<Columns extends Record<keyof Columns, Value>>(
  { columns, at }: Told<Columns>,
  groups: Groups<Columns>,
): string {
  const told = Object.entries(at).map(([name, time]) => [
    name,
    { at: time, as: valuesOf(columns, groups[name] ?? []) },
  ]);
  return JSON.stringify(Object.fromEntries(told));
}

function valuesOf<Columns extends Record<keyof Columns, Value>>(columns: Columns, group: readonly (keyof Columns)[]) {
  return group.map((column) => columns[column]);
}

function isSame(some: Value[], others: Value[]): boolean {
  return JSON.stringify(some) === JSON.stringify(others);
}
