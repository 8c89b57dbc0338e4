import type { PagePlan } from '../page.ts';
import type { Row } from '../reader.ts';
import { asKind, type PageShape, pageOfParent, type Within } from '../statements.ts';
import type { ListWithin } from './lists-within.ts';
import { PlannedPage } from './planned-page.ts';
import type { PlannedReading } from './row-sql.ts';
import type { Values } from './step.ts';

/** One of the lists that a statement reads inside each other. */
export interface Level {
  plan: PagePlan;
  reading: PlannedReading;
  shape: PageShape;
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
    this.reading = withKey(outermost.reading);
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
    return this.#pages.flatMap((page) => page.fill(page.rows));
  }
}

function withinOf(below: readonly Level[]): Within {
  let list = 'page.*';
  let joins = '';
  const params: unknown[] = [];
  for (const [i, level] of below.entries()) {
    const { edge } = (level.list as ListWithin).many;
    const above = i === 0 ? 'page' : `page${i}`;
    const page = pageOfParent(edge, withKey(level.reading), asKind(`${above}.${KEY}`, edge.kind), level.shape);
    list += `, page${i + 1}.*`;
    joins += ` LEFT JOIN LATERAL (${page.sql}) page${i + 1} ON TRUE`;
    params.push(...page.params);
  }
  return { list, joins, params };
}

function withKey(reading: PlannedReading): PlannedReading {
  const { source, list } = reading;
  return { ...reading, list: `${source.columns[source.key]?.sql} AS ${KEY}, ${list}` };
}
