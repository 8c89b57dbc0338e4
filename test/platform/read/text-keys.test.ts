import { afterAll, beforeAll, expect, test } from 'vitest';
import { asAdmin, customerIdOf, makePeople, orderNumber } from '../../kit/people.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';

let server: TestApp;

beforeAll(async () => {
  server = await createTestApp();
  const query = await asAdmin(server.database);
  await makePeople(query, 2);
  // MySQL's foreign key takes this for SAVE20, so an order may hold it.
  await query('UPDATE orders SET coupon_code = ? WHERE order_id = ?', ['save20', orderNumber(1, 3)]);
  await query('UPDATE orders SET coupon_code = ? WHERE order_id = ?', ['SAVE20', orderNumber(2, 3)]);
});

afterAll(() => server?.stop());

test('an order finds its coupon in whatever case it wrote the code', async () => {
  const admin = await server.token({ role: 'admin' });
  const text = `{ orders(filter: { orderIds: ["${orderNumber(1, 3)}", "${orderNumber(2, 3)}"] }) { nodes { coupon { couponCode } } } }`;
  const { data } = await server.ask(admin, text);
  expect(data).toEqual({ orders: { nodes: [1, 2].map(() => ({ coupon: { couponCode: 'SAVE20' } })) } });
});

test('a coupon is found, lists and counts its orders in whatever case the code is written', async () => {
  const admin = await server.token({ role: 'admin' });
  for (const couponCode of ['SAVE20', 'save20', 'Save20']) {
    const text = `{ coupon(couponCode: "${couponCode}") { couponCode orders { totalCount nodes { orderId } } } }`;
    const { data } = await server.ask<{ coupon: { orders: { nodes: unknown[] } } }>(admin, text);
    expect(data?.coupon).toMatchObject({ couponCode: 'SAVE20', orders: { totalCount: 2 } });
    expect(data?.coupon.orders.nodes).toHaveLength(2);
  }
  const many = await server.ask(admin, '{ coupons { nodes { couponCode orders { totalCount } } } }');
  expect(many.data?.coupons).toMatchObject({
    nodes: expect.arrayContaining([
      { couponCode: 'SAVE10', orders: { totalCount: 2 } },
      { couponCode: 'SAVE20', orders: { totalCount: 2 } },
      { couponCode: 'SAVE30', orders: { totalCount: 0 } },
    ]),
  });
});

test('a customer counts only the own orders of a coupon', async () => {
  const customer = await server.token({ role: 'customer', customerId: customerIdOf(1) });
  const { data } = await server.ask(customer, '{ coupon(couponCode: "SAVE20") { orders { totalCount } } }');
  expect(data).toEqual({ coupon: { orders: { totalCount: 1 } } });
});
