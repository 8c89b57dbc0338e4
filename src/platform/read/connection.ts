import { cursorOf } from './cursor.ts';
import type { PagePlan } from './page.ts';
import type { Source } from './source.ts';

type Row = Record<string, unknown>;

interface Reading {
  rows(limit: number): Promise<Row[]>;
  count(): Promise<number>;
}

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

/** One page of a list, read when its rows are first asked for, and counted only when totalCount is. Its getters are the graph's fields. */
export class Connection {
  readonly #source: Source;
  readonly #plan: PagePlan;
  readonly #reading: Reading;
  #read: Promise<{ rows: Row[]; more: boolean }> | undefined;
  #counted: Promise<number> | undefined;

  constructor(source: Source, plan: PagePlan, reading: Reading) {
    this.#source = source;
    this.#plan = plan;
    this.#reading = reading;
  }

  get nodes(): Promise<Row[]> {
    return this.#load().then(({ rows }) => rows);
  }

  get edges(): Promise<Edge[]> {
    return this.nodes.then((rows) => rows.map((node) => ({ node, cursor: this.#cursor(node) })));
  }

  get pageInfo(): Promise<PageInfo> {
    return this.#load().then(({ rows, more }) => this.#place(rows, more));
  }

  get totalCount(): Promise<number> {
    this.#counted ??= this.#reading.count();
    return this.#counted;
  }

  #place(rows: Row[], more: boolean): PageInfo {
    const { backwards, startsInside } = this.#plan;
    const first = rows[0];
    const last = rows.at(-1);
    return {
      hasNextPage: backwards ? startsInside : more,
      hasPreviousPage: backwards ? more : startsInside,
      startCursor: first === undefined ? null : this.#cursor(first),
      endCursor: last === undefined ? null : this.#cursor(last),
    };
  }

  /** One row more than the page tells whether there is a next one. */
  #load() {
    this.#read ??= this.#reading.rows(this.#plan.size + 1).then((found) => {
      const rows = found.slice(0, this.#plan.size);
      return { rows: this.#plan.backwards ? rows.reverse() : rows, more: found.length > this.#plan.size };
    });
    return this.#read;
  }

  #cursor(row: Row): string {
    const { field, descending } = this.#plan.order;
    return cursorOf(this.#source, { field, descending: descending !== this.#plan.backwards }, row);
  }
}
