import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../../../src/modules/careportals/demo/random.ts';
import { verifyAuditChains } from '../../../src/modules/careportals/subscriptions/verify-audit-chain.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { makeCustomer, makeSubscription } from '../schema/make-rows.ts';
import { openSession, type Session } from '../schema/session.ts';
import { contradictions, newId, standing, trail } from './standing.ts';

const LONG = process.env.LONG_TESTS !== undefined;
const ROUNDS = LONG ? 500 : 50;
const CLIENTS = 16;
const MOVES_EACH = LONG ? 250 : 25;

let server: TestApp;
let admin: Session;
let query: Query;
let token: string;
beforeAll(async () => {
  server = await createTestApp();
  admin = await openSession(server.database.adminUrl);
  query = await plainQuery(server.database.orm);
  token = await server.token({ role: 'support' });
  await makeCustomer(admin, 'ann');
});
afterAll(async () => {
  await admin?.close();
  await server?.stop();
});

interface Outcome {
  /** `moved`, a userError's code, or a fault's code. */
  was: string;
  version: number | undefined;
}

async function move(
  verb: 'pause' | 'resume' | 'cancel',
  subscriptionId: string,
  expectedVersion?: number,
): Promise<Outcome> {
  const input = `subscriptionId: "${subscriptionId}"${expectedVersion ? `, expectedVersion: ${expectedVersion}` : ''}`;
  const { data, errors } = await server.ask<{
    m: { subscription: { version: number } | null; auditEntry: object | null; userErrors: { code: string }[] };
  }>(
    token,
    `mutation { m: ${verb}Subscription(input: { ${input} }) {
      subscription { version } auditEntry { logId } userErrors { code } } }`,
  );
  const fault = errors?.[0]?.extensions.code;
  const refusal = data?.m.userErrors[0]?.code;
  return { was: fault ?? refusal ?? 'moved', version: data?.m.subscription?.version };
}

test(`in ${ROUNDS} rounds of a pause against a cancel each ends as the rules allow, with an entry for each version`, async () => {
  const endings = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const id = newId();
    await makeSubscription(admin, id, 'active', 'ann');
    // In turns, so that each comes first often enough.
    const first = round % 2 === 0 ? move('pause', id) : null;
    const [cancelled, paused] = await Promise.all([move('cancel', id), first ?? move('pause', id)]);
    const after = await standing(query, id);
    const entries = await trail(query, id);
    // A cancelled one cannot be paused, and a paused one can be cancelled: so the cancel always gets through.
    expect(cancelled?.was).toBe('moved');
    expect(after.state).toBe('cancelled');
    expect(paused?.was).toBe(entries.length === 2 ? 'moved' : 'INVALID_TRANSITION');
    expect(entries.map((entry) => entry.version)).toEqual(entries.length === 2 ? [2, 3] : [2]);
    expect(after.version).toBe(entries.length + 1);
    endings.add(entries.map((entry) => entry.trigger_type).join(', '));
  }
  // Both orders came about, or the rounds would show one ending alone.
  expect(endings).toEqual(new Set(['cancel', 'pause, cancel']));
});

test(`of ${CLIENTS} clients that act on the same version one gets through`, async () => {
  for (let round = 0; round < 5; round++) {
    const id = newId();
    await makeSubscription(admin, id, 'active', 'ann');
    const outcomes = await Promise.all(Array.from({ length: CLIENTS }, () => move('pause', id, 1)));
    const was = outcomes.map((outcome) => outcome.was).sort();
    expect(was).toEqual([...Array<string>(CLIENTS - 1).fill('STALE_VERSION'), 'moved']);
    expect(await trail(query, id)).toHaveLength(1);
  }
});

test(`${CLIENTS} clients with random moves on four subscriptions lose no update and leave no hole`, async () => {
  const ids = Array.from({ length: 4 }, () => newId());
  for (const id of ids) await makeSubscription(admin, id, 'active', 'ann');
  const outcomes: Outcome[] = [];
  const client = async (own: number) => {
    const random = Random.from(process.env.TEST_SEED ?? 'races').branch(own);
    for (let i = 0; i < MOVES_EACH; i++) {
      // A cancel would end the game, so it comes at the last.
      const verb = i === MOVES_EACH - 1 && own === 0 ? 'cancel' : random.pick(['pause', 'resume'] as const);
      outcomes.push(await move(verb, random.pick(ids)));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, own) => client(own)));
  expect(new Set(outcomes.map((outcome) => outcome.was))).toEqual(new Set(['moved', 'INVALID_TRANSITION']));
  const all = await Promise.all(ids.map((id) => standing(query, id)));
  const steps = all.reduce((sum, row) => sum + row.version - 1, 0);
  expect(outcomes.filter((outcome) => outcome.was === 'moved')).toHaveLength(steps);
  for (const { subscription_id, version } of all) {
    const versions = (await trail(query, subscription_id)).map((entry) => entry.version);
    expect(versions).toEqual(Array.from({ length: version - 1 }, (_, i) => i + 2));
  }
});

test('after all of this the tables do not contradict each other and every chain holds', async () => {
  expect(await contradictions(query)).toEqual([]);
  const verdict = await verifyAuditChains(query);
  expect(verdict.broken).toEqual([]);
  expect(verdict.entries).toBeGreaterThan(ROUNDS);
});
