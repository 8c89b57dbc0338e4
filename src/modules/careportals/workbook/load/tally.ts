import { shapeOf } from '../convert/shape-of.ts';
import type { Finding } from '../finding.ts';
import type { Example } from '../report/report.ts';
import { RULES, type RuleId } from '../rules.ts';
import type { SheetName } from '../sheet.ts';
import type { Did, Settled } from '../table.ts';
import { amountOf } from './amount-of.ts';
import type { Seen } from './look-again.ts';
import type { Batch } from './read-batches.ts';

export type Outcome = Exclude<Did, 'rejected'> | 'duplicates' | 'rejected';

export const OUTCOMES: readonly Outcome[] = [
  'written',
  'filled',
  'updated',
  'unchanged',
  'kept',
  'parked',
  'waiting',
  'duplicates',
  'rejected',
];

/** What was counted of one sheet. */
export interface SheetTally {
  read: number;
  rows: Record<Outcome, number>;
  /** Cents of payments and refunds; refused rows that could not be read have none. */
  cents: Record<Outcome, number>;
  centsRead: number;
  /** What MySQL had of these rows just before each commit. */
  database: Seen;
}

export interface RuleTally {
  rule: RuleId;
  sheet: SheetName;
  count: number;
  examples: Example[];
}

/** All that a run has counted; saved with each batch, so that one that goes on ends with the same report. */
export interface Tally {
  sheets: Partial<Record<SheetName, SheetTally>>;
  rules: RuleTally[];
  /** How long the list of findings is, in bytes. */
  listBytes: number;
  /** The newest row of tables that are only added to, before the run. */
  newestBefore: Record<string, string>;
}

const MOST_EXAMPLES = 3;

export function emptyTally(newestBefore: Record<string, string> = {}): Tally {
  return { sheets: {}, rules: [], listBytes: 0, newestBefore };
}

/** What was counted once a batch is added; the one given stays as it is, because the batch may have to be done again. */
export function withBatch(
  tally: Tally,
  batch: Batch,
  settled: readonly Settled<unknown>[],
  { findings, seen, listBytes }: { findings: readonly Finding[]; seen: Seen | null; listBytes: number },
): Tally {
  const next: Tally = { ...structuredClone(tally), listBytes };
  const sheet = sheetOf(next, batch.sheet.name);
  sheet.read += batch.read;
  for (const { finding, cents } of batch.dropped) {
    count(sheet, RULES[finding.rule].level === 'duplicate' ? 'duplicates' : 'rejected', cents);
  }
  for (const { did, line } of settled) count(sheet, did, amountOf(batch.sheet.name, line));
  if (seen !== null) addSeen(sheet.database, seen);
  for (const finding of findings) countRule(next.rules, finding);
  return next;
}

/** Sheets without rows are counted, too. */
export function withSheets(tally: Tally, names: readonly SheetName[]): Tally {
  const none = Object.fromEntries(names.map((name) => [name, emptySheet()]));
  return { ...tally, sheets: { ...none, ...tally.sheets } };
}

function count(sheet: SheetTally, outcome: Outcome, cents: number): void {
  sheet.rows[outcome]++;
  sheet.cents[outcome] += cents;
  sheet.centsRead += cents;
}

function addSeen(sum: Seen, seen: Seen): void {
  for (const name of Object.keys(sum) as (keyof Seen)[]) sum[name] += seen[name];
}

function sheetOf(tally: Tally, name: SheetName): SheetTally {
  const sheet = tally.sheets[name] ?? emptySheet();
  tally.sheets[name] = sheet;
  return sheet;
}

export function emptySheet(): SheetTally {
  const database = { rows: 0, expected: 0, cents: 0, expectedCents: 0, otherAmounts: 0, notOrderTotal: 0 };
  return { read: 0, rows: none(), cents: none(), centsRead: 0, database };
}

function none(): Record<Outcome, number> {
  return Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
}

function countRule(rules: RuleTally[], finding: Finding): void {
  const { rule, sheet, tab, row, column, was, became } = finding;
  let counted = rules.find((known) => known.rule === rule && known.sheet === sheet);
  if (counted === undefined) {
    counted = { rule, sheet, count: 0, examples: [] };
    rules.push(counted);
  }
  counted.count++;
  if (counted.examples.length === MOST_EXAMPLES) return;
  counted.examples.push({ tab, row, column, was: shaped(was), became: shaped(became) });
}

function shaped(value: string | null): string | null {
  return value === null ? null : shapeOf(value);
}
