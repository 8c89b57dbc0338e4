/**
 * What waits for one slow reader: an async iterator with an end that is counted. When it is full, everything waiting
 * is dropped and one notice takes its place, so memory stays bounded and the reader learns that it missed something.
 */
export class EventQueue<T> implements AsyncIterableIterator<T> {
  readonly #limit: number;
  readonly #onOverflow: () => T;
  readonly #onReturn: () => void;
  #waiting: T[] = [];
  #reader: PromiseWithResolvers<IteratorResult<T>> | null = null;
  #done = false;
  #overflowed = false;

  constructor(limit: number, onOverflow: () => T, onReturn: () => void) {
    this.#limit = limit;
    this.#onOverflow = onOverflow;
    this.#onReturn = onReturn;
  }

  push(event: T): void {
    if (this.#done || this.#overflowed) return;
    if (this.#reader !== null) {
      this.#reader.resolve({ value: event, done: false });
      this.#reader = null;
    } else if (this.#waiting.length < this.#limit) {
      this.#waiting.push(event);
    } else {
      this.#overflowed = true;
      this.#waiting = [];
    }
  }

  next(): Promise<IteratorResult<T>> {
    const event = this.#waiting.shift();
    if (event !== undefined) return Promise.resolve({ value: event, done: false });
    if (this.#overflowed && !this.#done) {
      // After the notice the reader starts again from the cursor in it; what comes meanwhile would be a hole.
      this.#finish();
      return Promise.resolve({ value: this.#onOverflow(), done: false });
    }
    if (this.#done) return Promise.resolve({ value: undefined, done: true });
    this.#reader = Promise.withResolvers<IteratorResult<T>>();
    return this.#reader.promise;
  }

  /** Ends at once, also while a next() is waiting: an async generator would first deliver one event more. */
  return(): Promise<IteratorResult<T>> {
    this.#finish();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #finish(): void {
    if (this.#done) return;
    this.#done = true;
    this.#waiting = [];
    this.#reader?.resolve({ value: undefined, done: true });
    this.#reader = null;
    this.#onReturn();
  }
}
