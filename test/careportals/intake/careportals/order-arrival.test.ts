import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Orm } from '../../../../src/platform/database/connect.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { at, deliver, history, order, ownOrder, pick, rows, sample, statuses } from './deliver.ts';

let database: TestDatabase;
let orm: Orm;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = database.orm;
});

afterAll(() => database.drop());

describe('repeats and order of arrival', () => {
  test('a delivery that comes three times has one effect', async () => {
    const { id, body } = ownOrder('order.updated.shipped');
    await deliver(orm, 'order.updated', body);
    const [first, firstHistory] = [await order(orm, id), await history(orm, id)];
    for (const _ of [1, 2]) await deliver(orm, 'order.updated', body);
    expect([await order(orm, id), await history(orm, id)]).toEqual([first, firstHistory]);
  });

  test('order.updated before order.created builds a marked order, and order.created completes it', async () => {
    const created = ownOrder('order.created');
    const { id } = created;
    const updated = {
      ...ownOrder('order.updated').body,
      ...pick(created.body, ['_id', 'id', 'customer._id', 'customer.email']),
    };
    await deliver(orm, 'order.updated', updated);
    expect(await order(orm, id)).toMatchObject({ is_stub: 1, ship_to_address1: null, coupon_code: null });
    const outcome = await deliver(orm, 'order.created', created.body);
    expect(outcome).toMatchObject({ kind: 'done', unparks: [] });
    expect(await order(orm, id)).toMatchObject({
      is_stub: 0,
      current_status: 'awaiting_shipment',
      source_updated_at: '2025-11-05 18:20:44.512',
      ship_to_address1: '128 Juniper St.',
      shipping_address_id: 'dcae0a74485b080275225f83558a04f4',
      coupon_code: 'HALFSTART',
      discount_reduction_amount: 50,
    });
  });

  test('an order built without amounts takes them from order.created', async () => {
    const { id, body } = ownOrder('order.created');
    const noAmounts = { totalAmount: '', baseAmount: '', discountAmount: '', creditUsedAmount: '' };
    await deliver(orm, 'order.updated', { ...body, ...at('09', { status: 'shipped', ...noAmounts }) });
    expect(await order(orm, id)).toMatchObject({ total_amount: 0, base_amount: 0 });
    await deliver(orm, 'order.created', body);
    expect(await order(orm, id)).toMatchObject({ total_amount: 14950, base_amount: 29900 });
  });

  test('an older event overwrites nothing that a newer one said, and fills what it left blank', async () => {
    const { id, body } = ownOrder('order.updated');
    await deliver(orm, 'order.updated', {
      ...body,
      ...at('20', { trackingCode: 'NEW', totalAmount: '100', baseAmount: '249.5' }),
    });
    await deliver(orm, 'order.updated', {
      ...body,
      ...at('10', { trackingCode: 'OLD', shippedAt: '2025-11-10T00:00:00Z' }),
    });
    expect(await order(orm, id)).toMatchObject({
      tracking_code: 'NEW',
      total_amount: 10000,
      shipped_at: '2025-11-10 00:00:00.000',
      source_updated_at: '2025-11-20 00:00:00.000',
    });
  });

  test('every order of the same deliveries ends in the same state', async () => {
    const bodies = [
      'order.created',
      'order.updated',
      'order.updated.late-arrival',
      'order.updated.shipped',
      'order.created.native',
    ];
    const shuffles = [
      [0, 1, 2, 3, 4],
      [4, 3, 2, 1, 0],
      [3, 0, 4, 2, 1],
      [2, 4, 1, 0, 3],
      [1, 3, 0, 4, 2],
    ];
    const states = [];
    for (const shuffle of shuffles) {
      const { id, body } = ownOrder('order.created');
      const ids = {
        ...pick(body, ['_id', 'id']),
        customer: { _id: body['customer._id'], email: body['customer.email'] },
      };
      const flatIds = pick(body, ['_id', 'id', 'customer._id', 'customer.email']);
      for (const index of [...shuffle, ...shuffle]) {
        const name = String(bodies[index]);
        const changed = sample(name, name.endsWith('native') ? ids : flatIds);
        await deliver(orm, name.split('.').slice(0, 2).join('.'), changed);
      }
      states.push(await businessState(id));
    }
    for (const state of states) expect(state).toEqual(states[0]);
    expect(states[0]?.order).toMatchObject({ current_status: 'shipped', is_stub: 0 });
  });

  test('a body without a time of its own adds to the history only what is news', async () => {
    const { id, body } = ownOrder('order.updated', { updatedAt: '' });
    await deliver(orm, 'order.updated', body, '2025-12-01 10:00:00.000');
    await deliver(orm, 'order.updated', body, '2025-12-01 11:00:00.000');
    await deliver(orm, 'order.updated', { ...body, status: 'shipped' }, '2025-12-01 12:00:00.000');
    expect(await statuses(orm, id)).toEqual(['awaiting_shipment', 'shipped']);
  });
});

async function businessState(id: string) {
  const row = await order(orm, id);
  const told = { ...row, order_id: 0, public_id: 0, care_portals_internal_order_id: 0, customer_id: 0, updated_at: 0 };
  const past = await rows(
    orm,
    'SELECT updated_status, status_updated_at, actor, source FROM order_status_updates WHERE order_id = ? ORDER BY 2, 1',
    [id],
  );
  return { order: told as Record<string, unknown>, past };
}
