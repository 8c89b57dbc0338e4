import { afterAll, beforeAll, expect, test } from 'vitest';
import { asAdmin, customerIdOf, makePeople, orderNumber } from '../../kit/people.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { codesOf } from '../../kit/transports.ts';

let server: TestApp;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  server = await createTestApp();
  const query = await asAdmin(server.database);
  await makePeople(query, 3);
  await query(`INSERT INTO messages (message_id, emr_customer_id, sender_name, content, created_at, updated_at, told_at)
    VALUES ('${'a'.repeat(24)}', '${'b'.repeat(24)}', NULL, 'By id', '2026-03-02', '2026-03-02', '{}'),
      ('${'c'.repeat(24)}', 'email-${'d'.repeat(24)}', 'A Stranger', 'By name', '2026-03-03', '2026-03-03', '{}')`);
  // The second order of the first person is served by a prescription of the third.
  await query(`INSERT INTO prescription_orders VALUES ('rx-p0003', ${orderNumber(1, 2)})`);
  for (const role of ['support', 'analyst'] as const) tokens[role] = await server.token({ role });
  tokens.customer = await server.token({ role: 'customer', customerId: customerIdOf(1) });
  tokens.feed = await server.token({ role: 'service', scopes: ['feed'] });
});

afterAll(() => server?.stop());

async function ask(who: string, text: string): Promise<unknown> {
  const answer = await server.ask(tokens[who] ?? '', text);
  expect(codesOf(answer)).toEqual([]);
  return answer.data;
}

const PRESCRIPTION = `{ prescriptions(filter: { orderId: "${orderNumber(1)}" }) { nodes { prescriptionId notes
  drugs { name refills } fulfillments { orderId status transactionNumbers } orders { nodes { orderId } } } } }`;

test('a prescription shows its drugs, what pharmacies did, and its orders', async () => {
  expect(await ask('support', PRESCRIPTION)).toEqual({
    prescriptions: {
      nodes: [
        {
          prescriptionId: 'rx-p0001',
          notes: 'Notes for p0001',
          drugs: [{ name: 'Drug of p0001', refills: 1 }],
          fulfillments: [{ orderId: orderNumber(1), status: 'processing', transactionNumbers: ['p0001'] }],
          orders: { nodes: [{ orderId: orderNumber(1) }] },
        },
      ],
    },
  });
});

test('an analyst sees that there is a prescription, and nothing that is on it', async () => {
  expect(await ask('analyst', PRESCRIPTION)).toEqual({
    prescriptions: {
      nodes: [
        {
          prescriptionId: 'rx-p0001',
          notes: null,
          drugs: null,
          fulfillments: null,
          orders: { nodes: [{ orderId: orderNumber(1) }] },
        },
      ],
    },
  });
});

test("an order of one's own does not lead to the prescription of another customer", async () => {
  const text = `{ order(orderId: "${orderNumber(1, 2)}") { prescriptions { totalCount nodes { notes } } } }`;
  expect(await ask('support', text)).toEqual({
    order: { prescriptions: { totalCount: 1, nodes: [{ notes: 'Notes for p0003' }] } },
  });
  expect(await ask('customer', text)).toEqual({ order: { prescriptions: { totalCount: 0, nodes: [] } } });
});

test('the log of messages tells when, who and what, with the way to the EMR; also of people whom nobody knows', async () => {
  const text = `{ messages(filter: { hasCustomer: false }) {
    nodes { createdAt senderName content emrProfileUrl customer { customerId } } } }`;
  expect(await ask('support', text)).toEqual({
    messages: {
      nodes: [
        {
          createdAt: '2026-03-03T00:00:00.000Z',
          senderName: 'A Stranger',
          content: 'By name',
          emrProfileUrl: null,
          customer: null,
        },
        {
          createdAt: '2026-03-02T00:00:00.000Z',
          senderName: null,
          content: 'By id',
          emrProfileUrl: `https://emr.portals.care/customers/${'b'.repeat(24)}?tab=orders`,
          customer: null,
        },
      ],
    },
  });
});

test('messages and prescriptions are nothing for a follower of live changes, not even by way of a customer', async () => {
  const { errors } = await server.ask(tokens.feed ?? '', '{ messages { totalCount } }');
  expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['FORBIDDEN']);
});

test('phases are shown in their order, in cents, and one without end as such', async () => {
  const query = await asAdmin(server.database);
  const stored = {
    price: 29_900,
    fillingInterval: 4,
    fillingUnit: 'week',
    billableInterval: 1,
    requirements: ['wlus'],
  };
  const phases = [1, 0, null].map((cycles) => ({ ...stored, cycles, billingInterval: null, billingUnit: null }));
  await query('UPDATE subscriptions SET phases = ? WHERE subscription_id = ?', [JSON.stringify(phases), 'sub-p0001-1']);
  const text = `{ subscription(subscriptionId: "sub-p0001-1") { phases {
    price cycles isOpenEnded fillingInterval fillingUnit billableInterval billingInterval billingUnit requirements } } }`;
  const shown = { ...stored, billingInterval: null, billingUnit: null };
  expect(await ask('customer', text)).toEqual({
    subscription: {
      phases: [
        { ...shown, cycles: 1, isOpenEnded: false },
        { ...shown, cycles: null, isOpenEnded: true },
        { ...shown, cycles: null, isOpenEnded: false },
      ],
    },
  });
});
