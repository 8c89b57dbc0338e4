import type { Query } from '../database/query.ts';
import { RetryLater } from '../database/transaction.ts';
import type { Log } from '../log.ts';
import { EventQueue } from './event-queue.ts';
import { InTurn } from './in-turn.ts';
import { decodePosition, encodePosition, type FeedPosition } from './live-cursor.ts';
import { type FeedRow, type FeedTable, TableTail } from './table-tail.ts';

/** One thing that a live client is told. GAP: it missed something and must start again from the cursor. */
export type FeedEvent<Row> = { kind: 'CHANGE'; cursor: string; row: Row } | { kind: 'GAP'; cursor: string };

/** Events that may wait for one client. */
const QUEUE_LIMIT = 1_000;
/** A feed that has not seen its table for this long is behind, in milliseconds. */
const BEHIND_AFTER_MS = 5_000;
/** Rows that are replayed in one read. */
const REPLAY_BATCH = 500;
/** How long a replay waits for a database that is away before it asks again, in milliseconds. */
const ASK_AGAIN_MS = 1_000;

export interface FeedDefinition<Row extends FeedRow> extends FeedTable {
  /** Which rows are events at all. */
  isEvent(row: Row): boolean;
}

/** One followed table and all who listen to it. */
export class Feed<Row extends FeedRow> {
  readonly #definition: FeedDefinition<Row>;
  readonly #query: Query;
  readonly #tail: TableTail<Row>;
  readonly #listeners = new Set<(event: { row: Row; cursor: string }) => void>();

  constructor(definition: FeedDefinition<Row>, query: Query, log: Log) {
    this.#definition = definition;
    this.#query = query;
    this.#tail = new TableTail(definition, query, log, (rows) => this.#publish(rows));
  }

  start(): Promise<void> {
    return this.#tail.start();
  }

  /** Looks at once if anybody listens; else the next turn is soon enough. */
  wake(): void {
    if (this.#listeners.size > 0) this.#tail.wake();
  }

  isFollowing(): boolean {
    return this.#tail.lookedAgo() < BEHIND_AFTER_MS;
  }

  stop(): Promise<void> {
    return this.#tail.stop();
  }

  /**
   * Follows the feed from now, or first replays all that came after a cursor: then live, with no hole between.
   * A cursor beyond the end of the table (it was restored, or it is another one) gets one GAP with a cursor that fits.
   * @param accepts which rows this listener wants and may have.
   * @throws INVALID_CURSOR
   */
  async follow(accepts: (row: Row) => boolean, after: string | null): Promise<AsyncIterableIterator<FeedEvent<Row>>> {
    const asked = after === null ? null : decodePosition(after);
    if (asked !== null && (await this.#isBeyondEnd(asked))) return onlyGap(withinEnd(asked, this.#tail.position));
    const start = this.#tail.position;
    let reached = after ?? encodePosition(start);
    const seen = new Set<string>();
    const listener = ({ row, cursor }: { row: Row; cursor: string }) => {
      if (!seen.delete(row.feedId) && !hadAlready(asked, row.feedId) && accepts(row))
        queue.push({ kind: 'CHANGE', cursor, row });
    };
    const queue = new EventQueue<FeedEvent<Row>>(
      QUEUE_LIMIT,
      () => ({ kind: 'GAP', cursor: reached }),
      () => this.#listeners.delete(listener),
    );
    this.#listeners.add(listener);
    const replay = asked === null ? nothing() : this.#replay(asked, start, accepts, seen);
    return new InTurn(replay, queue, (event) => {
      reached = event.cursor;
    });
  }

  #publish(rows: { row: Row; position: FeedPosition }[]): void {
    if (this.#listeners.size === 0) return;
    for (const { row, position } of rows) {
      if (!this.#definition.isEvent(row)) continue;
      const event = { row, cursor: encodePosition(position) };
      for (const listener of this.#listeners) listener(event);
    }
  }

  /** Another instance may be a look ahead of this one; ahead of the table itself is nobody. */
  async #isBeyondEnd({ head }: FeedPosition): Promise<boolean> {
    if (head <= this.#tail.position.head) return false;
    const { select, id } = this.#definition;
    const [last] = await this.#query<Row>(`${select} ORDER BY ${id} DESC LIMIT 1`);
    return head > BigInt(last?.feedId ?? '0');
  }

  /** Rows up to where the live part begins. Numbers still missing there come live, or here if they are in by now. */
  async *#replay(
    asked: FeedPosition,
    start: FeedPosition,
    accepts: (row: Row) => boolean,
    seen: Set<string>,
  ): AsyncGenerator<FeedEvent<Row>, void> {
    const missing = new Set([...start.holes, ...asked.holes]);
    const rising = [...missing].toSorted((a, b) => (a < b ? -1 : 1));
    for await (const row of this.#rowsBetween(asked, start.head)) {
      const number = BigInt(row.feedId);
      if (missing.delete(number)) seen.add(row.feedId);
      if (!this.#definition.isEvent(row) || !accepts(row)) continue;
      const head = number > asked.head ? number : asked.head;
      const holes = head <= (rising[0] ?? head) ? [] : rising.filter((hole) => hole < head && missing.has(hole));
      yield { kind: 'CHANGE', cursor: encodePosition({ head, holes }), row };
    }
    // What this client still waits for may have been given up here, or was never known to this instance.
    const known = new Set(start.holes);
    this.#tail.watch(asked.holes.filter((hole) => missing.has(hole) && !known.has(hole) && hole <= start.head));
  }

  async *#rowsBetween(asked: FeedPosition, end: bigint): AsyncGenerator<Row, void> {
    const { select, id } = this.#definition;
    if (asked.holes.length > 0) {
      yield* await this.#read(`${select} WHERE ${id} IN (?) ORDER BY ${id}`, [asked.holes.map(String)]);
    }
    for (let from = asked.head; from < end; ) {
      const sql = `${select} WHERE ${id} > ? AND ${id} <= ? ORDER BY ${id} LIMIT ${REPLAY_BATCH}`;
      const rows = await this.#read(sql, [String(from), String(end)]);
      yield* rows;
      const last = rows.at(-1);
      from = last === undefined || rows.length < REPLAY_BATCH ? end : BigInt(last.feedId);
    }
  }

  /** A database that is away delays a replay as it delays the live part; it does not end it. */
  async #read(sql: string, params: unknown[]): Promise<Row[]> {
    for (;;) {
      try {
        return await this.#query<Row>(sql, params);
      } catch (error) {
        if (!(error instanceof RetryLater)) throw error;
        await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
      }
    }
  }
}

/** Whether the cursor says so: this instance may be a look behind the one that gave it. */
function hadAlready(asked: FeedPosition | null, feedId: string): boolean {
  if (asked === null) return false;
  const number = BigInt(feedId);
  return number <= asked.head && !asked.holes.includes(number);
}

async function* nothing(): AsyncGenerator<never, void> {}

async function* onlyGap(position: FeedPosition): AsyncGenerator<{ kind: 'GAP'; cursor: string }, void> {
  yield { kind: 'GAP', cursor: encodePosition(position) };
}

/** The place to start from that repeats rather than skips. */
function withinEnd(asked: FeedPosition, { head, holes }: FeedPosition): FeedPosition {
  return { head, holes: [...new Set([...holes, ...asked.holes.filter((hole) => hole < head)])] };
}
