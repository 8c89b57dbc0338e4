import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Orm } from '../../../../src/platform/database/connect.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { at, deliver, errorsOf, fresh, order, ownOrder, rows } from './deliver.ts';

let database: TestDatabase;
let orm: Orm;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = database.orm;
});

afterAll(() => database.drop());

describe('amounts', () => {
  test('that do not add up are stored and written down once an order and amounts', async () => {
    const { id, body } = ownOrder('order.updated', { totalAmount: '120' });
    for (const day of ['10', '11', '12']) await deliver(orm, 'order.updated', { ...body, ...at(`${day}`) });
    expect(await order(orm, id)).toMatchObject({ total_amount: 12000 });
    expect(await errorsOf(orm, 'order_amount_mismatch', `order:${id}`)).toEqual([
      { error_message: `Order ${id}: the total of 12000 cents is not base 29900 - discount 14950 - credit 0.` },
    ]);
    await deliver(orm, 'order.updated', { ...body, ...at('13', { totalAmount: '121' }) });
    expect(await errorsOf(orm, 'order_amount_mismatch', `order:${id}`)).toHaveLength(2);
  });

  test('credit lowers the total', async () => {
    const { id, body } = ownOrder('order.updated', {
      totalAmount: '100',
      baseAmount: '130',
      discountAmount: '20',
      creditUsedAmount: '10',
    });
    await deliver(orm, 'order.updated', body);
    expect(await errorsOf(orm, 'order_amount_mismatch', `order:${id}`)).toEqual([]);
  });

  test.each(['-5', 'abc', '99999999999'])(
    '%s is no amount: a new order has 0, a known one keeps its own',
    async (amount) => {
      const { id, body } = ownOrder('order.updated', { baseAmount: amount, totalAmount: amount });
      await deliver(orm, 'order.updated', body);
      expect(await order(orm, id)).toMatchObject({ total_amount: 0, base_amount: 0 });
      await deliver(orm, 'order.updated', {
        ...body,
        ...at('20', { baseAmount: '299', totalAmount: '149.5' }),
      });
      await deliver(orm, 'order.updated', { ...body, ...at('21') });
      expect(await order(orm, id)).toMatchObject({ total_amount: 14950, base_amount: 29900 });
      expect((await errorsOf(orm, 'webhook_data_quality', 'totalAmount')).length).toBeGreaterThan(0);
    },
  );

  test('blank means zero beside a total, and nothing where no amount is told', async () => {
    const { id, body } = ownOrder('order.updated');
    await deliver(orm, 'order.updated', body);
    const blank = { totalAmount: '', baseAmount: '', discountAmount: '', creditUsedAmount: '' };
    await deliver(orm, 'order.updated', { ...body, ...at('20', blank) });
    expect(await order(orm, id)).toMatchObject({ total_amount: 14950, discount_amount: 14950 });
    await deliver(orm, 'order.updated', { ...body, ...at('21', { totalAmount: '299', discountAmount: '' }) });
    expect(await order(orm, id)).toMatchObject({ total_amount: 29900, discount_amount: 0 });
  });

  test('a kind of reduction without an amount takes none away', async () => {
    const { id, body } = ownOrder('order.created');
    await deliver(orm, 'order.created', body);
    const blank = { 'lineItems.0.discount.reductionAmount': '', 'lineItems.0.discount.reductionType': 'percent' };
    await deliver(orm, 'order.updated', { ...body, ...at('20', blank) });
    expect(await order(orm, id)).toMatchObject({ discount_reduction_amount: 50, discount_reduction_type: 'percent' });
  });

  test('a reduction in dollars becomes cents, one in percent does not', async () => {
    const reduction = (amount: string, type: string) => ({
      'lineItems.0.discount.reductionAmount': amount,
      'lineItems.0.discount.reductionType': type,
      coupon: `CODE${fresh()}`,
    });
    const dollars = ownOrder('order.created', reduction('25', 'Dollar'));
    const percent = ownOrder('order.created', reduction('25', 'percent'));
    await deliver(orm, 'order.created', dollars.body);
    await deliver(orm, 'order.created', percent.body);
    expect(await order(orm, dollars.id)).toMatchObject({
      discount_reduction_amount: 2500,
      discount_reduction_type: 'dollar',
    });
    expect(await order(orm, percent.id)).toMatchObject({
      discount_reduction_amount: 25,
      discount_reduction_type: 'percent',
    });
    const coupons = await rows(
      orm,
      'SELECT description FROM coupons WHERE coupon_code IN (?, ?) ORDER BY coupon_code',
      [dollars.body.coupon, percent.body.coupon],
    );
    expect(coupons).toEqual([{ description: '$25.00 off' }, { description: '25% off' }]);
  });
});
