import { fromInstant, type Instant } from '../../../platform/database/instant.ts';
import type { Query } from '../../../platform/database/query.ts';
import type { CustomerLifetimeValue } from './lifetime-value.type.ts';

interface Sum {
  what: 'orders' | 'payments' | 'refunds';
  customerId: string;
  n: string;
  amount: string;
  first: Instant | null;
  last: Instant | null;
}

const DAY = 24 * 60 * 60 * 1_000;

/** Each kind is summed up by itself: joined to each other, an order with two payments would count twice. */
export async function readLifetimeValues(
  query: Query,
  customerIds: readonly string[],
): Promise<Map<string, CustomerLifetimeValue>> {
  const sums = await query<Sum>(
    `SELECT 'orders' AS what, customer_id AS customerId, COUNT(*) AS n, SUM(total_amount) AS amount,
        MIN(created_at) AS first, MAX(created_at) AS last
      FROM orders WHERE customer_id IN (?) GROUP BY customer_id
    UNION ALL SELECT 'payments', o.customer_id, COUNT(*), SUM(y.amount), NULL, NULL
      FROM orders o JOIN payments y ON y.order_id = o.order_id
      WHERE o.customer_id IN (?) AND y.status = 'succeeded' AND y.currency = 'USD' GROUP BY o.customer_id
    UNION ALL SELECT 'refunds', o.customer_id, COUNT(*), SUM(r.amount), NULL, NULL
      FROM orders o JOIN payments y ON y.order_id = o.order_id JOIN refunds r ON r.charge_id = y.charge_id
      WHERE o.customer_id IN (?) AND r.status = 'succeeded' AND r.currency = 'USD' GROUP BY o.customer_id`,
    [customerIds, customerIds, customerIds],
  );
  const byCustomer = Map.groupBy(sums, ({ customerId }) => customerId);
  return new Map([...byCustomer].map(([customerId, all]) => [customerId, lifetimeValueOf(all)]));
}

/** @param sums none for a customer without orders. */
export function lifetimeValueOf(sums: readonly Sum[]): CustomerLifetimeValue {
  const of = (what: Sum['what']) => sums.find((sum) => sum.what === what);
  const orders = of('orders');
  const [revenue, refunds] = [BigInt(of('payments')?.amount ?? 0), BigInt(of('refunds')?.amount ?? 0)];
  const [firstOrderAt, lastOrderAt] = [orders?.first ?? null, orders?.last ?? null];
  return {
    orders: Number(orders?.n ?? 0),
    ordered: BigInt(orders?.amount ?? 0),
    revenue,
    refunds,
    net: revenue - refunds,
    firstOrderAt,
    lastOrderAt,
    lifetimeDays: firstOrderAt === null || lastOrderAt === null ? 0 : daysBetween(firstOrderAt, lastOrderAt),
  };
}

function daysBetween(from: Instant, to: Instant): number {
  return Math.floor((fromInstant(to).getTime() - fromInstant(from).getTime()) / DAY);
}
