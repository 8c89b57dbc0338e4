import type { Query } from '../database/query.ts';
import type { Log } from '../log.ts';
import { EventQueue } from './event-queue.ts';
import { decodePosition, encodePosition, type FeedPosition } from './live-cursor.ts';
import { type FeedRow, type FeedTable, TableTail } from './table-tail.ts';

/** One thing that a live client is told. GAP: it missed something and must start again from the cursor. */
export type FeedEvent<Row> = { kind: 'CHANGE'; cursor: string; row: Row } | { kind: 'GAP'; cursor: string };

/** Events that may wait for one client. */
const QUEUE_LIMIT = 1_000;
/** Rows that are replayed in one read. */
const REPLAY_BATCH = 500;

export interface FeedDefinition<Row extends FeedRow> extends FeedTable {
  /** Which rows are events at all. */
  isEvent(row: Row): boolean;
}

/** One followed table and all who listen to it. */
export class Feed<Row extends FeedRow> {
  readonly #definition: FeedDefinition<Row>;
  readonly #query: Query;
  readonly #tail: TableTail<Row>;
  readonly #listeners = new Set<(event: { row: Row; position: FeedPosition }) => void>();

  constructor(definition: FeedDefinition<Row>, query: Query, log: Log) {
    this.#definition = definition;
    this.#query = query;
    this.#tail = new TableTail(definition, query, log, (rows) => this.#publish(rows));
  }

  start(): Promise<void> {
    return this.#tail.start();
  }

  wake(): void {
    this.#tail.wake();
  }

  stop(): Promise<void> {
    return this.#tail.stop();
  }

  /**
   * Follows the feed from now, or first replays all that came after a cursor: then live, with no hole between.
   * @param accepts which rows this listener wants and may have.
   * @throws INVALID_CURSOR
   */
  async follow(accepts: (row: Row) => boolean, after: string | null): Promise<AsyncIterableIterator<FeedEvent<Row>>> {
    const asked = after === null ? null : decodePosition(after);
    const start = this.#tail.position;
    let reached = asked ?? start;
    const seen = new Set<string>();
    const listener = ({ row, position }: { row: Row; position: FeedPosition }) => {
      if (seen.delete(row.feedId) || !accepts(row)) return;
      queue.push({ kind: 'CHANGE', cursor: encodePosition(position), row });
    };
    const queue = new EventQueue<FeedEvent<Row>>(
      QUEUE_LIMIT,
      () => ({ kind: 'GAP', cursor: encodePosition(reached) }),
      () => this.#listeners.delete(listener),
    );
    this.#listeners.add(listener);
    const replay = asked === null ? nothing() : this.#replay(asked, start, accepts, seen);
    return inTurn(replay, queue, (event) => {
      reached = decodePosition(event.cursor);
    });
  }

  #publish(rows: { row: Row; position: FeedPosition }[]): void {
    for (const event of rows) {
      if (!this.#definition.isEvent(event.row)) continue;
      for (const listener of this.#listeners) listener(event);
    }
  }

  /** Rows up to where the live part begins. Numbers still missing there come live, or here if they are in by now. */
  async *#replay(
    asked: FeedPosition,
    start: FeedPosition,
    accepts: (row: Row) => boolean,
    seen: Set<string>,
  ): AsyncGenerator<FeedEvent<Row>, void> {
    const missing = new Set(start.holes);
    for await (const row of this.#rowsBetween(asked, start.head)) {
      const number = BigInt(row.feedId);
      if (missing.delete(number)) seen.add(row.feedId);
      if (!this.#definition.isEvent(row) || !accepts(row)) continue;
      const head = number > asked.head ? number : asked.head;
      const holes = [...missing, ...asked.holes.filter((hole) => hole > number)].filter((hole) => hole < head);
      yield { kind: 'CHANGE', cursor: encodePosition({ head, holes: [...new Set(holes)] }), row };
    }
  }

  async *#rowsBetween(asked: FeedPosition, end: bigint): AsyncGenerator<Row, void> {
    const { select, id } = this.#definition;
    if (asked.holes.length > 0) {
      yield* await this.#query<Row>(`${select} WHERE ${id} IN (?) ORDER BY ${id}`, [asked.holes.map(String)]);
    }
    for (let from = asked.head; from < end; ) {
      const sql = `${select} WHERE ${id} > ? AND ${id} <= ? ORDER BY ${id} LIMIT ${REPLAY_BATCH}`;
      const rows = await this.#query<Row>(sql, [String(from), String(end)]);
      yield* rows;
      const last = rows.at(-1);
      from = last === undefined || rows.length < REPLAY_BATCH ? end : BigInt(last.feedId);
    }
  }
}

async function* nothing(): AsyncGenerator<never, void> {}

/** First one iterator to its end, then the other; both are ended when the client leaves. */
function inTurn<T>(
  first: AsyncGenerator<T, void>,
  second: EventQueue<T>,
  onDelivered: (event: T) => void,
): AsyncIterableIterator<T> {
  let replaying = true;
  const next = async (): Promise<IteratorResult<T>> => {
    if (replaying) {
      const result = await first.next();
      if (!result.done) {
        onDelivered(result.value);
        return result;
      }
      replaying = false;
    }
    const result = await second.next();
    if (!result.done) onDelivered(result.value);
    return result;
  };
  return {
    next,
    async return() {
      const ended = await second.return();
      void first.return(undefined);
      return ended;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
