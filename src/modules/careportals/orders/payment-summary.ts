import type { Query } from '../../../platform/database/query.ts';
import { param } from '../../../platform/read/value.ts';
import { OrderPaymentState, type OrderPaymentSummary } from './order-summary.type.ts';

/** One payment of one order, with what the orders that it pays for are worth. */
interface PaymentOf {
  orderId: string;
  amount: string;
  succeeded: string;
  refunded: string | null;
  refunds: string;
  total: string;
  wholeTotal: string;
  beforeTotal: string;
  orders: string;
  beforeOrders: string;
}

export type PaymentSums = Omit<OrderPaymentSummary, 'state' | 'net'>;

const REFUNDS = "refunds r WHERE r.charge_id = y.charge_id AND r.status = 'succeeded' AND r.currency = 'USD'";

/** What was paid for each of these orders, and given back; an order without payments is not among them. */
export async function readPaymentSums(query: Query, orderIds: readonly string[]): Promise<Map<string, PaymentSums>> {
  const rows = await query<PaymentOf>(
    `SELECT l.order_id AS orderId, y.amount, y.status = 'succeeded' AS succeeded,
      (SELECT SUM(r.amount) FROM ${REFUNDS}) AS refunded, (SELECT COUNT(*) FROM ${REFUNDS}) AS refunds,
      o.total_amount AS total, cart.total AS wholeTotal, cart.orders, cart.before_total AS beforeTotal,
      cart.before_orders AS beforeOrders
    FROM payment_orders l JOIN payments y ON y.payment_id = l.payment_id JOIN orders o ON o.order_id = l.order_id
    JOIN LATERAL (SELECT SUM(other.total_amount) AS total, COUNT(*) AS orders,
        SUM(IF(other.order_id < l.order_id, other.total_amount, 0)) AS before_total,
        SUM(other.order_id < l.order_id) AS before_orders
      FROM payment_orders k JOIN orders other ON other.order_id = k.order_id WHERE k.payment_id = l.payment_id) cart
    WHERE l.order_id IN (?) AND y.currency = 'USD'`,
    [orderIds.map((id) => param('bigint', id))],
  );
  const byOrder = Map.groupBy(rows, (row) => String(row.orderId));
  return new Map([...byOrder].map(([orderId, payments]) => [orderId, sumsOf(payments)]));
}

function sumsOf(payments: PaymentOf[]): PaymentSums {
  const good = payments.filter(({ succeeded }) => Number(succeeded) === 1);
  return {
    paid: good.reduce((sum, row) => sum + shareOf(row, BigInt(row.amount)), 0n),
    refunded: good.reduce((sum, row) => sum + shareOf(row, BigInt(row.refunded ?? 0)), 0n),
    payments: good.length,
    failedPayments: payments.length - good.length,
    refunds: good.reduce((sum, row) => sum + Number(row.refunds), 0),
  };
}

/**
 * The order's share of an amount that several orders of a cart have in common. Orders by number lie one behind the other
 * on the amount, and each bound is cut to a cent, so that nothing is lost or counted twice.
 */
function shareOf(row: PaymentOf, amount: bigint): bigint {
  const byTotal = BigInt(row.wholeTotal) > 0n;
  const [before, mine, whole] = byTotal
    ? [BigInt(row.beforeTotal), BigInt(row.total), BigInt(row.wholeTotal)]
    : [BigInt(row.beforeOrders), 1n, BigInt(row.orders)];
  return (amount * (before + mine)) / whole - (amount * before) / whole;
}

const NOTHING: PaymentSums = { paid: 0n, refunded: 0n, payments: 0, failedPayments: 0, refunds: 0 };

/** @param total of the order, in cents. @param sums null: it has no payments. */
export function summaryOf(total: number, sums: PaymentSums | null): OrderPaymentSummary {
  const known = sums ?? NOTHING;
  return { ...known, net: known.paid - known.refunded, state: stateOf(BigInt(total), known) };
}

function stateOf(total: bigint, { paid, refunded }: PaymentSums): OrderPaymentState {
  if (paid === 0n) return total === 0n ? OrderPaymentState.NOTHING_DUE : OrderPaymentState.UNPAID;
  if (refunded >= paid) return OrderPaymentState.REFUNDED;
  if (refunded > 0n) return OrderPaymentState.PARTLY_REFUNDED;
  return paid < total ? OrderPaymentState.PARTLY_PAID : OrderPaymentState.PAID;
}
