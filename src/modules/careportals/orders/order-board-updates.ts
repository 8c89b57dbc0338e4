import type { OrderBoardColumn } from './order-board.type.ts';
import type { OrderStatus } from './order-status.ts';

/**
 * The columns that one client has not taken yet. Of each only the newest waits, so a client that does not read costs
 * a board's worth of memory and misses nothing. Not an async generator: that would answer a return() only after one
 * event more.
 */
export class OrderBoardUpdates implements AsyncIterableIterator<OrderBoardColumn[]> {
  readonly #onReturn: () => void;
  readonly #waiting = new Map<OrderStatus, OrderBoardColumn>();
  #reader: PromiseWithResolvers<IteratorResult<OrderBoardColumn[]>> | null = null;
  #failure: unknown = null;
  #ended = false;

  constructor(onReturn: () => void) {
    this.#onReturn = onReturn;
  }

  push(columns: OrderBoardColumn[]): void {
    if (this.#ended) return;
    for (const column of columns) this.#waiting.set(column.status, column);
    this.#reader?.resolve(this.#take());
    this.#reader = null;
  }

  /** Ends it with an error, which the next next() throws. */
  fail(error: unknown): void {
    this.#failure = error;
    this.#ended = true;
    this.#waiting.clear();
    if (this.#reader === null) return;
    this.#reader.reject(this.#thrown());
    this.#reader = null;
  }

  next(): Promise<IteratorResult<OrderBoardColumn[]>> {
    if (this.#failure !== null) return Promise.reject(this.#thrown());
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    if (this.#waiting.size > 0) return Promise.resolve(this.#take());
    this.#reader = Promise.withResolvers();
    return this.#reader.promise;
  }

  return(): Promise<IteratorResult<OrderBoardColumn[]>> {
    this.#ended = true;
    this.#failure = null;
    this.#waiting.clear();
    this.#reader?.resolve({ value: undefined, done: true });
    this.#reader = null;
    this.#onReturn();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(): IteratorResult<OrderBoardColumn[]> {
    const value = [...this.#waiting.values()];
    this.#waiting.clear();
    return { value, done: false };
  }

  #thrown(): unknown {
    const failure = this.#failure;
    this.#failure = null;
    return failure;
  }
}
