import type { Query } from '../database/query.ts';
import { mysqlNumber } from '../database/transaction.ts';
import type { Log } from '../log.ts';
import type { FeedPosition } from './live-cursor.ts';

/** A table that is only added to, read at its end. */
export interface FeedTable {
  name: string;
  /** `SELECT … FROM t u JOIN …` that gives `feedId` (the number as text) and what events need. */
  select: string;
  /** The number's column, e.g. `u.update_id`. */
  id: string;
  /** The alias of the table that is added to: the only one whose rows are waited for. */
  alias: string;
}

export interface FeedRow {
  feedId: string;
}

/** How often the table is looked at when nobody says that there is something, in milliseconds. */
const LOOK_EVERY_MS = 100;
/** Rows in one look. */
const BATCH = 1_000;
/** A number that was given out and is still missing after this long was rolled back, in milliseconds. */
const HOLE_SETTLES_MS = 60_000;
/** How far below the end a fresh tail looks for numbers that are still missing. */
const LOOK_BACK = 1_000n;
/** A jump wider than this is somebody's explicit number, not so many open transactions. */
const MOST_HOLES = 10_000n;

/**
 * Follows a table whatever program writes to it. `id > last` alone loses rows, because numbers are given out before
 * commit: so rows are read FOR SHARE, which at READ COMMITTED waits for a row that an open transaction has put in, and
 * numbers that are skipped stay on a list and are looked for again until they cannot come any more.
 */
export class TableTail<Row extends FeedRow> {
  readonly #table: FeedTable;
  readonly #query: Query;
  readonly #log: Log;
  readonly #onRows: (rows: { row: Row; position: FeedPosition }[]) => void;
  #head = 0n;
  /** Numbers that were skipped, with the time when. */
  #holes = new Map<bigint, number>();
  /** The same as a list; null when it must be made anew. */
  #holeList: readonly bigint[] | null = null;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #again = false;
  #stopped = false;
  #lookedAt = Date.now();

  constructor(
    table: FeedTable,
    query: Query,
    log: Log,
    onRows: (rows: { row: Row; position: FeedPosition }[]) => void,
  ) {
    this.#table = table;
    this.#query = query;
    this.#log = log;
    this.#onRows = onRows;
  }

  /** Everything up to here was seen or cannot come any more, save the holes. */
  get position(): FeedPosition {
    this.#holeList ??= [...this.#holes.keys()];
    return { head: this.#head, holes: this.#holeList };
  }

  /** Milliseconds since the table last answered. */
  lookedAgo(): number {
    return Date.now() - this.#lookedAt;
  }

  /** Looks out for these numbers below its place, as for any that it skipped itself. */
  watch(numbers: readonly bigint[]): void {
    for (const number of numbers) if (!this.#holes.has(number)) this.#skip(number);
  }

  /** Takes its place at the end of the table. */
  async start(): Promise<void> {
    const { select, id } = this.#table;
    const [last] = await this.#query<Row>(`${select} ORDER BY ${id} DESC LIMIT 1`);
    const end = BigInt(last?.feedId ?? '0');
    const from = end > LOOK_BACK ? end - LOOK_BACK : 0n;
    const rows = await this.#query<Row>(`${select} WHERE ${id} > ? AND ${id} <= ? ORDER BY ${id}`, [
      String(from),
      String(end),
    ]);
    this.#head = from;
    for (const row of rows) this.#advance(BigInt(row.feedId));
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
      await this.#readHoles();
      const { select, id, alias } = this.#table;
      const rows = await this.#query<Row>(
        `${select} WHERE ${id} > ? ORDER BY ${id} LIMIT ${BATCH} FOR SHARE OF ${alias}`,
        [String(this.#head)],
      );
      if (rows.length > 0) this.#take(rows);
      if (rows.length === BATCH) this.#again = true;
      this.#lookedAt = Date.now();
    } catch (error) {
      // 1205: a transaction stays open longer than one look waits. Its rows come when it ends; nothing is passed over.
      // It holds up every instance alike, so it is no reason to take this one out of traffic.
      if (mysqlNumber(error) === 1205) this.#lookedAt = Date.now();
      else this.#log.warn({ err: error, feed: this.#table.name }, 'the feed could not look');
    }
  }

  /** A number is given up only after a read that waited for open transactions and did not find it. */
  async #readHoles(): Promise<void> {
    if (this.#holes.size === 0) return;
    const { select, id, alias } = this.#table;
    const settledBefore = Date.now() - HOLE_SETTLES_MS;
    const numbers = [...this.#holes.keys()].map(String);
    const rows = await this.#query<Row>(`${select} WHERE ${id} IN (?) ORDER BY ${id} FOR SHARE OF ${alias}`, [numbers]);
    if (rows.length > 0) this.#take(rows);
    for (const [hole, seenAt] of this.#holes) if (seenAt < settledBefore) this.#fill(hole);
  }

  #take(rows: Row[]): void {
    this.#onRows(
      rows.map((row) => {
        this.#advance(BigInt(row.feedId));
        return { row, position: this.position };
      }),
    );
  }

  #advance(number: bigint): void {
    if (this.#fill(number) || number <= this.#head) return;
    const first = number - this.#head > MOST_HOLES ? number - MOST_HOLES : this.#head + 1n;
    for (let skipped = first; skipped < number; skipped++) this.#skip(skipped);
    this.#head = number;
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
