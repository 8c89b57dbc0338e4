import type { DemoCounts } from './demo-counts.ts';
import { type PlannedOrder, type PlannedRefund, totalOf } from './plan-orders.ts';
import type { Random } from './random.ts';

/** Refunds that were not refused make up this part of what was paid. */
const SHARE_OF_VALUE = 0.316;
/** A second charge of an order, in cents. */
export const SURCHARGE = 2_500;

const DAY = 24 * 60 * 60_000;
/** A refund comes 3.2 days after the payment on average: younger payments have none yet. */
const SETTLED_AFTER = 6 * DAY;

/** Gives orders their refunds: half of the rows in full, half in part, so that the parts make up the share of value. */
export function planRefunds(orders: PlannedOrder[], counts: DemoCounts, asOf: number, random: Random): void {
  const inFull = Math.ceil(counts.refunds / 2);
  const inPart = counts.refunds - inFull - counts.splitRefunds;
  const refunded = chooseRefunded(orders, inFull + inPart, asOf, random);
  const full = new Set(random.choose(refunded, inFull));
  const partial = refunded.filter((order) => !full.has(order));
  for (const order of full) order.refunds = [refund(totalOf(order))];
  planParts(partial, counts, SHARE_OF_VALUE * grossOf(orders) - sumOf([...full]), random);
  giveReasons(
    [...full, ...partial].flatMap((order) => order.refunds),
    counts,
    random,
  );
}

/** Dear orders are given back more readily than cheap ones; a charge for two orders is not given back. */
function chooseRefunded(orders: PlannedOrder[], wanted: number, asOf: number, random: Random): PlannedOrder[] {
  const paid = orders.filter((order) => isCharged(order) && order.pays === null);
  const settled = paid.filter((order) => order.at < asOf - SETTLED_AFTER);
  const candidates = settled.length >= wanted ? settled : paid;
  const weighed = candidates.map((order) => ({ order, weight: totalOf(order) * (0.4 + random.next()) }));
  weighed.sort((a, b) => b.weight - a.weight);
  return weighed
    .slice(0, wanted)
    .map(({ order }) => order)
    .sort((a, b) => a.at - b.at);
}

function isCharged({ billing }: PlannedOrder): boolean {
  return billing === 'once' || billing === 'retried' || billing === 'surcharged';
}

function planParts(partial: PlannedOrder[], counts: DemoCounts, targetCents: number, random: Random): void {
  const refused = new Set(random.choose(partial, Math.min(counts.failedRefunds, partial.length)));
  const granted = partial.filter((order) => !refused.has(order));
  const wishes = granted.map((order) => totalOf(order) * (0.8 + 0.4 * random.next()));
  const factor =
    targetCents /
    Math.max(
      1,
      wishes.reduce((a, b) => a + b, 0),
    );
  granted.forEach((order, i) => {
    order.refunds = [refund(partOf(order, wishes[i]! * factor))];
  });
  for (const order of refused) order.refunds = [refund(partOf(order, totalOf(order) * 0.3), 'failed')];
  for (const order of granted.slice(granted.length - counts.pendingRefunds)) order.refunds[0]!.status = 'pending';
  for (const order of random.choose(granted, Math.min(counts.splitRefunds, granted.length))) splitInTwo(order);
}

function partOf(order: PlannedOrder, cents: number): number {
  return Math.round(Math.min(Math.max(cents, 0.05 * totalOf(order)), 0.95 * totalOf(order)));
}

function splitInTwo(order: PlannedOrder): void {
  const [whole] = order.refunds;
  const first = Math.ceil(whole!.amount * 0.6);
  order.refunds = [refund(first), { ...whole!, amount: whole!.amount - first }];
}

function giveReasons(refunds: PlannedRefund[], counts: DemoCounts, random: Random): void {
  const usual = ['requested_by_customer', 'requested_by_customer', 'requested_by_customer', 'duplicate', 'fraudulent'];
  for (const given of refunds) given.reason = random.pick(usual);
  for (const given of random.choose(refunds, Math.min(counts.refundsWithoutReason, refunds.length)))
    given.reason = null;
}

function refund(amount: number, status: PlannedRefund['status'] = 'succeeded'): PlannedRefund {
  return { amount, status, reason: null };
}

/** All that was charged with success, in cents. */
function grossOf(orders: PlannedOrder[]): number {
  const surcharged = orders.filter((order) => order.billing === 'surcharged').length;
  return sumOf(orders.filter((order) => order.billing === 'companion' || isCharged(order))) + surcharged * SURCHARGE;
}

function sumOf(orders: PlannedOrder[]): number {
  return orders.reduce((sum, order) => sum + totalOf(order), 0);
}
