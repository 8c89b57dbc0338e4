import type { GraphQLResolveInfo } from 'graphql';
import type { PagePlan } from '../page.ts';
import type { Condition, ManyEdge } from '../source.ts';
import { all, EVERYTHING, param } from '../value.ts';
import type { EarlyList } from './early-lists.ts';
import { Later } from './later.ts';
import { listsWithin } from './lists-within.ts';
import type { Level } from './nested-pages.ts';
import { pageOfMany } from './page-of-many.ts';
import type { PageWanted, RowPlan } from './row-plan.ts';
import { orderColumns, ownRows, type PlannedReading, readingOf, rowSql, valueIn } from './row-sql.ts';

/** Who asks, and with which variables: makes what statements are put together from. */
export class Asking {
  readonly #customerId: string | null | Later;
  readonly variables: GraphQLResolveInfo['variableValues'];

  constructor(customerId: string | null | Later, variables: GraphQLResolveInfo['variableValues']) {
    this.#customerId = customerId;
    this.variables = variables;
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

  level({ row, cursors }: PageWanted, plan: PagePlan, where: Condition, edge?: ManyEdge): Level {
    const needsOrder = cursors || row.source.from.length > 1;
    const reading = this.reading(row, edge, needsOrder ? orderColumns(row.source, plan.order) : []);
    // One row more tells whether there are more; only pageInfo asks.
    const limit = plan.size + (cursors ? 1 : 0);
    return { plan, reading, shape: { where: all([where, plan.beyondCursor]), order: plan.order, limit } };
  }

  /** The lists that come with the rows of a list, as far as their arguments are not refused. */
  levelsBelow(row: RowPlan): Level[] {
    const levels: Level[] = [];
    for (const list of listsWithin(row)) {
      const { many } = list;
      const plan = pageOfMany(many, this.variables);
      if (plan === null) break;
      const where = this.rowsOn(many.edge, many.page.row, plan);
      levels.push({ ...this.level(many.page, plan, where, many.edge), list });
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
