/** Chance that can be repeated: the same seed gives the same world. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, but not, 1 (mulberry32). */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** From 0 to `below - 1`. */
  below(below: number): number {
    return Math.floor(this.#next() * below);
  }

  chance(share: number): boolean {
    return this.#next() < share;
  }

  pick<T>(things: readonly T[]): T {
    return things[this.below(things.length)] as T;
  }

  /** Null for this share of all. */
  maybe<T>(share: number, value: T): T | null {
    return this.chance(share) ? null : value;
  }

  hex(digits: number): string {
    return Array.from({ length: digits }, () => this.below(16).toString(16)).join('');
  }

  /** One of a dozen instants, so that many are equal. */
  instant(): string {
    return `2026-03-0${1 + this.below(3)} 1${this.below(2)}:0${this.below(2)}:00.${this.pick(['000', '007', '500'])}`;
  }

  /** So many things, each told its number, from 1 on. */
  times<T>(count: number, make: (n: number) => T): T[] {
    return Array.from({ length: count }, (_, index) => make(index + 1));
  }
}
