import type { Instant } from '../../../platform/database/instant.ts';
import type { Query } from '../../../platform/database/query.ts';
import { amount, atLeast, ratio } from './figures.ts';
import type { KpiCustomerValue } from './kpi-customer-value.type.ts';
import { type KpiAmount, KpiCoverage, KpiQuality, type KpiRatio } from './kpi-figures.type.ts';
import { Fraction, sumOf } from './money.ts';
import { daysBefore } from './subscription-figures.ts';
import { subscriptionsAt } from './subscriptions-at.ts';

const MONTH_DAYS = 30;
const MONTH_MICROSECONDS = MONTH_DAYS * 24 * 60 * 60 * 1_000_000;

/** Customers that are alike in all that these figures ask. */
interface Alike {
  months: number;
  mature: boolean;
  renewed: boolean;
  hasProduct: boolean;
  customers: number;
  /** Cents. */
  total: bigint;
}

/**
 * One walk over the orders by customer; the index holds all that it needs, and it must be forced, since MySQL takes the
 * one by day and sorts a million orders in a temporary table. `paid_until` is the newest order above 0: how many
 * came after it is counted only for those whose very last order was 0. Months are begun ones, in whole numbers: `/` keeps
 * four decimals, so that CEIL would not see two minutes more than a month.
 */
const BY_CUSTOMER = `SELECT customer_id, COUNT(*) AS n, SUM(total_amount) AS total,
    GREATEST(1, (TIMESTAMPDIFF(MICROSECOND, MIN(created_at), MAX(created_at)) + ${MONTH_MICROSECONDS - 1}) DIV ${MONTH_MICROSECONDS}) AS months,
    MAX(created_at) AS last_at, MAX(CONCAT(created_at, LPAD(order_id, 20, '0'))) AS last,
    MAX(IF(total_amount > 0, CONCAT(created_at, LPAD(order_id, 20, '0')), NULL)) AS paid_until,
    SUBSTRING(MIN(IF(product_id IS NULL, NULL, CONCAT(created_at, LPAD(order_id, 20, '0'), product_id))), 44) AS product_id
  FROM orders FORCE INDEX (idx_kpi_customer) WHERE created_at < ? GROUP BY customer_id`;

const AFTER_PAID = `(SELECT COUNT(*) FROM orders later FORCE INDEX (idx_kpi_customer)
    WHERE later.customer_id = b.customer_id AND later.created_at < ? AND later.created_at >= LEFT(b.paid_until, 23)
      AND (later.created_at > LEFT(b.paid_until, 23) OR later.order_id > CAST(SUBSTRING(b.paid_until, 24) AS SIGNED)))`;

async function readAlike(query: Query, moment: Instant): Promise<Alike[]> {
  const { sql, params } = subscriptionsAt(moment);
  const rows = await query<Record<string, string>>(
    `${sql}, held AS (SELECT customer_id, MAX(state = 'cancelled') AS cancelled, MAX(state = 'paused') AS paused
        FROM standing WHERE customer_id IS NOT NULL GROUP BY customer_id),
      b AS (${BY_CUSTOMER}),
      judged AS (SELECT b.months, b.total, b.product_id IS NOT NULL AS hasProduct,
        CASE WHEN held.cancelled THEN 1 WHEN held.paused THEN 0
          WHEN b.n > COALESCE(p.sale_cycle_duration, 1) THEN 1
          WHEN b.n = COALESCE(p.sale_cycle_duration, 1) AND b.last_at <= ? THEN 1 ELSE 0 END AS mature,
        CASE WHEN b.paid_until IS NULL OR b.n <= COALESCE(p.sale_cycle_duration, 1) THEN 0
          WHEN b.paid_until = b.last THEN 1
          ELSE b.n - ${AFTER_PAID} > COALESCE(p.sale_cycle_duration, 1) END AS renewed
        FROM b LEFT JOIN held ON held.customer_id = b.customer_id
        LEFT JOIN products p ON p.product_id = CONVERT(b.product_id USING ascii) COLLATE ascii_bin)
      SELECT months, mature, renewed, hasProduct, COUNT(*) AS customers, SUM(total) AS total
        FROM judged GROUP BY months, mature, renewed, hasProduct`,
    [...params, moment, daysBefore(moment, MONTH_DAYS), moment],
  );
  return rows.map((row) => ({
    months: Number(row.months),
    mature: Number(row.mature) === 1,
    renewed: Number(row.renewed) === 1,
    hasProduct: Number(row.hasProduct) === 1,
    customers: Number(row.customers),
    total: sumOf(row.total),
  }));
}

/** Without the prediction, which takes the churn as well. */
export async function readCustomerValue(
  query: Query,
  moment: Instant,
): Promise<Omit<KpiCustomerValue, 'asOf' | 'predictedLifetimeValue'>> {
  const alike = await readAlike(query, moment);
  const mature = alike.filter((group) => group.mature);
  const [all, grown] = [customersIn(alike), customersIn(mature)];
  const known = new KpiCoverage(customersIn(alike.filter(({ hasProduct }) => hasProduct)), all);
  const renewed = customersIn(mature.filter((group) => group.renewed));
  const monthly = alike.reduce(
    (sum, { total, months }) => sum.plus(new Fraction(total, BigInt(months))),
    Fraction.ZERO,
  );
  return {
    monthlyRevenuePerCustomer: amount(
      all === 0 ? null : monthly.dividedBy(BigInt(all)).rounded(),
      new KpiCoverage(all, all),
    ),
    lifetimeValue: amount(meanTotal(alike), new KpiCoverage(all, all), plausible),
    matureLifetimeValue: amount(meanTotal(mature), new KpiCoverage(grown, all), plausible),
    matureShare: ratio(grown, all, known),
    renewalRate: ratio(renewed, grown, new KpiCoverage(grown, all), RENEWAL_BANDS),
  };
}

const RENEWAL_BANDS = atLeast([0.8, KpiQuality.EXCELLENT], [0.6, KpiQuality.GOOD], [0.4, KpiQuality.NEEDS_IMPROVEMENT]);

function customersIn(groups: Alike[]): number {
  return groups.reduce((sum, { customers }) => sum + customers, 0);
}

function meanTotal(groups: Alike[]): bigint | null {
  const customers = customersIn(groups);
  if (customers === 0) return null;
  const total = groups.reduce((sum, group) => sum + group.total, 0n);
  return new Fraction(total, BigInt(customers)).rounded();
}

/** Dollars that a customer plausibly brings. */
function plausible(cents: bigint): KpiQuality {
  return cents >= 15_000n && cents <= 80_000n ? KpiQuality.GOOD : KpiQuality.NEEDS_IMPROVEMENT;
}

/** ARPU / churn, in cents. The churn is a quotient of whole numbers and was divided only to be shown. */
export function predicted(monthly: KpiAmount, churn: KpiRatio): KpiAmount {
  const usable = monthly.value !== null && churn.value !== null && churn.value > 0;
  return amount(usable ? BigInt(Math.round(Number(monthly.value) / Number(churn.value))) : null, monthly.coverage);
}
