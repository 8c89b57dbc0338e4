import type { DemoCounts } from './demo-counts.ts';
import type { Random } from './random.ts';

/** When somebody ordered; times are milliseconds since 1970, customers are counted from 0 in order of their start. */
export interface OrderMoment {
  customer: number;
  at: number;
  /** 0 for a customer's first order. */
  ordinal: number;
  /** Made of the same cart as the customer's first order, and paid with it. */
  companion: boolean;
}

export interface Timeline {
  /** When each customer came, oldest first. */
  starts: number[];
  /** Oldest first. */
  moments: OrderMoment[];
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** About fourteen months. */
const SPAN = 425 * DAY;
const CYCLE = 28 * DAY;
/** Nothing begins later than this before the end, so that its first steps still fit. */
const LAST_START = 15 * MINUTE;

/** Customers come at a growing rate and order again every four weeks until they stop. */
export function planTimeline(counts: DemoCounts, exactly: number | undefined, asOf: number, random: Random): Timeline {
  const starts = planStarts(counts.customers, asOf, random);
  const everybody = starts.map((_, customer) => customer);
  const idle = new Set(random.choose(everybody, counts.customersWithoutOrder));
  const customers = everybody.filter((customer) => !idle.has(customer));
  const often = exactly === undefined ? planOften(counts, customers, starts, asOf, random) : () => exactly;
  const moments = customers.flatMap((customer) =>
    momentsOf(customer, often(customer), starts[customer]!, asOf, random),
  );
  const firsts = moments.filter((moment) => moment.ordinal === 0);
  const companions = random
    .choose(firsts, counts.companionOrders)
    .map((first) => ({ ...first, at: first.at + 400, companion: true }));
  return { starts, moments: [...moments, ...companions].sort((a, b) => a.at - b.at || a.customer - b.customer) };
}

/** The rate at the end is twice the rate at the beginning: the inverse of F(x) = (x + x²/2) / 1.5. */
function planStarts(customers: number, asOf: number, random: Random): number[] {
  const begin = asOf - SPAN;
  const starts = Array.from({ length: customers }, (_, i) => {
    const share = Math.sqrt(1 + (3 * (i + random.next())) / customers) - 1;
    return begin + Math.floor(share * (SPAN - LAST_START));
  });
  return starts.sort((a, b) => a - b);
}

/** Shares the orders out: one each, then again and again among those who have been there long enough. */
function planOften(counts: DemoCounts, customers: number[], starts: number[], asOf: number, random: Random) {
  const often = new Map(customers.map((customer) => [customer, 1]));
  let left = counts.orders - counts.companionOrders - customers.length;
  while (left > 0) {
    const roomy = customers.filter((customer) => (asOf - starts[customer]!) / CYCLE > often.get(customer)!);
    const staying = roomy.filter(() => random.chance(0.5));
    const next = staying.length > 0 ? staying : customers;
    for (const customer of random.choose(next, Math.min(left, next.length))) {
      often.set(customer, often.get(customer)! + 1);
      left--;
    }
  }
  return (customer: number) => often.get(customer)!;
}

function momentsOf(customer: number, often: number, start: number, asOf: number, random: Random): OrderMoment[] {
  const gap = Math.min(CYCLE, (asOf - LAST_START - start) / often);
  return Array.from({ length: often }, (_, ordinal) => {
    const lateness = ordinal === 0 ? 0 : random.next() * 0.1;
    return { customer, ordinal, at: Math.floor(start + (ordinal + lateness) * gap), companion: false };
  });
}
