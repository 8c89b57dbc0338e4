import type { ManyPlan, RowPlan } from './row-plan.ts';

/** A list that hangs on the one row that was asked for, or on a row that is joined to it: it need not wait for it. */
export interface EarlyList {
  /** The row it hangs on. */
  of: RowPlan;
  /** Slots that lead there. */
  path: readonly string[];
  slot: string;
  many: ManyPlan;
}

const known = new WeakMap<RowPlan, readonly EarlyList[]>();

/** Lists that come with a row that is asked for alone. Those that nobody may see, or whose key is hidden, stay out. */
export function earlyLists(row: RowPlan): readonly EarlyList[] {
  const remembered = known.get(row);
  if (remembered !== undefined) return remembered;
  const found = [...listsOn(row, [])];
  known.set(row, found);
  return found;
}

function* listsOn(row: RowPlan, path: readonly string[]): Iterable<EarlyList> {
  for (const [slot, one] of row.ones) {
    if (one.how === 'joined') yield* listsOn(one.row, [...path, slot]);
  }
  for (const [slot, many] of row.manys) {
    const isSeen = many.page.row.access.rows !== 'none' && !row.access.hidden.includes(many.edge.parentKey);
    if (isSeen && !many.contested) yield { of: row, path, slot, many };
  }
}
