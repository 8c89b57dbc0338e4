import type { Statement } from '../../database/query.ts';
import type { PagePlan } from '../page.ts';
import type { Row } from '../reader.ts';
import type { Condition } from '../source.ts';
import { COUNTED, countStatement } from '../statements.ts';
import type { EarlyList } from './early-lists.ts';
import type { Asked } from './later.ts';
import { PlannedPage } from './planned-page.ts';
import type { PlanReading } from './read-plan.ts';
import type { RowPlan } from './row-plan.ts';
import type { Arm, Made, Values } from './step.ts';

/** The unique field that one row is asked for by. */
export interface Known {
  field: string;
  value: string;
}

/** Where the rows of a request go. */
export interface Into {
  reading: PlanReading;
  root: Row | null;
  pages: readonly PlannedPage[];
}

/** A list that comes with the one row that was asked for. */
export interface EarlyPage extends EarlyList {
  plan: PagePlan;
}

/** One row with its lists. */
export interface MadeRow {
  early: readonly EarlyPage[];
  statements: readonly Made<Into>[];
}

/** The same by a unique field, whose value is still open. */
export interface PreparedRow {
  early: readonly EarlyPage[];
  statements: readonly (Pick<Made<Into>, 'take'> & { fill(asked: Asked): Statement })[];
}

/** Rows that are asked for by a unique field are most of what is asked, and the text is the same each time. */
export const preparedRows = new WeakMap<RowPlan, Map<string, PreparedRow>>();

/** The pages of a request, still empty. */
export function pagesOf(early: readonly EarlyPage[]): PlannedPage[] {
  return early.map(({ plan, many: { edge, page } }) => new PlannedPage(edge.to, plan, page.count));
}

/** Counts a list. @param at which of the request's pages it is. */
export function countArm(at: number, from: readonly string[], where: Condition): Arm<Into> {
  const take = ([counted]: Values[], column: number, { pages }: Into) => {
    pages[at]?.setCount(Number(counted?.[column] ?? 0));
    return [];
  };
  return { list: COUNTED, width: 1, write: (list) => countStatement(from, where, list), take };
}
