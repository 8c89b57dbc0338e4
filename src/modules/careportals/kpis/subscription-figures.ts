import { fromInstant, type Instant, toInstant } from '../../../platform/database/instant.ts';
import type { Query } from '../../../platform/database/query.ts';
import { DAY } from './eastern-days.ts';
import { amount, atLeast, below, count, ratio } from './figures.ts';
import { KpiCoverage, KpiQuality } from './kpi-figures.type.ts';
import type { KpiAdherence, KpiRecurring } from './kpi-subscriptions.type.ts';
import { Fraction } from './money.ts';
import { subscriptionsAt } from './subscriptions-at.ts';

/** Days that a month has in figures of money, and an interval that nobody has entered. */
const MONTH = 30;
const CHURN_DAYS = 90;
const ADHERENCE_DAYS = 90;

/** Subscriptions that share a state and what their product says of renewals. */
interface Share {
  state: 'active' | 'paused' | 'cancelled';
  price: number | null;
  days: number | null;
  n: number;
  /** Of these, how many came to their state within the last 90 days, … */
  recent: number;
  /** … how many started 90 days ago or earlier, … */
  old: number;
  /** … and how many of the latter are active or lasted 90 days. */
  kept: number;
}

async function readShares(query: Query, moment: Instant): Promise<Share[]> {
  const { sql, params } = subscriptionsAt(moment);
  const ago = daysBefore(moment, CHURN_DAYS);
  const rows = await query<Record<keyof Share, string | null>>(
    `${sql} SELECT s.state, p.renewal_price AS price, p.renewal_cycle_duration AS days, COUNT(*) AS n,
        SUM(s.since >= ?) AS recent, SUM(s.created_at <= ?) AS old,
        SUM(s.created_at <= ? AND (s.state = 'active' OR s.since >= s.created_at + INTERVAL ${ADHERENCE_DAYS} DAY)) AS kept
      FROM standing s LEFT JOIN products p ON p.product_id = s.product_id
      GROUP BY s.state, p.renewal_price, p.renewal_cycle_duration`,
    [...params, ago, ago, ago],
  );
  return rows.map(({ state, price, days, n, recent, old, kept }) => ({
    state: state as Share['state'],
    price: numberOrNull(price),
    days: numberOrNull(days),
    n: Number(n),
    recent: Number(recent),
    old: Number(old),
    kept: Number(kept),
  }));
}

/** The figures of subscriptions as they stood at a moment. */
export async function readSubscriptionFigures(query: Query, moment: Instant) {
  const shares = await readShares(query, moment);
  return { recurring: recurringOf(shares), adherence: adherenceOf(shares) };
}

function recurringOf(shares: Share[]): Omit<KpiRecurring, 'asOf'> {
  const active = shares.filter(({ state }) => state === 'active');
  const cancelled = shares.filter(({ state }) => state === 'cancelled');
  const priced = active.filter(({ price }) => price !== null);
  const [all, pricedCount, ended] = [total(active), total(priced), total(cancelled)];
  const recent = cancelled.reduce((sum, share) => sum + share.recent, 0);
  const monthly = priced.reduce((sum, share) => sum.plus(monthlyOf(share)), Fraction.ZERO);
  const coverage = new KpiCoverage(pricedCount, all);
  const known = new KpiCoverage(all + ended, total(shares));
  return {
    activeSubscriptions: count(all),
    monthlyRecurringRevenue: amount(pricedCount === 0 ? null : monthly.rounded(), coverage),
    revenuePerSubscription: amount(
      pricedCount === 0 ? null : monthly.dividedBy(BigInt(pricedCount)).rounded(),
      coverage,
    ),
    monthlyChurn: ratio(
      recent * MONTH,
      (all + ended) * CHURN_DAYS,
      known,
      below([0.05, KpiQuality.EXCELLENT], [0.1, KpiQuality.GOOD]),
    ),
    cancelledShare: ratio(ended, all + ended, known),
  };
}

/** What these bring in 30 days. */
function monthlyOf({ price, days, n }: Share): Fraction {
  const interval = days === null || days <= 0 ? MONTH : days;
  return new Fraction(BigInt(price ?? 0) * BigInt(MONTH) * BigInt(n), BigInt(interval));
}

function adherenceOf(shares: Share[]): Omit<KpiAdherence, 'asOf'> {
  const old = shares.reduce((sum, share) => sum + share.old, 0);
  const kept = shares.reduce((sum, share) => sum + share.kept, 0);
  const bands = atLeast([0.8, KpiQuality.EXCELLENT], [0.7, KpiQuality.GOOD], [0, KpiQuality.NEEDS_IMPROVEMENT]);
  return { adherence: ratio(kept, old, new KpiCoverage(old, total(shares)), bands) };
}

function total(shares: Share[]): number {
  return shares.reduce((sum, share) => sum + share.n, 0);
}

function numberOrNull(value: string | null): number | null {
  return value === null ? null : Number(value);
}

/** Days of 24 hours. */
export function daysBefore(moment: Instant, days: number): Instant {
  return toInstant(new Date(fromInstant(moment).getTime() - days * DAY));
}
