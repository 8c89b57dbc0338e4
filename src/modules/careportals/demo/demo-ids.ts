import type { Random } from './random.ts';

/** 100-nanosecond ticks between the beginnings of the UUID calendar (1582) and of the Unix one, in milliseconds. */
const UUID_CALENDAR_MS = 12_219_292_800_000n;

/** Eight hex digits, as any second since 2006 has. */
const FIRST_MONGO_ID = 0x68000000;

/** Ids in the shapes of the real ones, the same on every run. */
export class DemoIds {
  readonly #prefix: string;
  readonly #suffix: string;
  #given = 0;
  #mongoIdsGiven = 0;

  constructor(asOf: Date, random: Random) {
    const ticks = (BigInt(asOf.getTime()) + UUID_CALENDAR_MS) * 10_000n;
    this.#prefix = `1${(ticks >> 32n).toString(16).padStart(7, '0')}`;
    this.#suffix = random.hex(16);
  }

  /**
   * The next public id: laid out as MySQL lays its own out, a version 1 UUID with its time in front, so that rows are
   * added at the end of the index. The last 32 bits of the time count the ids.
   */
  publicId(): string {
    const count = (this.#given++).toString(16).padStart(8, '0');
    return this.#prefix + count + this.#suffix;
  }

  /**
   * An EMR id: 24 hex digits, the first eight counted. Real ones begin with the second of their making; these must be
   * the same on whatever day they are made, since examples name them.
   */
  mongoId(random: Random): string {
    return (FIRST_MONGO_ID + this.#mongoIdsGiven++).toString(16) + random.hex(16);
  }
}
