import type { Query } from '../../../platform/database/query.ts';
import type { DayRange } from './eastern-days.ts';
import { count, hours } from './figures.ts';
import { KpiCoverage } from './kpi-figures.type.ts';
import type { KpiRefundShare, KpiRefunds } from './kpi-refunds.type.ts';
import { sumOf } from './money.ts';

const HOUR_MICROSECONDS = 60 * 60 * 1_000_000;

const MADE = `refunds r JOIN payments y ON y.charge_id = r.charge_id
  WHERE r.status = 'succeeded' AND r.currency = 'USD' AND r.created_at >= ? AND r.created_at < ?`;

type Bounds = Pick<DayRange, 'start' | 'end'>;

export async function readRefunds(query: Query, { start, end }: Bounds): Promise<Omit<KpiRefunds, 'asOf'>> {
  return {
    ...(await readDepth(query, { start, end })),
    bySource: await readShares(
      query,
      'source',
      `refunds r JOIN payments y ON y.charge_id = r.charge_id JOIN orders o ON o.order_id = y.order_id`,
      { start, end },
    ),
    byReason: await readShares(query, 'reason', 'refunds r', { start, end }),
  };
}

async function readDepth(query: Query, { start, end }: Bounds) {
  const [row] = await query<Record<string, string | null>>(
    `SELECT COUNT(*) AS payments, SUM(back >= amount) AS full, SUM(refunds) AS refunds, SUM(took) AS took
      FROM (SELECT y.payment_id, y.amount, COUNT(*) AS refunds,
          SUM(TIMESTAMPDIFF(MICROSECOND, y.created_at, r.created_at)) AS took,
          (SELECT SUM(a.amount) FROM refunds a WHERE a.charge_id = y.charge_id AND a.status = 'succeeded'
            AND a.currency = 'USD' AND a.created_at < ?) AS back
        FROM ${MADE} GROUP BY y.payment_id, y.amount, y.charge_id) refunded`,
    [end, start, end],
  );
  const [payments, full, refunds] = [Number(row?.payments), Number(row?.full), Number(row?.refunds)];
  const coverage = new KpiCoverage(payments, payments);
  return {
    fullyRefundedPayments: count(full, coverage),
    partlyRefundedPayments: count(payments - full, coverage),
    timeToRefund: hours(
      refunds === 0 ? null : Number(row?.took) / refunds / HOUR_MICROSECONDS,
      new KpiCoverage(refunds, refunds),
    ),
  };
}

async function readShares(
  query: Query,
  column: 'reason' | 'source',
  from: string,
  { start, end }: Bounds,
): Promise<KpiRefundShare[]> {
  const rows = await query<{ name: string | null; refunds: string; amount: string }>(
    `SELECT ${column === 'reason' ? 'r.reason' : 'o.source'} AS name, COUNT(*) AS refunds, SUM(r.amount) AS amount
      FROM ${from}
      WHERE r.status = 'succeeded' AND r.currency = 'USD' AND r.created_at >= ? AND r.created_at < ?
      GROUP BY name ORDER BY SUM(r.amount) DESC, name`,
    [start, end],
  );
  return rows.map(({ name, refunds, amount }) => ({ name, refunds: Number(refunds), amount: sumOf(amount) }));
}
