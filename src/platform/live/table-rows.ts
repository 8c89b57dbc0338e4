import type { Query } from '../database/query.ts';
import type { Place } from './place.ts';
import type { FeedRow, FeedTable } from './row-source.ts';

/** Rows in one read. */
export const BATCH = 1_000;
/** How far below the end a fresh place has its missing numbers looked for. */
const LOOK_BACK = 1_000n;
/** The same for numbers of rows that a transaction has put in long ago and not committed yet. */
const OPEN_LOOK_BACK = 100_000n;

/** What the sources read of a followed table. */
export class TableRows<Row extends FeedRow> {
  readonly #table: FeedTable;
  readonly #query: Query;
  /** At READ COMMITTED it waits for rows that open transactions have put in, and locks no gaps. */
  readonly #forShare: string;

  constructor(table: FeedTable, query: Query) {
    this.#table = table;
    this.#query = query;
    this.#forShare = `FOR SHARE OF ${table.alias}`;
  }

  /** The highest number; 0 if there is none. */
  async end(): Promise<bigint> {
    const { id, table, alias } = this.#table;
    const [last] = await this.#query<FeedRow>(
      `SELECT ${id} AS feedId FROM ${table} ${alias} ORDER BY ${id} DESC LIMIT 1`,
    );
    return BigInt(last?.feedId ?? '0');
  }

  /** Takes the place at the end of the table; what is missing shortly before it, or is in an open transaction, can still come. */
  async takePlace(place: Place): Promise<void> {
    const { id, table, alias } = this.#table;
    const numbers = `SELECT ${id} AS feedId FROM ${table} ${alias}`;
    const end = await this.end();
    const floor = end > LOOK_BACK ? end - LOOK_BACK : 0n;
    const open = await this.#open(end > OPEN_LOOK_BACK ? end - OPEN_LOOK_BACK : 0n, floor);
    const between = `${numbers} WHERE ${id} > ? AND ${id} <= ? ORDER BY ${id}`;
    const present = await this.#query<FeedRow>(between, [String(floor), String(end)]);
    place.begin(floor, present.map(numberOf), open);
  }

  /** Numbers of rows that open transactions have put in, between these two; counted first, because mostly there is none. */
  async #open(from: bigint, to: bigint): Promise<bigint[]> {
    const { id, table, alias } = this.#table;
    const where = `WHERE ${id} > ${from} AND ${id} <= ${to}`;
    const counting = `SELECT COUNT(*) AS n FROM ${table} ${alias} ${where}`;
    const [dirty] = await this.#dirty<{ n: string }>(counting);
    const [committed] = await this.#query<{ n: string }>(counting);
    return dirty?.n === committed?.n ? [] : this.#openWhere(where);
  }

  /** Which of these numbers are of rows that open transactions have put in. */
  openAmong(numbers: readonly bigint[]): Promise<bigint[]> {
    return this.#openWhere(`WHERE ${this.#table.id} IN (${numbers.join()})`);
  }

  /** Those that a dirty read finds and another, later, does not. */
  async #openWhere(where: string): Promise<bigint[]> {
    const { id, table, alias } = this.#table;
    const reading = `SELECT ${id} AS feedId FROM ${table} ${alias} ${where}`;
    const all = await this.#dirty<FeedRow>(reading);
    const known = new Set((await this.#query<FeedRow>(reading)).map(({ feedId }) => feedId));
    return all.filter(({ feedId }) => !known.has(feedId)).map(numberOf);
  }

  /** Two statements in one go, or another connection of the pool would get the first one. */
  async #dirty<R extends object>(sql: string): Promise<R[]> {
    const both = await this.#query<R>(`SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED; ${sql}`);
    return both[1] as unknown as R[];
  }

  /** Those of these rows that are committed, by number. */
  among(numbers: readonly bigint[]): Promise<Row[]> {
    const { select, id } = this.#table;
    return this.#query<Row>(`${select} WHERE ${id} IN (?) ORDER BY ${id}`, [numbers.map(String)]);
  }

  /** The next rows, waiting for those of open transactions. */
  beyondWaiting(head: bigint): Promise<Row[]> {
    const { select, id } = this.#table;
    const sql = `${select} WHERE ${id} > ? ORDER BY ${id} LIMIT ${BATCH} ${this.#forShare}`;
    return this.#query<Row>(sql, [String(head)]);
  }

  /** What is committed of what a place has not told: of one moment, and so in the order of the numbers. */
  untold({ position: { head, holes } }: Place): Promise<Row[]> {
    const { select, id } = this.#table;
    const [among, params] = holes.length === 0 ? ['', []] : [`${id} IN (?) OR `, [holes.map(String)]];
    const sql = `${select} WHERE ${among}${id} > ? ORDER BY ${id} LIMIT ${BATCH}`;
    return this.#query<Row>(sql, [...params, String(head)]);
  }

  /**
   * Which of these numbers are there, in transactions that are over.
   * @param ifOpen what to do about one that is open: wait a second for its end (then 1205), or fail at once (3572).
   */
  async present(numbers: readonly bigint[], ifOpen: 'wait' | 'fail'): Promise<bigint[]> {
    const { id, table, alias } = this.#table;
    const sql = `SELECT ${id} AS feedId FROM ${table} ${alias} WHERE ${id} IN (?) FOR SHARE`;
    const rows = await this.#query<FeedRow>(ifOpen === 'wait' ? sql : `${sql} NOWAIT`, [numbers.map(String)]);
    return rows.map(numberOf);
  }

  /**
   * Waits until the server has carried out a transaction that its log shows already.
   * @throws if that takes longer than a second
   */
  async untilExecuted(gtid: string): Promise<void> {
    const [row] = await this.#query<{ late: number }>('SELECT WAIT_FOR_EXECUTED_GTID_SET(?, 1) AS late', [gtid]);
    if (Number(row?.late) !== 0) throw new Error('The server has not carried out a transaction of its binary log yet.');
  }
}

function numberOf({ feedId }: FeedRow): bigint {
  return BigInt(feedId);
}
