import type { Instant } from '../../../platform/database/instant.ts';
import type { Query } from '../../../platform/database/query.ts';
import type { Tx } from '../tables.ts';
import type { Finding } from './finding.ts';
import type { SheetName } from './sheet.ts';

/** A line that is no repeat of an earlier one. */
export interface Admitted<Line> {
  ordinal: number;
  tab: string;
  row: number;
  line: Line;
}

/** What became, or would become, of a line. */
export type Did = 'written' | 'filled' | 'updated' | 'unchanged' | 'kept' | 'parked' | 'waiting' | 'rejected';

export interface Settled<Line> extends Admitted<Line> {
  /** With the ids of what it points to resolved. */
  line: Line;
  did: Did;
  /** Of the rules whose stage is `database`. */
  findings: Finding[];
  /** Columns in which the database says otherwise. */
  differs: readonly string[];
  /** The table's own, for `write`. */
  plan?: unknown;
}

export interface Context {
  mode: 'import' | 'sync';
  startedAt: Instant;
  runId: string;
  known: Known;
  now: Date;
}

export type Kind =
  | 'customer'
  | 'address'
  | 'product'
  | 'coupon'
  | 'order'
  | 'internalOrder'
  | 'charge'
  | 'paidIntent'
  | 'subscription'
  | 'email'
  | 'cancellation';

/** What this run has accounted for, be it written or, in a dry run, only decided. */
export interface Known {
  has(kind: Kind, key: string): boolean;
  valueOf(kind: Kind, key: string): number | undefined;
  /** The customer's own id for one that the workbook names; null if nobody is known by it. */
  customerOf(id: string): string | null;
  firstOrderOf(customerId: string): Instant | null;
}

/** How lines of one kind meet the database. */
export interface Table<Line> {
  sheet: SheetName | readonly SheetName[];
  batchRows: number;
  /** Reads only. A batch may be settled again after a lost race. */
  settle(query: Query, context: Context, lines: readonly Admitted<Line>[]): Promise<Settled<Line>[]>;
  /** Writes what was settled, and unparks what waited for it. Never called in a dry run. */
  write(tx: Tx, context: Context, settled: readonly Settled<Line>[]): Promise<void>;
  /** What the run knows from now on; of an alias of a customer, the customer's own id. */
  tells(settled: readonly Settled<Line>[]): [Kind, string, (number | string)?][];
  /** All of it as lines, in the order of keys. */
  pages(query: Query, sheet: SheetName): AsyncGenerator<readonly Line[], void>;
  /** Who wrote these rows last. */
  owner?(query: Query, keys: readonly string[]): Promise<Map<string, 'import' | 'other'>>;
}
