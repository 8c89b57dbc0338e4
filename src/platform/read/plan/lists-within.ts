import type { Source } from '../source.ts';
import type { ManyPlan, RowPlan } from './row-plan.ts';
import { rowSql } from './row-sql.ts';

/** A list that is read in the statement of the rows it hangs on. */
export interface ListWithin {
  /** Where it lies in these rows. */
  slot: string;
  /** What these are rows of. */
  above: Source;
  many: ManyPlan;
}

/** Columns of one such statement. A row comes again for each row of its list: with many columns that costs more than a statement of its own. */
const WIDEST = 40;

/** What tells a row from the next, and what an order may add. */
const OF_EACH = 3;

const known = new WeakMap<RowPlan, readonly ListWithin[]>();

/**
 * The lists that come with the rows of a list, each inside the one before it: as long as each is the only list of its
 * rows, for two would come in every combination, and hangs on their key.
 */
export function listsWithin(row: RowPlan): readonly ListWithin[] {
  const remembered = known.get(row);
  if (remembered !== undefined) return remembered;
  const found: ListWithin[] = [];
  let width = rowSql(row).width + OF_EACH;
  for (let list = onlyList(row); list !== undefined; list = onlyList(list.many.page.row)) {
    width += rowSql(list.many.page.row).width + OF_EACH;
    if (width > WIDEST) break;
    found.push(list);
  }
  known.set(row, found);
  return found;
}

/** Whether neither the list nor those that come with its rows are asked for with variables. */
export function isFixedWithin(many: ManyPlan): boolean {
  const within = listsWithin(many.page.row).map((list) => list.many);
  return [many, ...within].every(({ args }) => !args.includes('$'));
}

function onlyList(row: RowPlan): ListWithin | undefined {
  const [first] = row.manys;
  if (first === undefined || row.manys.size > 1) return undefined;
  const [slot, many] = first;
  return isReadWithRows(many, row) ? { slot, above: row.source, many } : undefined;
}

function isReadWithRows({ edge, page, contested }: ManyPlan, row: RowPlan): boolean {
  const isWanted = page.rows && !page.count && !contested && page.row.access.rows !== 'none';
  return isWanted && edge.parentKey === row.source.key && !row.access.hidden.includes(edge.parentKey) && isLight(row);
}

/** Large values must not come twice. */
function isLight({ columns, source, ones }: RowPlan): boolean {
  for (const column of columns) if (source.columns[column]?.heavy !== undefined) return false;
  return [...ones.values()].every(({ how, row }) => how !== 'joined' || isLight(row));
}
