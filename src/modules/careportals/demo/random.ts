import { createHash } from 'node:crypto';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Numbers that only look random: the same key gives the same row of numbers on every machine (sfc32). */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  readonly #words: readonly number[];

  private constructor(words: readonly number[], branch: number) {
    this.#words = words;
    this.#a = words[0]! | 0;
    this.#b = words[1]! | 0;
    this.#c = (words[2]! ^ branch) | 0;
    // The first numbers of neighbouring branches resemble each other.
    for (let i = 0; i < 12; i++) this.#uint32();
  }

  static from(key: string): Random {
    const digest = createHash('sha256').update(key).digest();
    return new Random([digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8)], 0);
  }

  /** A row of its own for one thing, the same however far this one has been read. */
  branch(number: number): Random {
    return new Random(this.#words, Math.imul(number + 1, 0x9e3779b1));
  }

  /** From 0, below 1. */
  next(): number {
    return this.#uint32() / 0x1_0000_0000;
  }

  /** A whole number from 0, below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** A duration with this mean, never below half of it, with a long tail: how long people and pharmacies take. */
  around(mean: number): number {
    return Math.round(mean * (0.5 - 0.5 * Math.log(1 - this.next())));
  }

  /** Exactly `wanted` of the list, in its order. */
  choose<T>(list: readonly T[], wanted: number): T[] {
    if (wanted > list.length) throw new RangeError(`Cannot choose ${wanted} of ${list.length}.`);
    const chosen: T[] = [];
    for (let i = 0; chosen.length < wanted; i++) {
      if (this.next() * (list.length - i) < wanted - chosen.length) chosen.push(list[i]!);
    }
    return chosen;
  }

  /** Exactly `wanted`, from the first list as far as it goes, then from the second. */
  choosePreferring<T>(preferred: readonly T[], others: readonly T[], wanted: number): T[] {
    if (wanted <= preferred.length) return this.choose(preferred, wanted);
    return [...preferred, ...this.choose(others, wanted - preferred.length)];
  }

  hex(length: 8 | 16 | 32): string {
    let text = '';
    while (text.length < length) text += (this.#uint32() >>> 0).toString(16).padStart(8, '0');
    return text;
  }

  base62(length: number): string {
    let text = '';
    for (let i = 0; i < length; i++) text += BASE62[this.below(62)]!;
    return text;
  }

  #uint32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }
}
