import type { OutCell } from '../../../platform/xlsx/cell.ts';
import type { RowReader } from './convert/row-reader.ts';
import type { Fault, Finding } from './finding.ts';

export type SheetName =
  | 'customers'
  | 'addresses'
  | 'products'
  | 'coupons'
  | 'order.created'
  | 'payment_succesful'
  | 'refund.created'
  | 'subscription.active'
  | 'subscription.paused'
  | 'subscription.cancelled'
  | 'order.updated'
  | 'order.cancelled'
  | 'questionnaire_structure'
  | 'subscription.full_log'
  | 'Subscription_Errors';

export interface Column {
  header: string;
  alsoNamed?: readonly string[];
  /** Without it the file is refused. */
  needed: boolean;
  kind:
    | 'id24'
    | 'id32'
    | 'stripeId'
    | 'orderNumber'
    | 'word'
    | 'personal'
    | 'text'
    | 'dollars'
    | 'whole'
    | 'flag'
    | 'time'
    | 'textTime'
    | 'json';
}

/** A sheet of the workbook, and how its rows become lines and lines its rows. */
export interface Sheet<Line> {
  name: SheetName;
  /** Names of tabs in lower case; all that are there are read, in this order. */
  tabs: readonly string[];
  required: boolean;
  hasHeader: boolean;
  columns: readonly Column[];
  /** @throws RowRejected at the first reason why the row cannot be kept. */
  read(row: RowReader): Line;
  /** As the sheet has it, in the order of `columns`. */
  write(line: Line): readonly OutCell[];
  /** What makes two rows one. */
  keyOf(line: Line): string;
  /** Canonical texts by which rows of one key are compared. */
  moneyOf(line: Line): string;
  restOf(line: Line): string;
}

/** A row of a sheet, read. `ordinal`: 1, 2, … over all tabs of the sheet; people see tab and row. */
export type Converted<Line> = { ordinal: number } & (
  | { kind: 'line'; tab: string; row: number; line: Line; findings: Finding[] }
  | { kind: 'rejected'; finding: Finding }
  | { kind: 'fault'; fault: Fault }
);

/** A workbook whose tabs and headers were found. */
export interface Workbook {
  sheetsFound: readonly SheetName[];
  rows<Line>(sheet: Sheet<Line>): AsyncGenerator<Converted<Line>, void>;
  close(): Promise<void>;
}
