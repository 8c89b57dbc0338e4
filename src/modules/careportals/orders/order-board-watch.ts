import type { Query } from '../../../platform/database/query.ts';
import { RetryLater } from '../../../platform/database/transaction.ts';
import { COLUMNS, readOrderBoard } from './order-board.ts';
import type { OrderBoardColumn } from './order-board.type.ts';
import { OrderBoardUpdates } from './order-board-updates.ts';
import { type OrderStatus, orderStatusOf } from './order-status.ts';

/** A change of an order's current status, as it is stored. */
export interface StatusChange {
  previousStatus: string | null;
  updatedStatus: string;
}

/**
 * Tells a listener of each change of a current status after it is committed, until the function that it returns is
 * called. Null is that some may have been missed.
 */
export type OnStatusChange = (listener: (change: StatusChange | null) => void) => () => void;

/** Changes that come this soon after the first of a burst are counted together, in milliseconds. */
const BURST_MS = 100;
/** How often all columns are looked at, in milliseconds: orders may change without an entry in the history. */
const FULL_LOOK_EVERY_MS = 2_000;
/** A look is followed by a rest of this many times what it took: counting takes a fifth of a core at most. */
const REST = 4;
/** The same between two looks at all columns. */
const FULL_REST = 20;
/** How soon a database that is away is asked again, in milliseconds. */
const ASK_AGAIN_MS = 1_000;
const NEVER = Number.POSITIVE_INFINITY;

/**
 * Counts the board while somebody follows it, once for all who do. A column that a change touched is told even if it
 * looks as before: there and back again between two looks is nothing here, but a client that asked for the board in
 * between knows something else. What changes without an entry in the history is seen by comparing.
 */
export class OrderBoardWatch {
  readonly #query: Query;
  readonly #unfollow: () => void;
  readonly #clients = new Set<OrderBoardUpdates>();
  /** Columns as everybody was told, or as they were at the beginning. */
  readonly #told = new Map<OrderStatus, OrderBoardColumn>();
  #begun: Promise<void> | null = null;
  #touched = new Set<OrderStatus>();
  /** When the first change came that no look has counted. All times are of performance.now(). */
  #touchedAt = NEVER;
  #fullLookAt = NEVER;
  #restsUntil = 0;
  /** The next look; null while one is under way. */
  #timer: NodeJS.Timeout | null = null;
  #ended = false;

  constructor(query: Query, onStatusChange: OnStatusChange) {
    this.#query = query;
    this.#unfollow = onStatusChange((change) => this.#hear(change));
  }

  /** Nobody follows it any more, or it failed. It does not begin again: make another. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /** @returns all changes of the board after this has resolved. @throws as begin() does. */
  async follow(): Promise<OrderBoardUpdates> {
    const updates = new OrderBoardUpdates(() => this.#leave(updates));
    this.#clients.add(updates);
    await this.begin();
    return updates;
  }

  /** Resolves when every later change will be told. @throws RetryLater if the database is away; it has ended then. */
  begin(): Promise<void> {
    this.#begun ??= this.#firstLook();
    return this.#begun;
  }

  async #firstLook(): Promise<void> {
    try {
      const started = performance.now();
      for (const column of await readOrderBoard(this.#query)) this.#told.set(column.status, column);
      this.#rest(started, true);
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  #leave(updates: OrderBoardUpdates): void {
    this.#clients.delete(updates);
    if (this.#clients.size === 0) this.#end();
  }

  #end(): void {
    this.#ended = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#unfollow();
  }

  #hear(change: StatusChange | null): void {
    const moved = change === null ? COLUMNS : [change.previousStatus, change.updatedStatus].map(orderStatusOf);
    for (const status of moved) if (status !== null) this.#touched.add(status);
    if (this.#touchedAt !== NEVER) return;
    this.#touchedAt = performance.now();
    if (this.#timer !== null) this.#plan();
  }

  #plan(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const due = Math.max(this.#restsUntil, Math.min(this.#fullLookAt, this.#touchedAt + BURST_MS));
    this.#timer = this.#ended ? null : setTimeout(() => void this.#look(), Math.max(due - performance.now(), 0));
  }

  async #look(): Promise<void> {
    this.#timer = null;
    const touched = this.#touched;
    const isFull = touched.size === 0 || performance.now() >= this.#fullLookAt;
    this.#touched = new Set();
    this.#touchedAt = NEVER;
    const started = performance.now();
    try {
      const looked = isFull ? COLUMNS : [...touched];
      const found = await readOrderBoard(this.#query, looked);
      if (this.#ended) return;
      this.#tell(looked, found, touched);
      this.#rest(started, isFull);
    } catch (error) {
      this.#lookAgain(error, touched);
    }
  }

  #tell(looked: readonly OrderStatus[], found: OrderBoardColumn[], touched: ReadonlySet<OrderStatus>): void {
    const board = new Map(found.map((column) => [column.status, column]));
    const news = looked
      .map((status) => board.get(status) ?? emptyColumn(status))
      .filter((column) => touched.has(column.status) || !isSame(column, this.#told.get(column.status)));
    if (news.length === 0) return;
    for (const column of news) this.#told.set(column.status, column);
    for (const client of this.#clients) client.push(news);
  }

  #rest(started: number, wasFull: boolean): void {
    const now = performance.now();
    const took = now - started;
    this.#restsUntil = now + REST * took;
    if (wasFull) this.#fullLookAt = now + Math.max(FULL_LOOK_EVERY_MS, FULL_REST * took);
    this.#plan();
  }

  /** A database that is away delays what is told; it does not end it. */
  #lookAgain(error: unknown, touched: ReadonlySet<OrderStatus>): void {
    if (this.#ended) return;
    if (!(error instanceof RetryLater)) {
      this.#end();
      for (const client of this.#clients) client.fail(error);
      return;
    }
    for (const status of touched) this.#touched.add(status);
    this.#touchedAt = performance.now();
    this.#restsUntil = this.#touchedAt + ASK_AGAIN_MS;
    this.#plan();
  }
}

function emptyColumn(status: OrderStatus): OrderBoardColumn {
  return { status, count: 0, oldestChangedAt: null };
}

function isSame(column: OrderBoardColumn, told: OrderBoardColumn | undefined): boolean {
  const { count, oldestChangedAt } = told ?? emptyColumn(column.status);
  return column.count === count && column.oldestChangedAt === oldestChangedAt;
}
