import type { Clock } from '../../../platform/clock.ts';
import { retryLater } from '../../../platform/graphql/faults.ts';

/** Milliseconds that a result is shared at least. Dashboards refresh every few minutes. */
const KEPT = 60_000;
/** A result is shared for so many times as long as it took to make: no figure keeps the database busy all the time. */
const TIMES_KEPT = 30;
/** Results remembered at most; each is a handful of numbers. */
const MOST_KEPT = 500;
/** Results made at once. They are the heaviest reads of all: the other connections stay free for everybody else. */
const AT_ONCE = 2;
/** Results that may wait to be made: all groups of a range and of the one before, for three viewers. */
const MOST_WAITING = 60;
/** When those may come again who found so many waiting, in milliseconds. */
const COME_AGAIN_MS = 10_000;

const TOO_MANY = 'Many figures are being made and more wait for their turn. Nothing was read; try again shortly.';

interface Kept {
  /** Milliseconds since 1970 until which it is shared: without an end while it waits or is made. */
  sharedUntil: number;
  result: Promise<unknown>;
}

/**
 * Results that many look at and few make: who asks while one is made, or within a minute, gets the same one. A failed
 * one is not kept.
 */
export class SharedResults {
  readonly #kept = new Map<string, Kept>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /**
   * The result with the time from which it was read.
   * @param make its outcome, or its error, goes to all who ask for this key meanwhile.
   * @throws RETRY_LATER if too many wait for their turn already.
   */
  async get<T>(key: string, clock: Clock, make: () => Promise<T>): Promise<T & { asOf: Date }> {
    const known = this.#kept.get(key);
    if (known !== undefined && clock.now().getTime() < known.sharedUntil) {
      return known.result as Promise<T & { asOf: Date }>;
    }
    if (this.#waiting.length >= MOST_WAITING) throw retryLater(COME_AGAIN_MS, TOO_MANY);
    const entry: Kept = { sharedUntil: Number.POSITIVE_INFINITY, result: Promise.resolve() };
    const result = this.#inTurn(async () => {
      // Whoever waited long must not be told a time at which nothing was read.
      const asOf = clock.now();
      const began = performance.now();
      const made = await make();
      entry.sharedUntil = asOf.getTime() + Math.max(KEPT, TIMES_KEPT * (performance.now() - began));
      return { ...made, asOf };
    });
    entry.result = result;
    this.#keep(key, entry);
    result.catch(() => this.#kept.get(key) === entry && this.#kept.delete(key));
    return result;
  }

  /** The newest stand last; the oldest goes when there are too many. */
  #keep(key: string, entry: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, entry);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > MOST_KEPT && !oldest.done) this.#kept.delete(oldest.value);
  }

  async #inTurn<T>(make: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await make();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
