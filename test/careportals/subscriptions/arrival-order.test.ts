import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { makeCustomer } from '../schema/make-rows.ts';
import { openSession } from '../schema/session.ts';
import { act, at, event } from './act.ts';
import { newId, standing } from './standing.ts';

const RUNS = process.env.LONG_TESTS === undefined ? 60 : 1_000;

let database: TestDatabase;
let query: Query;
beforeAll(async () => {
  database = await createTestDatabase();
  query = await plainQuery(database.orm);
  const admin = await openSession(database.adminUrl);
  for (const id of ['ann', 'bob']) await makeCustomer(admin, id);
  await admin.run("INSERT INTO products (product_id, list_price) VALUES ('p1', 100), ('p2', 200)");
  await admin.close();
});
afterAll(() => database?.drop());

type Told = Omit<Parameters<typeof event>[1], 'subscriptionId'>;

/** Customers by the ids that they are told by: Bob has two, and nobody knows the third. */
const who = fc.constantFrom(
  { customerId: 'ann', emrCustomerId: 'a1' },
  { customerId: 'bob', emrCustomerId: 'b1' },
  { customerId: 'bob', emrCustomerId: 'b2' },
  { customerId: null, emrCustomerId: 'c1' },
  { customerId: null, emrCustomerId: null },
);

const phases = [1, 2].map((cycles) => ({
  price: 100,
  cycles,
  fillingInterval: 1,
  fillingUnit: 'month',
  billableInterval: 1,
  billingInterval: null,
  billingUnit: null,
  requirements: [],
}));

/** One event as the EMR may send it: any of its fields may be blank, and two may have the same time. */
const facts = fc.record({
  updatedAt: fc.integer({ min: 1, max: 9 }).map((day) => at(day)),
  status: fc.constantFrom('active', 'paused', 'cancelled', 'ended', null),
  phases: fc.constantFrom(...phases.map((phase) => [phase]), null),
  productId: fc.constantFrom('p1', 'p2', null),
  cycle: fc.constantFrom(1, 2, 3, null),
  nextCycleDate: fc.constantFrom(at(20), at(25), null),
  createdAt: fc.constantFrom(at(1), at(2), null),
});

const told = fc.tuple(facts, who).map(([said, named]) => ({ ...said, ...named }));

const scrambled = fc
  .array(told, { minLength: 2, maxLength: 6 })
  .chain((events) => fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })));

/** What is left of events in this order; without what may depend on the order. */
async function left(events: Told[], begin: (subscriptionId: string) => Promise<unknown> = async () => undefined) {
  const subscriptionId = newId();
  await begin(subscriptionId);
  for (const one of events) await event(database.orm, { ...one, subscriptionId });
  const { state, status, cycle, customer_id, product_id, ...row } = await standing(query, subscriptionId);
  const { next_cycle_date, created_at, updated_at, source_updated_at, phases, emr_customer_id } = row;
  const theirs = { customer_id, emr_customer_id, product_id, phases };
  return { state, status, cycle, ...theirs, next_cycle_date, created_at, updated_at, source_updated_at };
}

test('events of the EMR leave the same subscription behind in whatever order they arrive', {
  timeout: 600 * RUNS + 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(scrambled, async ([events, others]) => {
      expect(await left(others)).toEqual(await left(events));
    }),
    { numRuns: RUNS, seed: Number(process.env.TEST_SEED ?? 1) },
  );
});

test('so do events that arrive after something was done here, whether they are older or newer than it', {
  timeout: 1_200 * RUNS + 120_000,
}, async () => {
  const actions = fc.constantFrom('pause', 'cancel', 'cancelAtCycleEnd', 'skip');
  await fc.assert(
    fc.asyncProperty(
      scrambled,
      told,
      actions,
      fc.integer({ min: 2, max: 8 }),
      async ([events, others], first, action, day) => {
        const begin = async (subscriptionId: string) => {
          await event(database.orm, { ...first, subscriptionId, status: 'active', updatedAt: at(1) });
          await act(database.orm, action, subscriptionId, at(day, 500));
        };
        expect(await left(others, begin)).toEqual(await left(events, begin));
      },
    ),
    { numRuns: RUNS, seed: Number(process.env.TEST_SEED ?? 1) },
  );
});
