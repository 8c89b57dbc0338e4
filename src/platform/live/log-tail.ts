import type { Query } from '../database/query.ts';
import { mysqlNumber } from '../database/transaction.ts';
import type { Log } from '../log.ts';
import type { FeedPosition } from './live-cursor.ts';
import { Place } from './place.ts';
import type { FeedRow, FeedTable, RowSource, SourceReader } from './row-source.ts';
import { TableLook } from './table-look.ts';
import { BATCH, TableRows } from './table-rows.ts';

/** How often the table is looked at for what the log did not tell, in milliseconds. */
const LOOK_EVERY_MS = 10_000;
/** A log that is silent for so long is looked after in the table until it speaks again, every second. */
const SILENT_MS = 2_000;
const SECOND_MS = 1_000;
/** Longest pause before something that failed is tried again, in milliseconds. */
const LONGEST_PAUSE_MS = 1_000;

/** What is to be done, in the order of the log; with the time when it was heard of. */
type Task = { heardAt: number } & (
  | { do: 'tell'; numbers: readonly bigint[] }
  /** gtid: transactions that must be carried out first; null if they are not known. */
  | { do: 'look'; gtid: string | null }
  | { do: 'start anew' }
);

/**
 * Follows a table by the numbers of its rows in the binary log, which shows only what is committed, in the order of the
 * commits. The log is a moment ahead of the tables, so a row that is not there yet is waited for. An open transaction
 * holds up nothing: its numbers are holes of the place until the log shows them.
 */
export class LogTail<Row extends FeedRow> implements RowSource {
  readonly #name: string;
  readonly #rows: TableRows<Row>;
  readonly #table: TableLook<Row>;
  readonly #log: Log;
  readonly #place: Place;
  readonly #heardAt: () => number;
  readonly #tasks: Task[] = [];
  #working: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #runs = false;
  #lookedAt = Date.now();

  /** @param heardAt when the log last gave a sign of life. */
  constructor(
    table: FeedTable,
    query: Query,
    log: Log,
    reader: SourceReader<Row>,
    { place = new Place(), heardAt }: { place?: Place; heardAt: () => number },
  ) {
    this.#name = table.name;
    this.#rows = new TableRows(table, query);
    this.#log = log;
    this.#place = place;
    this.#table = new TableLook(this.#rows, place, reader);
    this.#heardAt = heardAt;
  }

  get position(): FeedPosition {
    return this.#place.position;
  }

  lagMs(): number {
    const knownAt = Math.max(this.#tasks[0]?.heardAt ?? this.#heardAt(), this.#lookedAt);
    return Date.now() - knownAt;
  }

  /** What the log tells from before is kept, and passed over if it was in the table already. */
  async start(): Promise<void> {
    if (!this.#place.isTaken) await this.#rows.takePlace(this.#place);
    this.#runs = true;
    this.#timer = setInterval(() => this.#lookNowAndThen(), SECOND_MS);
    this.#work();
  }

  /** The log may tell them while they are asked for, when nobody here looks out for them yet. */
  async watch(numbers: readonly bigint[]): Promise<void> {
    const open = await this.#rows.openAmong(numbers);
    this.#place.watch(open);
    if (open.length > 0) this.look(null);
  }

  wake(): void {}

  async stop(): Promise<void> {
    this.#runs = false;
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#working;
  }

  /** A transaction with these rows was committed. */
  tell(numbers: readonly bigint[]): void {
    for (let i = 0; i < numbers.length; i += BATCH) {
      this.#add({ do: 'tell', numbers: numbers.slice(i, i + BATCH), heardAt: Date.now() });
    }
  }

  /**
   * Something may have been committed that the log does not say.
   * @param gtid the transaction, if it is known
   */
  look(gtid: string | null): void {
    const last = this.#tasks.at(-1);
    const isWaiting = this.#tasks.length > 1 && last?.do === 'look';
    if (!isWaiting) this.#add({ do: 'look', gtid, heardAt: Date.now() });
    else if (gtid !== null) last.gtid = last.gtid === null ? gtid : `${last.gtid},${gtid}`;
  }

  /** The log lacks a part: go on from now. */
  lose(): void {
    this.#add({ do: 'start anew', heardAt: Date.now() });
  }

  #add(task: Task): void {
    this.#tasks.push(task);
    this.#work();
  }

  #work(): void {
    if (this.#runs && this.#working === null) {
      this.#working = this.#doAll().finally(() => {
        this.#working = null;
        if (this.#tasks.length > 0) this.#work();
      });
    }
  }

  /** A task that fails is tried again as often as it takes: nothing is passed over. */
  async #doAll(): Promise<void> {
    let pause = 10;
    while (this.#runs && this.#tasks.length > 0) {
      try {
        this.#tasks.splice(0, await this.#doFirst());
        pause = 10;
      } catch (error) {
        // 1205: a transaction that is in the log takes longer than a second to be carried out.
        if (mysqlNumber(error) !== 1205) this.#log.warn({ err: error, feed: this.#name }, 'the feed could not read');
        await new Promise((resolve) => setTimeout(resolve, pause));
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  /** @returns how many tasks were done. */
  async #doFirst(): Promise<number> {
    const [task] = this.#tasks;
    if (task === undefined) return 0;
    if (task.do === 'tell') return this.#tellBatch();
    if (task.do === 'look') await this.#look(task.gtid);
    else await this.#table.startAnew();
    return 1;
  }

  /** As many transactions as fit into one read. */
  async #tellBatch(): Promise<number> {
    const numbers = new Set<bigint>();
    let count = 0;
    for (const task of this.#tasks) {
      if (task.do !== 'tell' || (count > 0 && numbers.size + task.numbers.length > BATCH)) break;
      for (const number of task.numbers) if (this.#place.isNews(number)) numbers.add(number);
      count++;
    }
    if (numbers.size > 0) await this.#table.tell(await this.#find([...numbers]));
    return count;
  }

  /** These rows in this order. One that is nowhere was deleted again; should it come nevertheless, a look finds it. */
  async #find(numbers: readonly bigint[]): Promise<Row[]> {
    const found = new Map<string, Row>();
    for (const row of await this.#rows.among(numbers)) found.set(row.feedId, row);
    const missing = numbers.filter((number) => !found.has(String(number)));
    if (missing.length > 0) {
      // Waiting and reading are two statements: one that has waited would see joined tables as they were before.
      await this.#rows.present(missing, 'wait');
      for (const row of await this.#rows.among(missing)) found.set(row.feedId, row);
    }
    return numbers.flatMap((number) => found.get(String(number)) ?? []);
  }

  #lookNowAndThen(): void {
    const now = Date.now();
    if (now - this.#heardAt() > SILENT_MS || now - this.#lookedAt > LOOK_EVERY_MS) this.look(null);
  }

  async #look(gtid: string | null): Promise<void> {
    if (gtid !== null) await this.#rows.untilExecuted(gtid);
    await this.#table.look();
  }
}
