import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { deliveries, postCareportals, purchase, send } from '../operations/senders.ts';
import { type Body, order as orderRow } from './careportals/deliver.ts';

let server: TestApp;
let support: string;

beforeAll(async () => {
  server = await createTestApp();
  support = await server.token({ role: 'support' });
});
afterAll(() => server?.stop());

/** A status of an order nobody knows, of a customer nobody knows: it says too little to build the order. */
async function earlyStatus() {
  const { id, order } = purchase();
  const stranger = id.padStart(24, 'd');
  const told: Body = { _id: order._id, id, createdAt: order.createdAt, status: 'awaiting_script' };
  const early = { ...told, updatedAt: '2025-12-01T00:00:00.000Z', 'customer._id': stranger };
  await send(server, postCareportals(server, 'order.updated', early));
  return { id, order, stranger };
}

async function waiting(name: string) {
  return (await deliveries(server, support, { waitingFor: [name] })).map(({ status, waitingFor }) => [
    status,
    waitingFor,
  ]);
}

test('a status that could be kept with its order or with its customer waits for either, and can be found by both', async () => {
  const { id, stranger } = await earlyStatus();
  const both = [['PARKED', `order:${id} or customer:${stranger}`]];
  expect(await waiting(`order:${id}`)).toEqual(both);
  expect(await waiting(`customer:${stranger}`)).toEqual(both);
});

test('if the order comes first, under another id of the customer, the status joins it at once', async () => {
  const { id, order, stranger } = await earlyStatus();
  await send(server, postCareportals(server, 'order.created', order));
  expect(await orderRow(server.database.orm, id)).toMatchObject({ current_status: 'awaiting_script', is_stub: 0 });
  expect(await waiting(`order:${id}`)).toEqual([]);
  // Whose id that is, is still not known; the order has a customer already.
  expect(await waiting(`customer:${stranger}`)).toEqual([['PARKED', `customer:${stranger}`]]);
});

test('if the customer comes first, the order is built of the status', async () => {
  const { id, order, stranger } = await earlyStatus();
  const signup = { _id: stranger, email: order['customer.email'] };
  await send(server, postCareportals(server, 'customer.signup', signup));
  expect(await orderRow(server.database.orm, id)).toMatchObject({ current_status: 'awaiting_script', is_stub: 1 });
  expect(await waiting(`order:${id}`)).toEqual([]);
});
