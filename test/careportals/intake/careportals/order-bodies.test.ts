import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Orm } from '../../../../src/platform/database/connect.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { at, deliver, order, ownOrder, RECEIVED } from './deliver.ts';

let database: TestDatabase;
let orm: Orm;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = database.orm;
});

afterAll(() => database.drop());

describe('addresses and pharmacy', () => {
  test('two flats of one building share an address, and each order keeps its own flat', async () => {
    const first = ownOrder('order.created');
    const second = ownOrder('order.created', {
      'shippingAddress.address1': '128 juniper street',
      'shippingAddress.address2': 'Apt 9',
    });
    await deliver(orm, 'order.created', first.body);
    await deliver(orm, 'order.created', second.body);
    const [a, b] = [await order(orm, first.id), await order(orm, second.id)];
    expect(a?.shipping_address_id).toBe(b?.shipping_address_id);
    expect([a?.ship_to_address2, b?.ship_to_address2]).toEqual(['Apt 4B', 'Apt 9']);
  });

  test.each([
    ['SC', 'Other'],
    ['in', 'Other'],
    ['NY', 'SevenCells'],
    ['', null],
  ])('nobody assigned and province %j: %s', async (state, pharmacy) => {
    const { id, body } = ownOrder('order.updated', { state, 'assignedTo.firstName': 'N/A', 'assignedTo.lastName': '' });
    await deliver(orm, 'order.updated', body);
    expect(await order(orm, id)).toMatchObject({ pharmacy_assigned: pharmacy });
  });

  test('what CarePortals says of the pharmacy wins, in South Carolina too', async () => {
    const { id, body } = ownOrder('order.updated', { state: 'SC' });
    await deliver(orm, 'order.updated', body);
    expect(await order(orm, id)).toMatchObject({ pharmacy_assigned: 'SevenCells Pharmacy' });
  });
});

describe('a group as the pharmacy', () => {
  test.each([
    [{ assignedToGroup: 'Hilltop Group' }, 'Hilltop Group'],
    [{ 'assignedToGroup.name': 'Hilltop Group' }, 'Hilltop Group'],
    [{ assignedToGroup: 'Hilltop Group', 'assignedTo.firstName': 'Ada', 'assignedTo.lastName': 'Moss' }, 'Ada Moss'],
    [{ assignedToGroup: 'e'.repeat(24) }, 'SevenCells'],
    [{ assignedToGroup: '[object Object]' }, 'SevenCells'],
  ])('%j: %s', async (changes, pharmacy) => {
    const nobody = { 'assignedTo.firstName': '', 'assignedTo.lastName': '', state: 'NY' };
    const { id, body } = ownOrder('order.updated', { ...nobody, ...changes });
    await deliver(orm, 'order.updated', body);
    expect(await order(orm, id)).toMatchObject({ pharmacy_assigned: pharmacy });
  });
});

describe('bodies that say too little', () => {
  test.each([
    ['no date', { createdAt: '' }, (id: string) => `order:${id}`],
    ['no id of CarePortals', { _id: '' }, (id: string) => `order:${id}`],
    ['no customer', { 'customer._id': '', 'customer.email': '' }, (id: string) => `order:${id}`],
    [
      'a customer nobody knows, without email',
      { 'customer.email': '' },
      (id: string) => `order:${id}`,
      (id: string) => `customer:${id.padStart(24, 'c')}`,
    ],
    ['no number', { id: '' }, (id: string) => `order-internal:${id.padStart(24, 'a')}`],
  ])('%s: an unknown order waits', async (_what, changes, waitingFor, or?: (id: string) => string) => {
    const { id, body } = ownOrder('order.updated', changes);
    expect(await deliver(orm, 'order.updated', body)).toMatchObject({
      kind: 'parked',
      waitingFor: waitingFor(id),
      ...(or && { orWaitingFor: or(id) }),
    });
    expect(await order(orm, id)).toBeUndefined();
  });

  test('a known order is found by its CarePortals id when the number is missing', async () => {
    const { id, body } = ownOrder('order.created');
    await deliver(orm, 'order.created', body);
    await deliver(orm, 'order.updated', { _id: body._id, status: 'shipped', updatedAt: '2025-11-20T00:00:00Z' });
    expect(await order(orm, id)).toMatchObject({ current_status: 'shipped', total_amount: 14950 });
  });

  test('a body that names no order at all is kept for a person to look at', async () => {
    expect(await deliver(orm, 'order.updated', { status: 'shipped' })).toMatchObject({ kind: 'quarantined' });
  });

  test('an announcement without a date is not lost: the receipt time stands in until the date is known', async () => {
    const { id, body } = ownOrder('order.created', { createdAt: '' });
    await deliver(orm, 'order.created', body);
    expect(await order(orm, id)).toMatchObject({ created_at: RECEIVED, is_stub: 0 });
    await deliver(orm, 'order.updated', { ...body, ...at('20', { createdAt: '2025-11-03T15:42:07.318Z' }) });
    expect(await order(orm, id)).toMatchObject({ created_at: '2025-11-03 15:42:07.318' });
  });
});
