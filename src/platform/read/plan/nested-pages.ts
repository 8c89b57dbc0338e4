import type { Statement } from '../../database/query.ts';
import type { PagePlan } from '../page.ts';
import type { Row } from '../reader.ts';
import type { ManyEdge } from '../source.ts';
import { asKind, type PageShape, pageOfParent, type Within } from '../statements.ts';
import { inOrder } from './in-order.ts';
import type { ListWithin } from './lists-within.ts';
import { PlannedPage } from './planned-page.ts';
import type { PlannedReading } from './row-sql.ts';
import type { Values } from './step.ts';

/** One of the lists that a statement reads inside each other. */
export interface Level {
  plan: PagePlan;
  reading: PlannedReading;
  shape: PageShape;
  /** All its rows are read, and put in order here: only the innermost may be. */
  isWhole: boolean;
  /** What it is to the rows of the level above; the outermost is nothing to them. */
  list?: ListWithin;
}

/** What tells a row from the next: null where a list is empty. */
const KEY = '`>`';

/** Reads a list with the lists of its rows: the rows of the innermost, each beside those it hangs on. */
export class NestedPages {
  readonly #levels: readonly Level[];
  /** Values of a row. */
  readonly width: number;
  readonly within: Within;
  /** Of the outermost list. */
  readonly reading: PlannedReading;

  constructor(outermost: Level, below: readonly Level[]) {
    this.#levels = [outermost, ...below];
    this.width = this.#levels.reduce((sum, { reading }) => sum + 1 + reading.width, 0);
    this.within = withinOf(below);
    if (below.at(-1)?.isWhole) this.within.most = this.#levels.reduce((most, { shape }) => most * shape.limit, 1);
    this.reading = withKey(outermost.reading);
  }

  /** For so many rows that some list has more than its page: each page by itself. Null if they are all there. */
  apart(found: readonly Values[], parents = 1): NestedPages | null {
    const { most } = this.within;
    if (most === undefined || found.length <= parents * most) return null;
    const [outermost, ...below] = this.#levels.map((level) => ({ ...level, isWhole: false }));
    return new NestedPages(outermost as Level, below);
  }

  /**
   * Fills the pages.
   * @param found rows that hang on the same row follow each other.
   * @param from where their values begin.
   * @param pageOf the page of the outermost list that such a row belongs to.
   * @returns the rows on the pages of each level.
   */
  fill(found: readonly Values[], from: number, pageOf: (values: Values) => PlannedPage | undefined): Row[][] {
    const filling = this.#levels.map((level, i) => new Filling(level, this.#levels[i + 1]));
    for (const values of found) {
      let place = from;
      let page = pageOf(values);
      for (const level of filling) {
        if (page === undefined || values[place] === null) break;
        page = level.take(values, place, page);
        place += level.width;
      }
    }
    return filling.map((level) => level.shown());
  }
}

/** The pages of one level, while they are filled. */
class Filling {
  readonly width: number;
  readonly #level: Level;
  readonly #next: Level | undefined;
  readonly #pages: PlannedPage[] = [];
  #page: PlannedPage | undefined;
  #key: unknown;
  /** The list of the row that was made last. */
  #below: PlannedPage | undefined;

  constructor(level: Level, next: Level | undefined) {
    this.width = 1 + level.reading.width;
    this.#level = level;
    this.#next = next;
  }

  /** Puts the row into its page, unless it was there before. @returns the page of its own list. */
  take(values: Values, place: number, page: PlannedPage): PlannedPage | undefined {
    const key = values[place];
    if (page === this.#page && key === this.#key) return this.#below;
    if (page !== this.#page) this.#pages.push(page);
    this.#page = page;
    this.#key = key;
    const row = this.#level.reading.rowOf(values, place + 1);
    page.rows.push(row);
    this.#below = this.#listOf(row);
    return this.#below;
  }

  #listOf(row: Row): PlannedPage | undefined {
    if (this.#next?.list === undefined) return undefined;
    const { list, plan } = this.#next;
    const page = new PlannedPage(list.many.edge.to, plan, false);
    row[list.slot] = page;
    return page;
  }

  shown(): Row[] {
    const { isWhole, plan, reading } = this.#level;
    if (isWhole) {
      const order = inOrder(reading.source, plan.order);
      for (const { rows } of this.#pages) if (rows.length > 1) rows.sort(order);
    }
    return this.#pages.flatMap((page) => page.fill(page.rows));
  }
}

function withinOf(below: readonly Level[]): Within {
  let list = 'page.*';
  let joins = '';
  const params: unknown[] = [];
  for (const [i, level] of below.entries()) {
    const { edge } = (level.list as ListWithin).many;
    const key = keyOf(level, `${i === 0 ? 'page' : `page${i}`}.${KEY}`);
    const page = level.isWhole
      ? wholeList(edge, level, key)
      : pageOfParent(edge, withKey(level.reading), key, level.shape);
    list += level.isWhole ? `, ${withKey(level.reading).list}` : `, page${i + 1}.*`;
    joins += level.isWhole ? page.sql : ` LEFT JOIN LATERAL (${page.sql}) page${i + 1} ON TRUE`;
    params.push(...page.params);
  }
  return { list, joins, params };
}

/** All rows that hang on one: joined as tables, so that MySQL makes and sorts none of its own for each. */
function wholeList({ by }: ManyEdge, { reading, shape }: Level, key: string): Statement {
  const sql = ` LEFT JOIN (${reading.from[0]}) ON ${by} = ${key} AND (${shape.where.sql})`;
  return { sql, params: [...reading.params, ...shape.where.params] };
}

/** The key of the row above. Of another kind than the column it is compared with, it would cost the column's index. */
function keyOf({ list }: Level, key: string): string {
  const {
    above,
    many: { edge },
  } = list as ListWithin;
  return above.columns[above.key]?.kind === edge.kind ? key : asKind(key, edge.kind);
}

function withKey(reading: PlannedReading): PlannedReading {
  const { source, list } = reading;
  return { ...reading, list: `${source.columns[source.key]?.sql} AS ${KEY}, ${list}` };
}
