import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Query } from '../../../src/platform/database/query.ts';
import { callers } from '../../graph/callers.ts';
import { asAdmin } from '../../kit/people.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { codesOf } from '../../kit/transports.ts';
import { replay, sendReplay } from './replay.ts';
import { deliveries, postCareportals, postStripe, purchase, send } from './senders.ts';

let server: TestApp;
let query: Query;
let support: string;

beforeAll(async () => {
  server = await createTestApp();
  query = await asAdmin(server.database);
  support = await server.token({ role: 'support', subject: 'agent-7' });
});

afterAll(() => server?.stop());

/** The delivery of an event of Stripe's. */
async function deliveryOf(event: string) {
  const [found] = await deliveries(server, support, { eventId: [JSON.parse(event).id] });
  if (found === undefined) throw new Error('no such delivery');
  return found;
}

async function attemptsOf(id: string): Promise<string[]> {
  const { data } = await server.ask<{ found: { logs: { nodes: { outcome: string }[] } } }>(
    support,
    'query ($id: ID!) { found: webhookDelivery(id: $id) { logs { nodes { outcome } } } }',
    { id },
  );
  return data?.found.logs.nodes.map(({ outcome }) => outcome).toReversed() ?? [];
}

test('a dead delivery is replayed after its cause was mended and ends processed, with one effect', async () => {
  const { id, order, payment, chargeId } = purchase();
  await send(server, postCareportals(server, 'order.created', order));
  await query('RENAME TABLE payment_orders TO payment_orders_away');
  try {
    await send(server, postStripe(server, payment));
    await query("UPDATE webhook_inbox SET status = 'dead', attempts = 12, finished_at = NOW(3) WHERE event_id = ?", [
      JSON.parse(payment).id,
    ]);
  } finally {
    await query('RENAME TABLE payment_orders_away TO payment_orders');
  }
  const dead = await deliveryOf(payment);
  expect(dead.status).toBe('DEAD');
  const done = await replay(server, support, { id: dead.id });
  expect(done).toMatchObject({ matched: 1, replayed: 1, hasMore: false, userErrors: [], forecasts: [], changes: [] });
  expect(done.deliveries.map((delivery) => delivery.id)).toEqual([dead.id]);
  await server.app.inbox.idle();
  expect(await deliveryOf(payment)).toMatchObject({ status: 'PROCESSED', attempts: 13 });
  expect(await attemptsOf(dead.id)).toEqual(['failed', 'processed']);
  expect(await query('SELECT order_id FROM payments WHERE charge_id = ?', [chargeId])).toEqual([{ order_id: id }]);
  const { data } = await server.ask(
    support,
    'query ($id: ID!) { webhookDelivery(id: $id) { replayedBy replayedAt } }',
    { id: dead.id },
  );
  expect(data?.webhookDelivery).toEqual({ replayedBy: 'agent-7', replayedAt: expect.stringMatching(/^20.*Z$/) });
});

test('replaying what was processed long ago changes nothing but the count of its attempts', async () => {
  const { order, payment, refund } = purchase();
  await send(server, postCareportals(server, 'order.created', order));
  await send(server, postStripe(server, payment));
  await send(server, postStripe(server, refund));
  const business = ['customers', 'customer_aliases', 'addresses', 'products', 'coupons', 'orders', 'payments'];
  const tables = [...business, 'payment_orders', 'refunds', 'order_status_updates', 'subscriptions_audit_log'];
  const before = await query(`CHECKSUM TABLE ${tables.join(', ')}`);
  const done = await replay(server, support, { filter: { status: ['PROCESSED'] } });
  expect(done.replayed).toBeGreaterThanOrEqual(3);
  await server.app.inbox.idle();
  expect(await query(`CHECKSUM TABLE ${tables.join(', ')}`)).toEqual(before);
  expect(await deliveryOf(refund)).toMatchObject({ status: 'PROCESSED', attempts: 2 });
});

test('parked deliveries are replayed by a filter: who has what it needs is applied, who has not waits on', async () => {
  const [there, missing] = [purchase(), purchase()];
  await send(server, postStripe(server, there.payment), postStripe(server, missing.payment));
  // Brought by another program, which knows nothing of the inbox.
  const customer = 'c'.repeat(24);
  await query('INSERT IGNORE INTO customers (customer_id, email) VALUES (?, ?)', [customer, 'imported@example.test']);
  await query(
    "INSERT INTO orders (order_id, care_portals_internal_order_id, customer_id, source, total_amount, discount_amount, base_amount, credit_used_amount, created_at) VALUES (?, ?, ?, 'checkout', 14950, 0, 14950, 0, '2025-11-03')",
    [there.id, there.order._id, customer],
  );
  const { waitingSince } = await deliveryOf(missing.payment);
  const waitingFor = [`order:${there.id}`, `order:${missing.id}`];
  expect(await replay(server, support, { filter: { waitingFor } })).toMatchObject({ matched: 2, replayed: 2 });
  await server.app.inbox.idle();
  expect((await deliveryOf(there.payment)).status).toBe('PROCESSED');
  expect(await deliveryOf(missing.payment)).toMatchObject({ status: 'PARKED', waitingSince });
});

test('a filter takes the oldest thousand and says that there are more, which replayedBefore finds', async () => {
  await query(
    `INSERT INTO webhook_inbox (source_system, event_key, event_type, payload, status, attempts, received_at)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
     SELECT 'careportals', CONCAT('many-', i), 'test.many', '{}', 'ignored', 1, '2024-01-01' + INTERVAL i MINUTE FROM n`,
  );
  await query(
    "INSERT INTO webhook_inbox (source_system, event_key, event_type, payload, status, attempts, received_at) VALUES ('careportals', 'many-last', 'test.many', '{}', 'ignored', 1, '2024-12-31')",
  );
  const done = await replay(server, support, { filter: { eventType: ['test.many'] } });
  expect(done).toMatchObject({ matched: 1_001, replayed: 1_000, hasMore: true });
  expect(done.deliveries).toHaveLength(100);
  const [last] = await query<{ replayed_at: string | null }>(
    "SELECT replayed_at FROM webhook_inbox WHERE event_key = 'many-last'",
  );
  expect(last?.replayed_at).toBeNull();
  const rest = { eventType: ['test.many'], replayedBefore: done.replayedAt };
  expect(await replay(server, support, { filter: rest, dryRun: true })).toMatchObject({ matched: 1, hasMore: false });
  // Nobody needs to wait until all of them were tried.
  await query("DELETE FROM webhook_inbox WHERE event_type = 'test.many'");
  await server.app.inbox.idle();
});

describe('is refused', () => {
  test.each([
    ['neither id nor filter', {}, 'id'],
    ['both', { id: 'webhook_x', filter: { status: ['DEAD'] } }, 'id'],
    ['a filter that says nothing', { filter: {} }, 'filter'],
    ['a filter of nulls', { filter: { status: null } }, 'filter'],
  ])('%s', async (_what, input, field) => {
    for (const dryRun of [true, false]) {
      const { userErrors, matched } = await replay(server, support, { ...input, dryRun });
      expect([userErrors.map(({ code, path }) => [code, path]), matched]).toEqual([
        [['VALIDATION', ['input', field]]],
        0,
      ]);
    }
  });

  test.each(['webhook_00000000000000000000000000000000', 'order_00000000000000000000000000000000', 'é'])(
    'the unknown id %s',
    async (id) => {
      const { userErrors } = await replay(server, support, { id });
      expect(userErrors.map(({ code }) => code)).toEqual(['NOT_FOUND']);
    },
  );

  test('one that is about to be tried anyway', async () => {
    await query(
      "INSERT INTO webhook_inbox (source_system, event_key, event_type, payload, next_attempt_at) VALUES ('careportals', 'soon', 'test.soon', '{}', '2098-01-01')",
    );
    const [soon] = await deliveries(server, support, { eventType: ['test.soon'] });
    expect((await replay(server, support, { id: soon?.id })).userErrors.map(({ code }) => code)).toEqual([
      'INVALID_TRANSITION',
    ]);
    expect(await replay(server, support, { filter: { eventType: ['test.soon'] } })).toMatchObject({ matched: 0 });
  });
});

test.each(callers)('a $name may replay if it is support, an admin or has the scope', async ({ name, token }) => {
  const may = ['support', 'admin', 'service with scope replay'].includes(name);
  const { order } = purchase();
  await send(server, postCareportals(server, 'order.created', order));
  const [made] = (await deliveries(server, support, { eventType: ['order.created'] })).slice(-1);
  for (const dryRun of [true, false]) {
    const answer = await sendReplay(server, await server.token(token), { id: made?.id, dryRun });
    expect(codesOf(answer)).toEqual(may ? [] : ['FORBIDDEN']);
    if (may) expect(answer.data?.done).toMatchObject({ matched: 1, deliveries: [{ id: made?.id }], userErrors: [] });
    else expect(answer.data).toBeNull();
  }
  await server.app.inbox.idle();
});

test('a service learns where a delivery stands, and nothing of what it says or of whom', async () => {
  const service = await server.token({ role: 'service', scopes: ['replay'] });
  const { order } = purchase();
  await send(server, postCareportals(server, 'order.created', order));
  const [made] = (await deliveries(server, support, { eventType: ['order.created'] })).slice(-1);
  const { forecasts, changes } = await replay(server, service, { id: made?.id, dryRun: true });
  expect(forecasts).toMatchObject([
    { deliveryId: made?.id, delivery: { eventType: 'order.created', payload: null, logs: { totalCount: 0 } } },
  ]);
  expect(changes).toEqual([]);
});
