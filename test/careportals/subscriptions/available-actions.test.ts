import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Query } from '../../../src/platform/database/query.ts';
import { asAdmin, insert } from '../../kit/people.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { makeCustomer, NOON } from '../schema/make-rows.ts';
import { openSession, type Session } from '../schema/session.ts';
import { act, movingClock } from './lifecycle.ts';
import { newId } from './standing.ts';

const RUNS = process.env.LONG_TESTS === undefined ? 60 : 1_000;
const NOW = Date.UTC(2026, 2, 10, 12);

let server: TestApp;
let admin: Session;
let query: Query;
const tokens = new Map<string, string>();

beforeAll(async () => {
  server = await createTestApp({ clock: movingClock(new Date(NOW).toISOString()) });
  admin = await openSession(server.database.adminUrl);
  query = await asAdmin(server.database);
  await makeCustomer(admin, 'ann');
  await admin.run(
    `INSERT INTO products (product_id, list_price, renewal_cycle_duration, active) VALUES
      ('28-days', 100, 28, TRUE), ('365-days', 100, 365, TRUE), ('28-days-not-sold', 100, 28, FALSE),
      ('0-days', 100, 0, TRUE), ('no-days', 100, NULL, TRUE), ('another', 100, 28, TRUE)`,
  );
  const roles = ['support', 'admin', 'analyst', 'service'] as const;
  for (const role of roles) tokens.set(role, await server.token({ role }));
  tokens.set('feed', await server.token({ role: 'service', scopes: ['feed'] }));
  tokens.set('customer', await server.token({ role: 'customer', customerId: 'ann' }));
});
afterAll(async () => {
  await admin?.close();
  await server?.stop();
});

/** Minutes from now, as a row carries it; the very present and the edges of what may be planned among them. */
const minutes = fc.oneof(
  fc.constantFrom(-1, 0, 1, 732 * 1_440, 731 * 1_440, 704 * 1_440, 704 * 1_440 + 1),
  fc.integer({ min: -60 * 1_440, max: 60 * 1_440 }),
);
const instant = minutes.map(instantIn);
// What is due is carried out by the server at once, so that nobody could ask for it between.
const ahead = minutes.map((n) => instantIn(Math.abs(n) + 1));

function instantIn(minutes: number): string {
  return new Date(NOW + minutes * 60_000).toISOString().slice(0, 23).replace('T', ' ');
}

const drawn = fc.record({
  standing: fc.constantFrom('active', 'ending', 'paused', 'pausedUntil', 'cancelled'),
  nextCycleDate: fc.option(instant),
  scheduledAt: ahead,
  skippedDates: fc.array(instant, { maxLength: 2 }).map((dates) => dates.toSorted()),
  productId: fc.constantFrom('28-days', '365-days', '28-days-not-sold', '0-days', 'no-days', null),
  caller: fc.constantFrom('customer', 'support', 'admin'),
});

type Drawn = Omit<typeof drawn extends fc.Arbitrary<infer T> ? T : never, 'productId'> & { productId: string | null };

const PLANS: Record<string, [state: string, action: string | null]> = {
  active: ['active', null],
  ending: ['active', 'cancel'],
  paused: ['paused', null],
  pausedUntil: ['paused', 'resume'],
  cancelled: ['cancelled', null],
};

/** Puts it into the tables as it was drawn, whatever made it so; as often as asked. */
async function makeSome(one: Drawn, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, newId);
  const [state, action] = PLANS[one.standing] ?? ['active', null];
  const skipped = one.skippedDates.length === 0 ? null : JSON.stringify(one.skippedDates);
  const spine = ids.map((subscription_id) => ({
    subscription_id,
    state,
    next_cycle_date: one.nextCycleDate,
    scheduled_action: action,
    scheduled_at: action === null ? null : one.scheduledAt,
    skipped_dates: skipped,
  }));
  const { productId: product_id } = one;
  const details = { customer_id: 'ann', product_id, cycle: 1, status: state, created_at: NOON };
  await insert(query, 'subscriptions', spine);
  await insert(
    query,
    `subscriptions_${state}`,
    ids.map((subscription_id) => ({ subscription_id, ...details })),
  );
  return ids;
}

async function make(one: Drawn): Promise<string> {
  return (await makeSome(one, 1))[0] ?? '';
}

interface Available {
  action: string;
  allowed: boolean;
  reasonCode: string | null;
  message: string | null;
}

/** What is told of each of these, in this order. */
async function availableTo(caller: string, ids: string[]): Promise<Available[][]> {
  const { data, errors } = await server.ask<{
    subscriptions: { nodes: { subscriptionId: string; availableActions: Available[] }[] };
  }>(
    tokens.get(caller) ?? '',
    `query ($ids: [ID!]) { subscriptions(filter: { subscriptionIds: $ids }) {
      nodes { subscriptionId availableActions { action allowed reasonCode message } } } }`,
    { ids },
  );
  if (data === null) throw new Error(JSON.stringify(errors));
  const { nodes } = data.subscriptions;
  return ids.map((id) => nodes.find(({ subscriptionId }) => subscriptionId === id)?.availableActions ?? []);
}

async function availableFor(caller: string, one: Drawn): Promise<Available[]> {
  return (await availableTo(caller, [await make(one)]))[0] ?? [];
}

/** Each action's mutation, with what it takes beside the subscription. */
const MUTATIONS: Record<string, [mutation: string, args: object]> = {
  PAUSE: ['pauseSubscription', {}],
  RESUME: ['resumeSubscription', {}],
  CANCEL: ['cancelSubscription', {}],
  REACTIVATE: ['reactivateSubscription', {}],
  RESCHEDULE: ['rescheduleSubscription', { nextCycleDate: new Date(NOW + 7_654_321_000).toISOString() }],
  SKIP: ['skipSubscriptionCycle', {}],
  UNSKIP: ['unskipSubscriptionCycle', {}],
  SWAP_PRODUCT: ['swapSubscriptionProduct', { productId: 'another' }],
  ADVANCE_CYCLE: ['advanceSubscriptionCycle', {}],
  UNDO_SCHEDULED_CHANGE: ['undoScheduledChange', {}],
};

const ACTIVE: Drawn = {
  standing: 'active',
  nextCycleDate: '2026-03-20 09:00:00.000',
  scheduledAt: '2026-03-20 09:00:00.000',
  skippedDates: ['2026-03-20 09:00:00.000'],
  productId: '28-days',
  caller: 'admin',
};

/** One of each standing, in which all is known: each action is done in one of them, and refused in another. */
const EXAMPLES = (Object.keys(PLANS) as Drawn['standing'][]).map((standing): [Drawn] => [{ ...ACTIVE, standing }]);

const ACTIONS = Object.keys(MUTATIONS);

test('whatever a subscription is like and whoever asks, each mutation does what availableActions said, and refuses as it said', {
  timeout: 1_000 * RUNS + 120_000,
}, async () => {
  const seen = new Set<string>();
  const agrees = async (one: Drawn) => {
    // Each on one of its own: what was done would change what is allowed next.
    const ids = await makeSome(one, ACTIONS.length);
    const told = await availableTo(one.caller, ids);
    const asked = ACTIONS.map(async (name, index) => {
      const [mutation, args] = MUTATIONS[name] ?? ['', {}];
      const input = { subscriptionId: ids[index], ...args };
      const { userErrors } = await act(server, tokens.get(one.caller) ?? '', mutation, input);
      const { code = null, message = null } = userErrors[0] ?? {};
      expect(told[index]?.[index]).toEqual({ action: name, allowed: code === null, reasonCode: code, message });
      seen.add(`${name} ${code ?? 'done'}`);
    });
    await Promise.all(asked);
  };
  await fc.assert(fc.asyncProperty(drawn, agrees), {
    numRuns: RUNS,
    seed: Number(process.env.TEST_SEED ?? 1),
    examples: EXAMPLES,
  });
  const answers = ACTIONS.flatMap((name) => [`${name} done`, `${name} INVALID_TRANSITION`]);
  expect([...seen]).toEqual(expect.arrayContaining(answers));
});

test('all ten actions are told, in the order of the enum', async () => {
  const told = await availableFor('support', ACTIVE);
  expect(told.map(({ action }) => action)).toEqual(ACTIONS);
});

test('a skip that would lead beyond two years is refused, and said to be', async () => {
  const id = await make({ ...ACTIVE, nextCycleDate: '2027-04-01 09:00:00.000', productId: '365-days' });
  const told = (await availableTo('support', [id]))[0]?.find(({ action }) => action === 'SKIP');
  const message = 'The next cycle must lie within two years.';
  expect(told).toMatchObject({ allowed: false, reasonCode: 'VALIDATION', message });
  const { userErrors } = await act(server, tokens.get('support') ?? '', 'skipSubscriptionCycle', {
    subscriptionId: id,
  });
  expect(userErrors[0]?.message).toBe(message);
});

test('an analyst may do nothing: every action is NOT_ALLOWED, with a sentence', async () => {
  const told = await availableFor('analyst', ACTIVE);
  expect(told).toHaveLength(10);
  for (const action of told) {
    expect(action).toMatchObject({
      allowed: false,
      reasonCode: 'NOT_ALLOWED',
      message: expect.stringMatching(/\w \w/),
    });
  }
});

test('for a list of subscriptions the products are read in one statement', async () => {
  const text = '{ subscriptions(first: 10) { nodes { availableActions { allowed } upcomingCycles { date } } } }';
  for (const productId of ['28-days', '0-days', null]) await make({ ...ACTIVE, productId });
  server.statements.length = 0;
  const { errors } = await server.ask(tokens.get('support') ?? '', text);
  expect(errors).toBeUndefined();
  expect(server.statements).toHaveLength(2);
});

test('upcomingCycles shows three unless told otherwise, and from 1 to 24', async () => {
  const id = await make({ ...ACTIVE, skippedDates: [] });
  const ask = (args: string) =>
    server.ask<{ subscription: { upcomingCycles: { number: number; date: string; skipped: boolean }[] } }>(
      tokens.get('customer') ?? '',
      `{ subscription(subscriptionId: "${id}") { upcomingCycles${args} { number date skipped } } }`,
    );
  expect((await ask('')).data?.subscription.upcomingCycles).toEqual([
    { number: 2, date: '2026-03-20T09:00:00.000Z', skipped: false },
    { number: 3, date: '2026-04-17T09:00:00.000Z', skipped: false },
    { number: 4, date: '2026-05-15T09:00:00.000Z', skipped: false },
  ]);
  expect((await ask('(first: 24)')).data?.subscription.upcomingCycles).toHaveLength(24);
  for (const first of [0, -1, 25, null]) {
    const { errors } = await ask(`(first: ${first})`);
    expect(errors?.map(({ message, extensions }) => [extensions.code, message])).toEqual([
      ['BAD_USER_INPUT', 'first must be from 1 to 24.'],
    ]);
  }
});
