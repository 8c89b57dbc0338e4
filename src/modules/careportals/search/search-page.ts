import type { Query } from '../../../platform/database/query.ts';
import type { PageInfo } from '../../../platform/graphql/connection.type.ts';
import type { Edge } from '../../../platform/read/place-in-list.ts';
import type { Reader, Row } from '../../../platform/read/reader.ts';
import { countFound, cursorOf, type Found, find, type OpenWay } from './find.ts';

interface Reading {
  query: Query;
  reader: Reader;
  text: string;
  ways: readonly OpenWay[];
  after: Found | null;
  first: number;
}

/**
 * One page of what was found: one statement finds it, and one for each type reads the rows, by the reader, as every
 * other row is read. Its getters are the graph's fields.
 */
export class SearchPage {
  readonly #reading: Reading;
  #read: Promise<{ found: Found[]; more: boolean }> | undefined;
  #counted: Promise<number> | undefined;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  get edges(): Promise<Edge[]> {
    return this.#load().then(async ({ found }) => {
      const rows = await Promise.all(found.map((one) => this.#row(one)));
      return rows.flatMap((node, n) => (node === null ? [] : [{ node, cursor: this.#cursor(found[n] as Found) }]));
    });
  }

  get nodes(): Promise<Row[]> {
    return this.edges.then((edges) => edges.map(({ node }) => node));
  }

  get pageInfo(): Promise<PageInfo> {
    return this.#load().then(({ found, more }) => {
      const [first, last] = [found[0], found.at(-1)];
      return {
        hasNextPage: more,
        hasPreviousPage: this.#reading.after !== null,
        startCursor: first === undefined ? null : this.#cursor(first),
        endCursor: last === undefined ? null : this.#cursor(last),
      };
    });
  }

  get totalCount(): Promise<number> {
    this.#counted ??= countFound(this.#reading.query, this.#reading.ways);
    return this.#counted;
  }

  #load() {
    const { query, ways, after, first } = this.#reading;
    this.#read ??= find(query, ways, after, first + 1).then((found) => ({
      found: found.slice(0, first),
      more: found.length > first,
    }));
    return this.#read;
  }

  /** Null if it has gone since it was found. */
  async #row({ rank, key }: Found): Promise<Row | null> {
    const source = this.#reading.ways.find((way) => way.rank === rank)?.source;
    if (source === undefined) throw new Error(`Nothing is searched in way ${rank}`);
    const row = await this.#reading.reader.toOne(source, source.key, key);
    return row === null ? null : { ...row, __typename: source.type };
  }

  #cursor(found: Found): string {
    return cursorOf(this.#reading.text, found);
  }
}
