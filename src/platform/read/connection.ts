import type { PagePlan } from './page.ts';
import { cursorInList, cutToPage, type Edge, type PageInfo, pageInfoOf } from './place-in-list.ts';
import type { Source } from './source.ts';

type Row = Record<string, unknown>;

interface Reading {
  rows(limit: number): Promise<Row[]>;
  count(): Promise<number>;
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
    return this.nodes.then((rows) =>
      rows.map((node) => ({ node, cursor: cursorInList(this.#source, this.#plan, node) })),
    );
  }

  get pageInfo(): Promise<PageInfo> {
    return this.#load().then(({ rows, more }) => pageInfoOf(this.#source, this.#plan, rows, more));
  }

  get totalCount(): Promise<number> {
    this.#counted ??= this.#reading.count();
    return this.#counted;
  }

  #load() {
    this.#read ??= this.#reading.rows(this.#plan.size + 1).then((found) => cutToPage(this.#plan, found));
    return this.#read;
  }
}
