import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Query } from '../../../src/platform/database/query.ts';
import { asAdmin } from '../../kit/people.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { follow } from '../../kit/transports.ts';
import { type Change, replay } from './replay.ts';
import { deliveries, postCareportals, postStripe, purchase, send } from './senders.ts';

let server: TestApp;
let query: Query;
let support: string;

beforeAll(async () => {
  server = await createTestApp();
  query = await asAdmin(server.database);
  support = await server.token({ role: 'support' });
});

afterAll(() => server?.stop());

async function idOf(filter: object): Promise<string> {
  const found = await deliveries(server, support, filter);
  return found.at(-1)?.id ?? 'none';
}

/** The content of every table. */
async function everything(): Promise<unknown> {
  const tables = await query<Record<string, string>>("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'");
  const names = tables.map((table) => Object.values(table)[0]);
  return query(`CHECKSUM TABLE ${names.join(', ')}`);
}

function valuesOf(changes: Change[], type: string): Record<string, unknown[]> {
  const ofType = changes.filter((change) => change.type === type);
  return Object.fromEntries(ofType.map(({ field, before, after }) => [field, [before, after]]));
}

/** Stores a delivery that no worker will look at: it was tried long ago. */
async function store(
  payload: object | string,
  columns: { event_type: string; source_system?: string; status?: string },
) {
  const row = {
    source_system: 'careportals',
    status: 'dead',
    event_key: `stored-${Math.random()}`,
    attempts: 1,
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    ...columns,
  };
  await query('INSERT INTO webhook_inbox SET ?', [row]);
}

test('it shows what would be changed, field by field, and leaves nothing behind, not even a live event', async () => {
  const { id, order } = purchase();
  await send(server, postCareportals(server, 'order.created', order));
  const later = { ...order, status: 'shipped', updatedAt: '2025-11-09T10:00:00.000Z', trackingCode: '1ZTRACK' };
  await store(later, { event_type: 'order.updated' });
  const client = server.socket(support);
  const live = follow(client, 'orderStatusChanged', 'subscription { orderStatusChanged { rawStatus } }');
  await live.taken();
  const before = await everything();
  const done = await replay(server, support, { id: await idOf({ eventType: ['order.updated'] }), dryRun: true });
  expect(await everything()).toEqual(before);
  expect(done).toMatchObject({ matched: 1, replayed: 0, hasMore: false, userErrors: [] });
  expect(done.forecasts).toMatchObject([{ outcome: 'PROCESSED', waitingFor: null }]);
  expect(valuesOf(done.changes, 'Order')).toMatchObject({
    currentStatus: [null, 'shipped'],
    currentStatusAt: [null, '2025-11-09T10:00:00.000Z'],
    trackingCode: [null, '1ZTRACK'],
  });
  expect(valuesOf(done.changes, 'Order')).not.toHaveProperty('totalAmount');
  const [changed] = done.changes.filter(({ type }) => type === 'Order');
  const { data } = await server.ask<{ order: { id: string } }>(support, `{ order(orderId: "${id}") { id } }`);
  expect([changed?.key, changed?.subject]).toEqual([id, { id: data?.order.id }]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(live.events).toEqual([]);
  await client.dispose();
});

test('rows that would be made have all their values as new, and no node of their own', async () => {
  const { id, order } = purchase();
  await store(order, { event_type: 'order.created' });
  const { changes } = await replay(server, support, { id: await idOf({ eventType: ['order.created'] }), dryRun: true });
  expect(valuesOf(changes, 'Order')).toMatchObject({ orderId: [null, id], totalAmount: [null, 14_950] });
  expect(valuesOf(changes, 'Customer')).toMatchObject({ email: [null, `customer.${id}@example.org`] });
  expect(new Set(changes.map(({ subject }) => subject))).toEqual(new Set([null]));
  expect(changes.map(({ field }) => field)).not.toContain('publicId');
});

test('what waits for the delivery, and for that in turn, is foreseen with it', async () => {
  const { id, order, payment, refund, chargeId } = purchase();
  await send(server, postStripe(server, refund), postStripe(server, payment));
  await store(order, { event_type: 'order.created' });
  const before = await everything();
  const done = await replay(server, support, { id: await idOf({ status: ['DEAD'] }), dryRun: true });
  expect(await everything()).toEqual(before);
  expect(done.matched).toBe(1);
  expect(done.forecasts.map(({ delivery, outcome }) => [delivery?.eventType, outcome])).toEqual([
    ['order.created', 'PROCESSED'],
    ['payment_intent.succeeded', 'PROCESSED'],
    ['refund.created', 'PROCESSED'],
  ]);
  expect(valuesOf(done.changes, 'Payment')).toMatchObject({ orderId: [null, id], chargeId: [null, chargeId] });
  expect(valuesOf(done.changes, 'Refund')).toMatchObject({ amount: [null, 14_950] });
});

test('what an ignored one settles is foreseen too: the refund of a payment that is for no order', async () => {
  const { payment, refund } = purchase();
  const { data, ...event } = JSON.parse(payment);
  const metadata = { resourceType: 'subscriptions', resourceId: 'x' };
  await send(server, postStripe(server, refund));
  const forNoOrder = { ...event, data: { object: { ...data.object, metadata } } };
  await store(forNoOrder, { event_type: 'payment_intent.succeeded', source_system: 'stripe' });
  const filter = { eventType: ['payment_intent.succeeded'], status: ['DEAD'] };
  const newest = (await deliveries(server, support, filter)).at(-1);
  const { forecasts, changes } = await replay(server, support, { id: newest?.id, dryRun: true });
  expect(forecasts.map(({ delivery, outcome }) => [delivery?.eventType, outcome])).toEqual([
    ['payment_intent.succeeded', 'IGNORED'],
    ['refund.created', 'IGNORED'],
  ]);
  expect(changes).toEqual([]);
});

test('bodies longer than MySQL can sort are foreseen like others', async () => {
  const [one, other] = [purchase(), purchase()];
  for (const { order } of [one, other]) {
    await store({ ...order, trackingNotes: 'x'.repeat(700_000) }, { event_type: 'order.created' });
  }
  const filter = { eventType: ['order.created'], status: ['DEAD'] };
  const { forecasts, changes } = await replay(server, support, { filter, dryRun: true });
  expect(new Set(forecasts.map(({ outcome }) => outcome))).toEqual(new Set(['PROCESSED']));
  const orders = changes.filter(({ type, field }) => type === 'Order' && field === 'orderId').map(({ key }) => key);
  expect(orders).toEqual(expect.arrayContaining([one.id, other.id]));
});

test('several are tried in order of receipt, each on what the ones before would leave; one that fails stops nobody', async () => {
  const { id, order, payment } = purchase();
  const events = { broken: 'charge.succeeded', waiting: 'refund.created' };
  await store({ id: 'evt_broken', type: events.broken }, { event_type: events.broken, source_system: 'stripe' });
  await store(order, { event_type: 'order.created' });
  await store(payment, { event_type: 'payment_intent.succeeded', source_system: 'stripe' });
  await store(purchase().refund, { event_type: events.waiting, source_system: 'stripe' });
  await store({ a: 1 }, { event_type: 'test.unheard-of' });
  const ids = await query<{ inbox_id: string }>('SELECT inbox_id FROM webhook_inbox ORDER BY inbox_id DESC LIMIT 5');
  await query("UPDATE webhook_inbox SET received_at = '2024-05-05' WHERE inbox_id IN (?)", [
    ids.map((row) => row.inbox_id),
  ]);
  const before = await everything();
  const filter = { receivedFrom: '2024-05-05T00:00:00.000Z', receivedBefore: '2024-05-06T00:00:00.000Z' };
  const { forecasts, changes } = await replay(server, support, { filter, dryRun: true });
  expect(await everything()).toEqual(before);
  expect(forecasts.map(({ delivery, outcome }) => [delivery?.eventType, outcome])).toEqual([
    ['charge.succeeded', 'FAILED'],
    ['order.created', 'PROCESSED'],
    ['payment_intent.succeeded', 'PROCESSED'],
    ['refund.created', 'PARKED'],
    ['test.unheard-of', 'IGNORED'],
  ]);
  expect(forecasts[0]?.note).toBe('The event carries no object.');
  expect(forecasts[3]?.waitingFor).toMatch(/^payment:ch_/);
  expect(valuesOf(changes, 'Payment')).toMatchObject({ orderId: [null, id] });
});

test('a pause is foreseen with its entry in the audit trail, of which nothing is written', async () => {
  const subscriptionId = '5'.repeat(24);
  const event = { _id: subscriptionId, createdAt: '2025-11-01T00:00:00.000Z', currentCycle: '2' };
  const updated = (day: string, status: string) => ({ ...event, status, updatedAt: `2025-11-${day}T00:00:00.000Z` });
  await send(server, postCareportals(server, 'subscription.active', updated('02', 'active')));
  await store(updated('03', 'paused'), { event_type: 'subscription.paused' });
  const before = await everything();
  const id = await idOf({ eventType: ['subscription.paused'] });
  const { forecasts, changes } = await replay(server, support, { id, dryRun: true });
  expect(await everything()).toEqual(before);
  expect(forecasts.map(({ outcome }) => outcome)).toEqual(['PROCESSED']);
  expect(valuesOf(changes, 'CareSubscription')).toMatchObject({ state: ['active', 'paused'], version: [1, 2] });
  expect(changes.find(({ type }) => type === 'CareSubscription')?.subject).not.toBeNull();
  expect(valuesOf(changes, 'SubscriptionAuditEntry')).toMatchObject({ previousStatus: [null, 'active'] });
  expect(valuesOf(changes, 'SubscriptionAuditEntry')).not.toHaveProperty('rawData');
});

test('a repeat that would change nothing says so: applied, and no change', async () => {
  const { order } = purchase();
  await send(server, postCareportals(server, 'order.created', order));
  const id = await idOf({ eventType: ['order.created'], status: ['PROCESSED'] });
  const { forecasts, changes } = await replay(server, support, { id, dryRun: true });
  expect([forecasts.map(({ outcome }) => outcome), changes]).toEqual([['PROCESSED'], []]);
});

test('of many the oldest fifty are tried, and the answer says that there are more', async () => {
  await query(
    `INSERT INTO webhook_inbox (source_system, event_key, event_type, payload, status, attempts)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
     SELECT 'careportals', CONCAT('fifty-', i), 'test.fifty', '{}', 'ignored', 1 FROM n`,
  );
  const done = await replay(server, support, { filter: { eventType: ['test.fifty'] }, dryRun: true });
  expect(done).toMatchObject({ matched: 60, hasMore: true });
  expect([done.forecasts.length, done.deliveries.length]).toEqual([50, 50]);
});
