/** An exact fraction of cents: amounts are divided now and then, and rounded once, at the end. */
export class Fraction {
  static readonly ZERO = new Fraction(0n, 1n);
  readonly #over: bigint;
  readonly #under: bigint;

  /** @param under greater than 0. */
  constructor(over: bigint, under: bigint) {
    const common = greatestCommonDivisor(over < 0n ? -over : over, under);
    this.#over = over / common;
    this.#under = under / common;
  }

  plus(other: Fraction): Fraction {
    return new Fraction(this.#over * other.#under + other.#over * this.#under, this.#under * other.#under);
  }

  times(count: bigint): Fraction {
    return new Fraction(this.#over * count, this.#under);
  }

  /** @param count greater than 0. */
  dividedBy(count: bigint): Fraction {
    return new Fraction(this.#over, this.#under * count);
  }

  /** To the nearest cent; half a cent goes up. */
  rounded(): bigint {
    const doubled = 2n * this.#over + this.#under;
    const under = 2n * this.#under;
    const cut = doubled / under;
    // Division cuts towards zero, which for amounts below zero is up.
    return doubled < 0n && cut * under !== doubled ? cut - 1n : cut;
  }
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? (a === 0n ? 1n : a) : greatestCommonDivisor(b, a % b);
}

/** A SUM as the database gives it: digits as text, null over no rows. */
export function sumOf(text: string | number | null | undefined): bigint {
  return BigInt(text ?? 0);
}
