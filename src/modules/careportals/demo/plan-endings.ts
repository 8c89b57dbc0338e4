import type { DemoCounts } from './demo-counts.ts';
import type { PlannedOrder } from './plan-orders.ts';
import type { Random } from './random.ts';

/** Where orders lie that do not move on. */
const STUCK = [
  'awaiting_requirements',
  'awaiting_script',
  'awaiting_requirements',
  'awaiting_requisition',
  'awaiting_script',
  'awaiting_results',
];
/** Texts of the EMR that have no name of their own here. */
const UNKNOWN = ['pharmacy_review', 'on_hold', 'needs_attention', 'approved'];
const HOUR = 60 * 60_000;

/** Decides where each order comes to rest. */
export function planEndings(orders: PlannedOrder[], counts: DemoCounts, asOf: number, random: Random): void {
  for (const order of orders) order.ending = usualEnding(order, random);
  const open = orders.filter((order) => order.billing !== 'failed' && order.billing !== 'pending');
  cancel(open, counts, asOf, random);
  const going = open.filter((order) => order.ending !== 'cancelled');
  const unknown = random.choose(going, Math.min(counts.unknownStatuses, going.length));
  for (const order of unknown) order.ending = random.pick(UNKNOWN);
  getStuck(orders, random);
  const shipped = going.filter((order) => order.ending === 'shipped' || order.ending === 'delivered');
  for (const order of random.choose(shipped, Math.min(counts.backwards, shipped.length))) order.goesBack = true;
}

function usualEnding({ billing, refunds }: PlannedOrder, random: Random): string {
  if (billing === 'failed') return 'awaiting_payment';
  if (billing === 'pending') return 'pending';
  if (refunds.length > 0 && random.chance(0.15)) return 'refunded';
  if (random.chance(0.15)) return 'delivered';
  return random.chance(0.03) ? 'completed' : 'shipped';
}

/** What was given back in full was cancelled; a few more were cancelled without. */
function cancel(open: PlannedOrder[], counts: DemoCounts, asOf: number, random: Random): void {
  const old = open.filter((order) => order.at < asOf - 48 * HOUR);
  const [given, kept] = [old.filter(isGivenBack), old.filter((order) => order.refunds.length === 0)];
  const wanted = Math.min(counts.cancelledOrders, given.length + kept.length);
  for (const order of random.choosePreferring(given, kept, wanted)) order.ending = 'cancelled';
}

function isGivenBack(order: PlannedOrder): boolean {
  const [refund] = order.refunds;
  return refund !== undefined && refund.amount === order.base - order.discount - order.credit;
}

/** The boards of support need something to worry about: some of the newest eighth lie still. */
function getStuck(orders: PlannedOrder[], random: Random): void {
  const newest = orders.slice(Math.floor(orders.length * 0.88)).filter((order) => order.ending === 'shipped');
  const stuck = random.choose(newest, Math.floor(newest.length * 0.25));
  stuck.forEach((order, i) => {
    order.ending = STUCK[i % STUCK.length]!;
  });
}
