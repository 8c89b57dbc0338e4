import type { FeedPosition } from './live-cursor.ts';

/** A table that is only added to. */
export interface FeedTable {
  /** What the feed is called in logs and metrics. */
  name: string;
  /** The table that is added to, as MySQL names it. */
  table: string;
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

/** A committed row, and the place that is reached with it. */
export interface PlacedRow<Row> {
  row: Row;
  position: FeedPosition;
}

/** Who is told by a source. */
export interface SourceReader<Row> {
  /** Rows that are committed, in the order of their commits as far as it matters: that of one order, one subscription. */
  onRows(rows: PlacedRow<Row>[]): void;
  /** Rows may have been missed that will never be told: whoever follows must start again from its cursor. */
  onLost(): void;
}

/** Tells the rows of one table, each once, whatever program wrote them. */
export interface RowSource {
  /** Everything up to its head was told or cannot come any more, save its holes. */
  readonly position: FeedPosition;
  /** Takes its place at the end of the table. */
  start(): Promise<void>;
  /** Looks out for those of these numbers that are in open transactions, as for any that it skipped itself. */
  watch(numbers: readonly bigint[]): Promise<void>;
  /** Something was written here; a source that learns of commits by itself need not look. */
  wake(): void;
  /** Milliseconds for which it has not known to be up to date. */
  lagMs(): number;
  stop(): Promise<void>;
}

/** Opens a source of one table. */
export type OpenSource = <Row extends FeedRow>(table: FeedTable, reader: SourceReader<Row>) => RowSource;
