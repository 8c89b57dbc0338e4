import { Random } from '../../../src/modules/careportals/demo/random.ts';
import type { Query } from '../../../src/platform/database/query.ts';
import { insert } from '../../kit/people.ts';
import type { Row } from '../../kit/people-rows.ts';

/** Everything happens from here … */
const FIRST = Date.UTC(2025, 8, 1);
/** … to here. Clocks change on 2025-11-02 and on 2026-03-08. */
export const NOW = new Date('2026-03-20T15:00:00.000Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export function text(ms: number): string {
  return new Date(ms).toISOString().slice(0, 23).replace('T', ' ');
}

/** Random rows of every kind that figures look at, with what old systems left in them. */
export async function makeBusiness(query: Query, seed: string, size: number): Promise<void> {
  const random = Random.from(seed);
  const customers = Array.from({ length: size }, (_, n) => `cust${n}`);
  await insert(
    query,
    'customers',
    customers.map((id) => customerRow(random, id)),
  );
  await insert(query, 'addresses', [addressRow('a', 'NY'), addressRow('b', 'vt'), addressRow('c', null)]);
  await insert(query, 'products', products(random));
  const orders = Array.from({ length: size * 4 }, (_, n) => orderRow(random, n, customers));
  // Orders of one cart are placed at the same moment.
  for (const [n, order] of orders.entries()) {
    const { customer_id, created_at } = random.pick(orders.slice(0, n + 1));
    if (random.chance(0.15)) Object.assign(order, { customer_id, created_at });
  }
  await insert(query, 'orders', orders);
  await makeHistories(query, random, orders);
  await makeMoney(query, random, orders);
  await makeSubscriptions(query, random, customers);
}

/** Anywhere, but every fourth time on the edge of an Eastern day. */
function moment(random: Random): number {
  return perhapsMidnight(random, random.between(FIRST, NOW.getTime()));
}

function perhapsMidnight(random: Random, at: number): number {
  if (!random.chance(0.25)) return at;
  return at - (at % DAY) + random.pick([4, 5]) * HOUR + random.pick([-1, 0, 1]);
}

function customerRow(random: Random, id: string): Row {
  // As an import leaves it: made here long after the first order.
  const created_at = text(random.chance(0.5) ? NOW.getTime() : moment(random));
  return { customer_id: id, email: `${id}@example.test`, created_at };
}

function addressRow(letter: string, province: string | null): Row {
  return { address_id: letter.repeat(32), province_code: province };
}

function products(random: Random): Row[] {
  return Array.from({ length: 5 }, (_, n) => ({
    product_id: `prod${n}`,
    list_price: 30_000,
    sale_cycle_duration: n === 0 ? null : random.between(1, 3),
    renewal_price: n === 1 ? null : random.between(0, 40_000),
    renewal_cycle_duration: n === 2 ? null : random.between(20, 90),
  }));
}

function orderRow(random: Random, n: number, customers: string[]): Row {
  const created = moment(random);
  return {
    order_id: 101 + n,
    care_portals_internal_order_id: `internal${n}`,
    // A few have none.
    customer_id: random.pick(customers.slice(2)),
    product_id: random.chance(0.7) ? `prod${random.below(5)}` : null,
    source: random.pick(['checkout', 'checkout', 'subscription_cycle', 'renewal', 'api']),
    total_amount: random.chance(0.3) ? 0 : random.between(1, 60_000),
    base_amount: 60_000,
    ship_to_province_code: random.pick(['NY', 'ny', ' CA', 'TX', '', null]),
    shipping_address_id: random.pick([null, 'a'.repeat(32), 'b'.repeat(32), 'c'.repeat(32)]),
    created_at: text(created),
    // As an import leaves it.
    updated_at: text(NOW.getTime()),
  };
}

const WAY = ['processing', 'awaiting_requirements', 'awaiting_script', 'awaiting_shipment', 'shipped'];

async function makeHistories(query: Query, random: Random, orders: Row[]): Promise<void> {
  const rows = orders.flatMap((order) => historyOf(random, order));
  const once = new Map(rows.map((row) => [`${row.order_id} ${row.updated_status} ${row.status_updated_at}`, row]));
  await insert(query, 'order_status_updates', [...once.values()]);
  const cancelled = orders.filter(() => random.chance(0.1));
  const cancellation = ({ order_id }: Row) => ({ order_id, cancelled_at: text(moment(random)) });
  await insert(query, 'orders_cancelled', cancelled.map(cancellation));
}

function historyOf(random: Random, order: Row): Row[] {
  let at = Date.parse(`${String(order.created_at).replace(' ', 'T')}Z`);
  const steps = WAY.slice(0, random.between(1, WAY.length));
  const odd = [...WAY, 'awaiting_payment', 'cancelled', 'order_deleted', 'canceled_by_staff'];
  if (random.chance(0.5)) steps.splice(random.below(steps.length + 1), 0, random.pick(odd));
  return steps.map((updated_status) => {
    // Equal times occur, and times far above a week.
    at += random.pick([0, random.between(1, 30) * HOUR + random.below(HOUR), random.between(1, 12) * DAY]);
    const { order_id, created_at } = order;
    return { order_id, updated_status, order_created_at: created_at, status_updated_at: text(at) };
  });
}

async function makeMoney(query: Query, random: Random, orders: Row[]): Promise<void> {
  const paid = orders.flatMap((order) => Array.from({ length: random.pick([0, 1, 1, 1, 2, 3]) }, () => order));
  const payments = paid.map((order, n) => ({
    payment_id: n + 1,
    charge_id: `ch_${n}`,
    order_id: order.order_id,
    amount: random.between(1, 60_000),
    currency: random.chance(0.05) ? 'EUR' : 'USD',
    status: random.pick(['succeeded', 'succeeded', 'succeeded', 'failed']),
    created_at: text(moment(random)),
  }));
  await insert(query, 'payments', payments);
  const links = payments.flatMap(({ payment_id, order_id }) => {
    const other = random.chance(0.2) ? random.pick(orders).order_id : order_id;
    return [...new Set([order_id, other])].map((linked) => ({ payment_id, order_id: linked }));
  });
  await insert(query, 'payment_orders', links);
  const given = payments
    .filter(({ status }) => status === 'succeeded')
    .flatMap((payment) => Array.from({ length: random.pick([0, 0, 1, 2]) }, () => payment));
  await insert(
    query,
    'refunds',
    given.map((payment, n) => ({
      stripe_refund_id: `re_${n}`,
      charge_id: payment.charge_id,
      amount: random.chance(0.4) ? payment.amount : random.between(1, Number(payment.amount)),
      currency: payment.currency,
      reason: random.pick([null, 'duplicate', 'requested_by_customer']),
      status: random.pick(['succeeded', 'succeeded', 'succeeded', 'pending', 'failed']),
      created_at: text(
        Math.min(NOW.getTime(), Date.parse(`${payment.created_at.replace(' ', 'T')}Z`) + random.below(40 * DAY)),
      ),
    })),
  );
}

const STATES = ['active', 'paused', 'cancelled'] as const;

async function makeSubscriptions(query: Query, random: Random, customers: string[]): Promise<void> {
  const made = Array.from({ length: customers.length * 2 }, (_, n) => subscriptionOf(random, `sub${n}`, customers));
  await insert(
    query,
    'subscriptions',
    made.map(({ details, state }) => ({ subscription_id: details.subscription_id, state })),
  );
  for (const state of STATES) {
    const rows = made.filter((one) => one.state === state).map(({ details }) => details);
    if (rows.length > 0) await insert(query, `subscriptions_${state}`, rows);
  }
  await insert(
    query,
    'subscriptions_audit_log',
    made.flatMap(({ trail }) => trail),
  );
}

/** Some have a trail of moves; of others, as of imported ones, nothing is known but where they stand. */
function subscriptionOf(random: Random, subscription_id: string, customers: string[]) {
  const created = moment(random);
  const moves = random.pick([0, 0, 1, 2, 3]);
  const trail: Row[] = [];
  let [at, status] = [created, random.pick(['active', 'active', 'paused', 'cancelled'])];
  const entry = (next: string, effect: string, previous: string | null) => ({
    subscription_id,
    status: next,
    previous_status: previous,
    trigger_type: next,
    effect,
    actor: 'careportals',
    actor_role: 'system',
    source: 'webhook',
    updated_at: random.chance(0.8) ? text(at) : null,
    webhook_received_at: text(Math.min(NOW.getTime(), at + random.pick([0, 1_500, 3 * DAY]))),
    hash: 'a'.repeat(64),
  });
  if (moves > 0) trail.push(entry(status, 'created', null));
  for (let n = 0; n < moves; n++) {
    at = Math.min(NOW.getTime(), Math.max(at + 1, perhapsMidnight(random, at + random.between(1, 60 * DAY))));
    const next = random.pick(['active', 'paused', 'cancelled', 'ended']);
    trail.push(entry(next, next === status ? 'unchanged' : 'moved', status));
    status = next;
  }
  const state = status === 'ended' ? ('cancelled' as const) : (status as (typeof STATES)[number]);
  const updated_at = random.chance(0.8) ? text(Math.min(NOW.getTime(), at + random.below(30 * DAY))) : null;
  const details = {
    subscription_id,
    customer_id: random.chance(0.6) ? random.pick(customers) : null,
    product_id: random.chance(0.6) ? `prod${random.below(5)}` : null,
    cycle: 1,
    status,
    created_at: text(created),
    updated_at,
  };
  return { state, details, trail };
}
