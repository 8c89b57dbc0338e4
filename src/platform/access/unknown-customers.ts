import type { Log } from '../log.ts';
import type { Caller } from './caller.ts';

/** The one id behind each id that a customer was ever known by; an id that means nobody is not in the answer. */
export type Recognise = (customerIds: readonly string[]) => Promise<Map<string, string>>;

/** How often it is asked whether somebody has become known, in milliseconds. */
const ASK_EVERY_MS = 1_500;

/**
 * Closes what stays open in the name of a customer id that means nobody, as soon as it means somebody: the client comes
 * back with its cursor, and is told what happened to whoever it turned out to be.
 */
export class UnknownCustomers {
  readonly #recognise: Recognise;
  readonly #log: Log;
  readonly #byId = new Map<string, Set<() => void>>();
  #timer: NodeJS.Timeout | null = null;

  constructor(recognise: Recognise, log: Log) {
    this.#recognise = recognise;
    this.#log = log;
  }

  /** Calls `close` when the caller has become known. @returns what ends the watch. */
  watch({ isUnknown, customerId }: Caller, close: () => void): () => void {
    if (!isUnknown || customerId === null) return () => undefined;
    const open = this.#byId.get(customerId) ?? new Set();
    this.#byId.set(customerId, open.add(close));
    this.#timer ??= setTimeout(() => this.#ask(), ASK_EVERY_MS).unref();
    return () => {
      open.delete(close);
      if (open.size === 0 && this.#byId.get(customerId) === open) this.#byId.delete(customerId);
    };
  }

  async #ask(): Promise<void> {
    try {
      const known = this.#byId.size === 0 ? [] : (await this.#recognise([...this.#byId.keys()])).keys();
      for (const id of known) for (const close of [...(this.#byId.get(id) ?? [])]) close();
    } catch (error) {
      this.#log.warn({ err: error }, 'it could not be asked who has become known; it is asked again');
    }
    this.#timer = this.#byId.size === 0 ? null : setTimeout(() => this.#ask(), ASK_EVERY_MS).unref();
  }
}
