import { afterAll, beforeAll, expect, test } from 'vitest';
import { standInCustomerId } from '../../../src/modules/careportals/customers/stand-in-customer-id.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { deliver, order, ownOrder } from '../intake/careportals/deliver.ts';

let server: TestApp;

beforeAll(async () => {
  server = await createTestApp();
});
afterAll(() => server?.stop());

const BY_ID = `query ($id: ID!) {
  customer(customerId: $id) { customerId }
  customers(filter: { customerId: $id }) { totalCount }
  orders(filter: { customerId: $id }) { totalCount }
  subscriptions(filter: { customerId: $id }) { totalCount }
  messages(filter: { customerId: $id }) { totalCount }
  prescriptions(filter: { customerId: $id }) { totalCount }
}`;

interface ById {
  customer: { customerId: string } | null;
  orders: { totalCount: number };
}

test('nobody finds a customer by what stands for their email, also not one of whom only the email is known', async () => {
  for (const changes of [{}, { 'customer._id': '' }]) {
    const { id, body } = ownOrder('order.created', changes);
    await deliver(server.database.orm, 'order.created', body);
    const { customer_id: customerId } = (await order(server.database.orm, id)) ?? {};
    const hash = standInCustomerId(String(body['customer.email']));
    for (const role of ['analyst', 'support', 'admin'] as const) {
      const token = await server.token({ role });
      const byHash = await server.ask<ById>(token, BY_ID, { id: hash });
      expect(byHash.errors).toBeUndefined();
      expect(Object.values(byHash.data ?? {}).map((answer) => answer?.totalCount ?? answer)).toEqual([
        null,
        0,
        0,
        0,
        0,
        0,
      ]);
      const byId = await server.ask<ById>(token, BY_ID, { id: customerId });
      expect(byId.data).toMatchObject({ customer: { customerId }, orders: { totalCount: 1 } });
    }
    expect(customerId).not.toBe(hash);
  }
});

test('a token that names a customer by what stands for their email sees nothing', async () => {
  const { body } = ownOrder('order.created');
  await deliver(server.database.orm, 'order.created', body);
  const seen = async (customerId: string) => {
    const token = await server.token({ role: 'customer', customerId });
    return (await server.ask(token, '{ customers { totalCount } orders { totalCount } }')).data;
  };
  expect(await seen(standInCustomerId(String(body['customer.email'])))).toEqual({
    customers: { totalCount: 0 },
    orders: { totalCount: 0 },
  });
  expect(await seen(String(body['customer._id']))).toMatchObject({ orders: { totalCount: 1 } });
});
