import type { Kind, Known } from '../../../src/modules/careportals/workbook/table.ts';
import type { Instant } from '../../../src/platform/database/instant.ts';

/** What a run has accounted for, in plain maps: the tables' tests need no keys hashed. */
export class MapKnown implements Known {
  readonly #values = new Map<string, number | undefined>();
  readonly #ownIds = new Map<string, string>();
  readonly #firstOrders: ReadonlyMap<string, Instant>;

  constructor(firstOrders: Record<string, Instant> = {}) {
    this.#firstOrders = new Map(Object.entries(firstOrders));
  }

  has(kind: Kind, key: string): boolean {
    return this.#values.has(`${kind}:${key}`);
  }

  valueOf(kind: Kind, key: string): number | undefined {
    return this.#values.get(`${kind}:${key}`);
  }

  customerOf(id: string): string | null {
    return this.#ownIds.get(id) ?? (this.has('customer', id) ? id : null);
  }

  firstOrderOf(customerId: string): Instant | null {
    return this.#firstOrders.get(customerId) ?? null;
  }

  learn(told: readonly [Kind, string, (number | string)?][]): void {
    for (const [kind, key, value] of told) {
      if (typeof value === 'string') this.#ownIds.set(key, value);
      else this.#values.set(`${kind}:${key}`, value);
    }
  }
}
