import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { emptied, StripeBench, sample, sampleText } from './stripe-bench.ts';

let database: TestDatabase;
let bench: StripeBench;
let stripe: Server;
let asked: { method: string; path: string; account: string | undefined; key: string | undefined }[];
let answer: (path: string) => { status: number; body: unknown };
let beforeAnswer: () => Promise<unknown>;

const INTENT = 'pi_3DEMO00000000000002AbCdEf';
const CHARGE = 'py_3DEMO00000000000002AbCdEf';
const ORDER = { organization: 'demo_org', resourceType: 'orders', resourceId: '2417' };

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  asked = [];
  answer = () => fault(404);
  beforeAnswer = async () => undefined;
  stripe = createServer(async (request, response) => {
    asked.push(noted(request));
    await beforeAnswer();
    const { status, body } = answer(request.url!);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => stripe.once('listening', resolve));
  const apiBase = `http://127.0.0.1:${(stripe.address() as AddressInfo).port}`;
  bench = new StripeBench(database, { secretKey: 'sk_test_demo', apiBase });
  await bench.addOrder('2417');
});
afterEach(async () => {
  await bench.worker.stop();
  await emptied(database);
  stripe.closeAllConnections();
  stripe.close();
});
afterAll(() => database.drop());

function noted({ method, url, headers }: IncomingMessage) {
  const account = headers['stripe-account'] as string | undefined;
  return { method: method!, path: decodeURIComponent(url!), account, key: headers.authorization };
}

function fault(status: number) {
  return { status, body: { error: { type: status === 429 ? 'rate_limit_error' : 'api_error', message: 'Demo' } } };
}

function found(object: Record<string, unknown>) {
  return { status: 200, body: object };
}

function intent(fields: Record<string, unknown>) {
  return found({ ...sample('payment_intent.succeeded.no-metadata').data.object, ...fields });
}

test('an event without metadata is completed from the intent, asked on the account of the event', async () => {
  answer = () => intent({ metadata: ORDER, customer: 'cus_DEMO', application_fee_amount: 150 });
  await bench.deliver(sample('payment_intent.succeeded.no-metadata'));
  expect(await bench.payments()).toMatchObject([
    { charge_id: CHARGE, order_id: '2417', stripe_customer_id: 'cus_DEMO', application_fee_amount: 150 },
  ]);
  expect(asked).toEqual([
    {
      method: 'GET',
      path: `/v1/payment_intents/${INTENT}?expand[0]=payment_method`,
      account: 'acct_1DEMOclinic000001',
      key: 'Bearer sk_test_demo',
    },
  ]);
});

test('where the payment method cannot be expanded the intent is asked for without', async () => {
  answer = (path) => (path.includes('expand') ? fault(400) : intent({ metadata: ORDER }));
  await bench.deliver(sample('payment_intent.succeeded.no-metadata'));
  expect(await bench.payments()).toMatchObject([{ order_id: '2417' }]);
  expect(asked.map(({ path }) => path)).toEqual([
    `/v1/payment_intents/${INTENT}?expand[0]=payment_method`,
    `/v1/payment_intents/${INTENT}`,
  ]);
});

test('if the intent does not say the order either, the charge is asked, and the descriptions come last', async () => {
  answer = (path) => (path.includes('/charges/') ? found({ id: CHARGE, description: 'Orders #2417' }) : intent({}));
  await bench.deliver(sample('payment_intent.succeeded.no-metadata'));
  expect(await bench.payments()).toMatchObject([{ order_id: '2417' }]);
  expect(asked.map(({ path }) => path)).toEqual([
    `/v1/payment_intents/${INTENT}?expand[0]=payment_method`,
    `/v1/charges/${CHARGE}`,
  ]);
});

test('a charge without metadata asks its intent first', async () => {
  answer = () => intent({ metadata: ORDER });
  await bench.deliver(sample('charge.succeeded.py-prefix'));
  expect(await bench.payments()).toMatchObject([{ order_id: '2417', charge_id: CHARGE }]);
  expect(asked).toHaveLength(1);
});

test('if nobody knows the order the payment waits', async () => {
  answer = (path) => (path.includes('/charges/') ? fault(404) : intent({}));
  await bench.deliver(sample('payment_intent.succeeded.no-metadata'));
  expect(await bench.inbox()).toEqual({ evt_3DEMO0002: `stripe-order-of:${INTENT}` });
});

test('an intent that turns out to pay for something else is ignored', async () => {
  answer = () => intent({ metadata: { ...ORDER, resourceType: 'subscriptions' } });
  await bench.deliver(sample('payment_intent.succeeded.no-metadata'));
  expect(await bench.inbox()).toEqual({ evt_3DEMO0002: 'ignored' });
});

test.each([500, 503, 429, 401])(
  'an answer of %i is a failed attempt, and the next one records the payment',
  async (status) => {
    answer = () => (asked.length === 1 ? fault(status) : intent({ metadata: ORDER }));
    await bench.deliver(sample('payment_intent.succeeded.no-metadata'));
    expect(await bench.payments()).toEqual([]);
    const [log] = await bench.rows<{ outcome: string; error_message: string }>('SELECT * FROM webhook_logs');
    expect(log).toMatchObject({ outcome: 'failed', error_message: expect.stringContaining(String(status)) });
    bench.clock.advance(2_000);
    await bench.settle();
    expect(await bench.payments()).toMatchObject([{ order_id: '2417' }]);
  },
);

test('Stripe being away is a failed attempt, not the database being away', async () => {
  stripe.close();
  await bench.deliver(sample('payment_intent.succeeded.no-metadata'));
  const [log] = await bench.rows('SELECT outcome, error_message FROM webhook_logs');
  expect(log).toEqual({ outcome: 'failed', error_message: 'Stripe did not answer.' });
});

test('an answer that breaks off twice is a failed attempt, and the next one records the payment', async () => {
  answer = () => intent({ metadata: ORDER });
  beforeAnswer = async () => {
    // The library asks once more by itself where a connection was closed.
    if (asked.length <= 2) stripe.closeAllConnections();
  };
  await bench.deliver(sample('payment_intent.succeeded.no-metadata'));
  const [log] = await bench.rows('SELECT outcome, error_message FROM webhook_logs');
  expect(log).toEqual({ outcome: 'failed', error_message: 'Stripe did not answer.' });
  bench.clock.advance(2_000);
  await bench.settle();
  expect(await bench.payments()).toMatchObject([{ order_id: '2417' }]);
});

test.runIf(process.env.LONG_TESTS)(
  'an answer that does not come within five seconds is a failed attempt',
  { timeout: 30_000 },
  async () => {
    answer = () => intent({ metadata: ORDER });
    beforeAnswer = () =>
      asked.length === 1 ? new Promise((resolve) => setTimeout(resolve, 7_000)) : Promise.resolve();
    await bench.deliver(sample('payment_intent.succeeded.no-metadata'));
    const [log] = await bench.rows('SELECT outcome, error_message FROM webhook_logs');
    expect(log).toEqual({ outcome: 'failed', error_message: 'Stripe did not answer.' });
    bench.clock.advance(2_000);
    await bench.settle();
    expect(await bench.payments()).toMatchObject([{ order_id: '2417' }]);
  },
);

test('an answer that is not JSON is a failed attempt', async () => {
  answer = () => (asked.length === 1 ? { status: 200, body: undefined } : intent({ metadata: ORDER }));
  await bench.deliver(sample('payment_intent.succeeded.no-metadata'));
  const [log] = await bench.rows<{ outcome: string }>('SELECT outcome FROM webhook_logs');
  expect(log).toEqual({ outcome: 'failed' });
});

test('while Stripe is asked no row is locked', async () => {
  answer = () => intent({ metadata: ORDER });
  const free: unknown[] = [];
  // MySQL refuses at once if anybody holds a lock on the row.
  const sql = 'SELECT inbox_id FROM webhook_inbox FOR UPDATE NOWAIT';
  beforeAnswer = async () => {
    const rows = await database.admin.em
      .getConnection()
      .execute(sql)
      .catch((error: unknown) => error);
    free.push(rows);
  };
  await bench.deliver(sample('payment_intent.succeeded.no-metadata'));
  expect(free).toEqual([[{ inbox_id: expect.any(String) }]]);
});

test('an intent that names its order is asked only for its card', async () => {
  answer = () => found(JSON.parse(sampleText('payment_intent.retrieved-expanded')) as Record<string, unknown>);
  await bench.deliver(sample('payment_intent.succeeded'));
  expect(await bench.payments()).toMatchObject([{ order_id: '2417', card_last4: '0242', card_brand: 'visa' }]);
  expect(asked).toHaveLength(1);
});

test('a card that Stripe cannot show now holds up no payment, and the next one does not even ask', async () => {
  answer = () => fault(500);
  const other = { id: 'pi_other', latest_charge: 'ch_other' };
  await bench.deliver(sample('payment_intent.succeeded'));
  await bench.deliver(sample('payment_intent.succeeded', other, { id: 'evt_other' }));
  expect(await bench.payments()).toMatchObject([{ card_last4: null }, { card_last4: null }]);
  expect(asked).toHaveLength(1);
});

test('a Stripe that hangs holds up nothing else, is asked no more meanwhile, and all is recorded when it is back', {
  timeout: 120_000,
}, async () => {
  const numbers = Array.from({ length: 12 }, (_, i) => i);
  let isBack: () => void = () => undefined;
  const back = new Promise<void>((resolve) => {
    isBack = resolve;
  });
  beforeAnswer = () => back;
  answer = (path) => {
    const [, n] = /payment_intents\/pi_(\d+)/.exec(path) ?? [];
    return intent({ id: `pi_${n}`, latest_charge: `ch_${n}`, metadata: ORDER });
  };
  for (const n of numbers) {
    const object = { id: `pi_${n}`, latest_charge: `ch_${n}` };
    await bench.accept(sample('payment_intent.succeeded.no-metadata', object, { id: `evt_${n}` }));
  }
  await bench.accept(sample('charge.succeeded'));
  bench.worker.wake();
  await expect.poll(() => bench.payments(), { timeout: 30_000 }).toHaveLength(1);
  expect(asked.length).toBeLessThanOrEqual(2);
  isBack();
  await expect
    .poll(async () => {
      bench.clock.advance(10_000);
      await bench.settle();
      return (await bench.payments()).length;
    })
    .toBe(1 + numbers.length);
});

test('many payments whose cards are asked for hold up nothing else, and being put off is no attempt', async () => {
  const numbers = Array.from({ length: 12 }, (_, i) => i);
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  beforeAnswer = () => opened;
  answer = (path) =>
    intent({
      id: /payment_intents\/(pi_\d+)/.exec(path)?.[1],
      payment_method: { id: 'pm_1', card: { last4: '0242', brand: 'visa' } },
    });
  for (const n of numbers) {
    const object = { id: `pi_${n}`, latest_charge: `ch_${n}` };
    await bench.accept(sample('payment_intent.succeeded', object, { id: `evt_${n}` }));
  }
  await bench.accept(sample('charge.succeeded'));
  bench.worker.wake();
  await expect.poll(() => bench.payments()).toHaveLength(1);
  expect(asked).toHaveLength(2);
  open();
  await expect
    .poll(async () => {
      bench.clock.advance(1_000);
      await bench.settle();
      return (await bench.payments()).length;
    })
    .toBe(1 + numbers.length);
  expect((await bench.payments()).every((payment) => payment.card_last4 !== null)).toBe(true);
  expect(await bench.rows('SELECT MAX(attempts) AS most FROM webhook_inbox')).toEqual([{ most: 1 }]);
});

test('events that say all they must are not asked about', async () => {
  await bench.deliver(sample('charge.succeeded'), sample('refund.created'), sample('payment_intent.payment_failed'));
  expect(await bench.payments()).toHaveLength(2);
  expect(asked).toEqual([]);
});
