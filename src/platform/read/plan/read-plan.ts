import { type Query, together } from '../../database/query.ts';
import type { PagePlan } from '../page.ts';
import type { Row } from '../reader.ts';
import type { Column, Condition, ManyEdge } from '../source.ts';
import {
  edgeCountStatement,
  edgePageStatement,
  fromOf,
  keysStatement,
  nestedPageStatement,
  pageStatement,
  rowsStatement,
} from '../statements.ts';
import { all, param } from '../value.ts';
import { Asking } from './asking.ts';
import { earlyLists } from './early-lists.ts';
import { Later, prepared, WHO_ASKS } from './later.ts';
import { isFixedWithin } from './lists-within.ts';
import {
  countArm,
  type EarlyPage,
  type Into,
  type Known,
  type MadeRow,
  type PreparedRow,
  pagesOf,
  preparedRows,
} from './made-row.ts';
import { type Level, NestedPages } from './nested-pages.ts';
import { PlannedPage } from './planned-page.ts';
import type { ManyPlan, OnePlan, PageWanted, RowPlan } from './row-plan.ts';
import { groups, inSlot, put } from './rows.ts';
import { type Arm, type Made, type Step, statementsOfArms, type Values } from './step.ts';

/**
 * Reads what is planned, with as many round trips as the query has levels of lists: what waits for nothing goes to
 * MySQL in one packet.
 */
export class PlanReading {
  readonly #query: Query;
  readonly #asking: Asking;

  constructor(query: Query, asking: Asking) {
    this.#query = query;
    this.#asking = asking;
  }

  /** A page of all that the caller may see. */
  async page(wanted: PageWanted, plan: PagePlan, only: Condition): Promise<PlannedPage> {
    const page = new PlannedPage(wanted.row.source, plan, wanted.count);
    const where = all([only, plan.filter, this.#asking.own(wanted.row)]);
    await this.#send(statementsOfArms(this.#pageArms(0, wanted, plan, where)), [page], wanted);
    return page;
  }

  /** The one row that satisfies a condition, with the lists that hang on it by to-one steps alone. */
  async row(row: RowPlan, only: Condition): Promise<Row | null> {
    const { early, statements } = this.#madeRow(row, only);
    return (await this.#send(statements, pagesOf(early), row)).root;
  }

  /** The same by a unique field. The text is kept with the plan, unless variables decide about its lists. */
  async rowBy(row: RowPlan, { field, value }: Known): Promise<Row | null> {
    const { early, statements } = this.#madeRowBy(row, field);
    const asked = { customerId: this.#asking.customerId, value };
    const filled = statements.map(({ fill, take }) => ({ statement: fill(asked), take }));
    return (await this.#send(filled, pagesOf(early), row)).root;
  }

  #madeRowBy(row: RowPlan, field: string): PreparedRow {
    const known = preparedRows.get(row)?.get(field);
    if (known !== undefined) return known;
    const isFixed = earlyLists(row).every(({ many }) => isFixedWithin(many));
    const maker = isFixed ? new PlanReading(this.#query, new Asking(WHO_ASKS, null)) : this;
    const { sql, kind } = row.source.columns[field] as Column;
    const isValue = { sql: `${sql} = ?`, params: [new Later(({ value }) => param(kind, value))] };
    const { early, statements } = maker.#madeRow(row, isValue, field);
    const made = { early, statements: statements.map(({ statement, take }) => ({ fill: prepared(statement), take })) };
    if (isFixed) preparedRows.set(row, (preparedRows.get(row) ?? new Map()).set(field, made));
    return made;
  }

  /** @param field if the condition is that it has a value: lists by that field need not look for it. */
  #madeRow(row: RowPlan, only: Condition, field?: string): MadeRow {
    const where = all([only, this.#asking.own(row)]);
    const early = earlyLists(row).flatMap((list) => {
      const plan = this.#asking.pageOf(list.many);
      return plan === null ? [] : [{ ...list, plan }];
    });
    const arms = early.flatMap((list, at) => {
      const { edge, page } = list.many;
      const key = this.#asking.keyBelow(row, where, list, field);
      return this.#pageArms(at, page, list.plan, all([key, this.#asking.rowsOn(edge, page.row, list.plan)]), edge);
    });
    return { early, statements: statementsOfArms([this.#rowArm(row, where, early), ...arms]) };
  }

  #rowArm(row: RowPlan, where: Condition, early: readonly EarlyPage[]): Arm<Into> {
    const reading = this.#asking.reading(row);
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

  /** Sends statements that wait for nothing, and what they lead to. @param of what they were made from. */
  async #send(statements: readonly Made<Into>[], pages: readonly PlannedPage[], of: object): Promise<Into> {
    const into: Into = { reading: this, root: null, pages };
    const steps = statements.map(({ statement, take }) => ({ statement, take: (rows: Values[]) => take(rows, into) }));
    await this.#run(steps, of);
    return into;
  }

  async #run(steps: Step[], of: object): Promise<void> {
    let next = steps;
    while (next.length > 0) {
      const answers = await together(
        this.#query,
        next.map(({ statement }) => statement),
        of,
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
    const reading = this.#asking.reading(row);
    const take = (found: Values[]) => {
      const rows = reading.rowsOf(found, 1);
      for (const [i, [key]] of found.entries()) {
        for (const parent of byKey.get(String(key)) ?? []) parent[slot] = rows[i];
      }
      return this.#below(row, rows);
    };
    return [{ statement: keysStatement(reading, edge.field, [...byKey.keys()], this.#asking.own(row)), take }];
  }

  /** One statement for the pages of all parents, and one that counts, as far as they are wanted. */
  #manySteps(slot: string, many: ManyPlan, parents: Row[]): Step[] {
    const { edge, page: wanted } = many;
    const plan = this.#asking.pageOf(many);
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
    const where = this.#asking.rowsOn(edge, wanted.row, plan);
    if (wanted.rows)
      steps.push(this.#rowsStep(wanted, keys, this.#asking.level(wanted, plan, where, edge), edge, pages));
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
  #rowsStep(
    wanted: PageWanted,
    keys: readonly string[],
    level: Level,
    edge: ManyEdge,
    pages: ReadonlyMap<string, PlannedPage>,
  ): Step {
    const pageOf = ([key]: Values) => pages.get(String(key));
    const below = this.#asking.levelsBelow(wanted.row, true);
    if (below.length > 0) {
      const step = (nested: NestedPages): Step => ({
        statement: edgePageStatement(edge, nested.reading, keys, level.shape, nested.within),
        take: (found) => {
          const apart = nested.apart(found, keys.length);
          return apart === null ? this.#belowLevels(wanted.row, below, nested.fill(found, 1, pageOf)) : [step(apart)];
        },
      });
      return step(new NestedPages(level, below));
    }
    const take = (found: Values[]) => {
      for (const values of found) pageOf(values)?.rows.push(level.reading.rowOf(values, 1));
      const shown: Row[] = [];
      for (const page of pages.values()) for (const row of page.fill(page.rows)) shown.push(row);
      return this.#below(wanted.row, shown);
    };
    return { statement: edgePageStatement(edge, level.reading, keys, level.shape), take };
  }

  /** What hangs on the rows of lists that were read inside each other. */
  #belowLevels(outermost: RowPlan, below: readonly Level[], rows: readonly Row[][]): Step[] {
    const lists = below.map(({ list }) => list?.many as ManyPlan);
    const took = new Set(lists);
    return [outermost, ...lists.map(({ page }) => page.row)].flatMap((row, i) => this.#below(row, rows[i] ?? [], took));
  }

  /**
   * A page of a list of its own, or of the list of one parent whose key is in the condition.
   * @param at which of the request's pages it is.
   */
  #pageArms(at: number, wanted: PageWanted, plan: PagePlan, where: Condition, edge?: ManyEdge): Arm<Into>[] {
    const arms: Arm<Into>[] = [];
    if (wanted.rows) arms.push(this.#rowsArm(at, wanted, this.#asking.level(wanted, plan, where, edge), edge));
    if (wanted.count) arms.push(countArm(at, fromOf(wanted.row.source, edge), where));
    return arms;
  }

  #rowsArm(at: number, { row }: PageWanted, level: Level, edge?: ManyEdge): Arm<Into> {
    const { reading, shape } = level;
    // What is made for later cannot make another statement then.
    const below = this.#asking.levelsBelow(row, edge === undefined);
    if (below.length === 0) {
      return {
        ...reading,
        write: (list) => pageStatement({ ...reading, list }, shape),
        take: (found, from, into) => into.reading.#below(row, into.pages[at]?.fill(reading.rowsOf(found, from)) ?? []),
      };
    }
    const nested = new NestedPages(level, below);
    const page = pageStatement(nested.reading, shape);
    const fill = (by: NestedPages, found: Values[], from: number, { reading, pages }: Into) =>
      reading.#belowLevels(
        row,
        below,
        by.fill(found, from, () => pages[at]),
      );
    return {
      list: nested.within.list,
      width: nested.width,
      write: (list) => nestedPageStatement(page, { ...nested.within, list }),
      take: (found, from, into) => {
        const apart = nested.apart(found);
        if (apart === null) return fill(nested, found, from, into);
        return [{ statement: nestedPageStatement(page, apart.within), take: (rows) => fill(apart, rows, 0, into) }];
      },
    };
  }
}

const NONE: ReadonlySet<ManyPlan> = new Set();
