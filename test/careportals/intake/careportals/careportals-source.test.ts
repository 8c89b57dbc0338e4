import { afterAll, beforeAll, expect, test } from 'vitest';
import { careportalsSource } from '../../../../src/modules/careportals/intake/careportals/careportals-source.ts';
import { systemClock } from '../../../../src/platform/clock.ts';
import type { Orm } from '../../../../src/platform/database/connect.ts';
import { acceptDelivery } from '../../../../src/platform/inbox/accept-delivery.ts';
import { startInboxWorker } from '../../../../src/platform/inbox/worker.ts';
import { createLog } from '../../../../src/platform/log.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { type Body, eventOf, order, rows, sample } from './deliver.ts';

let database: TestDatabase;
let orm: Orm;

const source = careportalsSource({ webhookSecrets: ['s'] });

beforeAll(async () => {
  database = await createTestDatabase();
  orm = database.orm;
});

afterAll(() => database.drop());

function accept(event: string | null, body: Body, query: Body = {}) {
  const headers = { 'x-careportals-secret': 's' };
  const rawBody = Buffer.from(JSON.stringify(body));
  return acceptDelivery(orm, source, { event, query, headers, rawBody }, new Date());
}

async function work(): Promise<void> {
  const worker = startInboxWorker({ orm, sources: [source], clock: systemClock, log: createLog('silent') });
  await worker.idle();
  await worker.stop();
}

test('every sample goes through the inbox once, children before their parents, and nothing fails', async () => {
  const names = [
    'order.cancelled',
    'order.updated.cancelled',
    'order.updated.shipped',
    'order.updated',
    'order.status_updated.native',
    'order.created.native',
    'order.created',
    'order.created.missing-product',
    'customer.signup.native',
    'subscription.paused.legacy',
    'subscription.created',
    'message.inbound',
    'questionnaire.submitted.native',
  ];
  for (const name of [...names, ...names])
    expect(await accept(eventOf(name), sample(name))).not.toHaveProperty('status');
  expect(await accept(null, sample('subscription.active.blank-cycle'), { trigger: 'active' })).toMatchObject({
    eventType: 'subscription.active',
  });
  await work();
  const states = await rows(orm, 'SELECT status, COUNT(*) AS n FROM webhook_inbox GROUP BY status ORDER BY status');
  expect(states).toEqual([{ status: 'processed', n: '14' }]);
  expect(await rows(orm, "SELECT * FROM webhook_logs WHERE status = 'failed'")).toEqual([]);
  expect(await order(orm, '2417')).toMatchObject({ current_status: 'shipped', is_stub: 0 });
  expect(await order(orm, '2418')).toMatchObject({ current_status: 'cancelled', is_stub: 0 });
});

test('an order whose customer nobody knows is built within the same run when the customer signs up', async () => {
  const customer = { 'customer._id': 'c'.repeat(24), 'customer.email': '' };
  await accept('order.created', sample('order.created', { ...customer, _id: 'a'.repeat(24), id: '9001' }));
  await work();
  expect(await order(orm, '9001')).toBeUndefined();
  await accept('customer.signup', { _id: 'c'.repeat(24), email: 'late@example.org' });
  await work();
  expect(await order(orm, '9001')).toMatchObject({ customer_id: 'c'.repeat(24) });
});

test('password material is in no table afterwards', async () => {
  await accept(
    'customer.signup',
    sample('customer.signup.native', { _id: 'b'.repeat(24), updatedAt: '2025-11-04T00:00:00Z' }),
  );
  await work();
  for (const table of ['webhook_inbox', 'webhook_logs']) {
    const found = await rows(orm, `SELECT 1 FROM ${table} WHERE CAST(payload AS CHAR) REGEXP 'REDACT-ME|uname|salt'`);
    expect(found).toEqual([]);
  }
});
