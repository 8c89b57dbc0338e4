import type { GraphQLResolveInfo } from 'graphql';
import { DEFAULT_PAGE, type PagePlan } from '../page.ts';
import type { Condition, ManyEdge } from '../source.ts';
import { all, EVERYTHING, param } from '../value.ts';
import type { EarlyList } from './early-lists.ts';
import { canBeSorted } from './in-order.ts';
import { Later } from './later.ts';
import { listsWithin } from './lists-within.ts';
import type { Level } from './nested-pages.ts';
import { pageOfMany } from './page-of-many.ts';
import type { ManyPlan, PageWanted, RowPlan } from './row-plan.ts';
import { orderColumns, ownRows, type PlannedReading, readingOf, rowSql, valueIn } from './row-sql.ts';

/** Who asks, and with which variables: makes what statements are put together from. */
export class Asking {
  readonly #customerId: string | null | Later;
  readonly #variables: GraphQLResolveInfo['variableValues'] | null;

  /** @param variables null for a statement that is made before anybody asks. */
  constructor(customerId: string | null | Later, variables: GraphQLResolveInfo['variableValues'] | null) {
    this.#customerId = customerId;
    this.#variables = variables;
  }

  /** @throws while a statement is prepared for later, when nobody asks yet. */
  get customerId(): string | null {
    if (this.#customerId instanceof Later) throw new Error('It is not known yet who asks.');
    return this.#customerId;
  }

  /** "A row that this caller may see." */
  own({ source, access }: RowPlan): Condition {
    return ownRows(source, access, this.#customerId);
  }

  reading(row: RowPlan, edge?: ManyEdge, alsoColumns: readonly string[] = []): PlannedReading {
    return readingOf(row, this.#customerId, edge, alsoColumns);
  }

  /** Which of the rows on an edge are asked for. */
  rowsOn(edge: ManyEdge, row: RowPlan, plan: PagePlan): Condition {
    return all([edge.only ?? EVERYTHING, plan.filter, this.own(row)]);
  }

  level({ row, cursors }: PageWanted, plan: PagePlan, where: Condition, edge?: ManyEdge, isWhole = false): Level {
    const needsOrder = cursors || isWhole || row.source.from.length > 1;
    const reading = this.reading(row, edge, needsOrder ? orderColumns(row.source, plan.order) : []);
    // One row more tells whether there are more; only pageInfo asks.
    const limit = plan.size + (cursors ? 1 : 0);
    return { plan, reading, shape: { where: all([where, plan.beyondCursor]), order: plan.order, limit }, isWhole };
  }

  /**
   * The page that is asked for; null if its arguments are refused.
   * @throws if variables decide about it and nobody asks yet: they would silently count as not given.
   */
  pageOf(many: ManyPlan): PagePlan | null {
    if (this.#variables === null && many.args.includes('$')) throw new Error(`${many.edge.name} waits for variables.`);
    return pageOfMany(many, this.#variables ?? {});
  }

  /**
   * The lists that come with the rows of a list, as far as their arguments are not refused.
   * @param mayBeWhole whether the innermost may be read whole, if it has few rows.
   */
  levelsBelow(row: RowPlan, mayBeWhole: boolean): Level[] {
    const levels: Level[] = [];
    const lists = listsWithin(row);
    for (const [i, list] of lists.entries()) {
      const { edge, page } = list.many;
      const plan = this.pageOf(list.many);
      if (plan === null) break;
      const isWhole = mayBeWhole && i === lists.length - 1 && fitsWhole(edge, plan);
      levels.push({ ...this.level(page, plan, this.rowsOn(edge, page.row, plan), edge, isWhole), list });
    }
    return levels;
  }

  /** The condition that ties a list to the row it hangs on, when that row has not been read yet. */
  keyBelow(root: RowPlan, where: Condition, { of, many: { edge } }: EarlyList, field?: string): Condition {
    // Another kind is compared otherwise: what finds SAVE10 as `save10` may hang on it as SAVE10 alone.
    const isSameKind = root.source.columns[edge.parentKey]?.kind === edge.kind;
    if (of === root && edge.parentKey === field && isSameKind) {
      return { sql: `${edge.by} = ?`, params: [new Later(({ value }) => param(edge.kind, value))] };
    }
    const key = valueIn(this.reading(root), where, rowSql(root).columnOf(of, edge.parentKey), edge.kind);
    return { sql: `${edge.by} = ${key.sql}`, params: key.params };
  }
}

/** Whether a list is likely to have no more rows than its page, and can be put in order here. */
function fitsWhole({ few, to }: ManyEdge, { size, order }: PagePlan): boolean {
  return few === true && size >= DEFAULT_PAGE && to.from.length === 1 && canBeSorted(to, order);
}
