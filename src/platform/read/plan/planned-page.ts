import type { PagePlan } from '../page.ts';
import { cursorInList, cutToPage, type PageInfo, pageInfoOf } from '../place-in-list.ts';
import type { Row } from '../reader.ts';
import type { Source } from '../source.ts';

/** A page that has been read already. Its getters are the fields of a connection, and none of them waits. */
export class PlannedPage {
  readonly source: Source;
  readonly plan: PagePlan;
  rows: Row[] = [];
  /** Whether there are rows beyond the page in the direction of reading. */
  more = false;
  /** All rows of the list; null if nobody asked. */
  count: number | null;

  /** An empty one. */
  constructor(source: Source, plan: PagePlan, isCounted: boolean) {
    this.source = source;
    this.plan = plan;
    this.count = isCounted ? 0 : null;
  }

  /** @param found one row more than the page has, if there are more. @returns the rows of the page. */
  fill(found: Row[]): Row[] {
    const { rows, more } = cutToPage(this.plan, found);
    this.rows = rows;
    this.more = more;
    return rows;
  }

  setCount(count: number): void {
    this.count = count;
  }

  get nodes(): Row[] {
    return this.rows;
  }

  get edges(): PlannedEdge[] {
    return this.rows.map((node) => new PlannedEdge(this, node));
  }

  get pageInfo(): PageInfo {
    return pageInfoOf(this.source, this.plan, this.rows, this.more);
  }

  get totalCount(): number | null {
    return this.count;
  }
}

class PlannedEdge {
  readonly #page: PlannedPage;
  readonly node: Row;

  constructor(page: PlannedPage, node: Row) {
    this.#page = page;
    this.node = node;
  }

  get cursor(): string {
    return cursorInList(this.#page.source, this.#page.plan, this.node);
  }
}
