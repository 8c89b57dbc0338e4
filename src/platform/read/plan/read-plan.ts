import type { GraphQLResolveInfo } from 'graphql';
import { type Query, together } from '../../database/query.ts';
import type { PagePlan } from '../page.ts';
import type { Row } from '../reader.ts';
import type { Condition, ManyEdge } from '../source.ts';
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
import { pageOfMany } from './page-of-many.ts';
import { PlannedPage } from './planned-page.ts';
import type { ManyPlan, OnePlan, PageWanted, RowPlan } from './row-plan.ts';
import { orderColumns, ownRows, readingOf, rowSql, valueIn } from './row-sql.ts';
import { type Arm, type Step, stepsOf, type Values } from './step.ts';

/** A list below the one row that was asked for, read beside it. */
interface EarlyPage {
  many: ManyPlan;
  arms: Arm[];
  /** Gives the page to the row that it belongs to, if there is one. */
  attach(root: Row): void;
}

/** The unique field that one row is asked for by. */
export interface Known {
  field: string;
  value: string;
}

/**
 * Reads what is planned, with as many round trips as the query has levels of lists: what waits for nothing goes to
 * MySQL in one packet.
 */
export class PlanReading {
  readonly #query: Query;
  readonly #customerId: string | null;
  readonly #variables: GraphQLResolveInfo['variableValues'];

  constructor(query: Query, customerId: string | null, variables: GraphQLResolveInfo['variableValues']) {
    this.#query = query;
    this.#customerId = customerId;
    this.#variables = variables;
  }

  /** A page of all that the caller may see. */
  async page(wanted: PageWanted, plan: PagePlan, only: Condition): Promise<PlannedPage> {
    const page = new PlannedPage(wanted.row.source, plan, wanted.count);
    await this.#run(stepsOf(this.#pageArms(page, wanted, all([only, plan.filter, this.#own(wanted.row)]))));
    return page;
  }

  /**
   * The one row that satisfies a condition. What hangs on it by to-one steps alone comes with the same statement.
   * @param known if the condition is that a field has a value: lists by that field need not look for it.
   */
  async row(row: RowPlan, only: Condition, known?: Known): Promise<Row | null> {
    let root: Row | null = null;
    const where = all([only, this.#own(row)]);
    const early = earlyLists(row).flatMap((list) => this.#earlyPage(list, this.#keyBelow(row, where, list, known)));
    const took = new Set(early.map(({ many }) => many));
    const reading = this.#reading(row);
    const take = (found: Values[], from: number) => {
      const rows = reading.rowsOf(found.slice(0, 1), from);
      root = rows[0] ?? null;
      if (root !== null) for (const { attach } of early) attach(root);
      return this.#below(row, rows, took);
    };
    const first: Arm = { ...reading, write: (list) => rowsStatement({ ...reading, list }, where), take };
    await this.#run(stepsOf([first, ...early.flatMap(({ arms }) => arms)]));
    return root;
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
        take: (found) => this.#fill(wanted.row, pages, byParent(found, reading.rowsOf(found, 1))),
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

  #fill(row: RowPlan, pages: Map<string, PlannedPage>, found: Map<string, Row[]>): Step[] {
    const shown: Row[] = [];
    for (const [key, rows] of found) shown.push(...(pages.get(key)?.fill(rows) ?? []));
    return this.#below(row, shown);
  }

  /** A page of a list of its own, or of the list of one parent whose key is in the condition. */
  #pageArms(page: PlannedPage, wanted: PageWanted, where: Condition, edge?: ManyEdge): Arm[] {
    const { row, rows, cursors, count } = wanted;
    const arms: Arm[] = [];
    if (rows) {
      const needsOrder = cursors || row.source.from.length > 1;
      const reading = this.#reading(row, edge, needsOrder ? orderColumns(row.source, page.plan.order) : []);
      const shape = shapeOf(page.plan, where);
      arms.push({
        ...reading,
        write: (list) => pageStatement({ ...reading, list }, shape),
        take: (found, from) => this.#below(row, page.fill(reading.rowsOf(found, from))),
      });
    }
    if (count) arms.push(this.#countArm(page, fromOf(row.source, edge), where));
    return arms;
  }

  #countArm(page: PlannedPage, from: readonly string[], where: Condition): Arm {
    const take = ([counted]: Values[], at: number) => {
      page.setCount(Number(counted?.[at] ?? 0));
      return [];
    };
    return { list: COUNTED, width: 1, write: (list) => countStatement(from, where, list), take };
  }

  #earlyPage({ path, slot, many }: EarlyList, key: Condition): EarlyPage[] {
    const { edge, page: wanted } = many;
    const plan = pageOfMany(many, this.#variables);
    if (plan === null) return [];
    const page = new PlannedPage(edge.to, plan, wanted.count);
    const where = all([key, this.#whereOf(edge, wanted.row, plan)]);
    const arms = this.#pageArms(page, wanted, where, edge);
    return [{ many, arms, attach: (root) => put(root, path, slot, page) }];
  }

  /** The condition that ties a list to the row it hangs on, when that row has not been read yet. */
  #keyBelow(root: RowPlan, where: Condition, { of, many: { edge } }: EarlyList, known?: Known): Condition {
    // Another kind is compared otherwise: what finds SAVE10 as `save10` may hang on it as SAVE10 alone.
    const isSameKind = root.source.columns[edge.parentKey]?.kind === edge.kind;
    if (of === root && edge.parentKey === known?.field && isSameKind) {
      return { sql: `${edge.by} = ?`, params: [param(edge.kind, known.value)] };
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

/** Rows by the text of a column; those without a value are left out. */
function groups(rows: readonly Row[], column: string): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const value = row[column];
    if (value === null || value === undefined) continue;
    const key = String(value);
    const group = found.get(key);
    if (group === undefined) found.set(key, [row]);
    else group.push(row);
  }
  return found;
}

function byParent(found: readonly Values[], rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const [i, row] of rows.entries()) {
    const key = String(found[i]?.[0]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

function inSlot(slot: string, rows: readonly Row[]): Row[] {
  return rows.map((row) => row[slot] as Row | null).filter((row) => row !== null);
}

function put(root: Row, path: readonly string[], slot: string, page: PlannedPage): void {
  let row: Row | null = root;
  for (const step of path) row = (row?.[step] ?? null) as Row | null;
  if (row !== null) row[slot] = page;
}
