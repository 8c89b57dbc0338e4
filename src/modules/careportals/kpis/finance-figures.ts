import type { Query } from '../../../platform/database/query.ts';
import { saysCancelled } from '../orders/record-cancellation.ts';
import type { DayRange } from './eastern-days.ts';
import { amount, atLeast, count, ratio } from './figures.ts';
import { KpiCoverage, KpiQuality } from './kpi-figures.type.ts';
import type { KpiFinance } from './kpi-finance.type.ts';
import { Fraction, sumOf } from './money.ts';

export const RENEWAL_SOURCES = ['subscription_cycle', 'renewal', 'subscription'];

type Range = Pick<DayRange, 'start' | 'end'>;
type Numbers = Record<string, string | null>;

/**
 * The finance figures of several ranges: five statements, whatever the number of ranges. Each range is an arm of its own
 * with its own bounds, so that MySQL walks the index for it and nobody has to compute Eastern days in SQL.
 */
export async function readFinance(query: Query, ranges: readonly Range[]): Promise<Omit<KpiFinance, 'asOf'>[]> {
  const orders = await readEach(query, ranges, ORDERS, [RENEWAL_SOURCES]);
  const payments = await readEach(query, ranges, PAYMENTS);
  const refunds = await readEach(query, ranges, REFUNDS);
  const cancelled = await readEach(query, ranges, CANCELLED, [await cancelledTexts(query)]);
  const unpaid = await readEach(query, ranges, UNPAID);
  return ranges.map((_, n) =>
    financeOf({ ...orders[n], ...payments[n], ...refunds[n], ...cancelled[n], ...unpaid[n] }),
  );
}

/** `?`: what `first` brings, then the bounds. */
const ORDERS = `SELECT COUNT(*) AS orders, SUM(total_amount) AS ordered, SUM(source IN (?)) AS renewals
  FROM orders WHERE created_at >= ? AND created_at < ?`;
const PAYMENTS = `SELECT COUNT(*) AS attempts, SUM(status = 'succeeded') AS paid,
    SUM(status = 'succeeded' AND currency = 'USD') AS paidInDollars,
    SUM(IF(status = 'succeeded' AND currency = 'USD', amount, 0)) AS gross
  FROM payments WHERE created_at >= ? AND created_at < ?`;
const REFUNDS = `SELECT SUM(status = 'succeeded') AS refunds, SUM(status = 'succeeded' AND currency = 'USD') AS refundsInDollars,
    SUM(IF(status = 'succeeded' AND currency = 'USD', amount, 0)) AS refunded
  FROM refunds WHERE created_at >= ? AND created_at < ?`;
/** Forced, or MySQL takes the index of the status alone where few orders have it, and reads rows for their dates. */
const CANCELLED = `SELECT COUNT(DISTINCT order_id) AS cancellations
  FROM order_status_updates FORCE INDEX (idx_kpi_told) WHERE updated_status IN (?) AND status_updated_at >= ? AND status_updated_at < ?`;
/** Orders that were told to wait for a payment, where no failed one of theirs was told. */
const UNPAID = `SELECT COUNT(DISTINCT u.order_id) AS unpaid
  FROM order_status_updates u FORCE INDEX (idx_kpi_told)
  WHERE u.updated_status = 'awaiting_payment' AND u.status_updated_at >= ? AND u.status_updated_at < ?
    AND NOT EXISTS (SELECT 1 FROM payment_orders link JOIN payments y ON y.payment_id = link.payment_id
      WHERE link.order_id = u.order_id AND y.status <> 'succeeded')`;

async function readEach(query: Query, ranges: readonly Range[], arm: string, first: unknown[] = []) {
  const sql = ranges.map((_, n) => arm.replace('SELECT', `SELECT ${n} AS n,`)).join(' UNION ALL ');
  const rows = await query<Numbers>(
    sql,
    ranges.flatMap(({ start, end }) => [...first, start, end]),
  );
  return rows.toSorted((a, b) => Number(a.n) - Number(b.n));
}

/** The statuses that say so, in whatever words; there are few different ones. */
async function cancelledTexts(query: Query): Promise<string[]> {
  const rows = await query<{ text: string }>('SELECT DISTINCT updated_status AS text FROM order_status_updates');
  // An empty list is no SQL; no status is an empty text.
  return [...rows.map(({ text }) => text).filter(saysCancelled), ''];
}

function financeOf(numbers: Numbers): Omit<KpiFinance, 'asOf'> {
  const n = (name: string) => Number(numbers[name] ?? 0);
  const [gross, refunded] = [sumOf(numbers.gross), sumOf(numbers.refunded)];
  const ofPayments = new KpiCoverage(n('paidInDollars'), n('paid'));
  const ofRefunds = new KpiCoverage(n('refundsInDollars'), n('refunds'));
  const ofBoth = new KpiCoverage(ofPayments.rows + ofRefunds.rows, ofPayments.outOf + ofRefunds.outOf);
  const average = new Fraction(sumOf(numbers.ordered), BigInt(Math.max(1, n('orders')))).rounded();
  const attempts = n('attempts') + n('unpaid');
  const bands = atLeast([0.95, KpiQuality.EXCELLENT], [0.9, KpiQuality.GOOD], [0, KpiQuality.NEEDS_IMPROVEMENT]);
  return {
    newOrders: count(n('orders')),
    renewals: count(n('renewals'), new KpiCoverage(n('orders'), n('orders'))),
    cancellations: count(n('cancellations')),
    grossRevenue: amount(gross, ofPayments),
    refunds: amount(refunded, ofRefunds),
    netRevenue: amount(gross - refunded, ofBoth),
    refundRate: ratio(refunded, gross, ofBoth),
    averageOrderValue: amount(n('orders') === 0 ? null : average, new KpiCoverage(n('orders'), n('orders'))),
    paymentSuccess: ratio(n('paid'), attempts, new KpiCoverage(attempts, attempts), bands),
  };
}
