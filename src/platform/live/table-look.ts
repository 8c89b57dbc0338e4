import { mysqlNumber } from '../database/transaction.ts';
import type { Place } from './place.ts';
import type { FeedRow, SourceReader } from './row-source.ts';
import { BATCH, type TableRows } from './table-rows.ts';

/**
 * A number that was given out and is still missing after this long was rolled back, in milliseconds. A statement with
 * many rows may take its numbers long before it puts the last of them in.
 */
const HOLE_SETTLES_MS = 300_000;
/** How often those are looked for, in milliseconds. */
const GIVE_UP_EVERY_MS = 5_000;
/** How often the end of the table is compared with the place, in milliseconds. */
const CHECK_END_EVERY_MS = 10_000;
/** What NOWAIT answers. */
const ROW_IS_LOCKED = 3572;

/**
 * Tells what is committed and was not told yet. It reads a snapshot, and waits for nobody: what an open transaction has
 * put in is a hole of the place until it is over. In a snapshot the rows of one order are as they were committed, and so
 * in the order of their numbers: none is in it without those before it.
 */
export class TableLook<Row extends FeedRow> {
  readonly #rows: TableRows<Row>;
  readonly #place: Place;
  readonly #reader: SourceReader<Row>;
  #giveUpAt = 0;
  #checkAt = Date.now() + CHECK_END_EVERY_MS;

  constructor(rows: TableRows<Row>, place: Place, reader: SourceReader<Row>) {
    this.#rows = rows;
    this.#place = place;
    this.#reader = reader;
  }

  /** @throws 1205 if there are too many open rows for holes, and they stay open for longer than a read waits. */
  async look(): Promise<void> {
    await this.#checkEnd();
    for (let more = true; more; ) {
      const rows = await this.#rows.untold(this.#place);
      await this.tell(rows);
      more = rows.length === BATCH;
    }
    await this.#giveUpOldHoles();
  }

  /** A table that ends before our place was put back to an older state: its next rows would be no news. */
  async #checkEnd(): Promise<void> {
    if (Date.now() < this.#checkAt) return;
    this.#checkAt = Date.now() + CHECK_END_EVERY_MS;
    const { head } = this.#place.position;
    if ((await this.#rows.end()) >= head) return;
    await this.startAnew();
  }

  /** Goes on from the end of the table as it is; what may have been missed is said. */
  async startAnew(): Promise<void> {
    await this.#rows.takePlace(this.#place);
    this.#reader.onLost();
  }

  /** Tells those of these rows that are news. */
  async tell(rows: Row[]): Promise<void> {
    const leap = rows.findIndex((row) => this.#place.leaps(BigInt(row.feedId)));
    if (leap < 0) return this.#take(rows);
    this.#take(rows.slice(0, leap));
    await this.#tellWaiting();
  }

  /** So many numbers at once are a transaction with very many rows, too many for holes: if it is open it is waited for. */
  async #tellWaiting(): Promise<void> {
    for (let more = true; more; ) {
      const rows = await this.#rows.beyondWaiting(this.#place.position.head);
      this.#take(rows);
      more = rows.length === BATCH;
    }
  }

  #take(rows: Row[]): void {
    const news = this.#place.takeRows(rows);
    if (news.length > 0) this.#reader.onRows(news);
  }

  /** A number that no open transaction holds, and that is still missing long after it was given out, was rolled back. */
  async #giveUpOldHoles(): Promise<void> {
    if (Date.now() < this.#giveUpAt) return;
    const old = this.#place.missingFor(HOLE_SETTLES_MS);
    if (old.length === 0) return;
    this.#giveUpAt = Date.now() + GIVE_UP_EVERY_MS;
    await this.#giveUp(old);
  }

  /** MySQL says that one of them is in an open transaction, not which: so the others are found by halves. */
  async #giveUp(numbers: readonly bigint[]): Promise<void> {
    try {
      const present = new Set(await this.#rows.present(numbers, 'fail'));
      this.#place.giveUp(numbers.filter((number) => !present.has(number)));
    } catch (error) {
      if (mysqlNumber(error) !== ROW_IS_LOCKED) throw error;
      if (numbers.length === 1) return;
      const middle = numbers.length >> 1;
      await this.#giveUp(numbers.slice(0, middle));
      await this.#giveUp(numbers.slice(middle));
    }
  }
}
