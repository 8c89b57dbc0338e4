import type { FeedPosition } from './live-cursor.ts';
import type { FeedRow, PlacedRow } from './row-source.ts';

/** A jump wider than this is somebody's explicit number, or a transaction with very many rows. */
const MOST_HOLES = 10_000n;

/** With more of them a place is not told for each row. */
const FEW_HOLES = 100;

/**
 * How far a source has come in a table whose numbers are given out before commit: a head, and below it the numbers that
 * were skipped and can still come.
 */
export class Place {
  #head = 0n;
  /** At or below this number nobody knows what is missing: it was too far from the end when the place was taken. */
  #floor = 0n;
  /** Numbers that were skipped, with the time when. */
  #holes = new Map<bigint, number>();
  /** The same as a list; null when it must be made anew. */
  #holeList: readonly bigint[] | null = null;
  #isTaken = false;

  /** Everything up to the head was told or cannot come any more, save the holes. */
  get position(): FeedPosition {
    this.#holeList ??= [...this.#holes.keys()];
    return { head: this.#head, holes: this.#holeList };
  }

  /** Whether it was ever taken: who goes on for another source does not take it again. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  /** Stands behind these numbers, which are there already; what is missing among them, and what is open, can still come. */
  begin(floor: bigint, present: readonly bigint[], open: readonly bigint[]): void {
    this.#holes.clear();
    this.#holeList = null;
    this.#head = floor;
    this.#floor = floor;
    for (const number of present) this.take(number);
    this.watch(open);
    this.#isTaken = true;
  }

  /** Whether this number was not told yet. */
  isNews(number: bigint): boolean {
    return number > this.#head || this.#holes.has(number) || number <= this.#floor;
  }

  /** Comes to this number, and says whether it is news. */
  take(number: bigint): boolean {
    if (number <= this.#head) return this.#fill(number) || number <= this.#floor;
    const first = this.leaps(number) ? number - MOST_HOLES : this.#head + 1n;
    for (let skipped = first; skipped < number; skipped++) this.#skip(skipped);
    this.#head = number;
    return true;
  }

  /**
   * Comes to these rows one after the other; gives those that are news, each with the place reached with it. A long list
   * of holes is not made anew for each: then all but the last have the place before them, which repeats and never skips.
   */
  takeRows<Row extends FeedRow>(rows: readonly Row[]): PlacedRow<Row>[] {
    const before = this.#holes.size > FEW_HOLES ? this.position : null;
    const news = rows.flatMap((row) =>
      this.take(BigInt(row.feedId)) ? [{ row, position: before ?? this.position }] : [],
    );
    const last = news.at(-1);
    if (last !== undefined) last.position = this.position;
    return news;
  }

  /** Whether the way to this number is so wide that what lies between would not all be looked out for. */
  leaps(number: bigint): boolean {
    return number - this.#head > MOST_HOLES;
  }

  /** Looks out for these numbers below its head, as for any that it skipped itself. */
  watch(numbers: readonly bigint[]): void {
    for (const number of numbers) if (!this.#holes.has(number)) this.#skip(number);
  }

  /** Holes that are older than this, in milliseconds. */
  missingFor(age: number): bigint[] {
    const before = Date.now() - age;
    return [...this.#holes].flatMap(([hole, since]) => (since < before ? [hole] : []));
  }

  /** These cannot come any more. */
  giveUp(numbers: readonly bigint[]): void {
    for (const number of numbers) this.#fill(number);
  }

  #skip(number: bigint): void {
    this.#holes.set(number, Date.now());
    this.#holeList = null;
  }

  #fill(number: bigint): boolean {
    const wasHole = this.#holes.delete(number);
    if (wasHole) this.#holeList = null;
    return wasHole;
  }
}
