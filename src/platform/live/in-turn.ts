import type { EventQueue } from './event-queue.ts';

/**
 * First the replay to its end, then the queue of what happens meanwhile and later. Ends at once when the client leaves,
 * also while a read of the replay is under way: its rows are then nobody's any more.
 */
export class InTurn<T> implements AsyncIterableIterator<T> {
  readonly #replay: AsyncGenerator<T, void>;
  readonly #queue: EventQueue<T>;
  readonly #onDelivered: (event: T) => void;
  #replaying = true;
  #ended = false;
  #leave: () => void = () => undefined;

  constructor(replay: AsyncGenerator<T, void>, queue: EventQueue<T>, onDelivered: (event: T) => void) {
    this.#replay = replay;
    this.#queue = queue;
    this.#onDelivered = onDelivered;
  }

  async next(): Promise<IteratorResult<T>> {
    const result = await this.#either();
    if (!result.done) this.#onDelivered(result.value);
    return result;
  }

  async return(): Promise<IteratorResult<T>> {
    this.#ended = true;
    this.#leave();
    void this.#replay.return();
    return this.#queue.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #either(): Promise<IteratorResult<T>> {
    if (this.#replaying && !this.#ended) {
      const result = await this.#replayed();
      if (!result.done || this.#ended) return result;
      this.#replaying = false;
    }
    return this.#queue.next();
  }

  #replayed(): Promise<IteratorResult<T>> {
    return new Promise((resolve, reject) => {
      this.#leave = () => resolve({ value: undefined, done: true });
      this.#replay.next().then((result) => resolve(result as IteratorResult<T>), reject);
    });
  }
}
