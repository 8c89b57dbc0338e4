import type { Query } from '../../../../platform/database/query.ts';
import type { Sheet, SheetName } from '../sheet.ts';
import type { Settled } from '../table.ts';
import { amountOf } from './amount-of.ts';

/** What MySQL says of rows that should be there by now. Amounts in cents. */
export interface Seen {
  rows: number;
  expected: number;
  cents: number;
  expectedCents: number;
  /** Rows that were left as they are although they have another amount. */
  otherAmounts: number;
  /** Payments that are not what their order costs. */
  notOrderTotal: number;
}

interface Look {
  table: string;
  key: string;
  hasAmount?: true;
}

/** Tables whose rows have a key of the workbook. Others are only added to; their growth is looked at in the end. */
const LOOKS: Partial<Record<SheetName, Look>> = {
  customers: { table: 'customers', key: 'customer_id' },
  addresses: { table: 'addresses', key: 'address_id' },
  products: { table: 'products', key: 'product_id' },
  coupons: { table: 'coupons', key: 'coupon_code' },
  'order.created': { table: 'orders', key: 'order_id' },
  payment_succesful: { table: 'payments', key: 'charge_id', hasAmount: true },
  'refund.created': { table: 'refunds', key: 'stripe_refund_id', hasAmount: true },
  'subscription.active': { table: 'subscriptions', key: 'subscription_id' },
  'subscription.paused': { table: 'subscriptions', key: 'subscription_id' },
  'subscription.cancelled': { table: 'subscriptions', key: 'subscription_id' },
  'order.cancelled': { table: 'orders_cancelled', key: 'order_id' },
};

/** The column by which the database knows a line again; undefined for lines that have no key but all of themselves. */
export function keyColumnOf(sheet: SheetName): string | undefined {
  return LOOKS[sheet]?.key;
}

const IS_THERE = new Set(['written', 'filled', 'updated', 'unchanged', 'kept']);

/** Asks MySQL, in the transaction that wrote them, for the rows of a batch; null for tables that are only added to. */
export async function lookAgain(
  query: Query,
  sheet: Sheet<unknown>,
  settled: readonly Settled<unknown>[],
): Promise<Seen | null> {
  const look = LOOKS[sheet.name];
  const there = settled.filter(({ did }) => IS_THERE.has(did));
  if (look === undefined || there.length === 0) return null;
  const keys = [...new Set(there.map(({ line }) => (line as Record<string, string>)[look.key]))];
  const sum = look.hasAmount ? 'COALESCE(SUM(amount), 0)' : '0';
  const sql = `SELECT COUNT(*) AS counted, ${sum} AS cents FROM ${look.table} WHERE ${look.key} IN (?)`;
  const [found] = await query<{ counted: unknown; cents: unknown }>(sql, [keys]);
  return {
    rows: Number(found?.counted),
    expected: new Set(there.map(({ line }) => sheet.keyOf(line))).size,
    cents: Number(found?.cents),
    expectedCents: there.reduce((cents, { line }) => cents + amountOf(sheet.name, line), 0),
    otherAmounts: there.filter(({ did, differs }) => did !== 'updated' && differs.includes('amount')).length,
    notOrderTotal: sheet.name === 'payment_succesful' ? await notOrderTotal(query, keys) : 0,
  };
}

async function notOrderTotal(query: Query, charges: readonly unknown[]): Promise<number> {
  const [found] = await query<{ counted: unknown }>(
    `SELECT COUNT(*) AS counted FROM payments p INNER JOIN orders o ON o.order_id = p.order_id
      WHERE o.total_amount != p.amount AND p.charge_id IN (?)`,
    [charges],
  );
  return Number(found?.counted);
}
