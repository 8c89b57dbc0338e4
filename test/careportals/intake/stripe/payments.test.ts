import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { emptied, StripeBench, sample } from './stripe-bench.ts';

let database: TestDatabase;
let bench: StripeBench;

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(() => {
  bench = new StripeBench(database);
});
afterEach(async () => {
  await bench.worker.stop();
  await emptied(database);
});
afterAll(() => database.drop());

const COMPLETE = {
  charge_id: 'ch_3DEMO00000000000001AbCdEf',
  payment_intent_id: 'pi_3DEMO00000000000001AbCdEf',
  order_id: '2417',
  stripe_customer_id: 'cus_DEMOmarisol01',
  payment_method_id: 'pm_1DEMO0000000000AbCdEfGh',
  amount: 14_950,
  currency: 'USD',
  card_last4: '0242',
  card_brand: 'visa',
  status: 'succeeded',
  description: 'Orders #2417',
  application_fee_amount: 150,
  created_at: '2025-11-03 15:42:07.000',
};

test('an intent that succeeded becomes a payment of its order, in cents, with the currency in capitals', async () => {
  await bench.addOrder('2417');
  await bench.deliver(sample('payment_intent.succeeded'));
  expect(await bench.payments()).toEqual([{ ...COMPLETE, card_last4: null, card_brand: null }]);
  expect(await bench.paymentOrders()).toEqual([{ charge_id: COMPLETE.charge_id, order_id: '2417' }]);
  expect(await bench.inbox()).toEqual({ evt_3DEMO0001: 'processed' });
});

test('the charge of the same payment completes its row with the card, last digits with their leading zero', async () => {
  await bench.addOrder('2417');
  await bench.deliver(sample('payment_intent.succeeded'), sample('charge.succeeded'));
  expect(await bench.payments()).toEqual([COMPLETE]);
});

test('the charge may come first; the row ends the same', async () => {
  await bench.addOrder('2417');
  await bench.deliver(sample('charge.succeeded'), sample('payment_intent.succeeded'));
  expect(await bench.payments()).toEqual([COMPLETE]);
});

test('twenty copies of either event at once leave one payment and one amount check', async () => {
  await bench.addOrder('2417', 9_900);
  const events = [sample('charge.succeeded'), sample('payment_intent.succeeded')];
  await Promise.all(Array.from({ length: 40 }, (_, n) => bench.accept(events[n % 2]!)));
  await bench.settle();
  expect(await bench.payments()).toEqual([COMPLETE]);
  const mismatches = await bench.rows("SELECT 1 FROM error_logs WHERE error_type = 'payment_amount_mismatch'");
  expect(mismatches).toHaveLength(1);
});

test('an intent of an older interface names its charge in a list and its order in resourceID', async () => {
  await bench.addOrder('2417');
  await bench.deliver(sample('payment_intent.succeeded.legacy-charges'));
  expect(await bench.payments()).toMatchObject([
    { charge_id: 'ch_3DEMO00000000000003AbCdEf', order_id: '2417', card_last4: '0242', card_brand: 'visa' },
  ]);
});

test('an intent for something that is not an order is ignored with a reason', async () => {
  await bench.addOrder('2417');
  await bench.deliver(sample('payment_intent.succeeded.not-an-order'));
  expect(await bench.payments()).toEqual([]);
  const [row] = await bench.rows('SELECT status, note FROM webhook_inbox');
  expect(row).toEqual({ status: 'ignored', note: 'It pays for something that is not an order.' });
});

test('a charge that does not say its order is ignored once its intent is known to be for something else', async () => {
  const intent = sample('payment_intent.succeeded.not-an-order');
  const { id, latest_charge } = intent.data.object;
  const silent = { id: latest_charge, payment_intent: id, metadata: {}, description: null };
  await bench.deliver(sample('charge.succeeded', silent), intent);
  expect(Object.values(await bench.inbox())).toEqual(['ignored', 'ignored']);
});

test('a payment of an order that is not here yet waits for it and is recorded when it arrives', async () => {
  await bench.deliver(sample('payment_intent.succeeded'), sample('charge.succeeded'));
  expect(await bench.inbox()).toEqual({ evt_3DEMO0001: 'order:2417', evt_3DEMO0006: 'order:2417' });
  await bench.orderArrives('2417');
  expect(await bench.payments()).toEqual([COMPLETE]);
});

test('a payment that does not say its order waits, under a name of its own', async () => {
  await bench.deliver(sample('payment_intent.succeeded.no-metadata'), sample('charge.succeeded.py-prefix'));
  expect(await bench.inbox()).toEqual({
    evt_3DEMO0002: 'stripe-order-of:pi_3DEMO00000000000002AbCdEf',
    evt_3DEMO0007: 'stripe-order-of:pi_3DEMO00000000000002AbCdEf',
  });
});

test('if one of the two events of a payment knows the order, the other one learns it', async () => {
  await bench.addOrder('2417');
  const metadata = { resourceType: 'orders', resourceId: '2417' };
  await bench.deliver(
    sample('payment_intent.succeeded.no-metadata'),
    sample('charge.succeeded.py-prefix', { metadata }),
  );
  expect(await bench.inbox()).toEqual({ evt_3DEMO0002: 'processed', evt_3DEMO0007: 'processed' });
  expect(await bench.payments()).toMatchObject([
    {
      charge_id: 'py_3DEMO00000000000002AbCdEf',
      card_last4: null,
      stripe_customer_id: null,
      application_fee_amount: 0,
    },
  ]);
});

test('a description that lists several orders links the payment to all; the first is its own', async () => {
  for (const orderId of ['1984', '1985', '1986']) await bench.addOrder(orderId);
  const object = { metadata: {}, description: 'Orders #1985, #1984, #1986' };
  await bench.deliver(sample('charge.succeeded', object));
  expect(await bench.payments()).toMatchObject([{ order_id: '1985' }]);
  expect((await bench.paymentOrders()).map(({ order_id }) => order_id)).toEqual(['1984', '1985', '1986']);
});

test('a payment for several orders waits for the last of them', async () => {
  await bench.addOrder('1984');
  await bench.deliver(sample('charge.succeeded', { metadata: {}, description: 'Orders #1984, #1985' }));
  expect(await bench.inbox()).toEqual({ evt_3DEMO0006: 'order:1985' });
  await bench.orderArrives('1985');
  expect((await bench.paymentOrders()).map(({ order_id }) => order_id)).toEqual(['1984', '1985']);
});

test('metadata that name one order of several are completed by the description', async () => {
  for (const orderId of ['2417', '2418']) await bench.addOrder(orderId);
  await bench.deliver(sample('charge.succeeded', { description: 'Orders #2418, #2417' }));
  expect(await bench.payments()).toMatchObject([{ order_id: '2417' }]);
  expect((await bench.paymentOrders()).map(({ order_id }) => order_id)).toEqual(['2417', '2418']);
});

test.each([
  ['text', '69c38e22f5dafb1c8843c501'],
  ['a number beyond BIGINT', '9223372036854775808'],
  ['a number with a sign', '-5'],
  ['nothing', '0'],
])('an order number that is %s is no order number', async (_what, resourceId) => {
  await bench.deliver(
    sample('charge.succeeded', { description: null, metadata: { resourceType: 'orders', resourceId } }),
  );
  expect(await bench.inbox()).toEqual({ evt_3DEMO0006: 'stripe-order-of:pi_3DEMO00000000000001AbCdEf' });
});

test('an intent without a charge waits for the charge and then adds what it knows', async () => {
  await bench.addOrder('2417');
  await bench.deliver(sample('payment_intent.succeeded', { latest_charge: null }));
  expect(await bench.inbox()).toEqual({ evt_3DEMO0001: 'intent:pi_3DEMO00000000000001AbCdEf' });
  await bench.deliver(sample('charge.succeeded', { customer: null }));
  expect(await bench.payments()).toEqual([COMPLETE]);
});

test('an authorisation that was not captured is no payment', async () => {
  await bench.addOrder('2417');
  await bench.deliver(sample('charge.succeeded', { captured: false, amount_captured: 0 }));
  expect([await bench.payments(), await bench.inbox()]).toEqual([[], { evt_3DEMO0006: 'ignored' }]);
});

test('a failed attempt is a payment with status failed, beside the good one of the same intent', async () => {
  await bench.addOrder('2417');
  const intent = 'pi_3DEMO00000000000001AbCdEf';
  await bench.deliver(sample('payment_intent.payment_failed', { id: intent }), sample('payment_intent.succeeded'));
  const statuses = (await bench.payments()).map(({ charge_id, amount, status }) => [charge_id, amount, status]);
  expect(statuses).toEqual([
    ['ch_3DEMO00000000000001AbCdEf', 14_950, 'succeeded'],
    ['ch_3DEMO00000000000005AbCdEf', 14_950, 'failed'],
  ]);
});

test('a failed attempt without a charge or without an order is ignored', async () => {
  await bench.deliver(
    sample('payment_intent.payment_failed', { latest_charge: null }),
    sample('payment_intent.payment_failed', { metadata: {}, description: null }, { id: 'evt_2' }),
  );
  expect(await bench.inbox()).toEqual({ evt_3DEMO0005: 'ignored', evt_2: 'ignored' });
});

test('a charge that succeeded stays so, whichever report of it comes last', async () => {
  await bench.addOrder('2417');
  const failure = sample('payment_intent.payment_failed', { latest_charge: COMPLETE.charge_id });
  await bench.deliver(sample('charge.succeeded'), failure);
  expect(await bench.payments()).toMatchObject([{ status: 'succeeded' }]);
});

test('a payment without a usable amount is quarantined at once, with the reason for support', async () => {
  await bench.addOrder('2417');
  await bench.deliver(sample('charge.succeeded', { amount: '149.50', amount_captured: -1 }));
  const [log] = await bench.rows('SELECT outcome, error_message FROM webhook_logs');
  expect(log).toEqual({ outcome: 'quarantined', error_message: 'The payment has no amount in cents or no currency.' });
});

test('events that nobody asked for are logged as ignored', async () => {
  await bench.deliver(sample('charge.succeeded', {}, { type: 'customer.updated' }));
  expect(await bench.rows('SELECT webhook_type, outcome, status FROM webhook_logs')).toEqual([
    { webhook_type: 'customer.updated', outcome: 'ignored', status: 'success' },
  ]);
});
