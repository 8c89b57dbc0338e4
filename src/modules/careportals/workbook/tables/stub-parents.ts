import type { Query } from '../../../../platform/database/query.ts';
import type { Tx } from '../../tables.ts';
import { foldedCode } from '../convert/coupon-code.ts';
import type { RuleId } from '../rules.ts';
import type { SheetName } from '../sheet.ts';
import type { Context, Did, Kind, Known, Settled } from '../table.ts';
import { accountedFor } from './find-known.ts';
import { insertRows } from './insert-rows.ts';

/** What is made of a parent of which the workbook has only the key. */
interface Stub {
  kind: 'product' | 'coupon' | 'address';
  table: string;
  rowOf(key: string): object;
}

const STUBS = {
  'product-stubbed': { kind: 'product', table: 'products', rowOf: (key) => ({ product_id: key, list_price: 0 }) },
  'coupon-stubbed': {
    kind: 'coupon',
    table: 'coupons',
    rowOf: (key) => ({ coupon_code: key, reduction_amount: 0, description: '' }),
  },
  'address-stubbed': { kind: 'address', table: 'addresses', rowOf: (key) => ({ address_id: key }) },
} satisfies Partial<Record<RuleId, Stub>>;

export type StubRule = keyof typeof STUBS;

const RULES_OF_STUBS = Object.keys(STUBS) as StubRule[];

const WRITES: readonly Did[] = ['written', 'filled', 'updated'];

/**
 * Adds a finding for each parent that nobody knows, at the first line that names it and is written.
 * @param keyOf what a line names; null if nothing.
 */
export async function noteStubs<Line>(
  query: Query,
  known: Known,
  rule: StubRule,
  { sheet, column }: { sheet: SheetName; column: string },
  settled: readonly Settled<Line>[],
  keyOf: (line: Line) => string | null,
): Promise<void> {
  const { kind } = STUBS[rule];
  const naming = settled.filter(({ did, line }) => WRITES.includes(did) && keyOf(line) !== null);
  const keys = naming.map(({ line }) => String(keyOf(line)));
  const there = await accountedFor(query, known, kind, keys);
  const seen = new Set([...there.keys()].map((key) => runKey(kind, key)));
  naming.forEach(({ tab, row, findings }, index) => {
    const key = keys[index] ?? '';
    if (seen.has(runKey(kind, key))) return;
    seen.add(runKey(kind, key));
    findings.push({ sheet, tab, row, column, rule, was: null, became: key });
  });
}

/** As the run tells keys apart. */
function runKey(kind: Kind, key: string): string {
  return kind === 'coupon' ? foldedCode(key) : key;
}

/** Makes the rows that findings of these rules name (`became` is the key), at the first row that named them. */
export async function stubParents(tx: Tx, { startedAt }: Context, settled: readonly Settled<unknown>[]): Promise<void> {
  for (const rule of RULES_OF_STUBS) {
    const { table, rowOf } = STUBS[rule];
    const rows = stubbed(settled, rule).map((key) => ({ ...rowOf(key), imported_at: startedAt }));
    await insertRows(tx, table, rows);
  }
}

/** That they are known from now on, for a table's `tells`. */
export function tellsOfStubs(settled: readonly Settled<unknown>[]): [Kind, string][] {
  return RULES_OF_STUBS.flatMap((rule) =>
    stubbed(settled, rule).map((key): [Kind, string] => [STUBS[rule].kind, runKey(STUBS[rule].kind, key)]),
  );
}

function stubbed(settled: readonly Settled<unknown>[], rule: StubRule): string[] {
  const found = settled.flatMap(({ findings }) => findings.filter((finding) => finding.rule === rule));
  return found.flatMap(({ became }) => (became === null ? [] : [became])).sort();
}
