import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Orm } from '../../../../src/platform/database/connect.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { at, deliver, errorsOf, order, ownOrder, RECEIVED, rows } from './deliver.ts';

let database: TestDatabase;
let orm: Orm;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = database.orm;
});

afterAll(() => database.drop());

describe('hostile and odd bodies', () => {
  const odd = [
    "'; DROP TABLE orders; --",
    'ünïcödé',
    '\u0000',
    '[object Object]',
    '{{x}}',
    '💥',
    'x'.repeat(20_000),
    '__proto__',
  ];

  test.each(odd)('%j in every text field still gives an order', async (text) => {
    const { id, body } = ownOrder('order.created');
    const kept = new Set(['_id', 'id', 'createdAt', 'customer.email']);
    const changed = Object.fromEntries(Object.keys(body).map((key) => [key, kept.has(key) ? body[key] : text]));
    expect(
      await deliver(orm, 'order.created', { ...changed, status: text, trackingLink: text, state: text }),
    ).toMatchObject({ kind: 'done' });
    const row = await order(orm, id);
    expect(row).toMatchObject({ product_id: null, total_amount: 0 });
    expect(String(row?.customer_id)).toMatch(/^unknown-[0-9a-f]{24}$/);
  });

  test.each(odd)('%j as both ids is no order and no fault', async (text) => {
    const { body } = ownOrder('order.updated', { _id: text, id: text });
    expect(await deliver(orm, 'order.updated', body)).toMatchObject({ kind: 'quarantined' });
  });

  test('a number that JSON cannot carry exactly is not taken for another order', async () => {
    const { body } = ownOrder('order.updated', { id: Number.MAX_SAFE_INTEGER + 1 });
    expect(await deliver(orm, 'order.updated', body)).toMatchObject({
      kind: 'parked',
      waitingFor: `order-internal:${body._id}`,
    });
  });

  test('a second CarePortals id for a known number, or number for a known id, is written down once, and the first stays', async () => {
    const { id, body } = ownOrder('order.created');
    await deliver(orm, 'order.created', body);
    const other = 'f'.repeat(24);
    for (const day of ['20', '21']) {
      await deliver(orm, 'order.updated', { ...body, _id: other, status: 'shipped', ...at(day) });
      await deliver(orm, 'order.updated', { ...body, id: `9${id}`, ...at(day) });
    }
    expect(await order(orm, id)).toMatchObject({ care_portals_internal_order_id: body._id, current_status: 'shipped' });
    expect(await errorsOf(orm, 'webhook_data_quality', `order:${id}`)).toEqual([
      { error_message: `Order ${id}: _id was told as ${other} and is known as ${body._id}, which stays.` },
      { error_message: `Order ${id}: id was told as 9${id} and is known as ${id}, which stays.` },
    ]);
    expect(await order(orm, `9${id}`)).toBeUndefined();
  });

  test('an order that says to be born in the future was born when it was told, and that is written down', async () => {
    const { id, body } = ownOrder('order.created', { createdAt: '2099-01-01T00:00:00.000Z' });
    const outcome = await deliver(orm, 'order.created', body);
    expect(outcome).toMatchObject({ kind: 'done', note: 'Could not be used: createdAt' });
    expect(await order(orm, id)).toMatchObject({ created_at: RECEIVED });
  });

  test('no value of a body is written into error_logs', async () => {
    const { body } = ownOrder('order.created', {
      'customer.email': 'not.an.address',
      'customer._id': 'Quennell',
      'lineItems.0.productId': 'Riverton',
    });
    await deliver(orm, 'order.created', body);
    const logged = JSON.stringify(await rows(orm, 'SELECT error_message, raw_data FROM error_logs'));
    for (const value of ['not.an.address', 'Quennell', 'Riverton', 'Juniper']) expect(logged).not.toContain(value);
  });
});
