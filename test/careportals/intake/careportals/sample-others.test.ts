import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Orm } from '../../../../src/platform/database/connect.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { deliverSample, RECEIVED, rows } from './deliver.ts';

let database: TestDatabase;
let orm: Orm;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = database.orm;
});

afterAll(() => database.drop());

const TABLES = [
  'orders_cancelled',
  'order_status_updates',
  'orders',
  'subscriptions_active',
  'subscriptions_paused',
  'subscriptions_cancelled',
  'subscriptions',
  'customer_aliases',
  'customers',
  'addresses',
  'products',
  'coupons',
];

beforeEach(async () => {
  for (const table of TABLES) await database.admin.em.getConnection().execute(`DELETE FROM ${table}`);
  // error_logs is append-only, so it starts anew with a truncation, which no trigger sees.
  await database.admin.em.getConnection().execute('TRUNCATE error_logs');
});

const MARISOL = '69a1c04fd2b7e83a5510f201';
const STARTER = '68f3aa90c1d4e75b7732b401';

async function count(table: string): Promise<number> {
  const [row] = await rows<{ n: string }>(orm, `SELECT COUNT(*) AS n FROM ${table}`);
  return Number(row?.n);
}

async function errorTypes(): Promise<string[]> {
  const found = await rows<{ error_type: string }>(orm, 'SELECT error_type FROM error_logs ORDER BY error_id');
  return found.map((row) => row.error_type);
}

describe('subscriptions', () => {
  const PLAN = '69c38e22f5dafb1c8843c501';

  async function subscription(subscriptionId: string) {
    const [spine] = await rows<{ state: string }>(orm, 'SELECT * FROM subscriptions WHERE subscription_id = ?', [
      subscriptionId,
    ]);
    if (!spine) return null;
    const [details] = await rows(orm, `SELECT * FROM subscriptions_${spine.state} WHERE subscription_id = ?`, [
      subscriptionId,
    ]);
    return { ...spine, ...details };
  }

  /** A phase as it is stored, of one month and with the monthly questionnaire unless it says otherwise. */
  function phase(told: object) {
    const month = { fillingInterval: 1, fillingUnit: 'month', billableInterval: 1 };
    return { ...month, billingInterval: null, billingUnit: null, requirements: ['wlusmonthly'], ...told };
  }

  test('subscription.created lands in active', async () => {
    expect(await deliverSample(orm, 'subscription.created')).toMatchObject({
      kind: 'done',
      unparks: expect.arrayContaining([`customer:${MARISOL}`]),
    });
    expect(await subscription(PLAN)).toMatchObject({
      state: 'active',
      customer_id: MARISOL,
      product_id: STARTER,
      cycle: 1,
      created_at: '2025-11-03 15:42:08.100',
      next_cycle_date: '2025-12-01 09:00:00.000',
    });
    expect(await rows(orm, 'SELECT drug_name, list_price, needs_review FROM products')).toEqual([
      { drug_name: null, list_price: 0, needs_review: 1 },
    ]);
  });

  test('subscription.active, paused, cancelled: the EMR leads it through its states', async () => {
    await deliverSample(orm, 'subscription.created');
    await deliverSample(orm, 'subscription.active');
    expect(await subscription(PLAN)).toMatchObject({ state: 'active', cycle: 2 });
    await deliverSample(orm, 'subscription.paused');
    expect(await subscription(PLAN)).toMatchObject({ state: 'paused', cycle: 2, next_cycle_date: null });
    await deliverSample(orm, 'subscription.cancelled');
    expect(await subscription(PLAN)).toMatchObject({ state: 'cancelled', status: 'cancelled' });
  });

  test('subscription.active.object-product: the known product and customer stay, and no text is taken for an id', async () => {
    await deliverSample(orm, 'subscription.created');
    expect(await deliverSample(orm, 'subscription.active.object-product')).toMatchObject({ kind: 'done' });
    expect(await subscription(PLAN)).toMatchObject({
      state: 'active',
      cycle: 2,
      customer_id: MARISOL,
      product_id: STARTER,
      phases: null,
    });
    expect(await rows(orm, 'SELECT product_id FROM products')).toEqual([{ product_id: STARTER }]);
    expect(await errorTypes()).toEqual(['webhook_data_quality']);
  });

  test('subscription.active.blank-cycle: a second id of a known email is that customer, and blanks stay unknown', async () => {
    await deliverSample(orm, 'order.created');
    const outcome = await deliverSample(orm, 'subscription.active.blank-cycle');
    expect(outcome).toMatchObject({
      kind: 'done',
      unparks: expect.arrayContaining(['customer:69a1c04fd2b7e83a5510f2ee']),
    });
    expect(await subscription('69c38e22f5dafb1c8843c502')).toMatchObject({
      state: 'active',
      customer_id: MARISOL,
      product_id: null,
      cycle: 1,
    });
    const aliases =
      "SELECT careportals_id, customer_id FROM customer_aliases WHERE careportals_id NOT LIKE 'email-%' ORDER BY 1";
    expect(await rows(orm, aliases)).toEqual([
      { careportals_id: MARISOL, customer_id: MARISOL },
      { careportals_id: '69a1c04fd2b7e83a5510f2ee', customer_id: MARISOL },
    ]);
    expect(await count('customers')).toBe(1);
  });

  test.each(['paused', 'cancelled'])(
    'subscription.%s.legacy: without a time of its own, the receipt time counts',
    async (state) => {
      await deliverSample(orm, 'subscription.created');
      await deliverSample(orm, `subscription.${state}.legacy`);
      expect(await subscription(PLAN)).toMatchObject({ state, product_id: STARTER, source_updated_at: RECEIVED });
    },
  );

  test.each(['subscription.active.native', 'subscription.active.native-product-object'])(
    '%s: the nested form, with the product as text or as an object, and numbers of phases as text or as numbers',
    async (name) => {
      await deliverSample(orm, name);
      expect(await subscription(PLAN)).toMatchObject({
        state: 'active',
        cycle: 4,
        product_id: STARTER,
        customer_id: MARISOL,
        phases: [
          phase({ price: 59_800, cycles: 1, requirements: ['wlus'] }),
          phase({ price: 0, cycles: 2 }),
          phase({ price: 29_900, cycles: 1 }),
          phase({ price: 29_900, cycles: 0, fillingInterval: 4, fillingUnit: 'week', billingUnit: 'week' }),
        ],
      });
      expect(await errorTypes()).toEqual([]);
    },
  );

  test('subscription.upcoming-renewal: moves the next date and neither status nor cycle', async () => {
    await deliverSample(orm, 'subscription.created');
    await deliverSample(orm, 'subscription.paused');
    await deliverSample(orm, 'subscription.upcoming-renewal.native');
    expect(await subscription(PLAN)).toMatchObject({
      state: 'paused',
      cycle: 2,
      next_cycle_date: '2026-03-03 09:00:00.000',
      source_updated_at: '2025-12-10 17:45:00.250',
    });
  });
});

describe('the rest', () => {
  test('customer.signup.native: the customer is known from then on, since their sign-up', async () => {
    expect(await deliverSample(orm, 'customer.signup.native')).toMatchObject({
      kind: 'done',
      unparks: expect.arrayContaining(['customer:69a1c04fd2b7e83a5510f202']),
    });
    expect(await rows(orm, 'SELECT customer_id, first_name, phone, created_at FROM customers')).toEqual([
      {
        customer_id: '69a1c04fd2b7e83a5510f202',
        first_name: 'Tobias',
        phone: '+15035550177',
        created_at: '2025-11-03 15:58:17.701',
      },
    ]);
    // One of the coupons it has used is blank, and none of them is an order's.
    expect(await count('coupons')).toBe(0);
  });
});
