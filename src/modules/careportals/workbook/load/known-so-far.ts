import { type Instant, toInstant } from '../../../../platform/database/instant.ts';
import { KeySet } from '../key-set.ts';
import type { Kind, Known } from '../table.ts';

/** What a run has accounted for: some twenty bytes a key, so that a file of any size fits. */
export class KnownSoFar implements Known {
  readonly #keys = new Map<Kind, KeySet>();
  readonly #ownIds = new Map<string, string>();
  readonly #firstOrders: KeySet;

  /** @param firstOrders milliseconds since 1970 by the customer's id as the workbook has it. */
  constructor(firstOrders: KeySet) {
    this.#firstOrders = firstOrders;
  }

  has(kind: Kind, key: string): boolean {
    return this.#keys.get(kind)?.has(key) ?? false;
  }

  valueOf(kind: Kind, key: string): number | undefined {
    return this.#keys.get(kind)?.valueOf(key);
  }

  customerOf(id: string): string | null {
    return this.#ownIds.get(id) ?? (this.has('customer', id) ? id : null);
  }

  firstOrderOf(customerId: string): Instant | null {
    const at = this.#firstOrders.valueOf(customerId);
    return at === undefined ? null : toInstant(new Date(at));
  }

  /**
   * Of a cancellation the earliest time stands, of everything else what was told first.
   * @param told keys of a kind; with an order's total, or with the own id of the customer that is known by this one.
   */
  learn(told: readonly [Kind, string, (number | string)?][]): void {
    for (const [kind, key, value] of told) {
      if (typeof value === 'string') this.#ownIds.set(key, value);
      else if (kind === 'cancellation' && value !== undefined) this.#keysOf(kind).lower(key, value);
      else this.#keysOf(kind).add(key, { ordinal: 0, value });
    }
  }

  #keysOf(kind: Kind): KeySet {
    const keys = this.#keys.get(kind) ?? new KeySet();
    this.#keys.set(kind, keys);
    return keys;
  }
}
