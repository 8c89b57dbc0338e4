import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { emptied, StripeBench, sample } from './stripe-bench.ts';

let database: TestDatabase;
let bench: StripeBench;

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  bench = new StripeBench(database);
  await bench.addOrder('2417');
});
afterEach(async () => {
  await bench.worker.stop();
  await emptied(database);
});
afterAll(() => database.drop());

const CHARGE = 'ch_3DEMO00000000000001AbCdEf';

test('a refund is recorded with its payment, in cents', async () => {
  await bench.deliver(sample('charge.succeeded'), sample('refund.created'));
  expect(await bench.refunds()).toEqual([
    {
      stripe_refund_id: 're_3DEMO00000000000001AbCdEf',
      charge_id: CHARGE,
      payment_intent_id: 'pi_3DEMO00000000000001AbCdEf',
      amount: 14_950,
      currency: 'USD',
      reason: 'requested_by_customer',
      status: 'succeeded',
      created_at: '2025-11-06 20:15:39.000',
    },
  ]);
});

test('a partial refund may have no reason and still be pending', async () => {
  await bench.deliver(sample('charge.succeeded'), sample('refund.created.partial-no-reason'));
  expect(await bench.refunds()).toMatchObject([{ amount: 5_000, reason: null, status: 'pending' }]);
});

test('a refund that comes before its payment is recorded as soon as the payment is', async () => {
  await bench.deliver(sample('refund.created'));
  expect(await bench.inbox()).toEqual({ evt_3DEMO0009: `payment:${CHARGE}` });
  await bench.deliver(sample('charge.succeeded'));
  expect(await bench.refunds()).toHaveLength(1);
});

test('a refund without a charge is found by its intent, before or after the payment', async () => {
  const metadata = { resourceType: 'orders', resourceId: '2417' };
  const refund = sample('refund.created.no-charge');
  await bench.deliver(refund);
  expect(await bench.inbox()).toEqual({ evt_3DEMO0011: 'intent:pi_3DEMO00000000000002AbCdEf' });
  await bench.deliver(sample('charge.succeeded.py-prefix', { metadata }));
  await bench.deliver(sample('refund.created.no-charge', { id: 'pyr_second' }, { id: 'evt_second' }));
  expect(await bench.refunds()).toMatchObject([
    { stripe_refund_id: 'pyr_3DEMO0000000000003AbCdEf', charge_id: 'py_3DEMO00000000000002AbCdEf', amount: 9_900 },
    { stripe_refund_id: 'pyr_second', charge_id: 'py_3DEMO00000000000002AbCdEf' },
  ]);
});

test('a chain of three waits link by link: refund for payment, payment for order', async () => {
  const metadata = { resourceType: 'orders', resourceId: '3001' };
  await bench.deliver(sample('refund.created'), sample('charge.succeeded', { metadata, description: null }));
  expect(await bench.inbox()).toEqual({ evt_3DEMO0009: `payment:${CHARGE}`, evt_3DEMO0006: 'order:3001' });
  await bench.orderArrives('3001');
  expect(await bench.refunds()).toMatchObject([{ charge_id: CHARGE, status: 'succeeded' }]);
});

test('charge.refunded alone makes no refund, and after refund.created no second one', async () => {
  await bench.deliver(sample('charge.succeeded'), sample('charge.refunded'));
  expect(await bench.refunds()).toEqual([]);
  await bench.deliver(sample('refund.created'));
  expect(await bench.refunds()).toHaveLength(1);
});

test('a refund that fails later is failed, whether that is told before or after its making', async () => {
  const made = sample('refund.created.partial-no-reason');
  await bench.deliver(sample('charge.succeeded'), made, sample('refund.updated'));
  expect(await bench.refunds()).toMatchObject([{ status: 'failed' }]);
  const other = { id: 're_other' };
  await bench.deliver(
    sample('refund.updated', other, { id: 'evt_a' }),
    sample('refund.created', other, { id: 'evt_b' }),
  );
  expect(await bench.refunds()).toMatchObject([
    { status: 'failed' },
    { stripe_refund_id: 're_other', status: 'failed', reason: 'requested_by_customer' },
  ]);
});

test('the newest report decides the status, even from a final one back', async () => {
  await bench.deliver(sample('charge.succeeded'), sample('refund.updated'));
  const later = { id: 'evt_later', created: 1_762_184_600 };
  const older = { id: 'evt_older', created: 1_762_184_000 };
  await bench.deliver(
    sample('refund.updated', { status: 'pending' }, later),
    sample('refund.updated', { status: 'succeeded' }, older),
  );
  expect(await bench.refunds()).toMatchObject([{ status: 'pending' }]);
});

test('twenty copies of each of two reports at once leave one refund', async () => {
  const events = [sample('refund.created.partial-no-reason'), sample('refund.updated'), sample('charge.succeeded')];
  await Promise.all(Array.from({ length: 60 }, (_, n) => bench.accept(events[n % 3]!)));
  await bench.settle();
  expect(await bench.refunds()).toMatchObject([{ status: 'failed', amount: 5_000 }]);
});

test('a refund that names neither charge nor intent is quarantined at once, for support to see', async () => {
  await bench.deliver(sample('refund.created', { charge: null, payment_intent: 'pi with spaces' }));
  expect(await bench.inbox()).toEqual({ evt_3DEMO0009: 'quarantined' });
});

test.each([
  ['after', ['payment_intent.succeeded.not-an-order', 'refund.created']],
  ['before', ['refund.created', 'payment_intent.succeeded.not-an-order']],
])('a refund that comes %s its payment, which is for no order, is ignored with a reason', async (_when, names) => {
  const { id, latest_charge } = sample('payment_intent.succeeded.not-an-order').data.object;
  const own: Record<string, Record<string, unknown>> = {
    'refund.created': { charge: latest_charge, payment_intent: id },
  };
  await bench.deliver(...names.map((name) => sample(name, own[name] ?? {})));
  const rows = await bench.rows('SELECT event_type, status, note FROM webhook_inbox ORDER BY event_type');
  expect(rows).toEqual([
    { event_type: 'payment_intent.succeeded', status: 'ignored', note: 'It pays for something that is not an order.' },
    { event_type: 'refund.created', status: 'ignored', note: 'It refunds what is not an order.' },
  ]);
  expect([await bench.payments(), await bench.refunds()]).toEqual([[], []]);
});

test('a refund that names only the intent of a payment for no order is ignored as well', async () => {
  const intent = sample('payment_intent.succeeded.not-an-order');
  const refund = sample('refund.created.no-charge', { payment_intent: intent.data.object.id });
  await bench.deliver(refund, intent);
  expect(Object.values(await bench.inbox())).toEqual(['ignored', 'ignored']);
});

test('a delivery names the payment or the refund that it was applied to', async () => {
  await bench.deliver(sample('charge.succeeded'), sample('refund.created'));
  const [payment] = await bench.rows<{ payment_id: string }>('SELECT payment_id FROM payments');
  const [refund] = await bench.rows<{ refund_id: string }>('SELECT refund_id FROM refunds');
  const subjects = await bench.rows(
    `SELECT event_type, subject_type, subject_id FROM webhook_subjects
    JOIN webhook_inbox USING (inbox_id) WHERE subject_id IN (?, ?) ORDER BY 1`,
    [payment?.payment_id, refund?.refund_id],
  );
  expect(subjects).toEqual([
    { event_type: 'charge.succeeded', subject_type: 'Payment', subject_id: payment?.payment_id },
    { event_type: 'refund.created', subject_type: 'Refund', subject_id: refund?.refund_id },
  ]);
});
