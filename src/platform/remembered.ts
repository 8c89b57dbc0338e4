/**
 * A map of bounded size, which forgets what was not asked for in a long time: what was used within the last half of
 * its size is there. Two maps take turns, so that asking costs no more than a map does.
 */
export class Remembered<Key, Value> {
  readonly #half: number;
  readonly #sizeOf: (key: Key, value: Value) => number;
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();
  #filled = 0;

  /**
   * @param most that are kept, in the unit of `sizeOf`.
   * @param sizeOf an entry; 1 if not given. What takes more than half of it all is not kept.
   */
  constructor(most: number, sizeOf: (key: Key, value: Value) => number = () => 1) {
    this.#half = most / 2;
    this.#sizeOf = sizeOf;
  }

  /** Entries that are kept now. */
  get size(): number {
    return new Set([...this.#young.keys(), ...this.#old.keys()]).size;
  }

  get(key: Key): Value | undefined {
    const value = this.#young.get(key);
    if (value !== undefined) return value;
    const older = this.#old.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: Key, value: Value): void {
    const size = this.#sizeOf(key, value);
    if (size > this.#half) return;
    if (!this.#young.has(key)) this.#makeRoom(size);
    this.#young.set(key, value);
  }

  #makeRoom(size: number): void {
    if (this.#filled + size > this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#filled = 0;
    }
    this.#filled += size;
  }

  /** What is known under this key, or what `make` makes of it, from now on. */
  of(key: Key, make: () => Value): Value {
    const known = this.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.set(key, made);
    return made;
  }
}
