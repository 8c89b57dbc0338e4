import { hash } from 'node:crypto';

/** What was known of a key that comes again. */
export interface Seen {
  /** Of the row that had the key first. */
  ordinal: number;
  sameMoney: boolean;
  sameRest: boolean;
}

export interface KeyEntry {
  ordinal: number;
  /** Texts by which a repeat is compared with the first row. */
  money?: string;
  rest?: string;
  value?: number;
}

const FIRST_SIZE = 1_024;
/** Fuller than this, searches grow long. */
const FULLEST = 0.7;

/**
 * Keys of a file's rows, the first row of each winning, in 20 bytes a slot (28 with values): 64 bits of the key's MD5,
 * the row's ordinal and a 32-bit digest of each compared text. Of 300,000 keys two are taken for one once in 10^8 runs.
 */
export class KeySet {
  #size = 0;
  #slots = new Slots(FIRST_SIZE, false);

  get size(): number {
    return this.#size;
  }

  /** @returns null if the key is new; what the first row with it was if it is not. */
  add(key: string, entry: KeyEntry): Seen | null {
    const [money, rest] = [digest(entry.money), digest(entry.rest)];
    const digits = digitsOf(key);
    const at = this.#slotFor(digits);
    if (this.#slots.isUsed(at)) {
      const { ordinals, moneys, rests } = this.#slots;
      return { ordinal: ordinals[at]!, sameMoney: moneys[at] === money, sameRest: rests[at] === rest };
    }
    this.#fill(at, digits, entry, money, rest);
    return null;
  }

  has(key: string): boolean {
    return this.#slots.isUsed(this.#slots.find(digitsOf(key)));
  }

  /** Undefined for a key that is unknown or has no value. */
  valueOf(key: string): number | undefined {
    const value = this.#slots.values?.[this.#slots.find(digitsOf(key))];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }

  /** Adds the key with its value, or keeps the lesser of the value it has and this one. */
  lower(key: string, value: number): void {
    const known = this.valueOf(key);
    if (known !== undefined && known <= value) return;
    if (this.add(key, { ordinal: 0, value }) !== null) this.#setValue(this.#slots.find(digitsOf(key)), value);
  }

  #slotFor(digits: Digits): number {
    if (this.#size >= this.#slots.length * FULLEST) this.#slots = this.#slots.grown();
    return this.#slots.find(digits);
  }

  #fill(at: number, [high, low]: Digits, entry: KeyEntry, money: number, rest: number): void {
    const slots = this.#slots;
    slots.highs[at] = high;
    slots.lows[at] = low;
    slots.ordinals[at] = entry.ordinal;
    slots.moneys[at] = money;
    slots.rests[at] = rest;
    if (entry.value !== undefined) this.#setValue(at, entry.value);
    this.#size++;
  }

  #setValue(at: number, value: number): void {
    this.#slots.values ??= new Float64Array(this.#slots.length).fill(Number.NaN);
    this.#slots.values[at] = value;
  }
}

/** Open addressing: a key lies in its own slot or in the next free one. Lows are never 0 in a used slot. */
class Slots {
  readonly length: number;
  readonly highs: Uint32Array;
  readonly lows: Uint32Array;
  readonly ordinals: Uint32Array;
  readonly moneys: Uint32Array;
  readonly rests: Uint32Array;
  values: Float64Array | null;

  /** @param length a power of two. */
  constructor(length: number, hasValues: boolean) {
    this.length = length;
    this.highs = new Uint32Array(length);
    this.lows = new Uint32Array(length);
    this.ordinals = new Uint32Array(length);
    this.moneys = new Uint32Array(length);
    this.rests = new Uint32Array(length);
    this.values = hasValues ? new Float64Array(length).fill(Number.NaN) : null;
  }

  isUsed(at: number): boolean {
    return this.lows[at] !== 0;
  }

  /** Where the key lies, or where it would. */
  find([high, low]: Digits): number {
    let at = high & (this.length - 1);
    while (this.isUsed(at) && (this.lows[at] !== low || this.highs[at] !== high)) at = (at + 1) & (this.length - 1);
    return at;
  }

  grown(): Slots {
    const larger = new Slots(this.length * 2, this.values !== null);
    for (let from = 0; from < this.length; from++) {
      if (this.isUsed(from)) this.#move(from, larger);
    }
    return larger;
  }

  #move(from: number, larger: Slots): void {
    const [high, low] = [this.highs[from]!, this.lows[from]!];
    const to = larger.find([high, low]);
    larger.highs[to] = high;
    larger.lows[to] = low;
    larger.ordinals[to] = this.ordinals[from]!;
    larger.moneys[to] = this.moneys[from]!;
    larger.rests[to] = this.rests[from]!;
    if (larger.values !== null) larger.values[to] = this.values![from]!;
  }
}

type Digits = [high: number, low: number];

function digitsOf(key: string): Digits {
  // As text it is made twice as fast as as a buffer.
  const md5 = hash('md5', key, 'hex');
  return [Number.parseInt(md5.slice(0, 8), 16), Number.parseInt(md5.slice(8, 16), 16) || 1];
}

/** FNV-1a: enough to tell a repeat that is the same from one that is not. */
function digest(text = ''): number {
  let digest = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) digest = Math.imul(digest ^ text.charCodeAt(at), 0x01000193);
  return digest >>> 0;
}
