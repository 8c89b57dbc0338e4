import type { Instant } from '../../../platform/database/instant.ts';
import type { Query } from '../../../platform/database/query.ts';
import type { DayRange } from './eastern-days.ts';
import { below, hours, ratio } from './figures.ts';
import { KpiCoverage, KpiQuality } from './kpi-figures.type.ts';
import type { KpiStages } from './kpi-stages.type.ts';
import { daysBefore } from './subscription-figures.ts';

const WINDOW_DAYS = 60;
const HOUR_MICROSECONDS = 60 * 60 * 1_000_000;

const first = (status: string) => `MIN(IF(updated_status = '${status}', status_updated_at, NULL))`;
const last = (status: string) => `MAX(IF(updated_status = '${status}', status_updated_at, NULL))`;

/**
 * Of each order placed within the bounds when it came to each core stage. LATERAL, so that each order's few rows are
 * read where they stand in the index: a join with GROUP BY makes a temporary table of them all, five times as slow.
 */
const STAGES = `SELECT o.created_at AS placed, s.* FROM orders o JOIN LATERAL (
    SELECT ${first('awaiting_requirements')} AS requirements, ${last('awaiting_requirements')} AS last_requirements,
      ${first('awaiting_script')} AS script, ${last('awaiting_script')} AS last_script,
      ${first('awaiting_shipment')} AS shipment, ${last('awaiting_shipment')} AS last_shipment,
      ${first('shipped')} AS shipped
    FROM order_status_updates u WHERE u.order_id = o.order_id) s
  WHERE o.created_at >= ? AND o.created_at < ?`;

const between = (from: string, to: string) => `SUM(IF(complete, TIMESTAMPDIFF(MICROSECOND, ${from}, ${to}), 0))`;

export async function readStages(query: Query, range: DayRange, moment: Instant): Promise<Omit<KpiStages, 'asOf'>> {
  return { ...(await readPath(query, moment)), ...(await readShipping(query, range)) };
}

async function readPath(query: Query, moment: Instant) {
  const [row] = await query<Record<string, string | null>>(
    `SELECT COUNT(*) AS orders, SUM(complete) AS complete, ${between('placed', 'script')} AS toScript,
      ${between('script', 'shipment')} AS toShipment, ${between('shipment', 'shipped')} AS toShipped,
      ${between('placed', 'shipped')} AS whole
    FROM (SELECT s.*, script IS NOT NULL AND shipment IS NOT NULL AND shipped IS NOT NULL AS complete
      FROM (${STAGES}) s) staged`,
    [daysBefore(moment, WINDOW_DAYS), moment],
  );
  const complete = Number(row?.complete);
  const coverage = new KpiCoverage(complete, Number(row?.orders));
  const mean = (sum: string | null | undefined) =>
    hours(complete === 0 ? null : Number(sum) / complete / HOUR_MICROSECONDS, coverage);
  return {
    purchaseToScript: mean(row?.toScript),
    scriptToShipment: mean(row?.toShipment),
    shipmentToShipped: mean(row?.toShipped),
    purchaseToShipped: mean(row?.whole),
  };
}

interface Took {
  /** From purchase to shipped; null: not shipped. */
  minutes: number | null;
  orders: number;
  staged: number;
  wentBack: number;
}

/** An order went back if it was at an earlier stage after a time at which it had been at a later one. */
const WENT_BACK = `last_requirements > LEAST(COALESCE(script, '9999-01-01'), COALESCE(shipment, '9999-01-01'), COALESCE(shipped, '9999-01-01'))
  OR last_script > LEAST(COALESCE(shipment, '9999-01-01'), COALESCE(shipped, '9999-01-01')) OR last_shipment > shipped`;

async function readShipping(query: Query, { start, end }: DayRange) {
  const rows = await query<Record<keyof Took, string | null>>(
    `SELECT TIMESTAMPDIFF(MINUTE, placed, shipped) AS minutes, COUNT(*) AS orders,
      SUM(COALESCE(requirements, script, shipment, shipped) IS NOT NULL) AS staged,
      SUM(COALESCE(${WENT_BACK}, FALSE)) AS wentBack
    FROM (${STAGES}) s GROUP BY minutes`,
    [start, end],
  );
  const took = rows.map((row) => ({
    minutes: row.minutes === null ? null : Number(row.minutes),
    orders: Number(row.orders),
    staged: Number(row.staged),
    wentBack: Number(row.wentBack),
  }));
  return { ...shippingOf(took), ...backOf(took) };
}

function shippingOf(took: Took[]) {
  const shipped = took
    .filter(({ minutes }) => minutes !== null)
    .toSorted((a, b) => Number(a.minutes) - Number(b.minutes));
  const coverage = new KpiCoverage(ordersIn(shipped), ordersIn(took));
  const bands = below([24, KpiQuality.EXCELLENT], [48, KpiQuality.GOOD]);
  return {
    medianHoursToShip: hours(percentile(shipped, 0.5), coverage, bands),
    p90HoursToShip: hours(percentile(shipped, 0.9), coverage),
  };
}

/** Hours that this part of the orders took at most. @param shipped the fastest first. */
function percentile(shipped: Took[], part: number): number | null {
  const needed = Math.ceil(ordersIn(shipped) * part);
  let counted = 0;
  for (const { minutes, orders } of shipped) {
    counted += orders;
    if (counted >= needed) return Number(minutes) / 60;
  }
  return null;
}

function backOf(took: Took[]) {
  const staged = took.reduce((sum, group) => sum + group.staged, 0);
  const back = took.reduce((sum, group) => sum + group.wentBack, 0);
  return { wentBack: ratio(back, staged, new KpiCoverage(staged, ordersIn(took))) };
}

function ordersIn(took: Took[]): number {
  return took.reduce((sum, { orders }) => sum + orders, 0);
}
