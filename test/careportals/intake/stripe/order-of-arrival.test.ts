import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { type SampleEvent, StripeBench, sample } from './stripe-bench.ts';

let database: TestDatabase;
let bench: StripeBench;
let round = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  bench = new StripeBench(database);
});
afterAll(async () => {
  await bench.worker.stop();
  await database.drop();
});

/** The life of one payment with ids of this round's own; null stands for the arrival of its order. */
function story(n: number): (SampleEvent | null)[] {
  const charge = `ch_${n}`;
  const intent = `pi_${n}`;
  const metadata = { resourceType: 'orders', resourceId: String(5_000 + n) };
  const own = { metadata, description: null };
  const refund = { id: `re_${n}`, charge, payment_intent: intent };
  const byIntent = { id: `pyr_${n}`, charge: null, payment_intent: intent };
  const failed = { id: intent, latest_charge: `ch_failed_${n}`, ...own };
  return [
    null,
    sample('payment_intent.payment_failed', failed, { id: `evt_${n}_f` }),
    sample('payment_intent.succeeded', { id: intent, latest_charge: charge, ...own }, { id: `evt_${n}_i` }),
    sample('charge.succeeded', { id: charge, payment_intent: intent, ...own }, { id: `evt_${n}_c` }),
    sample('charge.refunded', { id: charge, payment_intent: intent, ...own }, { id: `evt_${n}_x` }),
    sample('refund.created.partial-no-reason', refund, { id: `evt_${n}_r` }),
    sample('refund.updated', refund, { id: `evt_${n}_u` }),
    sample('refund.created.no-charge', byIntent, { id: `evt_${n}_n` }),
  ];
}

async function play(n: number, order: number[]): Promise<void> {
  const steps = story(n);
  for (const index of order) {
    const step = steps[index % steps.length]!;
    if (step !== null) await bench.deliver(step);
    else if (!(await isThere(n))) await bench.orderArrives(String(5_000 + n));
  }
}

async function isThere(n: number): Promise<boolean> {
  return (await bench.rows('SELECT 1 FROM orders WHERE order_id = ?', [5_000 + n])).length > 0;
}

/** The state that the business sees, with this round's number taken out of the ids. */
async function state(n: number): Promise<string> {
  const [payments, links, refunds] = [await bench.payments(), await bench.paymentOrders(), await bench.refunds()];
  const mine = [...payments, ...links, ...refunds].filter(({ charge_id }) =>
    new RegExp(`_${n}$`).test(String(charge_id)),
  );
  return JSON.stringify(mine)
    .replaceAll(`_${n}"`, '_n"')
    .replaceAll(`"${5_000 + n}"`, '"order"');
}

test('any order and any repetition of the events of a payment end in the same state', async () => {
  const straight = ++round;
  await play(straight, [0, 1, 2, 3, 4, 5, 6, 7]);
  const expected = await state(straight);
  expect(JSON.parse(expected)).toHaveLength(6);
  const everyStep = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8 });
  const repeats = fc.array(fc.nat({ max: 7 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(repeats, everyStep, async (again, steps) => {
      const n = ++round;
      await play(n, [...again, ...steps]);
      expect(await state(n)).toBe(expected);
    }),
    { numRuns: 25 },
  );
});
