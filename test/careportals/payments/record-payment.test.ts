import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PaymentFact, recordPayment } from '../../../src/modules/careportals/payments/record-payment.ts';
import type { Tables } from '../../../src/modules/careportals/tables.ts';
import { inTransaction, isRepeatOf } from '../../../src/platform/database/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';

let database: TestDatabase;
const HUGE = '9007199254740993';

beforeAll(async () => {
  database = await createTestDatabase();
  await run("INSERT INTO customers (customer_id, email) VALUES ('c1', 'demo@example.com')");
  for (const orderId of ['101', '102', HUGE]) {
    await run(
      `INSERT INTO orders (order_id, care_portals_internal_order_id, customer_id, source, total_amount, base_amount, created_at)
       VALUES (?, ?, 'c1', 'checkout', 34900, 34900, '2025-11-03 15:00:00')`,
      [orderId, `internal-${orderId}`],
    );
  }
});
afterAll(() => database.drop());

function run(sql: string, params: unknown[] = []): Promise<Record<string, unknown>[]> {
  return database.orm.em.getConnection().execute(sql, params) as unknown as Promise<Record<string, unknown>[]>;
}

function fact(fields: Partial<PaymentFact> & { chargeId: string }): PaymentFact {
  return {
    paymentIntentId: null,
    orderIds: ['101'],
    stripeCustomerId: null,
    paymentMethodId: null,
    amount: 34_900,
    currency: 'USD',
    cardLast4: null,
    cardBrand: null,
    status: 'succeeded',
    description: null,
    applicationFeeAmount: null,
    createdAt: '2025-11-03 15:42:07.000',
    receivedAt: '2025-11-03 15:42:08.123',
    ...fields,
  };
}

function record(fields: Partial<PaymentFact> & { chargeId: string }) {
  return inTransaction<Tables, unknown>(database.orm, (tx) => recordPayment(tx, fact(fields)));
}

async function paymentOf(chargeId: string) {
  const [row] = await run('SELECT * FROM payments WHERE charge_id = ?', [chargeId]);
  return row;
}

test('a later report fills what was blank', async () => {
  await record({ chargeId: 'ch_fill', cardBrand: 'visa', applicationFeeAmount: 349 });
  await record({ chargeId: 'ch_fill', cardBrand: 'amex', cardLast4: '0042', paymentIntentId: 'pi_fill' });
  expect(await paymentOf('ch_fill')).toMatchObject({
    card_brand: 'visa',
    card_last4: '0042',
    payment_intent_id: 'pi_fill',
    succeeded_intent_id: 'pi_fill',
    application_fee_amount: 349,
  });
});

test('the time of a payment is the later one reported, in either order', async () => {
  const times = ['2025-11-03 15:42:07.000', '2025-11-03 15:40:00.000'];
  for (const createdAt of times) await record({ chargeId: 'ch_later', createdAt });
  for (const createdAt of times.toReversed()) await record({ chargeId: 'ch_later2', createdAt });
  expect(await paymentOf('ch_later')).toMatchObject({ created_at: times[0] });
  expect(await paymentOf('ch_later2')).toMatchObject({ created_at: times[0] });
});

test('orders learned later are added to the payment, whose own is the lowest that any report names first', async () => {
  await record({ chargeId: 'ch_orders', orderIds: ['102'] });
  await record({ chargeId: 'ch_orders', orderIds: ['101', '102'] });
  expect(await paymentOf('ch_orders')).toMatchObject({ order_id: '101' });
  const links = await run(
    "SELECT po.order_id FROM payment_orders po JOIN payments USING (payment_id) WHERE charge_id = 'ch_orders' ORDER BY 1",
  );
  expect(links.map((row) => row.order_id)).toEqual(['101', '102']);
});

test('reports of one charge, whatever each says, end in one payment in any order of arrival', async () => {
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
  const report = fc.record({
    status: fc.constantFrom('succeeded' as const, 'failed' as const),
    orderIds: fc.constantFrom<string[]>(['101'], ['102'], ['102', '101'], ['101', '102', HUGE]),
    amount: fc.constantFrom(100, 200),
    currency: fc.constantFrom('USD', 'CAD'),
    stripeCustomerId: maybe(fc.constantFrom('cus_1', 'cus_2')),
    paymentMethodId: maybe(fc.constantFrom('pm_1', 'pm_2')),
    cardLast4: maybe(fc.constantFrom('0042', '4242')),
    cardBrand: maybe(fc.constantFrom('visa', 'amex')),
    description: maybe(fc.constantFrom('Orders #101', 'Orders #101, #102')),
    applicationFeeAmount: maybe(fc.constantFrom(0, 1, 2)),
    createdAt: fc.constantFrom('2025-11-03 15:42:07.000', '2025-11-03 15:40:00.000'),
  });
  const scrambled = fc
    .array(report, { minLength: 2, maxLength: 4 })
    .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length })));
  let charges = 0;
  const after = async (reports: Partial<PaymentFact>[]) => {
    const chargeId = `ch_any_${++charges}`;
    for (const one of reports) await record({ ...one, chargeId, paymentIntentId: `pi_any_${charges}` });
    const { payment_id, ...row } = (await paymentOf(chargeId)) ?? {};
    const links = await run('SELECT order_id FROM payment_orders WHERE payment_id = ? ORDER BY 1', [payment_id]);
    const own = {
      public_id: 0,
      charge_id: 0,
      payment_intent_id: 0,
      succeeded_intent_id: row.succeeded_intent_id !== null,
    };
    return { ...row, ...own, links };
  };
  await fc.assert(
    fc.asyncProperty(scrambled, async ([reports, others]) => {
      expect(await after(others)).toEqual(await after(reports));
    }),
    { numRuns: process.env.LONG_TESTS ? 500 : 15, seed: Number(process.env.TEST_SEED ?? 1) },
  );
}, 120_000);

test('an order number beyond what a double can hold is found exactly', async () => {
  expect(await record({ chargeId: 'ch_huge', orderIds: [HUGE] })).toMatchObject({ kind: 'recorded' });
  expect(await paymentOf('ch_huge')).toMatchObject({ order_id: HUGE });
  expect(await record({ chargeId: 'ch_none', orderIds: ['9007199254740992'] })).toEqual({
    kind: 'unknownOrder',
    orderId: '9007199254740992',
  });
});

test('one unknown order among several leaves nothing written', async () => {
  expect(await record({ chargeId: 'ch_partly', orderIds: ['101', '999'] })).toEqual({
    kind: 'unknownOrder',
    orderId: '999',
  });
  expect(await paymentOf('ch_partly')).toBeUndefined();
});

test('charges whose ids differ in case are two payments', async () => {
  await record({ chargeId: 'ch_Case', amount: 100 });
  await record({ chargeId: 'ch_case', amount: 200 });
  expect([(await paymentOf('ch_Case'))?.amount, (await paymentOf('ch_case'))?.amount]).toEqual([100, 200]);
});

test('an intent has any number of failed charges but only one that succeeded', async () => {
  const intent = { paymentIntentId: 'pi_one' };
  await record({ chargeId: 'ch_f1', status: 'failed', ...intent });
  await record({ chargeId: 'ch_f2', status: 'failed', ...intent });
  await record({ chargeId: 'ch_s1', ...intent });
  const second = await record({ chargeId: 'ch_s2', ...intent }).catch((error: unknown) => error);
  expect(isRepeatOf(second, 'idx_succeeded_intent')).toBe(true);
});

test('simultaneous reports of one charge leave one payment with all that any of them knew', async () => {
  const known = [
    { cardLast4: '0042' },
    { stripeCustomerId: 'cus_1' },
    { paymentIntentId: 'pi_sim' },
    { description: 'd' },
  ];
  await Promise.all(Array.from({ length: 24 }, (_, n) => record({ chargeId: 'ch_sim', ...known[n % 4] })));
  expect(await run("SELECT 1 FROM payments WHERE charge_id = 'ch_sim'")).toHaveLength(1);
  expect(await paymentOf('ch_sim')).toMatchObject({
    card_last4: '0042',
    stripe_customer_id: 'cus_1',
    payment_intent_id: 'pi_sim',
    description: 'd',
  });
});

test('what only the workbook told gives way to the first report, whichever is greater; what nobody told again stays', async () => {
  await record({
    chargeId: 'ch_sheet',
    orderIds: ['102'],
    amount: 50_000,
    cardLast4: '9999',
    description: 'z typo',
    cardBrand: 'visa',
    applicationFeeAmount: 400,
    createdAt: '2025-11-02 06:30:00.000',
  });
  await run("UPDATE payments SET imported_at = '2026-01-01 00:00:00' WHERE charge_id = 'ch_sheet'");
  const told = { amount: 34_900, cardLast4: '0242', description: 'Orders #101', createdAt: '2025-11-02 05:30:00.318' };
  await record({ chargeId: 'ch_sheet', ...told });
  expect(await paymentOf('ch_sheet')).toMatchObject({
    order_id: '101',
    amount: 34_900,
    card_last4: '0242',
    description: 'Orders #101',
    created_at: told.createdAt,
    card_brand: 'visa',
    application_fee_amount: 400,
    imported_at: null,
  });
  const links = await run(
    "SELECT l.order_id FROM payment_orders l JOIN payments p USING (payment_id) WHERE p.charge_id = 'ch_sheet'",
  );
  expect(links).toEqual([{ order_id: '101' }]);
  // From then on reports are equals.
  await record({ chargeId: 'ch_sheet', ...told, cardLast4: '0100' });
  expect(await paymentOf('ch_sheet')).toMatchObject({ card_last4: '0242' });
});
