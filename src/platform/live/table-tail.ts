import type { Query } from '../database/query.ts';
import { mysqlNumber } from '../database/transaction.ts';
import type { Log } from '../log.ts';
import type { FeedPosition } from './live-cursor.ts';
import { Place } from './place.ts';
import type { FeedRow, FeedTable, RowSource, SourceReader } from './row-source.ts';
import { TableLook } from './table-look.ts';
import { TableRows } from './table-rows.ts';

/** How often the table is looked at when nobody says that there is something, in milliseconds. */
const LOOK_EVERY_MS = 100;
/**
 * Follows a table whatever program writes to it, by reading its end. `id > last` alone loses rows, because numbers are
 * given out before commit: so numbers that are skipped stay on a list and are looked for again until they cannot come
 * any more.
 */
export class TableTail<Row extends FeedRow> implements RowSource {
  readonly #name: string;
  readonly #rows: TableRows<Row>;
  readonly #log: Log;
  readonly #place: Place;
  readonly #table: TableLook<Row>;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #again = false;
  #stopped = false;
  #lookedAt = Date.now();

  /** @param place where another source has come to, to go on from there. */
  constructor(table: FeedTable, query: Query, log: Log, reader: SourceReader<Row>, place: Place = new Place()) {
    this.#name = table.name;
    this.#rows = new TableRows(table, query);
    this.#log = log;
    this.#place = place;
    this.#table = new TableLook(this.#rows, place, reader);
  }

  get position(): FeedPosition {
    return this.#place.position;
  }

  /** Milliseconds since the table last answered. */
  lagMs(): number {
    return Date.now() - this.#lookedAt;
  }

  async watch(numbers: readonly bigint[]): Promise<void> {
    this.#place.watch(await this.#rows.openAmong(numbers));
  }

  async start(): Promise<void> {
    if (!this.#place.isTaken) await this.#rows.takePlace(this.#place);
    this.#schedule();
  }

  /** Look now: something was written here. */
  wake(): void {
    if (this.#looking !== null) this.#again = true;
    else void this.#look();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#looking;
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS);
  }

  async #look(): Promise<void> {
    if (this.#stopped || this.#looking !== null) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#looking = this.#readOnce();
    await this.#looking;
    this.#looking = null;
    if (this.#again) {
      this.#again = false;
      void this.#look();
    } else this.#schedule();
  }

  async #readOnce(): Promise<void> {
    try {
      await this.#table.look();
      this.#lookedAt = Date.now();
    } catch (error) {
      // 1205: a transaction with very many rows stays open. They come when it ends; nothing is passed over.
      // It holds up every instance alike, so it is no reason to take this one out of traffic.
      if (mysqlNumber(error) === 1205) this.#lookedAt = Date.now();
      else this.#log.warn({ err: error, feed: this.#name }, 'the feed could not look');
    }
  }
}
