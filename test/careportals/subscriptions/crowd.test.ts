import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../../../src/modules/careportals/demo/random.ts';
import { verifyAuditChains } from '../../../src/modules/careportals/subscriptions/verify-audit-chain.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { makeCustomer, makeSubscription } from '../schema/make-rows.ts';
import { openSession, type Session } from '../schema/session.ts';
import { send, setSpine } from './lifecycle.ts';
import { contradictions, newId } from './standing.ts';

const LONG = process.env.LONG_TESTS !== undefined;
const CLIENTS = 32;
const SUBSCRIPTIONS = LONG ? 200 : 40;
const ACTIONS = LONG ? 10_000 : 1_200;

let server: TestApp;
let admin: Session;
let query: Query;
let token: string;
beforeAll(async () => {
  server = await createTestApp();
  admin = await openSession(server.database.adminUrl);
  query = await plainQuery(server.database.orm);
  token = await server.token({ role: 'admin' });
  await makeCustomer(admin, 'ann');
  await admin.run(`INSERT INTO products (product_id, list_price, renewal_cycle_duration)
    VALUES ('monthly', 100, 28), ('quarterly', 300, 84)`);
});
afterAll(async () => {
  await admin?.close();
  await server?.stop();
});

function daysAhead(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}

/** Any action with arguments that make sense, so that most are refused only for where the subscription stands. */
const ACTIONS_OF: Record<string, (random: Random) => object> = {
  pauseSubscription: (random) => random.pick([{}, { cycles: 2 }, { resumeAt: daysAhead(30) }]),
  resumeSubscription: (random) => random.pick([{}, {}, { resumeAt: daysAhead(40) }]),
  cancelSubscription: (random) => ({ atCycleEnd: random.chance(0.7) }),
  undoScheduledChange: () => ({}),
  reactivateSubscription: () => ({}),
  rescheduleSubscription: (random) => ({ nextCycleDate: daysAhead(random.pick([6, 17, 33, 61])) }),
  skipSubscriptionCycle: () => ({}),
  unskipSubscriptionCycle: () => ({}),
  swapSubscriptionProduct: (random) => ({ productId: random.pick(['monthly', 'quarterly']) }),
  advanceSubscriptionCycle: () => ({}),
};

async function makeSubscriptions(): Promise<string[]> {
  const ids = Array.from({ length: SUBSCRIPTIONS }, () => newId());
  for (const id of ids) {
    await makeSubscription(admin, id, 'active', 'ann');
    await setSpine(query, id, { next_cycle_date: daysAhead(10).slice(0, 23).replace('T', ' ') });
  }
  await admin.run("UPDATE subscriptions_active SET product_id = 'monthly'");
  return ids;
}

async function oneAction(random: Random, ids: string[]): Promise<string> {
  const mutation = random.pick(Object.keys(ACTIONS_OF));
  const subscriptionId = random.pick(ids);
  const input = { subscriptionId, ...ACTIONS_OF[mutation]?.(random), idempotencyKey: random.hex(16) };
  const { data, errors } = await send(server, token, mutation, input);
  return errors?.[0]?.extensions.code ?? data?.done.userErrors[0]?.code ?? 'done';
}

test(`${CLIENTS} clients with ${ACTIONS} random actions on ${SUBSCRIPTIONS} subscriptions lose no update and leave no hole`, {
  timeout: 120_000 + ACTIONS * 180,
}, async () => {
  const ids = await makeSubscriptions();
  const outcomes = new Map<string, number>();
  let left = ACTIONS;
  const client = async (own: number) => {
    const random = Random.from(process.env.TEST_SEED ?? 'crowd').branch(own);
    while (left-- > 0) {
      const outcome = await oneAction(random, ids);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, own) => client(own)));

  const done = outcomes.get('done') ?? 0;
  const retry = outcomes.get('RETRY_LATER') ?? 0;
  expect([...outcomes.values()].reduce((sum, count) => sum + count, 0)).toBe(ACTIONS);
  const expected = ['done', 'INVALID_TRANSITION', 'VALIDATION', 'RETRY_LATER'];
  expect([...outcomes.keys()].filter((outcome) => !expected.includes(outcome))).toEqual([]);
  expect(retry).toBeLessThan(ACTIONS / 20);
  // Were nearly all refused, the test would say little.
  expect(done).toBeGreaterThan(ACTIONS / 4);

  const [counts] = await query<Record<string, string>>(
    `SELECT (SELECT SUM(version - 1) FROM subscriptions) AS steps, (SELECT COUNT(*) FROM subscriptions_audit_log) AS entries,
      (SELECT COUNT(*) FROM outbox) AS notes, (SELECT COUNT(*) FROM idempotency_keys) AS kept,
      (SELECT COUNT(DISTINCT subscription_id, version) FROM subscriptions_audit_log) AS versions`,
  );
  expect(Object.entries(counts ?? {}).map(([name, count]) => [name, Number(count)])).toEqual([
    ['steps', done],
    ['entries', done],
    ['notes', done],
    ['kept', ACTIONS - retry],
    ['versions', done],
  ]);
  expect(await contradictions(query)).toEqual([]);
  expect((await verifyAuditChains(query)).broken).toEqual([]);
});
