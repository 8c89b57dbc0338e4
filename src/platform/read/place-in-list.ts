import { cursorOf } from './cursor.ts';
import type { PagePlan } from './page.ts';
import type { Row } from './reader.ts';
import type { Source } from './source.ts';

export interface Edge {
  node: Row;
  cursor: string;
}

export interface PageInfo {
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor: string | null;
  endCursor: string | null;
}

/** The rows of a page in the list's own order. One row more than the page was read, which tells whether there are more. */
export function cutToPage({ size, backwards }: PagePlan, found: Row[]): { rows: Row[]; more: boolean } {
  const rows = found.length > size ? found.slice(0, size) : found;
  return { rows: backwards ? rows.toReversed() : rows, more: found.length > size };
}

export function pageInfoOf(source: Source, plan: PagePlan, rows: readonly Row[], more: boolean): PageInfo {
  const { backwards, startsInside } = plan;
  const first = rows[0];
  const last = rows.at(-1);
  return {
    hasNextPage: backwards ? startsInside : more,
    hasPreviousPage: backwards ? more : startsInside,
    startCursor: first === undefined ? null : cursorInList(source, plan, first),
    endCursor: last === undefined ? null : cursorInList(source, plan, last),
  };
}

/** The place of a row in the list's own order, whichever way it was read. */
export function cursorInList(source: Source, { order, backwards }: PagePlan, row: Row): string {
  return cursorOf(source, { field: order.field, descending: order.descending !== backwards }, row);
}
