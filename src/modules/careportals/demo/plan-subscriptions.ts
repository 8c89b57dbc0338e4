import type { SubscriptionState } from '../subscriptions/subscription.entity.ts';
import type { DemoProduct } from './demo-catalog.ts';
import type { DemoCounts } from './demo-counts.ts';
import type { PlannedOrder } from './plan-orders.ts';
import type { Random } from './random.ts';

/** Times in milliseconds since 1970. */
export interface PlannedSubscription {
  state: SubscriptionState;
  status: 'active' | 'paused' | 'cancelled' | 'ended';
  /** Null for the many that came without customer and product. */
  customer: number | null;
  product: DemoProduct | null;
  cycle: number;
  createdAt: number;
  updatedAt: number | null;
  /** May lie ahead: it is when the next order is due. */
  nextCycleAt: number | null;
  isAudited: boolean;
  /** What will happen by itself, and when; always ahead. */
  plan: { action: 'resume' | 'cancel'; at: number } | null;
}

/** A buyer: what the subscription of a customer is made from. */
interface Buyer {
  customer: number;
  product: DemoProduct;
  orders: number;
  firstAt: number;
  lastAt: number;
}

const DAY = 24 * 60 * 60_000;
const USUAL_CYCLE_DAYS = 28;
/** Some share of a subscription's age passes before it is paused or cancelled. */
const LEAST_SHARE = 0.15;

/** At most one subscription a customer; the rest, without customer, are spread over the fourteen months. */
export function planSubscriptions(
  counts: DemoCounts,
  orders: PlannedOrder[],
  starts: number[],
  asOf: number,
  random: Random,
): PlannedSubscription[] {
  const linked = statesOf(counts, (all, unlinked) => all - unlinked, random);
  const unlinked = statesOf(counts, (_all, without) => without, random);
  const buyers = random.choose(buyersOf(orders), linked.length);
  const planned = [
    ...linked.map((state, i) => linkedTo(buyers[i]!, state, asOf, random)),
    ...unlinked.map((state, i) =>
      alone(starts[Math.floor((i * starts.length) / unlinked.length)]!, state, asOf, random),
    ),
  ];
  refine(planned, counts, random);
  addPlans(planned, asOf);
  return planned;
}

function statesOf(counts: DemoCounts, share: (all: number, unlinked: number) => number, random: Random) {
  const active = share(counts.active, counts.activeUnlinked);
  const paused = share(counts.paused, counts.pausedUnlinked);
  const cancelled = share(counts.cancelled, counts.cancelledUnlinked);
  const states = Array.from({ length: active + paused + cancelled }, (): SubscriptionState => 'active');
  const stopped = random.choose([...states.keys()], paused + cancelled);
  const resting = new Set(random.choose(stopped, paused));
  for (const i of stopped) states[i] = resting.has(i) ? 'paused' : 'cancelled';
  return states;
}

function buyersOf(orders: PlannedOrder[]): Buyer[] {
  const buyers = new Map<number, Buyer>();
  for (const { customer, product, at, companion } of orders) {
    if (companion) continue;
    const known = buyers.get(customer) ?? { customer, product, orders: 0, firstAt: at, lastAt: at };
    buyers.set(customer, { ...known, orders: known.orders + 1, lastAt: at });
  }
  return [...buyers.values()];
}

function linkedTo(buyer: Buyer, state: SubscriptionState, asOf: number, random: Random): PlannedSubscription {
  const createdAt = buyer.firstAt + 1_000;
  const days = buyer.product.renewalCycleDuration ?? USUAL_CYCLE_DAYS;
  const due = buyer.lastAt + days * DAY;
  const nextCycleAt = due > asOf ? due : asOf + random.below(days * DAY);
  const { customer, product } = buyer;
  return { ...times(createdAt, state, nextCycleAt, asOf, random), state, customer, product, cycle: buyer.orders };
}

function alone(createdAt: number, state: SubscriptionState, asOf: number, random: Random): PlannedSubscription {
  const nextCycleAt = random.chance(0.3) ? asOf + random.below(USUAL_CYCLE_DAYS * DAY) : null;
  const cycle = random.between(1, 9);
  return { ...times(createdAt, state, nextCycleAt, asOf, random), state, customer: null, product: null, cycle };
}

function times(createdAt: number, state: SubscriptionState, nextCycleAt: number | null, asOf: number, random: Random) {
  const share = LEAST_SHARE + (1 - LEAST_SHARE) * random.next();
  return {
    createdAt,
    updatedAt: Math.floor(createdAt + (asOf - createdAt) * share),
    nextCycleAt: state === 'active' ? nextCycleAt : null,
    status: state,
    isAudited: false,
    plan: null,
  };
}

/** Which cancelled ones ran out, which active ones were never updated, which came before the audit log began. */
function refine(planned: PlannedSubscription[], counts: DemoCounts, random: Random): void {
  const cancelled = planned.filter(({ state }) => state === 'cancelled');
  for (const one of random.choose(cancelled, Math.min(counts.ended, cancelled.length))) one.status = 'ended';
  const active = planned.filter(({ state }) => state === 'active');
  const untouched = active.length - Math.min(counts.activeWithUpdate, active.length);
  for (const one of random.choose(active, untouched)) one.updatedAt = null;
  for (const one of random.choose(planned, Math.min(counts.audited, planned.length))) one.isAudited = true;
}

/** Of those with a trail every third pause has an end, every twenty-fifth active one will be cancelled at the end of its cycle. */
function addPlans(planned: PlannedSubscription[], asOf: number): void {
  const audited = planned.filter(({ isAudited }) => isAudited);
  const paused = audited.filter(({ state }) => state === 'paused');
  for (const [i, one] of paused.entries()) {
    if (i % 3 === 0) one.plan = { action: 'resume', at: asOf + (2 + (i % 21)) * DAY };
  }
  const renewing = audited.filter(
    ({ state, nextCycleAt }) => state === 'active' && (nextCycleAt ?? 0) > asOf + 2 * DAY,
  );
  for (const [i, one] of renewing.entries()) {
    if (i % 25 === 24) one.plan = { action: 'cancel', at: one.nextCycleAt ?? asOf };
  }
}
