import { Random } from '../../demo/random.ts';
import type { Cells, Form, Oddity } from './form.ts';

/** Rows before this one have nothing wrong, so that there is always an earlier one to repeat. */
const FIRST_ODD = 10;

export interface RowMade {
  cells: Cells;
  /** What is wrong with it, and the how-manieth of its kind it is. */
  odd: { oddity: Oddity; nth: number } | undefined;
}

/** One true-size set of rows. Nothing of it is kept but which rows are odd: every row is made when it is asked for. */
export class SetOfRows {
  readonly number: number;
  readonly #seed: string;
  readonly #plain: boolean;
  readonly #randoms = new Map<string, Random>();
  readonly #odd = new Map<Form, Map<number, { oddity: Oddity; nth: number }>>();
  readonly #sound = new Map<Form, number[]>();

  /** @param plain nothing is wrong with any row */
  constructor(seed: string, number: number, plain: boolean) {
    this.#seed = seed;
    this.number = number;
    this.#plain = plain;
  }

  /** Chance for one thing of a kind: the same whenever it is asked for. */
  random(kind: string, index: number): Random {
    const random = this.#randoms.get(kind) ?? Random.from(`${this.#seed} ${this.number} ${kind}`);
    this.#randoms.set(kind, random);
    return random.branch(index);
  }

  /** An id of the EMR. */
  id24(kind: string, index: number): string {
    return this.random(kind, index).hex(32).slice(0, 24);
  }

  /** An id of Stripe. */
  stripeId(prefix: string, index: number): string {
    return `${prefix}_${this.random(prefix, index).base62(24)}`;
  }

  row(form: Form, index: number): RowMade {
    const odd = this.#oddOf(form).get(index);
    const cells = form.honest(this, index);
    if (odd === undefined) return { cells, odd };
    const earlier = form.honest(this, this.#lastHonestBefore(form, index));
    return { cells: odd.oddity.change(cells, { set: this, nth: odd.nth, index, earlier }), odd };
  }

  /** Rows that others may refer to. */
  sound(form: Form): readonly number[] {
    const known = this.#sound.get(form);
    if (known !== undefined) return known;
    const odd = this.#oddOf(form);
    const isSound = (index: number) =>
      (odd.get(index)?.oddity.fate ?? 'kept') === 'kept' && !odd.get(index)?.oddity.alone;
    const sound = Array.from({ length: form.rows }, (_, index) => index).filter(isSound);
    this.#sound.set(form, sound);
    return sound;
  }

  /** Rows with which nothing is wrong. */
  honest(form: Form): number[] {
    return this.sound(form).filter((index) => !this.#oddOf(form).has(index));
  }

  #lastHonestBefore(form: Form, index: number): number {
    const odd = this.#oddOf(form);
    let before = index - 1;
    while (odd.has(before)) before -= 1;
    return before;
  }

  #oddOf(form: Form): Map<number, { oddity: Oddity; nth: number }> {
    const known = this.#odd.get(form);
    if (known !== undefined) return known;
    const odd = this.#plain ? new Map() : this.#scatter(form);
    this.#odd.set(form, odd);
    return odd;
  }

  #scatter(form: Form): Map<number, { oddity: Oddity; nth: number }> {
    const random = this.random(`oddities of ${form.sheet}`, 0);
    const first = Math.min(FIRST_ODD, Math.floor(form.rows / 2));
    let free = Array.from({ length: form.rows - first }, (_, index) => first + index);
    const odd = new Map<number, { oddity: Oddity; nth: number }>();
    for (const oddity of form.oddities) {
      const chosen = random.choose(free, oddity.rows);
      for (const [nth, index] of chosen.entries()) odd.set(index, { oddity, nth });
      free = free.filter((index) => !odd.has(index));
    }
    return odd;
  }
}
