import { couponRows, productRows } from './catalog-rows.ts';
import { type DemoBatch, emptyBatch } from './demo-batch.ts';
import { addErrorLog, addWebhookLog } from './log-rows.ts';
import { inSteps, naturalSteps } from './order-history.ts';
import { addOrder } from './order-rows.ts';
import { addPayments } from './payment-rows.ts';
import { addPerson } from './people-rows.ts';
import type { DemoPlan } from './plan-demo.ts';
import type { PlannedOrder } from './plan-orders.ts';
import type { PlannedSubscription } from './plan-subscriptions.ts';
import { ANSWERS_PER_SESSION, addSubmission } from './questionnaire-rows.ts';
import type { Random } from './random.ts';
import { addSubscription } from './subscription-rows.ts';

/** History rows that one batch should hold: it commits within a second even on a slow machine. */
const STEPS_PER_BATCH = 1_500;

/** From one index up to, not including, another. */
interface Slice {
  from: number;
  to: number;
}

/** The rows, in the order in which the story happened: the catalogue first, then batch by batch. Nothing refers ahead. */
export function* makeBatches(plan: DemoPlan): Generator<DemoBatch> {
  yield catalogueOf(plan);
  const hasCard = cardOrNot(plan);
  const story = plan.run.random.branch(plan.orders.length);
  const subscriptions = Map.groupBy(plan.subscriptions, (one) => one.customer);
  let people = 0;
  for (const orders of slicesOf(plan)) {
    const batch = emptyBatch();
    const to = orders.to === plan.orders.length ? plan.people.length : peopleBefore(plan, people, orders.to);
    addPeople(batch, plan, { from: people, to }, subscriptions);
    addOrders(batch, plan, orders, hasCard);
    addTheRest(batch, plan, orders, subscriptions.get(null) ?? [], story);
    people = to;
    yield batch;
  }
}

function catalogueOf({ run, knownCatalogue }: DemoPlan): DemoBatch {
  const products = productRows(run).filter((row) => !knownCatalogue.has(row.product_id));
  const coupons = couponRows(run).filter((row) => !knownCatalogue.has(row.coupon_code));
  return { ...emptyBatch(), products, coupons };
}

function* slicesOf({ orders, counts }: DemoPlan): Generator<Slice> {
  const steps = Math.max(1, counts.statuses / orders.length);
  const size = Math.max(1, Math.floor(STEPS_PER_BATCH / steps));
  for (let from = 0, to = 0; from < orders.length; from = to) {
    to = withCompanions(orders, { from, to: Math.min(from + size, orders.length) });
    yield { from, to };
  }
}

/** A payment and all orders that it pays for must be in one batch. */
function withCompanions(orders: PlannedOrder[], { from, to }: Slice): number {
  let end = to;
  for (let i = from; i < end; i++) {
    const companion = orders[i]!.pays;
    if (companion) end = Math.max(end, companion.number - orders[0]!.number + 1);
  }
  return end;
}

/** Those who have come by the time of the last order before `to`: its customer is among them. */
function peopleBefore({ starts, orders }: DemoPlan, from: number, to: number): number {
  const until = orders[to - 1]!.at;
  let index = from;
  while (index < starts.length && starts[index]! <= until) index++;
  return index;
}

function addPeople(
  batch: DemoBatch,
  plan: DemoPlan,
  { from, to }: Slice,
  subscriptions: Map<number | null, PlannedSubscription[]>,
): void {
  const { run, people, starts, counts } = plan;
  for (let i = from; i < to; i++) {
    addPerson(batch, run, people[i]!, starts[i]!);
    for (const one of subscriptions.get(i) ?? []) addSubscription(batch, run, one, people[i]!);
    for (const answers of submissionsOf(i, counts.answers, people.length)) {
      addSubmission(batch, run, people[i]!, starts[i]!, answers);
    }
  }
}

/** The submissions of one person, each with its number of answers; spread evenly over all. */
function submissionsOf(person: number, answers: number, people: number): number[] {
  const sessions = Math.ceil(answers / ANSWERS_PER_SESSION);
  const { from, to } = shareOf(sessions, { from: person, to: person + 1 }, people);
  return Array.from({ length: to - from }, (_, i) =>
    Math.min(ANSWERS_PER_SESSION, answers - (from + i) * ANSWERS_PER_SESSION),
  );
}

function addOrders(batch: DemoBatch, plan: DemoPlan, { from, to }: Slice, hasCard: () => boolean): void {
  const { run, orders, people, stepCounts } = plan;
  for (let i = from; i < to; i++) {
    const order = orders[i]!;
    const own = run.random.branch(i);
    const steps = inSteps(naturalSteps(order, run.asOf, own), stepCounts[i]!, run.asOf, own);
    addOrder(batch, run, order, people[order.customer]!, steps);
    addPayments(batch, run, order, people[order.customer]!, hasCard);
  }
}

/** What belongs to no customer: its part of the subscriptions without one, and of the logs. */
function addTheRest(
  batch: DemoBatch,
  { run, counts, orders }: DemoPlan,
  slice: Slice,
  unlinked: PlannedSubscription[],
  story: Random,
): void {
  const range = (total: number) => shareOf(total, slice, orders.length);
  const { from, to } = range(unlinked.length);
  for (const one of unlinked.slice(from, to)) addSubscription(batch, run, one, null);
  const order = () => orders[story.between(slice.from, slice.to - 1)]!;
  for (let { from: i, to: end } = range(counts.webhookLogs); i < end; i++) addWebhookLog(batch, run, order());
  for (let { from: i, to: end } = range(counts.errorLogs); i < end; i++) addErrorLog(batch, run, order());
}

/** The part of `total` things that falls to a slice of `all`. */
function shareOf(total: number, { from, to }: Slice, all: number): Slice {
  return { from: Math.floor((from * total) / all), to: Math.floor((to * total) / all) };
}

/** Says of one charge after another whether a card was used; exactly so many times not. */
function cardOrNot({ counts, run }: DemoPlan): () => boolean {
  const charges = Array.from({ length: counts.payments }, (_, i) => i);
  const without = new Set(run.random.choose(charges, counts.paymentsWithoutCard));
  let charge = 0;
  return () => !without.has(charge++);
}
