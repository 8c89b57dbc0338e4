import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { standInCustomerId } from '../../../../src/modules/careportals/customers/stand-in-customer-id.ts';
import type { Orm } from '../../../../src/platform/database/connect.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { deliverSample, rows } from './deliver.ts';

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

async function order(orderId: string) {
  const [row] = await rows(orm, 'SELECT * FROM orders WHERE order_id = ?', [orderId]);
  return row;
}

function history(orderId: string) {
  return rows(
    orm,
    `SELECT updated_status AS status, status_updated_at AS at, changed_current AS current FROM order_status_updates
     WHERE order_id = ? ORDER BY status_updated_at, updated_status`,
    [orderId],
  );
}

async function count(table: string): Promise<number> {
  const [row] = await rows<{ n: string }>(orm, `SELECT COUNT(*) AS n FROM ${table}`);
  return Number(row?.n);
}

async function errorTypes(): Promise<string[]> {
  const found = await rows<{ error_type: string }>(orm, 'SELECT error_type FROM error_logs ORDER BY error_id');
  return found.map((row) => row.error_type);
}

const WHOLE_ORDER = {
  care_portals_internal_order_id: '69b27d11e4c9fa0b6621a301',
  customer_id: MARISOL,
  shipping_address_id: 'dcae0a74485b080275225f83558a04f4',
  product_id: STARTER,
  coupon_code: 'HALFSTART',
  source: 'checkout',
  total_amount: 14950,
  discount_amount: 14950,
  base_amount: 29900,
  credit_used_amount: 0,
  discount_reduction_amount: 50,
  discount_reduction_type: 'percent',
  pharmacy_assigned: 'SevenCells Pharmacy',
  is_stub: 0,
  ship_to_address1: '128 Juniper St.',
  ship_to_address2: 'Apt 4B',
  ship_to_city: 'Riverton',
  ship_to_province_code: 'NY',
  ship_to_postal_code: '10999',
  ship_to_country_code: 'US',
  created_at: '2025-11-03 15:42:07.318',
};

describe('orders', () => {
  test('order.created: dollars become cents once, and a percentage stays one', async () => {
    const outcome = await deliverSample(orm, 'order.created');
    expect(outcome).toMatchObject({
      kind: 'done',
      unparks: [
        'order:2417',
        'order-internal:69b27d11e4c9fa0b6621a301',
        `customer:${MARISOL}`,
        `customer:${standInCustomerId('marisol.quennell@example.org')}`,
      ],
    });
    expect(await order('2417')).toMatchObject({ ...WHOLE_ORDER, current_status: null });
    expect(await rows(orm, 'SELECT * FROM products')).toMatchObject([
      {
        product_id: STARTER,
        label: 'Semaglutide Starter (4-week)',
        drug_name: 'Semaglutide 0.25 mg/0.5 mL',
        list_price: 34900,
        sale_price: 29900,
        active: 1,
        renewal_cycle_duration: null,
        needs_review: 1,
      },
    ]);
    expect(await rows(orm, 'SELECT * FROM coupons')).toMatchObject([
      { coupon_code: 'HALFSTART', reduction_amount: 50, reduction_type: 'percent', description: '50% off' },
    ]);
    expect(await rows(orm, 'SELECT * FROM customers')).toMatchObject([
      { customer_id: MARISOL, email: 'marisol.quennell@example.org', first_name: 'Marisol', phone: '+12125550142' },
    ]);
    expect(await errorTypes()).toEqual([]);
  });

  test('order.created.native: the nested form makes the same order, and its status', async () => {
    await deliverSample(orm, 'order.created.native');
    expect(await order('2417')).toMatchObject({ ...WHOLE_ORDER, current_status: 'processing' });
    expect(await rows(orm, 'SELECT product_id, drug_name FROM products')).toEqual([
      { product_id: STARTER, drug_name: 'Semaglutide 0.25 mg/0.5 mL' },
    ]);
    expect(await errorTypes()).toEqual([]);
  });

  test('order.created.missing-product: blanks become nulls, and no empty product, address or coupon appears', async () => {
    expect(await deliverSample(orm, 'order.created.missing-product')).toMatchObject({ kind: 'done' });
    expect(await order('2418')).toMatchObject({
      product_id: null,
      coupon_code: null,
      shipping_address_id: null,
      pharmacy_assigned: null,
      ship_to_address1: null,
      total_amount: 9900,
      discount_amount: 0,
      base_amount: 9900,
      credit_used_amount: 0,
      discount_reduction_amount: 0,
      discount_reduction_type: null,
    });
    expect(await rows(orm, 'SELECT phone FROM customers')).toEqual([{ phone: null }]);
    expect([await count('products'), await count('addresses'), await count('coupons')]).toEqual([0, 0, 0]);
    expect(await errorTypes()).toEqual([]);
  });

  test('order.created.subscription-cycle: a free refill is an order like any other', async () => {
    await deliverSample(orm, 'order.created.subscription-cycle');
    expect(await order('2533')).toMatchObject({
      source: 'subscription_cycle',
      total_amount: 0,
      base_amount: 0,
      is_stub: 0,
    });
    expect(await rows(orm, 'SELECT list_price, sale_price FROM products')).toEqual([
      { list_price: 34900, sale_price: null },
    ]);
  });

  test('order.updated: changes the known order, and objects printed as text are nothing', async () => {
    await deliverSample(orm, 'order.created');
    expect(await deliverSample(orm, 'order.updated')).toMatchObject({ kind: 'done', unparks: [], note: undefined });
    expect(await order('2417')).toMatchObject({
      ...WHOLE_ORDER,
      current_status: 'awaiting_shipment',
      source_updated_at: '2025-11-05 18:20:44.512',
    });
    expect(await count('products')).toBe(1);
    expect(await errorTypes()).toEqual([]);
  });

  test('order.updated.shipped: tracking is filled, and a later event without it takes nothing away', async () => {
    await deliverSample(orm, 'order.created');
    await deliverSample(orm, 'order.updated.shipped');
    await deliverSample(orm, 'order.updated', { updatedAt: '2025-11-08T00:00:00.000Z', status: 'delivered' });
    expect(await order('2417')).toMatchObject({
      current_status: 'delivered',
      shipped_at: '2025-11-06 21:03:17.000',
      tracking_code: '1ZDEMO0000000002417',
      tracking_link: 'https://tracking.example.net/1ZDEMO0000000002417',
    });
  });

  test('order.updated.late-arrival: joins the history and changes nothing current', async () => {
    await deliverSample(orm, 'order.created');
    await deliverSample(orm, 'order.updated');
    const before = await order('2417');
    const outcome = await deliverSample(orm, 'order.updated.late-arrival', { totalAmount: '1', baseAmount: '150.5' });
    expect(outcome).toMatchObject({ kind: 'done', note: expect.stringContaining('history') });
    expect(await order('2417')).toEqual(before);
    expect(await history('2417')).toEqual([
      { status: 'awaiting_script', at: '2025-11-04 11:12:30.100', current: 0 },
      { status: 'awaiting_shipment', at: '2025-11-05 18:20:44.512', current: 1 },
    ]);
  });

  test('order.updated.cancelled: the order is off, once, and order.cancelled (legacy) says the same again', async () => {
    await deliverSample(orm, 'order.created.missing-product');
    await deliverSample(orm, 'order.updated.cancelled');
    await deliverSample(orm, 'order.cancelled');
    expect(await order('2418')).toMatchObject({ current_status: 'cancelled', source: 'checkout', total_amount: 9900 });
    expect(await history('2418')).toHaveLength(1);
    expect(await rows(orm, 'SELECT order_id, cancelled_at FROM orders_cancelled')).toEqual([
      { order_id: '2418', cancelled_at: '2025-11-04 13:30:00.000' },
    ]);
  });

  test('order.cancelled: of a known order it uses ids and dates; of an unknown one it waits', async () => {
    expect(await deliverSample(orm, 'order.cancelled')).toMatchObject({ kind: 'parked', waitingFor: 'order:2418' });
    expect([await count('orders'), await count('customers'), await count('orders_cancelled')]).toEqual([0, 0, 0]);
    await deliverSample(orm, 'order.created.missing-product');
    await deliverSample(orm, 'order.cancelled');
    expect(await count('orders_cancelled')).toBe(1);
    expect(await order('2418')).toMatchObject({ current_status: 'cancelled', source: 'api' });
  });

  test('order.updated.unknown-order: the body says enough, so the order is built and marked', async () => {
    expect(await deliverSample(orm, 'order.updated.unknown-order')).toMatchObject({
      kind: 'done',
      unparks: expect.arrayContaining(['order:1983', 'order-internal:69b27d11e4c9fa0b6621a3ff']),
    });
    expect(await order('1983')).toMatchObject({
      is_stub: 1,
      current_status: 'shipped',
      customer_id: MARISOL,
      product_id: STARTER,
      total_amount: 14950,
      ship_to_province_code: 'NY',
      ship_to_address1: null,
      shipping_address_id: null,
      pharmacy_assigned: 'SevenCells Pharmacy',
      created_at: '2025-09-02 14:00:00.000',
    });
    expect(await count('addresses')).toBe(0);
  });

  test('order.status_updated.native: transitions that were never delivered are filled in from statusHistory', async () => {
    await deliverSample(orm, 'order.created.native');
    await deliverSample(orm, 'order.status_updated.native');
    expect(await history('2417')).toEqual([
      { status: 'processing', at: '2025-11-03 15:42:09.027', current: 1 },
      { status: 'awaiting_requirements', at: '2025-11-03 15:42:10.000', current: 1 },
      { status: 'awaiting_script', at: '2025-11-04 11:12:30.100', current: 1 },
    ]);
  });
});
