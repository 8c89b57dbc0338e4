import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SubscriptionEvent } from '../../../src/modules/careportals/subscriptions/apply-subscription-event.ts';
import type { Query } from '../../../src/platform/database/query.ts';
import { asAdmin } from '../../kit/people.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { makeCustomer, makeSubscription } from '../schema/make-rows.ts';
import { openSession, type Session } from '../schema/session.ts';
import { at, event } from './act.ts';
import { act, type MovingClock, movingClock, setSpine } from './lifecycle.ts';
import { newId } from './standing.ts';

let server: TestApp;
let clock: MovingClock;
let session: Session;
let query: Query;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  clock = movingClock(iso(at(1)));
  server = await createTestApp({ clock });
  session = await openSession(server.database.adminUrl);
  query = await asAdmin(server.database);
  for (const id of ['ann', 'bob']) await makeCustomer(session, id);
  await session.run(
    "INSERT INTO products (product_id, list_price, renewal_cycle_duration) VALUES ('p1', 100, 28), ('p2', 100, 28)",
  );
  for (const role of ['support', 'admin', 'analyst'] as const) {
    tokens[role] = await server.token({ role, subject: `${role}@example.test` });
  }
  for (const customerId of ['ann', 'bob']) tokens[customerId] = await server.token({ role: 'customer', customerId });
});
afterAll(async () => {
  await session?.close();
  await server?.stop();
});

function iso(instant: string): string {
  return `${instant.replace(' ', 'T')}Z`;
}

interface Told {
  auditEntryId: string;
  sentence: string;
  actor: string | null;
  actorRole: string;
  source: string;
  by: string;
  triggerType: string;
  effect: string;
  recordedAt: string;
  at: string | null;
  correlationId: string | null;
  reason: string | null;
  reasonCode: string | null;
  comment: string | null;
  version: number | null;
  changes: { field: string; before: unknown; after: unknown }[];
  deliveryAttempts: { webhookType: string; attempt: number; outcome: string; payload: unknown }[];
}

interface Present {
  rawStatus: string;
  cycle: number;
  nextCycleDate: string | null;
  createdAt: string;
  skippedDates: string[];
  phases: unknown[] | null;
  customer: { customerId: string } | null;
  product: { productId: string } | null;
  scheduledChanges: { action: string; dueAt: string }[];
  auditLog: { nodes: { id: string; changes: Told['changes'] }[] };
  explain: Told[];
}

const PRESENT = `{ rawStatus cycle nextCycleDate createdAt skippedDates customer { customerId } product { productId }
  phases { price cycles isOpenEnded fillingInterval fillingUnit billableInterval billingInterval billingUnit requirements }
  scheduledChanges { action dueAt } auditLog(first: 100, sort: { field: LOG_ID }) { nodes { id changes { field before after } } }
  explain { auditEntryId sentence actor actorRole source by triggerType effect recordedAt at correlationId reason reasonCode
    comment version changes { field before after } deliveryAttempts { webhookType attempt outcome payload } } }`;

async function look(id: string, caller = 'admin'): Promise<Present> {
  const { data, errors } = await server.ask<{ subscription: Present }>(
    tokens[caller] ?? '',
    `{ subscription(subscriptionId: "${id}") ${PRESENT} }`,
  );
  if (errors !== undefined || data === null) throw new Error(JSON.stringify(errors));
  return data.subscription;
}

/** What the chain has to make: the present state by the names that changes have. */
function stateOf({ scheduledChanges: [plan], ...present }: Present): Record<string, unknown> {
  return {
    status: present.rawStatus,
    cycle: present.cycle,
    customerId: present.customer?.customerId ?? null,
    productId: present.product?.productId ?? null,
    nextCycleDate: present.nextCycleDate,
    scheduledAction: plan?.action ?? null,
    scheduledAt: plan?.dueAt ?? null,
    skippedDates: present.skippedDates,
    createdAt: present.createdAt,
    phases: present.phases,
  };
}

const NOTHING = {
  status: null,
  cycle: null,
  customerId: null,
  productId: null,
  nextCycleDate: null,
  scheduledAction: null,
  scheduledAt: null,
  skippedDates: [],
  createdAt: null,
  phases: null,
};

/** Every change must begin where the one before it ended: else something happened that the chain does not tell. */
function folded(chain: Told[]): Record<string, unknown> {
  const state: Record<string, unknown> = { ...NOTHING };
  for (const { changes } of chain) {
    for (const { field, before, after } of changes) {
      expect(state[field] ?? null, field).toEqual(field === 'skippedDates' ? (before ?? []) : before);
      state[field] = after;
    }
  }
  return state;
}

function unfolded(present: Record<string, unknown>, chain: Told[]): Record<string, unknown> {
  const state = { ...present };
  for (const { changes } of chain.toReversed()) {
    for (const { field, before, after } of changes) {
      expect(state[field], field).toEqual(after);
      state[field] = before;
    }
  }
  return state;
}

function hear(
  subscriptionId: string,
  day: number,
  told: Partial<SubscriptionEvent>,
  heardAt = at(day, 500),
): Promise<string> {
  return event(server.database.orm, { subscriptionId, updatedAt: at(day), ...told }, heardAt);
}

/** A mutation by support at noon of a day. */
function on(day: number, mutation: string, input: Record<string, unknown>, caller = 'support') {
  clock.to(iso(at(day)));
  return act(server, tokens[caller] ?? '', mutation, input);
}

const PHASE = {
  price: 29_900,
  cycles: 0,
  fillingInterval: 4,
  fillingUnit: 'week',
  billableInterval: 1,
  billingInterval: null,
  billingUnit: null,
  requirements: ['wlusmonthly'],
};

/** Made by an event, and then all that can happen to one. */
async function eventful(): Promise<string> {
  const subscriptionId = newId();
  const input = { subscriptionId };
  await hear(subscriptionId, 2, {
    triggerType: 'created',
    status: 'active',
    customerId: 'ann',
    cycle: 3,
    nextCycleDate: '2026-04-10 09:00:00.000',
    createdAt: at(1),
  });
  await hear(subscriptionId, 3, { status: 'active', productId: 'p1' });
  await hear(subscriptionId, 3, { status: 'active', productId: 'p1' });
  await on(4, 'skipSubscriptionCycle', input);
  await on(4, 'skipSubscriptionCycle', input);
  await on(5, 'unskipSubscriptionCycle', input);
  await on(6, 'swapSubscriptionProduct', { ...input, productId: 'p2', reason: 'travelling' });
  await on(7, 'pauseSubscription', {
    ...input,
    resumeAt: '2026-05-01T00:00:00Z',
    reason: 'on the moon',
    comment: 'Secret',
  });
  await hear(subscriptionId, 5, { status: 'active', cycle: 4 });
  await hear(subscriptionId, 9, { status: 'active' });
  await on(10, 'rescheduleSubscription', { ...input, nextCycleDate: '2026-06-01T09:00:00Z' });
  await on(11, 'cancelSubscription', { ...input, atCycleEnd: true }, 'ann');
  await on(12, 'undoScheduledChange', input);
  await on(13, 'advanceSubscriptionCycle', input, 'admin');
  await hear(subscriptionId, 14, { status: 'active', cycle: 2, phases: [PHASE] });
  await on(15, 'cancelSubscription', input);
  await on(16, 'reactivateSubscription', input, 'admin');
  await hear(subscriptionId, 17, { triggerType: 'renewal', status: null, nextCycleDate: at(30) });
  await hear(subscriptionId, 18, { status: 'ended', customerId: 'bob', nextCycleDate: null });
  return subscriptionId;
}

test('the chain of a subscription that events made is complete: folded, it gives the present state', async () => {
  const present = await look(await eventful());
  expect(present.explain).toHaveLength(19);
  expect(folded(present.explain)).toEqual(stateOf(present));
});

test('the chain is complete after every single step, a plan that fell due included', async () => {
  const id = newId();
  const steps = [
    () => hear(id, 2, { status: 'active', productId: 'p1', nextCycleDate: at(8), createdAt: at(2) }),
    () => on(3, 'pauseSubscription', { subscriptionId: id, resumeAt: iso(at(9)), reason: 'travelling' }),
    () => dueOn(9, id),
    () => on(10, 'cancelSubscription', { subscriptionId: id, atCycleEnd: true }),
    () => dueOn(5 + 31, id),
  ];
  for (const step of steps) {
    await step();
    const present = await look(id);
    expect(folded(present.explain)).toEqual(stateOf(present));
  }
  const { explain } = await look(id);
  expect(explain.map(({ by, effect, actorRole }) => `${by} ${effect} ${actorRole}`)).toEqual([
    'active created system',
    'pauseSubscription moved support',
    'schedule moved system',
    'cancelSubscription scheduled support',
    'schedule moved system',
  ]);
  // What fell due leads back to the request that planned it, and keeps its reason.
  expect(explain[2]).toMatchObject({ reason: 'travelling', correlationId: explain[1]?.correlationId });
  expect(explain[2]?.sentence).toBe('It resumed by itself, as scheduled: the next cycle begins on 2026-04-05.');
  expect(explain[4]?.sentence).toBe('It was cancelled by itself, as scheduled.');
});

/** Moves the clock to a day of March, counted on, and waits until what was due has been done. */
async function dueOn(day: number, id: string): Promise<void> {
  clock.to(new Date(Date.UTC(2026, 2, day, 12, 0, 1)).toISOString());
  await expect.poll(async () => (await look(id)).scheduledChanges).toEqual([]);
}

test('the chain of one that was there before its trail leads back from the present to how it was found', async () => {
  const id = newId();
  await makeSubscription(session, id, 'paused', 'ann');
  await setSpine(query, id, { next_cycle_date: '2026-04-10 09:00:00.000' });
  const found = stateOf(await look(id));
  expect((await look(id)).explain).toEqual([]);
  await on(3, 'resumeSubscription', { subscriptionId: id });
  await hear(id, 4, { status: 'active', productId: 'p1', cycle: 6 });
  await on(5, 'skipSubscriptionCycle', { subscriptionId: id });
  await on(6, 'cancelSubscription', { subscriptionId: id });
  const present = await look(id);
  expect(unfolded(stateOf(present), present.explain)).toEqual(found);
});

describe('in the chain it can be seen', () => {
  /** The entry with this effect, and its changes as `field before → after`. */
  async function only(id: string, effect: string) {
    const [entry, ...more] = (await look(id)).explain.filter((one) => one.effect === effect);
    expect(more).toEqual([]);
    return { ...entry, changes: entry?.changes.map(({ field, before, after }) => `${field} ${before} → ${after}`) };
  }

  async function known(status: 'active' | 'paused' = 'active'): Promise<string> {
    const id = newId();
    await hear(id, 2, { status, cycle: 5, productId: 'p1', nextCycleDate: at(20), createdAt: at(1) });
    return id;
  }

  test('that CarePortals overruled a move made here', async () => {
    const id = await known();
    await on(3, 'pauseSubscription', { subscriptionId: id });
    await hear(id, 4, { status: 'active' });
    expect(await only(id, 'emr_override')).toMatchObject({
      by: 'active',
      source: 'webhook',
      actor: 'careportals',
      actorRole: 'system',
      changes: ['status paused → active'],
      sentence: 'CarePortals overruled what was done here: it is active.',
      version: 3,
    });
  });

  test('that CarePortals overruled a plan made here', async () => {
    const id = await known();
    await on(3, 'pauseSubscription', { subscriptionId: id, resumeAt: iso(at(25)) });
    await hear(id, 4, { status: 'cancelled' });
    const { changes } = await only(id, 'emr_override');
    expect(changes).toEqual(
      expect.arrayContaining([
        'status paused → cancelled',
        'scheduledAction RESUME → null',
        'scheduledAt 2026-03-25T12:00:00.000Z → null',
      ]),
    );
  });

  test('that an event was older than what was known: it changed nothing, and is told all the same', async () => {
    const id = await known();
    await on(10, 'pauseSubscription', { subscriptionId: id });
    await hear(id, 5, { status: 'cancelled', cycle: 9 }, at(11));
    expect(await only(id, 'stale')).toMatchObject({
      // Not the event's own time: that of the newest change that counts.
      at: iso(at(10)),
      recordedAt: iso(at(11)),
      by: 'cancelled',
      changes: [],
      sentence: 'CarePortals told what was older than what is known: nothing was changed.',
      version: 2,
    });
  });

  test('that CarePortals lowered the cycle', async () => {
    const id = await known();
    await hear(id, 4, { status: 'active', cycle: 3 });
    expect(await only(id, 'correction')).toMatchObject({
      changes: ['cycle 5 → 3'],
      sentence: 'CarePortals corrected it: it is in cycle 3 and not 5.',
    });
  });

  test('that it ended and was not cancelled', async () => {
    const id = await known();
    await hear(id, 4, { status: 'ended', nextCycleDate: at(20) });
    expect(await only(id, 'moved')).toMatchObject({
      by: 'ended',
      changes: ['status active → ended'],
      sentence: 'CarePortals changed it: it is ended.',
    });
  });
});

describe('what the chain tells', () => {
  test('is the audit trail: the same entries, oldest first, with the same changes', async () => {
    const { explain, auditLog } = await look(await eventful());
    expect(explain.map(({ auditEntryId, changes }) => ({ id: auditEntryId, changes }))).toEqual(
      auditLog.nodes.toReversed(),
    );
  });

  test('names the mutation, the actor, the reason and its code', async () => {
    const { explain } = await look(await eventful());
    const steps = explain.map(({ by, reasonCode }) => (reasonCode === null ? by : `${by} ${reasonCode}`));
    expect(steps).toEqual([
      'created',
      'active',
      'active',
      'skipSubscriptionCycle',
      'skipSubscriptionCycle',
      'unskipSubscriptionCycle',
      'swapSubscriptionProduct travelling',
      'pauseSubscription other',
      'active',
      'active',
      'rescheduleSubscription',
      'cancelSubscription',
      'undoScheduledChange',
      'advanceSubscriptionCycle',
      'active',
      'cancelSubscription',
      'reactivateSubscription',
      'renewal',
      'ended',
    ]);
  });

  test('a customer reads of the own, without actor, comment, deliveries, or whose it was before', async () => {
    const { explain, auditLog } = await look(await eventful(), 'bob');
    expect(explain.length).toBeGreaterThan(10);
    for (const { actor, comment, deliveryAttempts } of explain) {
      expect([actor, comment, deliveryAttempts]).toEqual([null, null, []]);
    }
    // Given when it was another customer's.
    expect(explain.filter(({ reason, reasonCode }) => reason !== null || reasonCode !== null)).toEqual([]);
    const whose = explain.flatMap(({ changes }) => changes.filter(({ field }) => field === 'customerId'));
    expect(whose).toEqual([
      { field: 'customerId', before: null, after: null },
      { field: 'customerId', before: null, after: 'bob' },
    ]);
    expect(JSON.stringify([explain, auditLog])).not.toMatch(/ann|Secret|@example/);
  });

  test('an analyst reads without actor, comment and reason, and with the code of the reason', async () => {
    const { explain } = await look(await eventful(), 'analyst');
    expect(new Set(explain.flatMap(({ actor, comment, reason }) => [actor, comment, reason]))).toEqual(new Set([null]));
    expect(new Set(explain.map(({ reasonCode }) => reasonCode))).toEqual(new Set([null, 'travelling', 'other']));
  });

  test('is read in one statement for many subscriptions', async () => {
    for (let made = 0; made < 5; made += 1) await hear(newId(), 2, { status: 'active' });
    server.statements.length = 0;
    const { data, errors } = await server.ask<{ subscriptions: { nodes: { explain: object[] }[] } }>(
      tokens.admin ?? '',
      '{ subscriptions(first: 20) { nodes { explain { sentence deliveryAttempts { outcome } } } } }',
    );
    expect(errors).toBeUndefined();
    expect(data?.subscriptions.nodes.filter(({ explain }) => explain.length > 0).length).toBeGreaterThan(4);
    expect(server.statements).toHaveLength(3);
  });

  test('costs as much as a page of a list, so that nobody reads the chains of thousands at once', async () => {
    const ask = (customers: number) =>
      server.ask(
        tokens.admin ?? '',
        `{ customers(first: ${customers}) { nodes { subscriptions(first: 10) { nodes { explain { sentence by effect } } } } } }`,
      );
    expect((await ask(80)).errors).toBeUndefined();
    expect((await ask(100)).errors?.[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
  });

  test('are the newest thousand, and those in order', async () => {
    const id = newId();
    await makeSubscription(session, id, 'active', 'ann');
    const entry = (n: number) => [id, 'active', n, 'renewal', 'unchanged', 'careportals', 'system', 'webhook', 'x'];
    await query(
      `INSERT INTO subscriptions_audit_log
        (subscription_id, status, version, trigger_type, effect, actor, actor_role, source, hash) VALUES ?`,
      [Array.from({ length: 1_003 }, (_, n) => entry(n))],
    );
    const versions = (await look(id)).explain.map(({ version }) => version);
    expect(versions).toEqual(Array.from({ length: 1_000 }, (_, n) => n + 3));
  });
});

test('a webhook in the chain leads to what was done with its delivery', async () => {
  const id = newId();
  const body = {
    _id: id,
    status: 'active',
    updatedAt: '2026-03-02T12:00:00.000Z',
    currentCycle: '2',
    'customer.firstName': 'Quentina',
  };
  const answer = await fetch(`${server.url}/webhooks/careportals/subscription.active`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-careportals-secret': server.settings.CAREPORTALS_WEBHOOK_SECRETS[0] ?? '',
    },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBeLessThan(300);
  await expect
    .poll(async () => (await query('SELECT 1 FROM subscriptions WHERE subscription_id = ?', [id])).length)
    .toBe(1);
  expect((await look(id)).explain[0]?.deliveryAttempts).toEqual([
    { webhookType: 'subscription.active', attempt: 1, outcome: 'processed', payload: expect.objectContaining(body) },
  ]);
  const forSupport = { ...body, 'customer.firstName': '[redacted]' };
  expect((await look(id, 'support')).explain[0]?.deliveryAttempts[0]?.payload).toEqual(forSupport);
});
