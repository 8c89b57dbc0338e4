/**
 * One thing that a live client is told. GAP: it missed something and must start again from the cursor. PROGRESS: it
 * was told all up to this cursor.
 */
export type FeedEvent<Row> =
  | { kind: 'CHANGE'; cursor: string; row: Row }
  | { kind: 'GAP' | 'PROGRESS'; cursor: string };

/** `start`: for those who may come to want older rows of this time than they do now. */
export type Progress = 'never' | 'start' | 'always';

/** Which rows somebody wants. */
export interface Interest<Row> {
  /** Whether it wants this row, and may have it at this moment: asked for each event anew. */
  accepts(row: Row): boolean;
  /** It wants only rows under these topics, all of one kind; null: any. They spare asking everybody about every row. */
  topics: readonly string[] | null;
  /** The same for a replay, as a condition on the feed's select; null: nothing is left out in SQL. */
  where: { sql: string; params: unknown[] } | null;
  /**
   * Whether it wants to be told how far the feed is: never, when the live part begins, or then and now and then. Who is
   * told has a cursor before its first event.
   */
  progress: Progress;
}

/** Those who are told together: what one event becomes is made once for all of them. */
export interface Audience<Row> {
  tell(event: FeedEvent<Row>, to: Listener<Row>[]): void;
}

export interface Listener<Row> {
  readonly audience: Audience<Row>;
  /** Rows were missed: it must start again from where it is. */
  lost(): void;
}

/** Somebody who is told, as long as it has not ended. */
export interface Listening<Row> {
  /** What came between its cursor and now. */
  replay: AsyncGenerator<FeedEvent<Row>, void>;
  /** Where it stands before the first event, and when the replay is over. */
  from: string;
  liveFrom: string;
  /** Whether it is to be told where it stands when the replay is over. */
  progress: boolean;
  end(): void;
}

/**
 * What a live operation follows, as its subscribe resolver gives it. Nobody takes events out of it: they are told, so
 * that what an event becomes is made once for many.
 */
export class Following<Row> {
  /** Begins to tell the listener. */
  readonly begin: (listener: Listener<Row>) => Listening<Row>;
  /** The same from this cursor on. */
  readonly again: (cursor: string) => Promise<Following<Row>>;

  constructor(begin: Following<Row>['begin'], again: Following<Row>['again']) {
    this.begin = begin;
    this.again = again;
  }

  /** graphql-js takes nothing else from a subscribe resolver than what has this. */
  [Symbol.asyncIterator](): never {
    throw new Error('A feed tells its listeners; it is not iterated.');
  }
}
