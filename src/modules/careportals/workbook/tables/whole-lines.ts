import { canonicalJson } from '../../../../platform/canonical-json.ts';
import { wellFormed } from '../../subscriptions/well-formed.ts';
import { secondOf } from './same-line.ts';

/** Lines that have no key of their own: two are the same if all of them is. */
export class WholeLines {
  readonly #keys = new Set<string>();

  /** A row that stands; it is found by its milliseconds, and by the whole seconds that a sheet has. */
  add(row: object): void {
    this.#keys.add(keyOf(row));
    this.#keys.add(keyOf(inSeconds(row)));
  }

  has(line: object): boolean {
    return this.#keys.has(keyOf(line));
  }
}

function keyOf(line: object): string {
  return canonicalJson(wellFormed(line));
}

function inSeconds(row: object): object {
  const entries = Object.entries(row).map(([name, value]) =>
    name.endsWith('_at') && typeof value === 'string' ? [name, `${secondOf(value)}.000`] : [name, value],
  );
  return Object.fromEntries(entries);
}
