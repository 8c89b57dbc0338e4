import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Query } from '../../../src/platform/database/query.ts';
import {
  asAdmin,
  customerIdOf,
  insert,
  makePeople,
  nodeIdOf,
  orderNumber,
  subscriptionIdOf,
} from '../../kit/people.ts';
import { createTestApp, type GraphAnswer, type TestApp } from '../../kit/test-app.ts';
import { codesOf } from '../../kit/transports.ts';

// Persons 1 to 4, and below more people and orders whose names and numbers begin alike.

let server: TestApp;
let query: Query;
let tokens: Record<'support' | 'admin' | 'analyst' | 'customer' | 'service', string>;

beforeAll(async () => {
  server = await createTestApp();
  query = await asAdmin(server.database);
  await makePeople(query, 4);
  await makeNamesakes();
  tokens = {
    support: await server.token({ role: 'support' }),
    admin: await server.token({ role: 'admin' }),
    analyst: await server.token({ role: 'analyst' }),
    customer: await server.token({ role: 'customer', customerId: customerIdOf(1) }),
    service: await server.token({ role: 'service', scopes: ['feed'] }),
  };
});

afterAll(() => server?.stop());

/** Twenty-five people whose first or last name begins with Sand, some with both; numbers that begin with 24. */
async function makeNamesakes(): Promise<void> {
  const people = Array.from({ length: 25 }, (_, k) => ({
    customer_id: `0123456789abcdef${String(k).padStart(8, '0')}`,
    email: `${k % 2 === 0 ? 'sand' : 'other'}.${k}@example.test`,
    first_name: k % 3 === 0 ? `Sand${k % 5}` : 'Ida',
    last_name: k % 3 === 2 ? 'Berg' : k % 4 === 0 ? 'Sand' : `Sander ${k % 4}`,
    phone: `+1555777${String(k).padStart(4, '0')}`,
  }));
  await insert(query, 'customers', people);
  const numbers = [24, 240, 241, 2411, 24_999, 25, 250];
  const order = (n: number) => ({
    order_id: n,
    care_portals_internal_order_id: `aaaabbbb${n}`,
    customer_id: people[0]?.customer_id,
    source: 'checkout',
    total_amount: 100,
    base_amount: 100,
    created_at: '2026-03-01 00:00:00.000',
  });
  await insert(query, 'orders', numbers.map(order));
}

type Answer = {
  search: {
    totalCount: number;
    nodes: { type: string; key: string }[];
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null };
  };
};

const SEARCH = `query ($text: String!, $first: Int, $after: String) {
  search(text: $text, first: $first, after: $after) {
    totalCount
    nodes { type: __typename
      ... on Customer { key: customerId } ... on Order { key: orderId } ... on Payment { key: chargeId }
      ... on Refund { key: stripeRefundId } ... on CareSubscription { key: subscriptionId } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}`;

function search(role: keyof typeof tokens, text: string, page: object = {}): Promise<GraphAnswer<Answer>> {
  return server.ask<Answer>(tokens[role], SEARCH, { text, first: 100, ...page });
}

/** `Order 1001`, … in the order of the answer, which says no other number of them. */
async function found(role: keyof typeof tokens, text: string): Promise<string[]> {
  const answer = await search(role, text);
  expect(answer.errors, text).toBeUndefined();
  const { nodes = [], totalCount } = answer.data?.search ?? {};
  expect(totalCount, text).toBe(nodes.length);
  return nodes.map(({ type, key }) => `${type} ${key}`);
}

const PERSON = `Customer ${customerIdOf(2)}`;

describe('support finds by exactly what it has', () => {
  test.each([
    ['an order number', orderNumber(2), [`Order ${orderNumber(2)}`]],
    ['an order number with its sign', `#${orderNumber(2)} `, [`Order ${orderNumber(2)}`]],
    ["CarePortals' id of an order", 'internal-p0002-3', [`Order ${orderNumber(2, 3)}`]],
    ["CarePortals' id of a customer", customerIdOf(2), [PERSON]],
    ['another id that the customer has had', 'alias-p0002', [PERSON]],
    ['an email in other letters', 'MAIL.P0002@example.TEST', [PERSON]],
    ['a phone number as people write it', '+1 (555) 0002', [PERSON]],
    ['a phone number without the 1 of the country', '555-0002', [PERSON]],
    ['a full name', 'first P0002  last p0002', [PERSON]],
    ['a name with the last name first', 'Last p0002, First p0002', [PERSON]],
    ['a name with the last name first and no comma', 'last p0002 first p0002', [PERSON]],
    ['a last name', 'Last p0002', [PERSON]],
    ['a first name', 'First p0002', [PERSON]],
    ['a subscription', subscriptionIdOf(2, 3), [`CareSubscription ${subscriptionIdOf(2, 3)}`]],
    ['a charge', 'ch_p0002_1', ['Payment ch_p0002_1']],
    ['a payment intent, with all its charges', 'pi_p0002', ['Payment ch_p0002_1', 'Payment ch_p0002_2']],
    ["Stripe's customer", 'cus_p0002', ['Payment ch_p0002_1', 'Payment ch_p0002_2']],
    ['a refund', 're_p0002_2', ['Refund re_p0002_2']],
  ])('%s', async (_what, text, expected) => {
    expect(await found('support', text)).toEqual(expected);
  });
});

test.each([
  ['o’marrin', 'O’MARRIN'],
  ["o'marrin", 'Bo o´marrin'],
])('either apostrophe finds names with either, alone and with a first name: %s, %s', async (...texts) => {
  for (const [n, last_name] of ["O'Marrin", 'O’Marrin'].entries()) {
    const one = { customer_id: `marrin-${n}`, email: `marrin.${n}@example.test`, first_name: 'Bo', last_name };
    await query('DELETE FROM customers WHERE customer_id = ?', [one.customer_id]);
    await insert(query, 'customers', [one]);
  }
  for (const text of texts) {
    expect((await found('support', text)).toSorted()).toEqual(['Customer marrin-0', 'Customer marrin-1']);
  }
});

test.each(['0123456789ABCDEF00000003', '0123456789AbcDEF00000003', 'AAAABBBB25'])(
  'an id of the EMR is found in capitals as well: %s',
  async (text) => {
    const expected = await found('support', text.toLowerCase());
    expect(expected.length).toBeGreaterThan(0);
    expect(await found('support', text)).toEqual(expected);
  },
);

test('what fits exactly comes before what begins so, and shorter numbers before longer ones', async () => {
  expect(await found('support', '24')).toEqual(['Order 24', 'Order 240', 'Order 241', 'Order 2411', 'Order 24999']);
  const names = await found('support', 'sand');
  const named = await query<{ id: string }>(
    `SELECT customer_id AS id FROM customers WHERE last_name LIKE 'sand%' OR first_name LIKE 'sand%' OR email LIKE 'sand%'`,
  );
  expect(names.toSorted()).toEqual(named.map(({ id }) => `Customer ${id}`).toSorted());
  const exactly = await query<{ id: string }>(
    `SELECT customer_id AS id FROM customers WHERE last_name = 'Sand' ORDER BY customer_id`,
  );
  expect(names.slice(0, exactly.length)).toEqual(exactly.map(({ id }) => `Customer ${id}`));
});

test.each([
  ['the beginning of a last name', 'sander 1', 4],
  ['the beginnings of both names', 'id sand', 8],
  ['a first name and the beginning of the last', 'Ida Ber', 8],
  ['the beginning of an email', 'sand.1', 5],
  ['the beginning of a phone number', '555 777 001', 10],
  ["the beginning of CarePortals' id", '0123456789abcdef0000001', 10],
])('by %s all are found', async (_what, text, count) => {
  const rows = await found('support', text);
  expect(rows.filter((row) => row.startsWith('Customer 0123456789'))).toHaveLength(count);
  expect(new Set(rows).size).toBe(rows.length);
});

test.each(['sand', 'ida', '24', '0123456789abcdef', 'pi_p00', 'sub-p000'])(
  'pages of what is found by %s neither overlap nor leave anything out',
  async (text) => {
    const whole = await found('support', text);
    expect(whole.length).toBeGreaterThan(4);
    for (const first of [1, 4]) {
      const seen: string[] = [];
      let after: string | null = null;
      for (;;) {
        const { data, errors } = await search('support', text, { first, after });
        expect(errors).toBeUndefined();
        const { nodes = [], pageInfo } = data?.search ?? {};
        seen.push(...nodes.map(({ type, key }) => `${type} ${key}`));
        expect(pageInfo?.hasPreviousPage).toBe(after !== null);
        if (!pageInfo?.hasNextPage) break;
        after = pageInfo.endCursor;
      }
      expect(seen).toEqual(whole);
    }
  },
);

test('a customer finds the own things alone, and of others as little as of nobody', async () => {
  expect(await found('customer', orderNumber(1))).toEqual([`Order ${orderNumber(1)}`]);
  expect(await found('customer', 'pi_p0001')).toEqual(['Payment ch_p0001_1', 'Payment ch_p0001_2']);
  expect(await found('customer', subscriptionIdOf(1, 2))).toEqual([`CareSubscription ${subscriptionIdOf(1, 2)}`]);
  expect(await found('customer', 'Mail.p0001@example.test')).toEqual([`Customer ${customerIdOf(1)}`]);
  expect(await found('customer', 'mail.p000')).toEqual([`Customer ${customerIdOf(1)}`]);
  for (const text of [
    orderNumber(3),
    'Mail.p0003@example.test',
    'Last p0003',
    'ch_p0003_1',
    're_p0003_1',
    customerIdOf(3),
    'alias-p0003',
    subscriptionIdOf(3),
    'sand',
    '24',
  ]) {
    expect(await found('customer', text), text).toEqual([]);
  }
});

test('an analyst finds by numbers and ids, and nothing by what is hidden from analysts', async () => {
  expect(await found('analyst', orderNumber(2))).toEqual([`Order ${orderNumber(2)}`]);
  expect(await found('analyst', customerIdOf(2))).toEqual([PERSON]);
  expect(await found('analyst', 'cus_p0002')).toEqual(['Payment ch_p0002_1', 'Payment ch_p0002_2']);
  for (const text of [
    'Mail.p0002@example.test',
    'mail.p0',
    'Last p0002',
    'First p0002 Last p0002',
    'sand',
    '+1 555 0002',
    '5550',
  ]) {
    expect(await found('analyst', text), text).toEqual([]);
  }
});

test('what is found shows to each role what the role may see of it', async () => {
  const text = `{ search(text: "${customerIdOf(2)}") { edges { cursor node { ... on Customer { id email } } } } }`;
  const answer = (token: string) => server.ask<{ search: { edges: { node: object }[] } }>(token, text);
  const seen = async (token: string) => (await answer(token)).data?.search.edges.map(({ node }) => node);
  expect(await seen(tokens.support)).toEqual([{ id: nodeIdOf('customer', 2), email: 'Mail.p0002@example.test' }]);
  expect(await seen(tokens.analyst)).toEqual([{ id: nodeIdOf('customer', 2), email: null }]);
});

test('a service may not search', async () => {
  expect(codesOf(await search('service', '1001'))).toEqual(['FORBIDDEN']);
});

test('a search takes one statement, and one for each type that is found; counting is one more', async () => {
  const took = async (text: string, selection: string) => {
    server.statements.length = 0;
    const answer = await server.ask(tokens.support, `{ search(text: "${text}", first: 50) { ${selection} } }`);
    expect(answer.errors).toBeUndefined();
    // The list of revoked tokens is read by the clock.
    return server.statements.filter((sql) => !sql.includes('access_revocations')).length;
  };
  expect(await took('sand', 'nodes { ... on Customer { email } }')).toBe(2);
  expect(await took('sand', 'nodes { ... on Customer { email } } totalCount')).toBe(3);
  expect(await took('no such thing', 'nodes { __typename } pageInfo { hasNextPage }')).toBe(1);
  expect(await took('sand', 'totalCount')).toBe(1);
  expect(await took(' ', 'totalCount nodes { __typename }')).toBe(0);
});

test('a search says before how many statements it may take: one to find, one for each of five types, one to count', async () => {
  server.statements.length = 0;
  const { extensions } = (await server.ask(
    tokens.support,
    '{ search(text: "24") { totalCount pageInfo { hasNextPage } nodes { ... on Order { orderId } } } }',
  )) as GraphAnswer & { extensions?: { cost?: { statements?: number } } };
  const taken = server.statements.filter((sql) => !sql.includes('access_revocations')).length;
  expect(taken).toBeLessThanOrEqual(extensions?.cost?.statements ?? 0);
  expect(extensions?.cost?.statements).toBeGreaterThanOrEqual(7);
});

test('signs that mean something to SQL mean nothing here', async () => {
  for (const text of [
    '%',
    '%%%%%%',
    '______',
    'S_nd',
    "' OR 1=1 -- ",
    'sand\\',
    'x'.repeat(300),
    '\u0000',
    '\ud800\ud800',
    '',
    '   ',
    '#',
    '+',
    '()',
    ',',
    'a, b, c',
    '🙂🙂',
    'é',
    '٣٤',
  ]) {
    expect(await found('support', text), text.slice(0, 20)).toEqual([]);
  }
});

test('a page that is too large is BAD_USER_INPUT, and a cursor of another search INVALID_CURSOR', async () => {
  for (const first of [-1, 101])
    expect(codesOf(await search('support', 'sand', { first }))).toEqual(['BAD_USER_INPUT']);
  const { data } = await search('support', 'sand', { first: 2 });
  const after = data?.search.pageInfo.endCursor ?? '';
  const parts = JSON.parse(Buffer.from(after, 'base64url').toString('utf8')) as unknown[];
  const forged = [
    [...parts.slice(0, 1), 99, null, 'x'],
    [...parts.slice(0, 3), 'é'],
    [...parts.slice(0, 2), {}, 'x'],
    {},
    null,
  ];
  const cursors = forged.map((place) => Buffer.from(JSON.stringify(place)).toString('base64url'));
  expect(codesOf(await search('support', 'sand', { after }))).toEqual([]);
  expect(codesOf(await search('support', 'sander', { after }))).toEqual(['INVALID_CURSOR']);
  for (const cursor of ['', 'x', ...cursors]) {
    expect(codesOf(await search('support', 'sand', { after: cursor })), cursor).toEqual(['INVALID_CURSOR']);
  }
});
