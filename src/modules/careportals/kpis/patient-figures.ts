import type { Instant } from '../../../platform/database/instant.ts';
import type { Query } from '../../../platform/database/query.ts';
import type { DayRange } from './eastern-days.ts';
import { amount, count } from './figures.ts';
import { KpiCoverage, KpiQuality } from './kpi-figures.type.ts';
import type { KpiPatients, KpiTotals } from './kpi-patients.type.ts';
import { sumOf } from './money.ts';
import { daysBefore } from './subscription-figures.ts';
import { subscriptionsAt } from './subscriptions-at.ts';

type Numbers = Record<string, string | null>;

const ACTIVE_DAYS = 90;
const FEW = 10;

function few(value: number): KpiQuality {
  if (value === 0) return KpiQuality.NO_DATA;
  return value < FEW ? KpiQuality.LOW : KpiQuality.GOOD;
}

export async function readTotals(query: Query, { end }: DayRange): Promise<Omit<KpiTotals, 'asOf'>> {
  const [counted] = await query<Numbers>(
    `SELECT (SELECT COUNT(*) FROM orders WHERE created_at < ?) AS orders,
      (SELECT COUNT(*) FROM customers c WHERE c.created_at < ?
        OR EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.customer_id AND o.created_at < ?)) AS customers`,
    [end, end, end],
  );
  const [paid] = await query<Numbers>(
    `SELECT SUM(status = 'succeeded') AS payments, SUM(status = 'succeeded' AND currency = 'USD') AS inDollars,
      SUM(IF(status = 'succeeded' AND currency = 'USD', amount, 0)) AS revenue FROM payments WHERE created_at < ?`,
    [end],
  );
  const [customers, orders] = [Number(counted?.customers), Number(counted?.orders)];
  const payments = new KpiCoverage(Number(paid?.inDollars), Number(paid?.payments));
  return {
    customers: count(customers, new KpiCoverage(customers, customers), few),
    orders: count(orders, new KpiCoverage(orders, orders), few),
    revenue: amount(sumOf(paid?.revenue), payments),
  };
}

export async function readPatients(query: Query, range: DayRange, moment: Instant): Promise<Omit<KpiPatients, 'asOf'>> {
  return {
    activePatients: await readActivePatients(query, moment),
    newPatients: await readNewPatients(query, range),
    provinces: await readProvinces(query, range),
  };
}

async function readActivePatients(query: Query, moment: Instant) {
  const { sql, params } = subscriptionsAt(moment);
  const [found] = await query<Numbers>(
    `${sql}, active AS (SELECT customer_id FROM standing WHERE state = 'active')
      SELECT COUNT(*) AS patients, (SELECT COUNT(*) FROM active) AS subscriptions,
        (SELECT COUNT(customer_id) FROM active) AS linked
      FROM (SELECT customer_id FROM active WHERE customer_id IS NOT NULL
        UNION SELECT customer_id FROM orders WHERE created_at >= ? AND created_at < ?) patients`,
    [...params, daysBefore(moment, ACTIVE_DAYS), moment],
  );
  return count(Number(found?.patients), new KpiCoverage(Number(found?.linked), Number(found?.subscriptions)));
}

/**
 * The first order of each customer, all in one walk of the index by customer: MySQL would else take the one by day and
 * sort a million orders in a temporary table. Time, number and source in one text make the least of them the first.
 */
async function readNewPatients(query: Query, { start, end }: DayRange) {
  const [found] = await query<Numbers>(
    `SELECT COUNT(*) AS firsts, SUM(SUBSTRING(first, 44) = 'checkout') AS checkouts
      FROM (SELECT MIN(CONCAT(created_at, LPAD(order_id, 20, '0'), source)) AS first
        FROM orders FORCE INDEX (idx_kpi_customer) WHERE created_at < ? GROUP BY customer_id
        HAVING first >= ?) firsts`,
    [end, start],
  );
  const firsts = Number(found?.firsts);
  return count(Number(found?.checkouts), new KpiCoverage(firsts, firsts));
}

/** Orders by what they name; only those that name nothing themselves are looked at for their address. */
async function readProvinces(query: Query, { start, end }: DayRange) {
  const named = await query<Place>(
    `SELECT ship_to_province_code AS text, COUNT(*) AS orders FROM orders
      WHERE created_at >= ? AND created_at < ? GROUP BY ship_to_province_code`,
    [start, end],
  );
  const linked = named.every(({ text }) => provinceOf(text) !== '') ? [] : await readLinked(query, { start, end });
  const places = [...named.filter(({ text }) => provinceOf(text) !== ''), ...linked];
  const known = places.filter(({ text }) => provinceOf(text) !== '');
  const sum = (some: Place[]) => some.reduce((total, { orders }) => total + Number(orders), 0);
  const different = new Set(known.map(({ text }) => provinceOf(text))).size;
  return count(different, new KpiCoverage(sum(known), sum(places)));
}

interface Place {
  text: string | null;
  orders: string;
}

function readLinked(query: Query, { start, end }: Pick<DayRange, 'start' | 'end'>): Promise<Place[]> {
  return query<Place>(
    `SELECT a.province_code AS text, COUNT(*) AS orders
      FROM orders o LEFT JOIN addresses a ON a.address_id = o.shipping_address_id
      WHERE o.created_at >= ? AND o.created_at < ? AND COALESCE(TRIM(o.ship_to_province_code), '') = ''
      GROUP BY a.province_code`,
    [start, end],
  );
}

function provinceOf(text: string | null): string {
  return (text ?? '').trim().toUpperCase();
}
