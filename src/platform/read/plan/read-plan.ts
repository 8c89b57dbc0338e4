import type { GraphQLResolveInfo } from 'graphql';
import { type Query, type Statement, together } from '../../database/query.ts';
import type { PagePlan } from '../page.ts';
import type { Row } from '../reader.ts';
import type { Column, Condition, ManyEdge } from '../source.ts';
import {
  COUNTED,
  countStatement,
  edgeCountStatement,
  edgePageStatement,
  fromOf,
  keysStatement,
  pageStatement,
  rowsStatement,
} from '../statements.ts';
import { all, EVERYTHING, param } from '../value.ts';
import { type EarlyList, earlyLists } from './early-lists.ts';
import { type Asked, Later, prepared, WHO_ASKS } from './later.ts';
import { pageOfMany } from './page-of-many.ts';
import { PlannedPage } from './planned-page.ts';
import type { ManyPlan, OnePlan, PageWanted, RowPlan } from './row-plan.ts';
import { orderColumns, ownRows, readingOf, rowSql, valueIn } from './row-sql.ts';
import { groups, inSlot, put } from './rows.ts';
import { type Arm, type Made, type Step, statementsOfArms, type Values } from './step.ts';

/** The unique field that one row is asked for by. */
export interface Known {
  field: string;
  value: string;
}

/** Where the rows of a request go. */
interface Into {
  reading: PlanReading;
  root: Row | null;
  pages: readonly PlannedPage[];
}

/** A list that comes with the one row that was asked for. */
interface EarlyPage extends EarlyList {
  plan: PagePlan;
}

/** One row with its lists. */
interface MadeRow {
  early: readonly EarlyPage[];
  statements: readonly Made<Into>[];
}

/** The same by a unique field, whose value is still open. */
interface PreparedRow {
  early: readonly EarlyPage[];
  statements: readonly (Pick<Made<Into>, 'take'> & { fill(asked: Asked): Statement })[];
}

/** Rows that are asked for by a unique field are most of what is asked, and the text is the same each time. */
const preparedRows = new WeakMap<RowPlan, Map<string, PreparedRow>>();

/**
 * Reads what is planned, with as many round trips as the query has levels of lists: what waits for nothing goes to
 * MySQL in one packet.
 */
export class PlanReading {
  readonly #query: Query;
  readonly #customerId: string | null | Later;
  readonly #variables: GraphQLResolveInfo['variableValues'];

  constructor(query: Query, customerId: string | null | Later, variables: GraphQLResolveInfo['variableValues']) {
    this.#query = query;
    this.#customerId = customerId;
    this.#variables = variables;
  }

  /** A page of all that the caller may see. */
  async page(wanted: PageWanted, plan: PagePlan, only: Condition): Promise<PlannedPage> {
    const page = new PlannedPage(wanted.row.source, plan, wanted.count);
    const where = all([only, plan.filter, this.#own(wanted.row)]);
    await this.#send(statementsOfArms(this.#pageArms(0, wanted, plan, where)), [page]);
    return page;
  }

  /** The one row that satisfies a condition, with the lists that hang on it by to-one steps alone. */
  async row(row: RowPlan, only: Condition): Promise<Row | null> {
    const { early, statements } = this.#madeRow(row, only);
    return (await this.#send(statements, pagesOf(early))).root;
  }

  /** The same by a unique field. The text is kept with the plan, unless variables decide about its lists. */
  async rowBy(row: RowPlan, { field, value }: Known): Promise<Row | null> {
    const { early, statements } = this.#madeRowBy(row, field);
    const asked = { customerId: this.#customerId as string | null, value };
    const filled = statements.map(({ fill, take }) => ({ statement: fill(asked), take }));
    return (await this.#send(filled, pagesOf(early))).root;
  }

  #madeRowBy(row: RowPlan, field: string): PreparedRow {
    const known = preparedRows.get(row)?.get(field);
    if (known !== undefined) return known;
    const isFixed = earlyLists(row).every(({ many }) => !many.args.includes('$'));
    const maker = isFixed ? new PlanReading(this.#query, WHO_ASKS, {}) : this;
    const { sql, kind } = row.source.columns[field] as Column;
    const isValue = { sql: `${sql} = ?`, params: [new Later(({ value }) => param(kind, value))] };
    const { early, statements } = maker.#madeRow(row, isValue, field);
    const made = { early, statements: statements.map(({ statement, take }) => ({ fill: prepared(statement), take })) };
    if (isFixed) preparedRows.set(row, (preparedRows.get(row) ?? new Map()).set(field, made));
    return made;
  }

  /** @param field if the condition is that it has a value: lists by that field need not look for it. */
  #madeRow(row: RowPlan, only: Condition, field?: string): MadeRow {
    const where = all([only, this.#own(row)]);
    const early = earlyLists(row).flatMap((list) => {
      const plan = pageOfMany(list.many, this.#variables);
      return plan === null ? [] : [{ ...list, plan }];
    });
    const arms = early.flatMap((list, at) => {
      const { edge, page } = list.many;
      const key = this.#keyBelow(row, where, list, field);
      return this.#pageArms(at, page, list.plan, all([key, this.#whereOf(edge, page.row, list.plan)]), edge);
    });
    return { early, statements: statementsOfArms([this.#rowArm(row, where, early), ...arms]) };
  }

  #rowArm(row: RowPlan, where: Condition, early: readonly EarlyPage[]): Arm<Into> {
    const reading = this.#reading(row);
    const took = new Set(early.map(({ many }) => many));
    const take = (found: Values[], from: number, into: Into) => {
      const rows = reading.rowsOf(found.slice(0, 1), from);
      const root = rows[0] ?? null;
      into.root = root;
      if (root !== null) for (const [i, { path, slot }] of early.entries()) put(root, path, slot, into.pages[i]);
      return into.reading.#below(row, rows, took);
    };
    return { ...reading, write: (list) => rowsStatement({ ...reading, list }, where), take };
  }

  /** Sends statements that wait for nothing, and what they lead to. */
  async #send(statements: readonly Made<Into>[], pages: readonly PlannedPage[]): Promise<Into> {
    const into: Into = { reading: this, root: null, pages };
    await this.#run(statements.map(({ statement, take }) => ({ statement, take: (rows) => take(rows, into) })));
    return into;
  }

  async #run(steps: Step[]): Promise<void> {
    let next = steps;
    while (next.length > 0) {
      const answers = await together(
        this.#query,
        next.map(({ statement }) => statement),
      );
      next = next.flatMap((step, i) => step.take(answers[i] ?? []));
    }
  }

  /** All that hangs on rows that have been read. */
  #below(row: RowPlan, rows: Row[], except: ReadonlySet<ManyPlan> = NONE): Step[] {
    if (rows.length === 0) return [];
    const steps: Step[] = [];
    for (const [slot, one] of row.ones) {
      if (one.how === 'by keys') steps.push(...this.#keysSteps(slot, one, rows));
      if (one.how === 'joined') steps.push(...this.#below(one.row, inSlot(slot, rows), except));
    }
    for (const [slot, many] of row.manys) {
      if (!many.contested && !except.has(many)) steps.push(...this.#manySteps(slot, many, rows));
    }
    return steps;
  }

  #keysSteps(slot: string, { edge, row }: OnePlan, parents: Row[]): Step[] {
    for (const parent of parents) parent[slot] = null;
    const byKey = groups(parents, edge.key);
    if (byKey.size === 0) return [];
    const reading = this.#reading(row);
    const take = (found: Values[]) => {
      const rows = reading.rowsOf(found, 1);
      for (const [i, [key]] of found.entries()) {
        for (const parent of byKey.get(String(key)) ?? []) parent[slot] = rows[i];
      }
      return this.#below(row, rows);
    };
    return [{ statement: keysStatement(reading, edge.field, [...byKey.keys()], this.#own(row)), take }];
  }

  /** One statement for the pages of all parents, and one that counts, as far as they are wanted. */
  #manySteps(slot: string, many: ManyPlan, parents: Row[]): Step[] {
    const { edge, page: wanted } = many;
    const plan = pageOfMany(many, this.#variables);
    if (plan === null) return [];
    const pages = new Map<string, PlannedPage>();
    for (const [key, rows] of wanted.row.access.rows === 'none' ? [] : groups(parents, edge.parentKey)) {
      const page = new PlannedPage(edge.to, plan, wanted.count);
      pages.set(key, page);
      for (const parent of rows) parent[slot] = page;
    }
    for (const parent of parents) parent[slot] ??= new PlannedPage(edge.to, plan, wanted.count);
    return pages.size === 0 ? [] : this.#pagesSteps(many, plan, pages);
  }

  #pagesSteps({ edge, page: wanted }: ManyPlan, plan: PagePlan, pages: Map<string, PlannedPage>): Step[] {
    const steps: Step[] = [];
    const keys = [...pages.keys()];
    const where = this.#whereOf(edge, wanted.row, plan);
    if (wanted.rows) {
      const reading = this.#reading(wanted.row, edge, orderColumns(edge.to, plan.order));
      const statement = edgePageStatement(edge, reading, keys, shapeOf(plan, where));
      steps.push({
        statement,
        take: (found) => this.#fill(wanted.row, pages, found, reading.rowsOf(found, 1)),
      });
    }
    if (wanted.count) {
      const take = (found: Values[]) => {
        for (const [key, n] of found) pages.get(String(key))?.setCount(Number(n));
        return [];
      };
      steps.push({ statement: edgeCountStatement(edge, keys, where), take });
    }
    return steps;
  }

  /** Each row comes with its parent's key first; rows of one parent come in their order. */
  #fill(row: RowPlan, pages: Map<string, PlannedPage>, found: readonly Values[], rows: readonly Row[]): Step[] {
    for (let i = 0; i < rows.length; i++) pages.get(String(found[i]?.[0]))?.rows.push(rows[i] as Row);
    const shown: Row[] = [];
    for (const page of pages.values()) for (const one of page.fill(page.rows)) shown.push(one);
    return this.#below(row, shown);
  }

  /**
   * A page of a list of its own, or of the list of one parent whose key is in the condition.
   * @param at which of the request's pages it is.
   */
  #pageArms(at: number, wanted: PageWanted, plan: PagePlan, where: Condition, edge?: ManyEdge): Arm<Into>[] {
    const { row, rows, cursors, count } = wanted;
    const arms: Arm<Into>[] = [];
    if (rows) {
      const needsOrder = cursors || row.source.from.length > 1;
      const reading = this.#reading(row, edge, needsOrder ? orderColumns(row.source, plan.order) : []);
      const shape = shapeOf(plan, where);
      arms.push({
        ...reading,
        write: (list) => pageStatement({ ...reading, list }, shape),
        take: (found, from, into) => into.reading.#below(row, into.pages[at]?.fill(reading.rowsOf(found, from)) ?? []),
      });
    }
    if (count) arms.push(countArm(at, fromOf(row.source, edge), where));
    return arms;
  }

  /** The condition that ties a list to the row it hangs on, when that row has not been read yet. */
  #keyBelow(root: RowPlan, where: Condition, { of, many: { edge } }: EarlyList, field?: string): Condition {
    // Another kind is compared otherwise: what finds SAVE10 as `save10` may hang on it as SAVE10 alone.
    const isSameKind = root.source.columns[edge.parentKey]?.kind === edge.kind;
    if (of === root && edge.parentKey === field && isSameKind) {
      return { sql: `${edge.by} = ?`, params: [new Later(({ value }) => param(edge.kind, value))] };
    }
    const key = valueIn(this.#reading(root), where, rowSql(root).columnOf(of, edge.parentKey), edge.kind);
    return { sql: `${edge.by} = ${key.sql}`, params: key.params };
  }

  #whereOf(edge: ManyEdge, row: RowPlan, plan: PagePlan): Condition {
    return all([edge.only ?? EVERYTHING, plan.filter, this.#own(row)]);
  }

  #own({ source, access }: RowPlan): Condition {
    return ownRows(source, access, this.#customerId);
  }

  #reading(row: RowPlan, edge?: ManyEdge, alsoColumns: readonly string[] = []) {
    return readingOf(row, this.#customerId, edge, alsoColumns);
  }
}

const NONE: ReadonlySet<ManyPlan> = new Set();

function shapeOf(plan: PagePlan, where: Condition) {
  return { where: all([where, plan.beyondCursor]), order: plan.order, limit: plan.size + 1 };
}

function pagesOf(early: readonly EarlyPage[]): PlannedPage[] {
  return early.map(({ plan, many: { edge, page } }) => new PlannedPage(edge.to, plan, page.count));
}

function countArm(at: number, from: readonly string[], where: Condition): Arm<Into> {
  const take = ([counted]: Values[], column: number, { pages }: Into) => {
    pages[at]?.setCount(Number(counted?.[column] ?? 0));
    return [];
  };
  return { list: COUNTED, width: 1, write: (list) => countStatement(from, where, list), take };
}
