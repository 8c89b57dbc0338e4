import type { Instant } from '../../../platform/database/instant.ts';
import type { Query } from '../../../platform/database/query.ts';
import type { DayRange } from './eastern-days.ts';
import { amount, count } from './figures.ts';
import { KpiCoverage } from './kpi-figures.type.ts';
import type { KpiProduct, KpiProducts } from './kpi-products.type.ts';
import { sumOf } from './money.ts';
import { subscriptionsAt } from './subscriptions-at.ts';

interface Sold {
  productId: string | null;
  orders: string;
  customers: string;
  total: string;
}

/** Products that an answer can name at most; there are a few dozen. */
export const MOST_PRODUCTS = 100;

export async function readProducts(
  query: Query,
  { start, end }: DayRange,
  moment: Instant,
): Promise<Omit<KpiProducts, 'asOf'>> {
  const sold = await query<Sold>(
    `SELECT product_id AS productId, COUNT(*) AS orders, COUNT(DISTINCT customer_id) AS customers,
      SUM(total_amount) AS total FROM orders WHERE created_at >= ? AND created_at < ? GROUP BY product_id`,
    [start, end],
  );
  const cancelled = await readCancelled(query, { start, end });
  const active = await readActive(query, moment);
  const all = sold
    .filter(({ productId }) => productId !== null)
    .map((row) => productOf(row, cancelled.get(row.productId), active.get(row.productId) ?? 0))
    .toSorted((a, b) => compare(b.revenue.value, a.revenue.value) || (a.productId < b.productId ? -1 : 1));
  const orders = (rows: Sold[]) => rows.reduce((sum, row) => sum + Number(row.orders), 0);
  return { all, coverage: new KpiCoverage(orders(sold.filter((row) => row.productId !== null)), orders(sold)) };
}

/** Few orders are cancelled: what they are worth is taken off, instead of looking at each order whether it was. */
async function readCancelled(query: Query, { start, end }: Pick<DayRange, 'start' | 'end'>) {
  const rows = await query<{ productId: string | null; orders: string; total: string }>(
    `SELECT o.product_id AS productId, COUNT(*) AS orders, SUM(o.total_amount) AS total
      FROM orders_cancelled c JOIN orders o ON o.order_id = c.order_id
      WHERE o.created_at >= ? AND o.created_at < ? GROUP BY o.product_id`,
    [start, end],
  );
  return new Map(rows.map((row) => [row.productId, row]));
}

async function readActive(query: Query, moment: Instant): Promise<Map<string | null, number>> {
  const { sql, params } = subscriptionsAt(moment);
  const rows = await query<{ productId: string; n: string }>(
    `${sql} SELECT product_id AS productId, COUNT(*) AS n FROM standing
      WHERE state = 'active' AND product_id IS NOT NULL GROUP BY product_id`,
    params,
  );
  return new Map(rows.map(({ productId, n }) => [productId, Number(n)]));
}

function productOf(row: Sold, cancelled: { orders: string; total: string } | undefined, active: number): KpiProduct {
  const orders = Number(row.orders);
  const kept = new KpiCoverage(orders - Number(cancelled?.orders ?? 0), orders);
  return {
    productId: String(row.productId),
    orders: count(orders),
    customers: count(Number(row.customers), new KpiCoverage(orders, orders)),
    activeSubscriptions: count(active),
    revenue: amount(sumOf(row.total) - sumOf(cancelled?.total), kept),
  };
}

function compare(a: bigint | null, b: bigint | null): number {
  const difference = (a ?? 0n) - (b ?? 0n);
  return difference === 0n ? 0 : difference > 0n ? 1 : -1;
}
