import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { orderStatusOf } from '../../../../src/modules/careportals/orders/order-status.ts';
import type { Orm } from '../../../../src/platform/database/connect.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { at, deliver, errorsOf, history, order, ownOrder, rows, statuses } from './deliver.ts';

let database: TestDatabase;
let orm: Orm;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = database.orm;
});

afterAll(() => database.drop());

describe('statuses', () => {
  test('an unknown status is kept as text and shown as OTHER', async () => {
    const { id, body } = ownOrder('order.updated', { status: ' Quality  Check ' });
    await deliver(orm, 'order.updated', body);
    expect(await order(orm, id)).toMatchObject({ current_status: 'quality_check' });
    expect(orderStatusOf('quality_check')).toBe('other');
  });

  test.each([
    ['order.awaiting_script', '', 'awaiting_script'],
    ['order.never_heard_of', '', 'never_heard_of'],
    ['order.never_heard_of', 'shipped', 'shipped'],
    ['order.shipped', 'odd', 'shipped'],
    ['order.canceled', '', 'cancelled'],
  ])('%s with body status %j is %s', async (event, status, expected) => {
    const { id, body } = ownOrder('order.updated', { status });
    await deliver(orm, event, body);
    expect(await statuses(orm, id)).toEqual([expected]);
  });

  test('where address and body disagree the body is believed, and the difference is written down', async () => {
    const { id, body } = ownOrder('order.updated', { status: 'awaiting_script' });
    const outcome = await deliver(orm, 'order.shipped', body);
    expect(outcome).toMatchObject({
      kind: 'done',
      note: 'The address says shipped, the body says awaiting_script and is believed',
    });
    expect(await statuses(orm, id)).toEqual(['awaiting_script']);
    expect(await errorsOf(orm, 'webhook_disagreement', 'the body says awaiting_script')).toHaveLength(1);
  });

  test('missed transitions come from statusHistory, unusable entries are left out', async () => {
    const statusHistory = [
      { newStatus: 'processing', updatedAt: '2025-11-03T15:00:00Z' },
      { newStatus: '', updatedAt: '2025-11-03T16:00:00Z' },
      { newStatus: 'awaiting_script', updatedAt: 'yesterday' },
      { prevStatus: 'only this' },
      { newStatus: 'Awaiting Requirements', updatedAt: '2025-11-03T17:00:00Z' },
    ];
    const { id, body } = ownOrder('order.updated', { statusHistory });
    await deliver(orm, 'order.updated', body);
    expect(await statuses(orm, id)).toEqual(['processing', 'awaiting_requirements', 'awaiting_shipment']);
    expect((await history(orm, id)).map((row) => row.changed_current)).toEqual([1, 1, 1]);
  });

  test('an order is off if it is deleted or a status says so, and the earliest time told stands', async () => {
    const { id, body } = ownOrder('order.updated');
    const off = () => rows(orm, 'SELECT cancelled_at FROM orders_cancelled WHERE order_id = ?', [id]);
    await deliver(orm, 'order.updated', { ...body, ...at('12', { isDeleted: 'true' }) });
    expect(await off()).toEqual([{ cancelled_at: '2025-11-12 00:00:00.000' }]);
    await deliver(orm, 'order.updated', { ...body, ...at('10', { status: 'Canceled by patient' }) });
    await deliver(orm, 'order.deleted', { ...body, ...at('14', { status: '' }) });
    expect(await off()).toEqual([{ cancelled_at: '2025-11-10 00:00:00.000' }]);
  });
});
