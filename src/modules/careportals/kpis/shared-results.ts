/** Milliseconds that a result is shared at least. Dashboards refresh every few minutes. */
const KEPT = 60_000;
/** A result is shared for so many times as long as it took to make: no figure keeps the database busy all the time. */
const TIMES_KEPT = 30;
/** Results remembered at most; each is a handful of numbers. */
const MOST_KEPT = 500;
/** Results made at once. They are the heaviest reads of all: the other connections stay free for everybody else. */
const AT_ONCE = 2;

interface Kept {
  readAt: Date;
  /** Milliseconds. */
  keptFor: number;
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

  /** @param make its outcome, or its error, goes to all who ask for this key meanwhile. */
  get<T>(key: string, now: Date, make: () => Promise<T>): Promise<T & { asOf: Date }> {
    const known = this.#kept.get(key);
    if (known !== undefined && now.getTime() - known.readAt.getTime() < known.keptFor) {
      return known.result as Promise<T & { asOf: Date }>;
    }
    const entry: Kept = { readAt: now, keptFor: Number.POSITIVE_INFINITY, result: Promise.resolve() };
    const result = this.#inTurn(async () => {
      const began = performance.now();
      const made = await make();
      entry.keptFor = Math.max(KEPT, TIMES_KEPT * (performance.now() - began));
      return { ...made, asOf: now };
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
