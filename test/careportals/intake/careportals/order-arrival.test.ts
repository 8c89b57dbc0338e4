import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Orm } from '../../../../src/platform/database/connect.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { at, deliver, fresh, history, order, ownOrder, pick, rows, sample, statuses } from './deliver.ts';

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

  test('a body without a time of its own joins the history at its receipt time, whenever it is applied', async () => {
    const [straight, late] = [
      ownOrder('order.updated', { updatedAt: '' }),
      ownOrder('order.updated', { updatedAt: '' }),
    ];
    const received = ['2025-12-01 10:00:00.000', '2025-12-01 11:00:00.000'];
    const dated = { updatedAt: '2025-12-01T10:30:00.000Z', status: 'shipped' };
    await deliver(orm, 'order.updated', straight.body, received[0]);
    await deliver(orm, 'order.updated', { ...straight.body, ...dated });
    await deliver(orm, 'order.updated', straight.body, received[1]);
    await deliver(orm, 'order.updated', late.body, received[1]);
    await deliver(orm, 'order.updated', late.body, received[0]);
    await deliver(orm, 'order.updated', { ...late.body, ...dated });
    for (const { id } of [straight, late]) {
      expect(await statuses(orm, id)).toEqual(['awaiting_shipment', 'shipped', 'awaiting_shipment']);
      expect(await order(orm, id)).toMatchObject({ current_status: 'awaiting_shipment' });
    }
  });

  test('a time of the sender that lies far ahead of ours settles nothing for good', async () => {
    const { id, body } = ownOrder('order.updated', { updatedAt: '2099-01-01T00:00:00.000Z', trackingCode: 'AHEAD' });
    const statusHistory = [{ newStatus: 'lost', updatedAt: '2099-01-01T00:00:00.000Z' }];
    await deliver(orm, 'order.updated', { ...body, statusHistory }, '2025-12-01 10:00:00.000');
    const next = { updatedAt: '2025-12-02T00:00:00.000Z', trackingCode: 'NEXT', status: 'shipped' };
    await deliver(orm, 'order.updated', { ...body, ...next });
    expect(await order(orm, id)).toMatchObject({ tracking_code: 'NEXT', current_status: 'shipped' });
    expect(await statuses(orm, id)).toEqual(['awaiting_shipment', 'shipped']);
  });

  test('an order whose row was imported keeps what was told later than its own time', async () => {
    const { id, body } = ownOrder('order.created');
    await deliver(orm, 'order.created', body);
    const imported = "told_at = NULL, source_updated_at = '2025-11-10', tracking_code = 'THEIRS', source = 'import'";
    await rows(orm, `UPDATE orders SET ${imported} WHERE order_id = ?`, [id]);
    await deliver(orm, 'order.updated', { ...body, ...at('20', { source: 'api' }) });
    await deliver(orm, 'order.updated', { ...body, ...at('09', { trackingCode: 'OLD', source: 'old' }) });
    expect(await order(orm, id)).toMatchObject({ tracking_code: 'THEIRS', source: 'api' });
    await deliver(orm, 'order.updated', { ...body, ...at('15', { trackingCode: 'NEW' }) });
    expect(await order(orm, id)).toMatchObject({ tracking_code: 'NEW', source: 'api' });
  });

  test('a known order takes its customer from an event whose customer becomes known later', async () => {
    const { id, body } = ownOrder('order.created');
    await deliver(orm, 'order.created', body);
    const other = String(fresh()).padStart(24, 'b');
    const changed = { ...body, ...at('20', { 'customer._id': other, 'customer.email': '', status: 'shipped' }) };
    expect(await deliver(orm, 'order.updated', changed)).toMatchObject({
      kind: 'parked',
      waitingFor: `customer:${other}`,
    });
    expect(await order(orm, id)).toMatchObject({ customer_id: body['customer._id'], current_status: 'shipped' });
    const signup = await deliver(orm, 'customer.signup', { _id: other, email: `other.${other}@example.org` });
    expect(signup).toMatchObject({ unparks: expect.arrayContaining([`customer:${other}`]) });
    expect(await deliver(orm, 'order.updated', changed)).toMatchObject({ kind: 'done' });
    expect(await order(orm, id)).toMatchObject({ customer_id: other });
    expect(await statuses(orm, id)).toEqual(['shipped']);
  });

  test('a delivery names the rows that it was applied to or made', async () => {
    const changes = { status: 'cancelled', coupon: `SUBJ${fresh()}`, 'lineItems.0.productId': 'd'.repeat(24) };
    const { id, body } = ownOrder('order.created', { ...changes, 'shippingAddress.address1': '9 Subject Rd' });
    const { subjects } = await deliver(orm, 'order.created', body);
    const made = Object.fromEntries((subjects ?? []).map((subject) => [subject.type, subject.id]));
    expect(made).toEqual({
      Order: id,
      Customer: body['customer._id'],
      Product: 'd'.repeat(24),
      Coupon: changes.coupon,
      Address: (await order(orm, id))?.shipping_address_id,
      OrderStatusUpdate: (await history(orm, id))[0]?.update_id,
      OrderCancellation: expect.stringMatching(/^\d+$/),
    });
    const again = await deliver(orm, 'order.created', body);
    expect(again.subjects?.map(({ type }) => type)).toEqual(['Order', 'Customer']);
  });
});

/** What one of an order's bodies may say; any of it may be blank. */
const told = fc.record(
  {
    updatedAt: fc.constantFrom('2025-11-05T00:00:00.000Z', '2025-11-06T00:00:00.000Z', '2025-11-07T00:00:00.000Z'),
    status: fc.constantFrom('processing', 'awaiting_script', 'shipped', 'cancelled'),
    source: fc.constantFrom('checkout', 'api'),
    totalAmount: fc.constantFrom('100', '120'),
    baseAmount: fc.constantFrom('100', '0'),
    discountAmount: fc.constantFrom('20', '0'),
    coupon: fc.constantFrom('ANYA', 'ANYB'),
    'lineItems.0.productId': fc.constantFrom('1'.repeat(24), '2'.repeat(24)),
    'lineItems.0.discount.reductionAmount': fc.constantFrom('50', '10'),
    'lineItems.0.discount.reductionType': fc.constantFrom('percent', 'dollar'),
    'shippingAddress.address1': fc.constantFrom('1 Any Rd', '2 Any Rd'),
    'shippingAddress.address2': fc.constantFrom('Apt 1', 'Apt 2'),
    state: fc.constantFrom('NY', 'SC'),
    'assignedTo.firstName': fc.constantFrom('Hilltop', 'Olive'),
    assignedToGroup: fc.constantFrom('Group A', 'Group B'),
    trackingCode: fc.constantFrom('T1', 'T2'),
    shippedAt: fc.constantFrom('2025-11-06T00:00:00.000Z', '2025-11-07T00:00:00.000Z'),
    isDeleted: fc.constantFrom('true', 'false'),
    'customer.firstName': fc.constantFrom('Ada', 'Eve'),
    'customer.phone': fc.constantFrom('+12125550100', '+12125550101'),
  },
  { requiredKeys: [] },
);
const anyEvent = fc.record({ event: fc.constantFrom('order.created', 'order.updated', 'order.shipped'), body: told });

test('random bodies with random blanks end in the same order in any order of arrival, however often they come', async () => {
  const scrambled = fc.array(anyEvent, { minLength: 2, maxLength: 5 }).chain((all) => {
    const numbered = all.map((one, n) => ({ ...one, receivedAt: `2025-12-01 10:0${n}:00.000` }));
    return fc.tuple(
      fc.constant(numbered),
      fc.shuffledSubarray([...numbered, ...numbered], { minLength: 2 * all.length }),
    );
  });
  const { body: whole } = ownOrder('order.updated');
  const after = async (events: { event: string; body: object; receivedAt: string }[]) => {
    const id = String(fresh());
    const own = {
      _id: id.padStart(24, 'a'),
      id,
      createdAt: whole.createdAt,
      'customer._id': id.padStart(24, 'c'),
      'customer.email': `any.${id}@example.org`,
    };
    for (const { event, body, receivedAt } of events) await deliver(orm, event, { ...body, ...own }, receivedAt);
    return everyColumn(id);
  };
  await fc.assert(
    fc.asyncProperty(scrambled, async ([events, others]) => {
      expect(await after(others)).toEqual(await after(events));
    }),
    { numRuns: process.env.LONG_TESTS ? 1_000 : 15, seed: Number(process.env.TEST_SEED ?? 1) },
  );
}, 300_000);

async function everyColumn(id: string) {
  const customer = `SELECT c.email <> '' AS email, c.first_name, c.last_name, c.phone, c.created_at, c.told_at
    FROM customers c JOIN orders o USING (customer_id) WHERE o.order_id = ?`;
  const cancelled = 'SELECT cancelled_at FROM orders_cancelled WHERE order_id = ?';
  return { ...(await businessState(id)), who: await rows(orm, customer, [id]), off: await rows(orm, cancelled, [id]) };
}

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
