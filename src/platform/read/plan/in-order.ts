import type { Order } from '../cursor.ts';
import type { Row } from '../reader.ts';
import type { Kind, Source } from '../source.ts';

/** Compares two values that are not null as MySQL does. Texts are left to it: it alone knows their collation. */
const COMPARE: Partial<Record<Kind, (a: unknown, b: unknown) => number>> = {
  instant: byText,
  id: byText,
  bigint: (a, b) => Number(BigInt(a as string) - BigInt(b as string)),
  int: (a, b) => Number(a) - Number(b),
};

function byText(a: unknown, b: unknown): number {
  return (a as string) < (b as string) ? -1 : Number(a !== b);
}

/** Whether rows of a source can be put in this order here. */
export function canBeSorted(source: Source, { field }: Order): boolean {
  return [field, source.key].every((name) => COMPARE[source.columns[name]?.kind ?? 'text'] !== undefined);
}

/** Sorts as ORDER BY field, key does it. */
export function inOrder(source: Source, { field, descending }: Order): (a: Row, b: Row) => number {
  const compareField = comparing(source, field);
  const compareKey = comparing(source, source.key);
  const sign = descending ? -1 : 1;
  return (a, b) => sign * (compareField(a[field], b[field]) || compareKey(a[source.key], b[source.key]));
}

function comparing(source: Source, field: string): (a: unknown, b: unknown) => number {
  const compare = COMPARE[source.columns[field]?.kind ?? 'text'];
  if (compare === undefined) throw new Error(`${source.type} cannot be put in order of ${field} here`);
  return (a, b) => {
    if (a === b) return 0;
    // MySQL puts NULL before every value.
    return a === null ? -1 : b === null ? 1 : compare(a, b);
  };
}
