import { COUPONS, PRODUCTS } from './demo-catalog.ts';
import { type DemoCounts, type DemoSize, demoCounts } from './demo-counts.ts';
import { DemoIds } from './demo-ids.ts';
import type { DemoRun } from './demo-run.ts';
import type { KnownSoFar } from './known-so-far.ts';
import { naturalSteps, planStepCounts } from './order-history.ts';
import { planEndings } from './plan-endings.ts';
import { type PlannedOrder, planOrders } from './plan-orders.ts';
import { type Person, planPeople } from './plan-people.ts';
import { planRefunds } from './plan-refunds.ts';
import { type PlannedSubscription, planSubscriptions } from './plan-subscriptions.ts';
import { planTimeline } from './plan-timeline.ts';
import { Random } from './random.ts';

/** What the rows depend on: the same request gives the same rows, byte by byte. */
export interface DemoRequest extends DemoSize {
  /** Any text. */
  seed: string;
  /** The end of the story: nothing has happened after it, save that renewals are due. */
  asOf: Date;
  known: KnownSoFar;
}

/** Everything that is decided before the first row is made. */
export interface DemoPlan {
  run: DemoRun;
  counts: DemoCounts;
  /** When each customer came, oldest first, in milliseconds since 1970. */
  starts: number[];
  /** By customer. */
  people: Person[];
  /** Oldest first. */
  orders: PlannedOrder[];
  /** How many history rows each order gets. */
  stepCounts: number[];
  subscriptions: PlannedSubscription[];
  knownCatalogue: ReadonlySet<string>;
}

export function planDemo(request: DemoRequest): DemoPlan {
  const { seed, known } = request;
  const asOf = request.asOf.getTime();
  const random = Random.from(`${seed}/${known.customers}/${known.addresses}/${known.nextOrderNumber}`);
  const counts = demoCounts(request);
  const ids = new DemoIds(request.asOf, random);
  const timeline = planTimeline(counts, request.ordersPerCustomer, asOf, random);
  const { starts } = timeline;
  const people = planPeople(counts, starts, known, ids, random);
  const orders = planOrders(counts, timeline, known.nextOrderNumber, random);
  planRefunds(orders, counts, asOf, random);
  planEndings(orders, counts, asOf, random);
  const natural = orders.map((order, i) => naturalSteps(order, asOf, random.branch(i)).length);
  const stepCounts = planCounts(request, natural, counts.statuses, random);
  const subscriptions = planSubscriptions(counts, orders, starts, asOf, random);
  const run = { ids, random, asOf };
  return { run, counts, starts, people, orders, stepCounts, subscriptions, knownCatalogue: known.catalogue };
}

function planCounts({ statusesPerOrder }: DemoSize, natural: number[], total: number, random: Random): number[] {
  if (statusesPerOrder !== undefined) return natural.map(() => statusesPerOrder);
  return planStepCounts(natural, total, random);
}

/** How many rows a plan comes to. */
export function plannedRows({ counts, orders, subscriptions, knownCatalogue }: DemoPlan): number {
  const ofOrders = orders.reduce(
    (sum, { refunds, ending }) => sum + 1 + refunds.length + (ending === 'cancelled' ? 1 : 0),
    0,
  );
  const mismatches = counts.companionOrders + counts.surchargedOrders;
  const ofPayments = 2 * counts.payments + counts.companionOrders + mismatches;
  const ofSubscriptions = 2 * subscriptions.length + counts.audited;
  const catalogue = PRODUCTS.length + COUPONS.length - knownCatalogue.size;
  const others = catalogue + 2 * counts.customers + counts.addresses + counts.statuses + counts.answers;
  return ofOrders + ofPayments + ofSubscriptions + others + counts.webhookLogs + counts.errorLogs;
}
