import { RetryLater } from '../../../../platform/database/transaction.ts';
import type { Row } from '../../../../platform/read/reader.ts';

/** How often a job is looked at while somebody follows it, in milliseconds. */
const LOOK_EVERY_MS = 250;

/**
 * A job as it is now, again whenever it has changed, and for the last time when it is over. It looks only when it is
 * asked for the next one, so a client that does not read costs nothing. Not an async generator: that would answer a
 * return() only after one event more.
 */
export class BulkProgress implements AsyncIterableIterator<Row> {
  readonly #look: () => Promise<Row | null>;
  #first: Row | null;
  #shown = '';
  #ended = false;
  #leave: () => void = () => undefined;

  /** @param look reads the job anew; null if it was not found, as if nothing had changed. */
  constructor(first: Row, look: () => Promise<Row | null>) {
    this.#first = first;
    this.#look = look;
  }

  async next(): Promise<IteratorResult<Row>> {
    while (!this.#ended) {
      const job = await this.#nextLook();
      if (this.#ended) break;
      if (job === null || JSON.stringify(job) === this.#shown) continue;
      this.#shown = JSON.stringify(job);
      this.#ended = job.status !== 'running';
      return { value: job, done: false };
    }
    return { value: undefined, done: true };
  }

  async return(): Promise<IteratorResult<Row>> {
    this.#ended = true;
    this.#leave();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #nextLook(): Promise<Row | null> {
    const first = this.#first;
    this.#first = null;
    if (first !== null) return first;
    await this.#pause();
    return this.#ended ? null : this.#lookAgain();
  }

  /** A database that is away delays the next event; it does not end them. */
  async #lookAgain(): Promise<Row | null> {
    try {
      return await this.#look();
    } catch (error) {
      if (error instanceof RetryLater) return null;
      throw error;
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LOOK_EVERY_MS);
      this.#leave = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
