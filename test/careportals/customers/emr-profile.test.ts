import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { deliver, order, ownOrder } from '../intake/careportals/deliver.ts';

let server: TestApp;
let support: string;

beforeAll(async () => {
  server = await createTestApp();
  support = await server.token({ role: 'support' });
});
afterAll(() => server?.stop());

const PROFILE = `query ($customerId: ID!) { customer(customerId: $customerId) { customerId email emrProfileUrl } }`;

async function profileOf(customerId: string) {
  const { data } = await server.ask<{ customer: Record<string, unknown> | null }>(support, PROFILE, { customerId });
  return data?.customer;
}

test('a customer who came by email alone has a profile in the EMR once an id of theirs is known, never one of our own', async () => {
  const { id, body } = ownOrder('order.created', { 'customer._id': '' });
  const email = String(body['customer.email']);
  await deliver(server.database.orm, 'order.created', body);
  const customerId = String((await order(server.database.orm, id))?.customer_id);
  expect(await profileOf(customerId)).toEqual({ customerId, email, emrProfileUrl: null });
  const emrId = 'd'.repeat(24);
  await deliver(server.database.orm, 'order.updated', { ...body, 'customer._id': emrId });
  const emrProfileUrl = `https://emr.portals.care/customers/${emrId}?tab=orders`;
  expect(await profileOf(emrId)).toEqual({ customerId, email, emrProfileUrl });
});

test('a customer whom the EMR named first has the profile of that id, whatever emails and ids came since', async () => {
  const { body } = ownOrder('order.created');
  const id = String(body['customer._id']);
  await deliver(server.database.orm, 'order.created', body);
  await deliver(server.database.orm, 'order.updated', { ...body, 'customer._id': '1'.repeat(24) });
  const emrProfileUrl = `https://emr.portals.care/customers/${id}?tab=orders`;
  expect(await profileOf('1'.repeat(24))).toMatchObject({ customerId: id, emrProfileUrl });
});
