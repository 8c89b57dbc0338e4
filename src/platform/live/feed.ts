import type { Query } from '../database/query.ts';
import { RetryLater } from '../database/transaction.ts';
import type { Audience, FeedEvent, Interest, Listener, Listening } from './following.ts';
import { Following } from './following.ts';
import { decodePosition, encodePosition, type FeedPosition } from './live-cursor.ts';
import type { FeedRow, FeedTable, OpenSource, PlacedRow, RowSource } from './row-source.ts';

/** Rows that are replayed in one read. */
const REPLAY_BATCH = 500;
/** With more holes than these a replay makes a cursor only every so many rows. */
const FEW_HOLES = 100;
const CURSOR_EVERY = 100;
/** How often those are told how far the feed is who asked for it, in milliseconds. */
const PROGRESS_EVERY_MS = 10_000;
/** How long a replay waits for a database that is away before it asks again, in milliseconds. */
const ASK_AGAIN_MS = 1_000;

export interface FeedDefinition<Row extends FeedRow> extends FeedTable {
  /** Its cursors begin with it: that of another feed is refused. */
  letter: string;
  /** Which rows are events at all. */
  isEvent(row: Row): boolean;
  /** Names under which a row is told to those who want nothing else: `order:1001`, `customer:68f3…`. */
  topics(row: Row): string[];
}

interface Entry<Row> extends Interest<Row> {
  listener: Listener<Row>;
}

/** One followed table and all who listen to it. */
export class Feed<Row extends FeedRow> {
  readonly #definition: FeedDefinition<Row>;
  readonly #query: Query;
  readonly #source: RowSource;
  readonly #everybody = new Set<Entry<Row>>();
  /** Those who want any row. */
  readonly #all = new Set<Entry<Row>>();
  readonly #byTopic = new Map<string, Set<Entry<Row>>>();
  #progress: NodeJS.Timeout | null = null;

  constructor(definition: FeedDefinition<Row>, query: Query, open: OpenSource) {
    this.#definition = definition;
    this.#query = query;
    this.#source = open<Row>(definition, {
      onRows: (rows) => this.#publish(rows),
      onLost: () => this.#lost(),
    });
  }

  async start(): Promise<void> {
    await this.#source.start();
    this.#progress = setInterval(() => this.#tellProgress(), PROGRESS_EVERY_MS).unref();
  }

  /** Something was written here: look at once if anybody listens; else the next turn is soon enough. */
  wake(): void {
    if (this.#everybody.size > 0) this.#source.wake();
  }

  /** Milliseconds for which it has not known to be up to date. */
  lagMs(): number {
    return this.#source.lagMs();
  }

  stop(): Promise<void> {
    if (this.#progress !== null) clearInterval(this.#progress);
    return this.#source.stop();
  }

  /**
   * Makes ready to follow from now, or first to replay all that came after a cursor: then live, with no hole between.
   * A cursor beyond the end of the table (it was restored, or it is another one), or one from before its first row
   * (older rows were removed), gets one GAP with a cursor that fits.
   * @throws INVALID_CURSOR
   */
  async follow(interest: Interest<Row>, after: string | null): Promise<Following<Row>> {
    const asked = after === null ? null : decodePosition(after, this.#definition.letter);
    const gap = asked === null ? null : await this.#outOfReach(asked);
    const again = (cursor: string) => this.follow(interest, cursor);
    if (gap !== null) return new Following(() => onlyGap(this.#cursorAt(gap)), again);
    if (asked !== null) await this.#watchFor(asked);
    return new Following((listener) => this.listen(listener, interest, asked), again);
  }

  /** Tells a listener from now on, and gives what it missed since a place. */
  listen(listener: Listener<Row>, interest: Interest<Row>, asked: FeedPosition | null): Listening<Row> {
    const start = this.#source.position;
    const progress = interest.progress !== 'never';
    if (asked === null) {
      const from = this.#cursorAt(start);
      return { replay: nothing(), from, liveFrom: from, progress, end: this.#add({ ...interest, listener }) };
    }
    const seen = new Set<string>();
    const accepts = (row: Row) => !seen.delete(row.feedId) && !hadAlready(asked, row.feedId) && interest.accepts(row);
    const end = this.#add({ ...interest, listener, accepts });
    const replay = this.#replay(asked, start, interest, seen);
    return { replay, from: this.#cursorAt(asked), liveFrom: this.#cursorAt(both(asked, start)), progress, end };
  }

  #add(entry: Entry<Row>): () => void {
    this.#everybody.add(entry);
    for (const set of this.#setsOf(entry)) set.add(entry);
    return () => this.#remove(entry);
  }

  #setsOf({ topics }: Entry<Row>): Set<Entry<Row>>[] {
    if (topics === null) return [this.#all];
    return topics.map((topic) => {
      const known = this.#byTopic.get(topic) ?? new Set();
      this.#byTopic.set(topic, known);
      return known;
    });
  }

  #remove(entry: Entry<Row>): void {
    this.#everybody.delete(entry);
    this.#all.delete(entry);
    for (const topic of entry.topics ?? []) {
      const set = this.#byTopic.get(topic);
      set?.delete(entry);
      if (set?.size === 0) this.#byTopic.delete(topic);
    }
  }

  #publish(rows: PlacedRow<Row>[]): void {
    if (this.#everybody.size === 0) return;
    for (const { row, position } of rows) {
      if (!this.#definition.isEvent(row)) continue;
      const told = this.#whoIsTold(row);
      if (told.size === 0) continue;
      const event = { kind: 'CHANGE' as const, row, cursor: this.#cursorAt(position) };
      for (const [audience, listeners] of told) audience.tell(event, listeners);
    }
  }

  #whoIsTold(row: Row): Map<Audience<Row>, Listener<Row>[]> {
    const told = new Map<Audience<Row>, Listener<Row>[]>();
    let audience: Audience<Row> | null = null;
    let listeners: Listener<Row>[] = [];
    // Mostly those of one audience came one after the other.
    const add = ({ accepts, listener }: Entry<Row>) => {
      if (!accepts(row)) return;
      if (listener.audience !== audience) {
        audience = listener.audience;
        listeners = told.get(audience) ?? [];
        told.set(audience, listeners);
      }
      listeners.push(listener);
    };
    for (const entry of this.#all) add(entry);
    for (const topic of this.#byTopic.size === 0 ? [] : this.#definition.topics(row)) {
      for (const entry of this.#byTopic.get(topic) ?? []) add(entry);
    }
    return told;
  }

  /** In the same line as events, so that nothing told before it comes after it. */
  #tellProgress(): void {
    const told = new Map<Audience<Row>, Listener<Row>[]>();
    for (const { listener, progress } of this.#everybody) if (progress === 'always') addTo(told, listener);
    const event = { kind: 'PROGRESS' as const, cursor: told.size === 0 ? '' : this.#cursorAt(this.#source.position) };
    for (const [audience, listeners] of told) audience.tell(event, listeners);
  }

  #cursorAt(position: FeedPosition): string {
    return encodePosition(position, this.#definition.letter);
  }

  #lost(): void {
    for (const { listener } of [...this.#everybody]) listener.lost();
  }

  /** Where somebody must start who asks for what the table has not, or has no more; null if it has it. */
  async #outOfReach(asked: FeedPosition): Promise<FeedPosition | null> {
    const { select, id } = this.#definition;
    const numberAt = async (end: 'ASC' | 'DESC') => {
      const [row] = await this.#read(`${select} ORDER BY ${id} ${end} LIMIT 1`, []);
      return BigInt(row?.feedId ?? '0');
    };
    const { position } = this.#source;
    const last = await numberAt('DESC');
    // Another instance may be a look ahead of this one; ahead of the table itself is nobody, nor is this one, unless the
    // table was put back to an older state.
    if (asked.head > last) return withinEnd(asked, position.head > last ? { head: last, holes: [] } : position);
    const first = await numberAt('ASC');
    const missing = new Set([...asked.holes, ...position.holes]);
    for (let number = asked.head + 1n; number < first && number <= position.head; number++) {
      // One that can still come was not removed; and above the head all can.
      if (!missing.has(number)) return { head: first - 1n, holes: [...missing].filter((hole) => hole < first) };
    }
    return null;
  }

  /** Rows up to where the live part begins. Numbers still missing there come live, or here if they are in by now. */
  async *#replay(
    asked: FeedPosition,
    start: FeedPosition,
    interest: Interest<Row>,
    seen: Set<string>,
  ): AsyncGenerator<FeedEvent<Row>, void> {
    const missing = new Set([...start.holes, ...asked.holes]);
    const rising = [...missing].toSorted((a, b) => (a < b ? -1 : 1));
    let cursor = this.#cursorAt(asked);
    let sameFor = 0;
    for await (const row of this.#rowsBetween(asked, start.head, interest)) {
      const number = BigInt(row.feedId);
      if (missing.delete(number)) seen.add(row.feedId);
      if (!this.#definition.isEvent(row) || !interest.accepts(row)) continue;
      // What stood in its holes brings a client no further. And a list of thousands is not made for each row: the
      // cursor of some rows before brings these once more, if it comes to that.
      if (number > asked.head && (rising.length <= FEW_HOLES || ++sameFor === CURSOR_EVERY)) {
        cursor = this.#cursorAt({ head: number, holes: rising.filter((hole) => hole < number && missing.has(hole)) });
        sameFor = 0;
      }
      yield { kind: 'CHANGE', cursor, row };
    }
  }

  /**
   * What a client still waits for may never have been known to this instance. If it can still come it must be known
   * before the client listens: the cursor of the next event would else say that it came.
   */
  async #watchFor(asked: FeedPosition): Promise<void> {
    const { head, holes } = this.#source.position;
    const known = new Set(holes);
    const unknown = asked.holes.filter((hole) => hole <= head && !known.has(hole));
    if (unknown.length > 0) await this.#patiently(() => this.#source.watch(unknown));
  }

  #byNumber(numbers: readonly bigint[]): [sql: string, params: unknown[]] {
    const { select, id } = this.#definition;
    return [`${select} WHERE ${id} IN (?) ORDER BY ${id}`, [numbers.map(String)]];
  }

  /** The holes are all read, whoever wants their rows: what is not among them is not there. */
  async *#rowsBetween(asked: FeedPosition, end: bigint, { where }: Interest<Row>): AsyncGenerator<Row, void> {
    const { select, id } = this.#definition;
    if (asked.holes.length > 0) yield* await this.#read(...this.#byNumber(asked.holes));
    const only = where === null ? '' : `AND ${where.sql}`;
    for (let from = asked.head; from < end; ) {
      const sql = `${select} WHERE ${id} > ? AND ${id} <= ? ${only} ORDER BY ${id} LIMIT ${REPLAY_BATCH}`;
      const rows = await this.#read(sql, [String(from), String(end), ...(where?.params ?? [])]);
      yield* rows;
      const last = rows.at(-1);
      from = last === undefined || rows.length < REPLAY_BATCH ? end : BigInt(last.feedId);
    }
  }

  #read(sql: string, params: unknown[]): Promise<Row[]> {
    return this.#patiently(() => this.#query<Row>(sql, params));
  }

  /** A database that is away delays a replay as it delays the live part; it does not end it. */
  async #patiently<T>(read: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await read();
      } catch (error) {
        if (!(error instanceof RetryLater)) throw error;
        await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
      }
    }
  }
}

function addTo<Row>(told: Map<Audience<Row>, Listener<Row>[]>, listener: Listener<Row>): void {
  const others = told.get(listener.audience);
  if (others === undefined) told.set(listener.audience, [listener]);
  else others.push(listener);
}

/** Whether the cursor says so: this instance may be a look behind the one that gave it. */
function hadAlready(asked: FeedPosition, feedId: string): boolean {
  const number = BigInt(feedId);
  return number <= asked.head && !asked.holes.includes(number);
}

async function* nothing(): AsyncGenerator<never, void> {}

function onlyGap<Row>(cursor: string): Listening<Row> {
  const replay = async function* (): AsyncGenerator<FeedEvent<Row>, void> {
    yield { kind: 'GAP', cursor };
  };
  return { replay: replay(), from: cursor, liveFrom: cursor, progress: false, end: () => undefined };
}

/** Where somebody stands who was told all between the two. */
function both(asked: FeedPosition, start: FeedPosition): FeedPosition {
  const head = asked.head > start.head ? asked.head : start.head;
  return { head, holes: [...new Set([...asked.holes, ...start.holes])] };
}

/** The place to start from that repeats rather than skips. */
function withinEnd(asked: FeedPosition, { head, holes }: FeedPosition): FeedPosition {
  return { head, holes: [...new Set([...holes, ...asked.holes.filter((hole) => hole < head)])] };
}
