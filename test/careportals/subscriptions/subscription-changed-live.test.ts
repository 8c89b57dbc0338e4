import { setTimeout as pause } from 'node:timers/promises';
import { print } from 'graphql';
import type { Client } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../../src/modules/careportals/demo/random.ts';
import { subscriptionFeed } from '../../../src/modules/careportals/subscriptions/subscription-changed.live.ts';
import { SubscriptionChangedDocument, type SubscriptionChangedSubscription } from '../../generated/operations.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { follow } from '../../kit/transports.ts';
import { makeCustomer, makeSubscription } from '../schema/make-rows.ts';
import { openSession, type Session } from '../schema/session.ts';
import { act, movingClock } from './lifecycle.ts';
import { newId } from './standing.ts';

const LONG = process.env.LONG_TESTS !== undefined;
const WRITES_EACH = LONG ? 400 : 50;
/** Ids as CarePortals gives them. */
const ANN = '69a1c04fd2b7e83a5510aaa1';
const BOB = '69a1c04fd2b7e83a5510bbb1';

const clock = movingClock('2026-03-02T08:00:00.000Z');
let server: TestApp;
/** A second instance of the server on the same database. */
let second: TestApp;
let other: Session;
let support: string;
const open: Client[] = [];
beforeAll(async () => {
  server = await createTestApp({ clock });
  second = await createTestApp({ clock, database: server.database });
  other = await openSession(server.database.adminUrl);
  support = await server.token({ role: 'support', subject: 'agent-7' });
  for (const id of [ANN, BOB]) await makeCustomer(other, id);
  await other.rows("INSERT INTO customer_aliases (careportals_id, customer_id) VALUES ('ann-before', ?)", [ANN]);
});
afterAll(async () => {
  for (const client of open) await client.dispose();
  await other?.close();
  await second?.stop();
  await server?.stop();
});

type Event = SubscriptionChangedSubscription['subscriptionChanged'];

async function socketOf(who: Parameters<TestApp['token']>[0] = { role: 'support' }, on = server): Promise<Client> {
  const client = on.socket(await server.token(who));
  open.push(client);
  return client;
}

function listen(client: Client, variables: { filter?: object; after?: string } = {}) {
  return follow<Event>(client, 'subscriptionChanged', print(SubscriptionChangedDocument), variables);
}

/** Listens and waits until the server surely knows. */
async function listening(client: Client, variables: { filter?: object; after?: string } = {}) {
  const live = listen(client, variables);
  await live.taken();
  return live;
}

async function newSubscription(customerId: string | null = ANN, state = 'active'): Promise<string> {
  const id = newId();
  await makeSubscription(other, id, state, customerId);
  return id;
}

const ENTRY = {
  status: 'active',
  trigger_type: 'by_hand',
  effect: 'changed',
  actor: 'a script',
  actor_role: 'system',
  source: 'import',
  hash: 'c'.repeat(64),
};

/** An entry as any other program would write it. */
async function note(id: string, columns: Record<string, unknown> = {}, session = other): Promise<void> {
  const row = { subscription_id: id, ...ENTRY, ...columns };
  await session.rows('INSERT INTO subscriptions_audit_log SET ?', [row]);
}

/** What CarePortals tells, over HTTP. */
async function deliver(
  id: string,
  status: string,
  customer: string,
  updatedAt: string,
  more: object = {},
): Promise<void> {
  const answer = await fetch(`${server.url}/webhooks/careportals/subscription.${status}`, {
    method: 'POST',
    headers: { 'x-careportals-secret': server.settings.CAREPORTALS_WEBHOOK_SECRETS[0] ?? '' },
    body: JSON.stringify({ _id: id, 'customer._id': customer, currentCycle: '1', status, updatedAt, ...more }),
  });
  expect(answer.status).toBe(200);
  await server.app.inbox.idle();
}

const soon = { timeout: 30_000, interval: 20 };

/** `trigger effect` of each event, in order. */
const told = ({ events }: { events: Event[] }) => events.map(({ triggerType, effect }) => `${triggerType} ${effect}`);

describe('an event', () => {
  test('says what was done to which subscription, and leads to its audit entry', async () => {
    const id = await newSubscription();
    const live = await listening(await socketOf(), { filter: { subscriptionIds: [id] } });
    const { auditEntry } = await act(second, support, 'pauseSubscription', {
      subscriptionId: id,
      reason: 'travelling',
    });
    await expect
      .poll(() => live.events, soon)
      .toEqual([
        {
          cursor: expect.any(String),
          kind: 'CHANGE',
          logId: auditEntry?.logId,
          status: 'PAUSED',
          rawStatus: 'paused',
          previousStatus: 'ACTIVE',
          triggerType: 'pause',
          effect: 'moved',
          version: 2,
          changedFields: ['status'],
          changedAt: '2026-03-02T08:00:00.000Z',
          receivedAt: '2026-03-02T08:00:00.000Z',
          subscription: { subscriptionId: id, status: 'PAUSED', version: 2 },
          auditEntry: { logId: auditEntry?.logId, actor: 'agent-7', reason: 'travelling' },
        },
      ]);
    live.stop();
  });

  test('comes for a mutation, what fell due, a webhook and SQL of another program, on every instance', async () => {
    const id = await newSubscription();
    const filter = { subscriptionIds: [id] };
    const lives = [await listening(await socketOf(), { filter })];
    lives.push(await listening(await socketOf({ role: 'support' }, second), { filter }));
    await act(server, support, 'pauseSubscription', { subscriptionId: id, resumeAt: '2026-03-03T00:00:00.000Z' });
    clock.to('2026-03-03T00:00:01.000Z');
    await server.app.jobs.idle();
    await second.app.jobs.idle();
    await deliver(id, 'ended', ANN, '2026-03-03T00:00:01.500Z');
    await note(id, { version: 9, status: 'dormant', previous_status: 'constructor' });
    const expected = ['pause moved', 'resume moved', 'ended emr_override', 'by_hand changed'];
    for (const live of lives) {
      await expect.poll(() => told(live), soon).toEqual(expected);
      expect(live.events.map(({ status, previousStatus }) => [previousStatus, status])).toEqual([
        ['ACTIVE', 'PAUSED'],
        ['PAUSED', 'ACTIVE'],
        ['ACTIVE', 'CANCELLED'],
        [null, null],
      ]);
      live.stop();
    }
  });

  test('comes for entries that changed something, with or without a record of what, and for no others', async () => {
    const id = await newSubscription();
    const live = await listening(await socketOf(), { filter: { subscriptionIds: [id] } });
    const changes = JSON.stringify({ cycle: [1, 2] });
    const effects = ['created', 'moved', 'scheduled', 'changed', 'unchanged', 'stale', 'emr_override', 'correction'];
    for (const effect of effects) await note(id, { effect, trigger_type: 'bare' });
    for (const effect of effects) await note(id, { effect, trigger_type: 'recorded', changes });
    const changing = ['created', 'moved', 'changed', 'emr_override', 'correction'];
    await expect
      .poll(() => told(live), soon)
      .toEqual([...changing.map((effect) => `bare ${effect}`), ...effects.map((effect) => `recorded ${effect}`)]);
    expect(new Set(live.events.map((event) => JSON.stringify(event.changedFields)))).toEqual(
      new Set(['null', '["cycle"]']),
    );
    live.stop();
  });

  test('comes not for what CarePortals tells late, unless it fills a blank', async () => {
    const id = newId();
    const live = await listening(await socketOf(), { filter: { subscriptionIds: [id] } });
    await deliver(id, 'paused', ANN, '2026-03-02T10:00:00.000Z');
    await deliver(id, 'active', ANN, '2026-03-02T10:00:00.000Z');
    await deliver(id, 'active', ANN, '2026-03-02T09:59:00.000Z', { 'product._id': newId() });
    await deliver(id, 'cancelled', ANN, '2026-03-02T11:00:00.000Z');
    await expect.poll(() => told(live), soon).toEqual(['paused created', 'active stale', 'cancelled moved']);
    expect(live.events[1]?.changedFields).toContain('productId');
    const [row] = await other.rows<{ n: string }>(
      "SELECT COUNT(*) AS n FROM subscriptions_audit_log WHERE subscription_id = ? AND effect = 'stale'",
      [id],
    );
    expect(row?.n).toBe('2');
    live.stop();
  });
});

test('a filter lets through what fits all that it says, live and in a replay', async () => {
  const [a, b] = [await newSubscription(ANN), await newSubscription(BOB)];
  const all = ['a1', 'b1', 'a2', 'b2', 'a3', 'b3'];
  const filters: [object | undefined, string[]][] = [
    [undefined, all],
    [{}, all],
    [{ subscriptionIds: [b, 'ünïcödé'] }, ['b1', 'b2', 'b3']],
    [{ subscriptionIds: [] }, []],
    [{ customerId: ANN }, ['a1', 'a2', 'a3']],
    [{ customerId: 'ann-before' }, ['a1', 'a2', 'a3']],
    [{ customerId: 'nobody' }, []],
    [{ statuses: ['CANCELLED'] }, ['a2', 'b2', 'a3', 'b3']],
    [{ statuses: ['ACTIVE', 'PAUSED'] }, ['a1', 'b1']],
    [{ effects: ['emr_override'] }, ['a3', 'b3']],
    [{ triggerTypes: ['cancelled', 'pause'] }, ['a1', 'b1', 'a2', 'b2']],
    [{ customerId: BOB, statuses: ['CANCELLED'], effects: ['moved'], triggerTypes: ['cancelled'] }, ['b2']],
    [{ subscriptionIds: null, customerId: null, statuses: null, effects: null, triggerTypes: null }, all],
  ];
  const client = await socketOf();
  const live = filters.map(([filter]) => listen(client, { filter }));
  await live[0]?.taken();
  const before = await newSubscription();
  await note(before);
  await expect.poll(() => live[0]?.events.at(-1)?.subscription?.subscriptionId, soon).toBe(before);
  const after = live[0]?.events.at(-1)?.cursor;
  for (const id of [a, b]) await note(id, { version: 11, status: 'paused', trigger_type: 'pause' });
  for (const id of [a, b])
    await note(id, { version: 12, status: 'cancelled', trigger_type: 'cancelled', effect: 'moved' });
  for (const id of [a, b])
    await note(id, { version: 13, status: 'ended', trigger_type: 'ended', effect: 'emr_override' });
  const named = ({ events }: { events: Event[] }) =>
    events
      .filter(({ version }) => (version ?? 0) > 10)
      .map(({ subscription, version }) => `${subscription?.subscriptionId === a ? 'a' : 'b'}${(version ?? 0) - 10}`);
  for (const [i, [filter, expected]] of filters.entries()) {
    await expect.poll(() => named(live[i] ?? { events: [] }), soon).toEqual(expected);
    const replay = await listening(client, { filter, after });
    await expect.poll(() => named(replay), soon).toEqual(expected);
    replay.stop();
    live[i]?.stop();
  }
});

describe('whose an event is', () => {
  test("the customer's whose the subscription is, also when it is the first that is heard of it", async () => {
    const [ann, bob] = [await socketOf({ role: 'customer', customerId: 'ann-before' }), await socketOf()];
    const [hers, his] = [await listening(ann), await listening(bob, { filter: { customerId: BOB } })];
    const id = newId();
    await deliver(id, 'active', ANN, '2026-03-02T10:00:00.000Z');
    await deliver(newId(), 'active', BOB, '2026-03-02T10:00:00.000Z');
    await act(server, support, 'pauseSubscription', { subscriptionId: id });
    await expect.poll(() => told(hers), soon).toEqual(['active created', 'pause moved']);
    await expect.poll(() => told(his), soon).toEqual(['active created']);
    expect(hers.events[1]?.auditEntry).toMatchObject({ actor: null });
    for (const live of [hers, his]) live.stop();
  });

  test('is known from the entry if the feed had to wait for the transaction that makes or hands over a subscription', async () => {
    const [made, handedOver] = [newId(), await newSubscription(ANN)];
    const ids = [made, handedOver];
    const hers = await listening(await socketOf({ role: 'customer', customerId: ANN }));
    const his = await listening(await socketOf({ role: 'customer', customerId: BOB }));
    const [earlier, writer] = [
      await openSession(server.database.adminUrl),
      await openSession(server.database.adminUrl),
    ];
    await earlier.run('START TRANSACTION');
    await note(await newSubscription(null), {}, earlier);
    await writer.run('START TRANSACTION');
    await makeSubscription(writer, made, 'active', BOB);
    await note(made, { version: 1, customer_id: BOB, effect: 'created' }, writer);
    await writer.rows('UPDATE subscriptions SET version = 2 WHERE subscription_id = ?', [handedOver]);
    await writer.rows('UPDATE subscriptions_active SET customer_id = ? WHERE subscription_id = ?', [BOB, handedOver]);
    await note(handedOver, { version: 2, customer_id: BOB }, writer);
    // One look waits for the first entry; what it joins from then on is as it was before the second commit.
    await pause(300);
    await earlier.run('COMMIT');
    await pause(300);
    await writer.run('COMMIT');
    const idsOf = (live: typeof his) => live.events.map((event) => event.subscription?.subscriptionId);
    await expect.poll(() => idsOf(his).filter((id) => ids.includes(id ?? '')), soon).toEqual(ids);
    const last = await newSubscription(ANN);
    await note(last);
    await expect.poll(() => idsOf(hers).at(-1), soon).toBe(last);
    // Of what is not hers any more she would be told with `subscription` null.
    expect(hers.events.filter(({ subscription }) => subscription === null)).toEqual([]);
    for (const session of [earlier, writer]) await session.close();
  });

  test('is the present customer of the subscription; the entry says it only of one that has none', async () => {
    const [owned, unknown] = [await newSubscription(BOB), await newSubscription(null)];
    const hers = await listening(await socketOf({ role: 'customer', customerId: ANN }));
    const his = await listening(await socketOf({ role: 'customer', customerId: BOB }));
    for (const id of [owned, unknown]) await note(id, { customer_id: ANN, trigger_type: id, version: 1 });
    await expect.poll(() => told(hers), soon).toContain(`${unknown} changed`);
    await expect.poll(() => told(his), soon).toContain(`${owned} changed`);
    expect(told(hers)).not.toContain(`${owned} changed`);
    // The subscription itself is nobody's, and is shown by its own rights.
    expect(hers.events.find((event) => event.triggerType === unknown)?.subscription).toBeNull();
  });
});

describe('after a cursor', () => {
  test('beyond the end of the log one GAP comes and the end; from its cursor it goes on', async () => {
    const id = await newSubscription();
    const lost = listen(await socketOf(), { after: Buffer.from('s.7fffffff.5').toString('base64url') });
    expect(await lost.ended).toBe('complete');
    const [{ cursor, kind, ...rest } = { cursor: '', kind: '' }, ...more] = lost.events;
    expect([kind, more, new Set(Object.values(rest))]).toEqual(['GAP', [], new Set([null])]);
    const again = await listening(await socketOf(), { after: cursor, filter: { subscriptionIds: [id] } });
    await note(id);
    await expect.poll(() => told(again), soon).toEqual(['by_hand changed']);
  });

  test('a client that is cut off at random, on either instance, while writers go on, misses nothing and sees each subscription in order', async () => {
    const random = Random.from(process.env.TEST_SEED ?? 'live');
    const ids = await Promise.all([1, 2, 3].map(() => newSubscription()));
    const start = await listening(await socketOf());
    await note(await newSubscription());
    let after = (await start.atLeast(1)).at(-1)?.cursor;
    start.stop();
    let isWriting = true;
    // Two for each subscription, as two instances would: they take turns by the lock on the spine.
    const writing = Promise.all([...ids, ...ids].map((id, i) => write(id, random.branch(i)))).then(() => {
      isWriting = false;
    });
    const heard: Event[] = [];
    const visit = async (ms: number) => {
      const on = random.chance(0.5) ? server : second;
      const client = on.socket(support);
      const live = listen(client, { after, filter: { subscriptionIds: ids } });
      await pause(ms);
      await client.dispose();
      heard.push(...live.events);
      after = live.events.at(-1)?.cursor ?? after;
    };
    while (isWriting) await visit(20 + random.below(150));
    await writing;
    const committed = await other.rows<{ id: string; version: number }>(
      'SELECT subscription_id AS id, version FROM subscriptions_audit_log WHERE subscription_id IN (?) ORDER BY log_id',
      [ids],
    );
    const expected = committed.map(({ id, version }) => `${id} ${version}`);
    const firstTimes = () => [...new Set(heard.map((one) => `${one.subscription?.subscriptionId} ${one.version}`))];
    for (let tries = 0; firstTimes().length < expected.length && tries < 20; tries++) await visit(500);
    const of = (id: string, events: string[]) => events.filter((one) => one.startsWith(`${id} `));
    for (const id of ids) {
      expect(of(id, firstTimes())).toEqual(of(id, expected));
      expect(of(id, expected).map((one) => Number(one.split(' ')[1]))).toEqual(of(id, expected).map((_, i) => i + 2));
    }
    expect(expected.length).toBeGreaterThan(ids.length * WRITES_EACH);
  });
});

/** Changes of one subscription, some rolled back, some committed late. */
async function write(id: string, random: Random): Promise<void> {
  const session = await openSession(server.database.adminUrl);
  for (let i = 0; i < WRITES_EACH; i++) {
    await session.run('START TRANSACTION');
    const [spine] = await session.rows<{ version: number }>(
      'SELECT version FROM subscriptions WHERE subscription_id = ? FOR UPDATE',
      [id],
    );
    const version = (spine?.version ?? 0) + 1;
    await session.rows('UPDATE subscriptions SET version = ? WHERE subscription_id = ?', [version, id]);
    await note(id, { version, changes: JSON.stringify({ cycle: [version - 1, version] }) }, session);
    if (random.chance(0.1)) await pause(random.below(80));
    await session.run(random.chance(0.85) ? 'COMMIT' : 'ROLLBACK');
    await pause(random.below(3));
  }
  await session.close();
}

test('a look finds the customer of each entry by unique keys, and reads nothing but the end of the log', async () => {
  const [last] = await other.rows<{ id: string }>('SELECT MAX(log_id) AS id FROM subscriptions_audit_log');
  const look = `${subscriptionFeed.select} WHERE l.log_id > ? ORDER BY l.log_id LIMIT 1000 FOR SHARE OF l`;
  const plan = await other.rows<{ table: string; type: string; key: string; Extra: string | null }>(
    `EXPLAIN FORMAT=TRADITIONAL ${look}`,
    [String(BigInt(last?.id ?? 0) - 2n)],
  );
  expect(plan.map(({ table, type, key }) => `${table} ${type} ${key}`)).toEqual([
    'l range PRIMARY',
    's eq_ref PRIMARY',
    ...['a', 'p', 'c'].map((table) => `${table} eq_ref idx_subscription_id`),
  ]);
  expect(plan.filter(({ Extra }) => /filesort|temporary/.test(Extra ?? ''))).toEqual([]);
});
