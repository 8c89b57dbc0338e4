import type { PlannedOrder } from './plan-orders.ts';
import type { Random } from './random.ts';

/** A status and when it was reached, in milliseconds since 1970. */
export interface Step {
  status: string;
  at: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The mean time that passes before a status is reached, from the one before. */
const WAIT: Record<string, number> = {
  pending: 2 * MINUTE,
  awaiting_payment: 5 * MINUTE,
  processing: MINUTE,
  awaiting_requirements: 20 * MINUTE,
  awaiting_requisition: 12 * HOUR,
  awaiting_results: 30 * HOUR,
  awaiting_script: 65 * HOUR,
  awaiting_fulfillment: 12 * HOUR,
  awaiting_shipment: 23 * HOUR,
  shipped: 99 * HOUR,
  delivered: 60 * HOUR,
  completed: 70 * HOUR,
  refunded: 30 * HOUR,
  cancelled: 26 * HOUR,
};

/** A status with no place in the table above. */
const OTHER_WAIT = 14 * HOUR;

const MAIN_ROAD = [
  'processing',
  'awaiting_requirements',
  'awaiting_script',
  'awaiting_fulfillment',
  'awaiting_shipment',
];

/** What an order went through by the time `asOf`, oldest first, at least one step. */
export function naturalSteps(order: PlannedOrder, asOf: number, random: Random): Step[] {
  const steps: Step[] = [];
  let at = order.at;
  for (const status of roadTo(order, random)) {
    at += random.around(WAIT[status] ?? OTHER_WAIT);
    steps.push({ status, at });
  }
  return order.ending === 'cancelled' ? squeezed(steps, order.at, asOf) : reached(steps, asOf);
}

function roadTo({ ending, goesBack }: PlannedOrder, random: Random): string[] {
  if (ending === 'pending') return ['pending'];
  if (ending === 'awaiting_payment') return random.chance(0.5) ? ['awaiting_payment'] : ['pending', 'awaiting_payment'];
  if (ending === 'cancelled') return [...MAIN_ROAD.slice(0, random.between(1, 4)), 'cancelled'];
  const known = MAIN_ROAD.indexOf(ending);
  if (known >= 0) return MAIN_ROAD.slice(0, known + 1);
  if (ending === 'awaiting_requisition') return [...MAIN_ROAD.slice(0, 2), ending];
  if (ending === 'awaiting_results') return [...MAIN_ROAD.slice(0, 2), 'awaiting_requisition', ending];
  const whole = random.chance(0.6) ? MAIN_ROAD : MAIN_ROAD.filter((status) => status !== 'awaiting_fulfillment');
  const back = goesBack ? ['awaiting_script', 'awaiting_shipment'] : [];
  return [...whole, ...back, ...(ending in WAIT ? ['shipped'] : []), ...(ending === 'shipped' ? [] : [ending])];
}

function squeezed(steps: Step[], from: number, asOf: number): Step[] {
  const last = steps.at(-1)!.at;
  if (last <= asOf) return steps;
  const factor = (asOf - MINUTE - from) / (last - from);
  return steps.map(({ status, at }) => ({ status, at: Math.floor(from + (at - from) * factor) }));
}

function reached(steps: Step[], asOf: number): Step[] {
  const past = steps.filter((step) => step.at <= asOf);
  return past.length > 0 ? past : [{ status: steps[0]!.status, at: asOf }];
}

/**
 * The same history told in exactly `count` steps: later updates that repeat a status are added, or early steps left
 * out. The last step stays the last, and no two have the same time.
 */
export function inSteps(natural: readonly Step[], count: number, asOf: number, random: Random): Step[] {
  const steps = natural.map((step) => ({ ...step }));
  while (steps.length > count) steps.splice(random.below(steps.length - 1), 1);
  while (steps.length < count) steps.splice(...repeatOf(steps, asOf, random));
  return withoutTies(steps, asOf);
}

/** Where to put a repeat, as splice wants it: behind a step that is not the last, unless there is but one. */
function repeatOf(steps: readonly Step[], asOf: number, random: Random): [index: number, remove: 0, step: Step] {
  const index = random.below(Math.max(1, steps.length - 1));
  const { status, at } = steps[index]!;
  const until = steps[index + 1]?.at ?? Math.min(asOf, at + 48 * HOUR);
  return [index + 1, 0, { status, at: Math.floor(at + (until - at) * random.next()) }];
}

function withoutTies(steps: Step[], asOf: number): Step[] {
  for (let i = 1; i < steps.length; i++) steps[i]!.at = Math.max(steps[i]!.at, steps[i - 1]!.at + 1);
  let latest = asOf;
  for (let i = steps.length - 1; i >= 0 && steps[i]!.at > latest; i--) {
    steps[i]!.at = latest;
    latest--;
  }
  return steps;
}

/** How many history rows each order gets: its natural number, evened up or down until the sum is `total`. */
export function planStepCounts(natural: readonly number[], total: number, random: Random): number[] {
  const counts = [...natural];
  let left = total - counts.reduce((a, b) => a + b, 0);
  while (left !== 0) {
    const able = [...counts.keys()].filter((i) => left > 0 || counts[i]! > 1);
    const chosen = random.choose(able, Math.min(Math.abs(left), able.length));
    for (const i of chosen) counts[i] = counts[i]! + Math.sign(left);
    left -= Math.sign(left) * chosen.length;
  }
  return counts;
}
