import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addressIdOf,
  asAdmin,
  customerIdOf,
  makePeople,
  nodeIdOf,
  orderNumber,
  subscriptionIdOf,
} from '../kit/people.ts';
import { createTestApp, type TestApp } from '../kit/test-app.ts';
import { codesOf, type Transport, transportsOf } from '../kit/transports.ts';
import { callers } from './callers.ts';
import { deepSelection } from './walk.ts';

// Written down by hand from what clients were promised, so that a slip in the access table shows here.

let server: TestApp;
let transports: Transport[];
let tokens: Record<'customer' | 'neighbour' | 'support' | 'analyst' | 'admin', string>;

beforeAll(async () => {
  server = await createTestApp();
  await makePeople(await asAdmin(server.database), 4);
  transports = transportsOf(server);
  tokens = {
    customer: await server.token({ role: 'customer', customerId: customerIdOf(1) }),
    neighbour: await server.token({ role: 'customer', customerId: customerIdOf(2) }),
    support: await server.token({ role: 'support' }),
    analyst: await server.token({ role: 'analyst' }),
    admin: await server.token({ role: 'admin' }),
  };
});

afterAll(async () => {
  for (const transport of transports ?? []) await transport.close();
  await server?.stop();
});

/** Type, then fields that are null for the role on every row. */
const MASKED = {
  analyst: {
    Customer: ['email', 'firstName', 'lastName', 'phone', 'emrProfileUrl'],
    Address: ['addressId', 'address1', 'address2', 'postalCode'],
    Order: ['shipToAddress1', 'shipToAddress2', 'shipToPostalCode', 'trackingCode', 'trackingLink'],
    OrderStatusUpdate: ['note', 'actor'],
    Payment: ['description'],
    SubscriptionAuditEntry: ['reason', 'comment', 'actor', 'rawData'],
    QuestionnaireResponse: ['answers'],
    WebhookDelivery: ['note', 'payload', 'replayedBy', 'waitingFor'],
    WebhookLog: ['errorMessage', 'payload'],
  },
  support: { SubscriptionAuditEntry: ['rawData'], WebhookLog: ['errorMessage'] },
  customer: {
    Address: ['address2'],
    OrderStatusUpdate: ['note', 'actor'],
    SubscriptionAuditEntry: ['comment', 'actor', 'rawData'],
  },
} as const;

const LIST_OF = {
  Customer: 'customers',
  Address: 'addresses',
  Order: 'orders',
  OrderStatusUpdate: 'orders { nodes { statusHistory',
  Payment: 'payments',
  SubscriptionAuditEntry: 'subscriptions { nodes { auditLog',
  QuestionnaireResponse: 'questionnaireResponses',
  WebhookDelivery: 'webhookDeliveries',
  WebhookLog: 'webhookLogs',
} as const;

describe.each(['analyst', 'support', 'customer'] as const)('for role %s', (role) => {
  test.each(Object.entries(MASKED[role]))(
    'of a %s the fields %j are null, in lists and by node id',
    async (type, fields) => {
      const path = LIST_OF[type as keyof typeof LIST_OF];
      const text = `{ list: ${path} { nodes { ${fields.join(' ')} } } ${path.includes('{') ? '} }' : ''} }`;
      for (const transport of transports) {
        const answer = await transport.ask(tokens[role], text);
        expect(answer.errors).toBeUndefined();
        expect(valuesNamed(fields, answer.data)).toEqual([null]);
        const known = await transport.ask(tokens.admin, text);
        for (const field of fields) expect(valuesNamed([field], known.data), field).not.toEqual([null]);
      }
    },
  );
});

/** The different values that these fields have anywhere in an answer. */
function valuesNamed(names: readonly string[], data: unknown): unknown[] {
  const found = new Set<unknown>();
  JSON.stringify(data, (name, value) => {
    if (names.includes(name)) found.add(value);
    return value;
  });
  return [...found];
}

test.each([
  ['analyst', '{ customers(filter: { email: "Mail.p0001@example.test" }) { totalCount } }'],
  ['analyst', '{ customers(filter: { phone: "+1 555 1" }) { nodes { id } } }'],
  ['analyst', '{ customers(sort: { field: EMAIL }) { nodes { id } } }'],
  ['analyst', '{ customers(sort: { field: LAST_NAME, direction: ASC }) { pageInfo { hasNextPage } } }'],
  ['analyst', '{ customer(email: "Mail.p0001@example.test") { id } }'],
  ['analyst', '{ addresses(filter: { postalCode: ["10001"] }) { totalCount } }'],
  ['analyst', `{ addresses(filter: { addressIds: ["${addressIdOf(1)}"] }) { totalCount } }`],
  ['analyst', `{ address(addressId: "${addressIdOf(1)}") { id } }`],
  ['analyst', '{ errorLogs { totalCount } }'],
  ['support', '{ errorLogs { nodes { id } } }'],
  ['customer', '{ errorLogs { nodes { id } } }'],
  ['customer', '{ webhookLogs { totalCount } }'],
  ['customer', '{ webhookDeliveries { totalCount } }'],
  ['customer', '{ parkedWebhooks { nodes { id } } }'],
  ['customer', '{ failedWebhooks { nodes { id } } }'],
  ['customer', `{ webhookDelivery(id: "${nodeIdOf('webhook', 1)}") { id } }`],
  ['customer', '{ orderBoard { status count oldestChangedAt } }'],
  ['customer', '{ kpis { from } }'],
  ['customer', '{ kpis { totals { orders { value } } finance { netRevenue { value } } } }'],
  ['customer', '{ kpiSeries { from finance { newOrders { value } } } }'],
  ['customer', 'mutation { updateOrderStatus(input: { orderId: "1001", status: "shipped" }) { order { id } } }'],
  ['analyst', 'mutation { updateOrderStatus(input: { orderId: "1001", status: "shipped" }) { order { id } } }'],
  ['analyst', 'mutation { pauseSubscription(input: { subscriptionId: "sub-p0001-1" }) { userErrors { code } } }'],
  ['analyst', 'mutation { cancelSubscription(input: { subscriptionId: "sub-p0001-1" }) { userErrors { code } } }'],
] as const)('for role %s it is FORBIDDEN to send %s', async (role, text) => {
  for (const transport of transports) {
    const answer = await transport.ask(tokens[role], text);
    expect(codesOf(answer)).toEqual(['FORBIDDEN']);
    expect(Object.values(answer.data ?? {}).filter((value) => value !== null)).toEqual([]);
  }
});

test.each([
  ['customer', '{ kpis { from } }', 'The role customer may not do this. Who may: support, analyst, admin.'],
  [
    'analyst',
    'mutation { replayWebhook(input: { id: "1" }) { userErrors { code } } }',
    'The role analyst may not do this. Who may: support, admin, service with scope replay.',
  ],
] as const)('who is refused hears which roles are not: %s', async (role, text, message) => {
  for (const transport of transports) {
    expect((await transport.ask(tokens[role], text)).errors?.map((error) => error.message)).toEqual([message]);
  }
});

test.each(callers.filter(({ token }) => token.role === 'service'))(
  'a $name may ask for nothing and change nothing',
  async ({ token }) => {
    const service = await server.token(token);
    for (const text of [
      '{ customers { nodes { id } } }',
      '{ products { nodes { id } } }',
      '{ search(text: "1001") { totalCount } }',
      '{ stuckOrders(status: SHIPPED, olderThanHours: 1) { nodes { id } } }',
      '{ upcomingRenewals(withinDays: 7) { totalCount } }',
      `{ orders { nodes { id } } node(id: "${nodeIdOf('order', 1)}") { id } }`,
      'mutation { pauseSubscription(input: { subscriptionId: "sub-p0001-1" }) { userErrors { code } } }',
      'mutation { updateOrderStatus(input: { orderId: "1001", status: "shipped" }) { order { id } } }',
    ]) {
      for (const transport of transports)
        expect(new Set(codesOf(await transport.ask(service, text)))).toEqual(new Set(['FORBIDDEN']));
    }
  },
);

test('without a token everything is UNAUTHENTICATED, the schema itself included', async () => {
  for (const text of ['{ __typename }', '{ __schema { types { name } } }', '{ products { nodes { id } } }']) {
    const answer = await server.ask(null, text);
    expect([answer.status, answer.data, codesOf(answer)]).toEqual([401, null, ['UNAUTHENTICATED']]);
  }
});

test.each(['support', 'analyst', 'admin'] as const)('a %s sees the figures of the business', async (role) => {
  const text = '{ kpis(from: "2026-03-01", to: "2026-03-02") { totals { customers { value } } } kpiSeries { from } }';
  for (const transport of transports) {
    const { data, errors } = await transport.ask(tokens[role], text);
    expect([data?.kpis, errors]).toEqual([{ totals: { customers: { value: 4 } } }, undefined]);
  }
});

test("what is summed up over an order and a customer is the own for a customer, and of another's nothing", async () => {
  const text = `query ($order: ID, $customer: ID) {
    order(orderId: $order) { paymentSummary { paid refunded } lifecycle { stages { rawStatus } } }
    customer(customerId: $customer) { lifetimeValue { orders revenue } } }`;
  for (const transport of transports) {
    const own = await transport.ask(tokens.customer, text, { order: orderNumber(1), customer: customerIdOf(1) });
    // The payment of 100 dollars is for two orders of the cart, of 100 and 200 dollars.
    expect(own.data).toEqual({
      order: {
        paymentSummary: { paid: '3333', refunded: '1666' },
        lifecycle: { stages: [{ rawStatus: 'processing' }, { rawStatus: 'shipped' }] },
      },
      customer: { lifetimeValue: { orders: 3, revenue: '10000' } },
    });
    const strangers = await transport.ask(tokens.customer, text, { order: orderNumber(3), customer: customerIdOf(3) });
    expect([strangers.data, strangers.errors]).toEqual([{ order: null, customer: null }, undefined]);
  }
});

const LOOKUPS = [
  ['customer', 'customerId', customerIdOf],
  ['customer', 'email', (n: number) => `Mail.p000${n}@example.test`],
  ['order', 'orderId', orderNumber],
  ['subscription', 'subscriptionId', subscriptionIdOf],
  ['payment', 'chargeId', (n: number) => `ch_p000${n}_1`],
  ['payment', 'paymentId', (n: number) => String(n * 10 + 1)],
  ['refund', 'stripeRefundId', (n: number) => `re_p000${n}_1`],
  ['address', 'addressId', addressIdOf],
] as const;

test.each(LOOKUPS)(
  "a customer finds the own %s by %s, and of another customer's nothing",
  async (field, argument, idOf) => {
    const text = `query ($v: ${argument === 'email' ? 'String' : 'ID'}) { found: ${field}(${argument}: $v) { id } }`;
    for (const transport of transports) {
      const own = await transport.ask(tokens.customer, text, { v: idOf(1) });
      expect(own).toMatchObject({ data: { found: { id: expect.any(String) } } });
      const strangers = await transport.ask(tokens.customer, text, { v: idOf(3) });
      expect([strangers.data, strangers.errors]).toEqual([{ found: null }, undefined]);
      const nobodys = await transport.ask(tokens.customer, text, { v: '99999' });
      expect(nobodys.data).toEqual({ found: null });
    }
  },
);

test("another customer's node ids lead nowhere, alone or among the own", async () => {
  const prefixes = [
    'customer',
    'order',
    'status',
    'cancellation',
    'payment',
    'refund',
    'subscription',
    'audit',
    'response',
  ];
  const strange = prefixes.map((prefix) => nodeIdOf(prefix, 3));
  const ids = [...strange, nodeIdOf('address', 0, 2), nodeIdOf('coupon', 0, 2), nodeIdOf('order', 1)];
  for (const transport of transports) {
    const answer = await transport.ask(tokens.customer, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.nodes).toEqual([...ids.slice(0, -1).map(() => null), { id: nodeIdOf('order', 1) }]);
  }
});

test('an id that is FORBIDDEN does not take the other nodes with it', async () => {
  const ids = [nodeIdOf('webhooklog', 1), nodeIdOf('order', 1)];
  const answer = await server.ask(tokens.customer, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
  expect(codesOf(answer)).toEqual(['FORBIDDEN']);
  expect(answer.data?.nodes).toEqual([null, { id: nodeIdOf('order', 1) }]);
});

// Person 2 shares a building with person 1, a coupon and products with all.
test.each([
  ['Customer', 'customers(first: 2)'],
  ['Product', 'products(first: 2, sort: { field: PRODUCT_ID, direction: ASC })'],
  ['Coupon', 'coupons(first: 10)'],
  ['Address', 'addresses(first: 10)'],
  ['Order', 'orders(first: 2)'],
  ['CareSubscription', 'subscriptions(first: 2)'],
])(
  "however a customer walks from a %s, no other customer's row and no number of such rows is found",
  async (type, list) => {
    const { selection, fragments } = deepSelection(type, 3, 2);
    const text = `{ ${list} { totalCount nodes { ${selection} } } } ${fragments}`;
    for (const transport of transports) {
      const answer = await transport.ask(tokens.neighbour, text);
      expect(answer.errors).toBeUndefined();
      const told = JSON.stringify(answer.data);
      expect(told).toContain('p0002');
      expect(told).not.toMatch(/p000[134]|f00d000[134]|"orderId":"[134]\d\d\d"/);
      expect(Math.max(...(valuesNamed(['totalCount'], answer.data) as number[]))).toBeLessThanOrEqual(5);
    }
  },
);

test('counts and pageInfo speak of the own rows only, whatever is filtered by', async () => {
  const text = `{
    orders(first: 3) { totalCount pageInfo { hasNextPage } }
    byStranger: orders(filter: { customerId: "${customerIdOf(3)}" }) { totalCount nodes { id } pageInfo { hasNextPage endCursor } }
    byNumber: orders(filter: { orderIds: ["${orderNumber(3)}"] }) { totalCount }
    byCoupon: orders(filter: { couponCode: ["SAVE10"] }) { totalCount }
    customers(first: 1) { totalCount pageInfo { hasNextPage hasPreviousPage } }
  }`;
  const { data } = await server.ask(tokens.customer, text);
  expect(data).toEqual({
    orders: { totalCount: 3, pageInfo: { hasNextPage: false } },
    byStranger: { totalCount: 0, nodes: [], pageInfo: { hasNextPage: false, endCursor: null } },
    byNumber: { totalCount: 0 },
    byCoupon: { totalCount: 1 },
    customers: { totalCount: 1, pageInfo: { hasNextPage: false, hasPreviousPage: false } },
  });
});

const LISTS_OF_SUPPORT = `{
  stuck: stuckOrders(status: SHIPPED, olderThanHours: 1) { totalCount nodes { id } }
  renewals: upcomingRenewals(withinDays: 366, includeOverdue: true) { totalCount nodes { id } }
  named: search(text: "Last p000") { totalCount nodes { ... on Node { id } } }
  mailed: search(text: "mail.p0003@example.test") { totalCount nodes { ... on Node { id } } }
  numbered: search(text: "${orderNumber(3)}") { totalCount nodes { ... on Node { id } } }
  charged: search(text: "ch_p000") { totalCount nodes { ... on Node { id } } }
}`;

/** Of each list whose rows a role gets there, by the persons that they belong to. */
test.each([
  ['support', { stuck: '1234', renewals: '1234', named: '123', mailed: '3', numbered: '3', charged: '11223344' }],
  ['admin', { stuck: '1234', renewals: '1234', named: '123', mailed: '3', numbered: '3', charged: '11223344' }],
  ['analyst', { stuck: '1234', renewals: '1234', named: '', mailed: '', numbered: '3', charged: '11223344' }],
  ['customer', { stuck: '1', renewals: '1', named: '1', mailed: '', numbered: '', charged: '11' }],
  ['neighbour', { stuck: '2', renewals: '2', named: '2', mailed: '', numbered: '', charged: '22' }],
] as const)('the lists of support and its search show to role %s what it may see', async (role, expected) => {
  for (const transport of transports) {
    const { data, errors } = await transport.ask(tokens[role], LISTS_OF_SUPPORT);
    expect(errors).toBeUndefined();
    const lists = Object.entries(data as Record<string, { totalCount: number; nodes: { id: string }[] }>);
    const owners = (ids: string[]) =>
      ids
        .map((id) => /f00d000(\d)/.exec(id)?.[1])
        .toSorted()
        .join('');
    const seen = lists.map(([name, { nodes }]) => [name, owners(nodes.map(({ id }) => id))]);
    expect(Object.fromEntries(seen)).toEqual(expected);
    for (const [name, { nodes, totalCount }] of lists) expect(totalCount, name).toBe(nodes.length);
  }
});

test.each(['pauseSubscription', 'resumeSubscription', 'cancelSubscription'])(
  "%s of another customer's subscription is NOT_FOUND, as if there were none, and changes nothing",
  async (mutation) => {
    const text = `mutation ($id: ID!) { done: ${mutation}(input: { subscriptionId: $id, expectedVersion: 7 }) { subscription { id } auditEntry { id } userErrors { code message path } } }`;
    for (const transport of transports) {
      const [strangers, nobodys] = await Promise.all(
        [subscriptionIdOf(3), 'no-such-subscription'].map((id) => transport.ask(tokens.customer, text, { id })),
      );
      expect(strangers?.data).toEqual(nobodys?.data);
      expect(strangers?.data?.done).toMatchObject({
        subscription: null,
        auditEntry: null,
        userErrors: [{ code: 'NOT_FOUND' }],
      });
    }
    const { data } = await server.ask(
      tokens.support,
      `{ subscription(subscriptionId: "${subscriptionIdOf(3)}") { version status } }`,
    );
    expect(data).toEqual({ subscription: { version: 1, status: 'ACTIVE' } });
  },
);

test('a customer is the same customer by any CarePortals id that was ever seen', async () => {
  const alias = await server.token({ role: 'customer', customerId: 'alias-p0001' });
  const { data } = await server.ask(
    alias,
    '{ customers { nodes { customerId } } customer(customerId: "alias-p0001") { customerId } }',
  );
  expect(data).toEqual({
    customers: { nodes: [{ customerId: customerIdOf(1) }] },
    customer: { customerId: customerIdOf(1) },
  });
});

test('a customer pauses and resumes the own subscription, and one request may do both: each answer is as of then', async () => {
  const id = subscriptionIdOf(1);
  const text = `mutation ($id: ID!) {
    a: pauseSubscription(input: { subscriptionId: $id }) { subscription { status version } userErrors { code } }
    b: resumeSubscription(input: { subscriptionId: $id }) { subscription { status version } userErrors { code } }
  }`;
  const { data } = await server.ask(tokens.customer, text, { id });
  expect(data).toEqual({
    a: { subscription: { status: 'PAUSED', version: 2 }, userErrors: [] },
    b: { subscription: { status: 'ACTIVE', version: 3 }, userErrors: [] },
  });
});

test('support sets two statuses of one order in one request, and each answer is as of then', async () => {
  const text = `mutation {
    a: updateOrderStatus(input: { orderId: "${orderNumber(4, 3)}", status: "Awaiting Script" }) { order { status } }
    b: updateOrderStatus(input: { orderId: "${orderNumber(4, 3)}", status: "on the moon" }) { order { status rawStatus } userErrors { code } }
  }`;
  const { data } = await server.ask(tokens.support, text);
  expect(data).toEqual({
    a: { order: { status: 'AWAITING_SCRIPT' } },
    b: { order: { status: 'OTHER', rawStatus: 'on_the_moon' }, userErrors: [] },
  });
});
