import { parse } from 'graphql';
import type { Pool } from 'mysql2';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { statementsOf } from '../../../src/platform/read/plan/statements-of.ts';
import { schema } from '../../graph/walk.ts';
import { asAdmin, makePeople } from '../../kit/people.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';

let server: TestApp;
let admin: string;

beforeAll(async () => {
  server = await createTestApp();
  await makePeople(await asAdmin(server.database), 6);
  admin = await server.token({ role: 'admin' });
});

afterAll(() => server?.stop());

beforeEach(() => {
  server.statements.length = 0;
});

async function ask<Data>(query: string, variables: object = {}): Promise<Data> {
  server.statements.length = 0;
  const { data, errors } = await server.ask<Data>(admin, query, variables);
  expect(errors, query).toBeUndefined();
  return data as Data;
}

/** The statements that a query may take, as is known before it runs. */
function planned(query: string, variableValues: Record<string, unknown> = {}): number {
  const { definitions } = parse(query);
  const operation = definitions.find((definition) => definition.kind === 'OperationDefinition');
  if (operation === undefined) throw new Error('The document has no operation');
  const named = definitions.filter((definition) => definition.kind === 'FragmentDefinition');
  const fragments = Object.fromEntries(named.map((fragment) => [fragment.name.value, fragment]));
  return statementsOf({ schema, operation, fragments, variableValues }, 'admin');
}

describe('what is read', () => {
  test('only selected columns, and to-one edges as joins, in one statement', async () => {
    await ask('{ orders(first: 3) { nodes { status customer { firstName } cancellation { order { orderId } } } } }');
    expect(server.statements).toHaveLength(1);
    const [sql] = server.statements;
    expect(sql).toContain('o.current_status');
    expect(sql).toMatch(/LEFT JOIN customers c_1 .*LEFT JOIN orders_cancelled x_2 .*LEFT JOIN orders o_3 /s);
    expect(sql).not.toMatch(/total_amount|email|cancelled_at/);
  });

  test('a large column only where it is selected, and in the same statement', async () => {
    await ask('{ questionnaireResponses(first: 3) { nodes { id } } }');
    expect(server.statements.join()).not.toContain('answers');
    const { questionnaireResponses } = await ask<{ questionnaireResponses: { nodes: { answers: unknown }[] } }>(
      '{ questionnaireResponses(first: 3) { nodes { answers } } }',
    );
    expect(server.statements).toHaveLength(1);
    expect(questionnaireResponses.nodes.some(({ answers }) => answers !== null)).toBe(true);
  });

  test('no rows if only the count is asked for, and no count if it is not', async () => {
    await ask('{ orders { totalCount } }');
    expect(server.statements).toEqual([expect.stringContaining('COUNT(*)')]);
    await ask('{ orders { pageInfo { endCursor } } }');
    expect(server.statements).toEqual([expect.not.stringContaining('COUNT(*)')]);
  });

  test('what a variable switches off is not read, whichever way was asked first', async () => {
    const query = `query ($with: Boolean!) { orders(first: 2) { nodes {
      orderId customer @include(if: $with) { email } payments @skip(if: $with) { nodes { amount } } } } }`;
    for (const asked of [true, false, true]) {
      const { orders } = await ask<{ orders: { nodes: object[] } }>(query, { with: asked });
      expect(Object.keys(orders.nodes[0] ?? {})).toEqual(['orderId', asked ? 'customer' : 'payments']);
      const [sql, ...others] = server.statements;
      expect([sql?.includes('customers'), sql?.includes('payments'), others]).toEqual([asked, !asked, []]);
    }
  });
});

test('a document that names things of several types finds each', async () => {
  const { orders, customers } = await ask<Record<string, { nodes: [{ id: string }] }>>(
    '{ orders(first: 1) { nodes { id } } customers(first: 1) { nodes { id } } }',
  );
  for (const id of [orders?.nodes[0].id, customers?.nodes[0].id]) {
    expect(await ask('query ($id: ID!) { node(id: $id) { id } }', { id })).toEqual({ node: { id } });
  }
});

describe('round trips', () => {
  test('one thing comes with the lists on it, also over its to-one edges, in one statement', async () => {
    await ask(`{ order(orderId: "1001") { orderId payments { totalCount nodes { amount } }
      customer { email subscriptions { nodes { status } } } statusHistory { nodes { status } } } }`);
    expect(server.statements).toHaveLength(1);
  });

  test('a list comes with its count in one statement', async () => {
    const { orders } = await ask<{ orders: { totalCount: number; nodes: object[] } }>(
      '{ orders(first: 3) { totalCount nodes { orderId } } }',
    );
    expect(server.statements).toHaveLength(1);
    expect([orders.nodes.length, orders.totalCount > 3]).toEqual([3, true]);
  });

  test('where that would be too wide, one thing and the lists on it go to MySQL in one packet', async () => {
    const pool = (await server.database.orm.em.getConnection().getNativeClient()) as Pool;
    const sent = vi.spyOn(pool, 'query');
    const lists = Array.from({ length: 40 }, (_, n) => `h${n}: statusHistory(first: 1) { nodes { status source } }`);
    const query = `{ order(orderId: "1001") { payments { totalCount } ${lists.join(' ')} } }`;
    await ask(query);
    // The same pool serves what works in the background.
    const texts = sent.mock.calls.map(([query]) => (query as unknown as { sql: string }).sql);
    const packets = texts.filter((text) => server.statements.some((sql) => text?.includes(sql)));
    sent.mockRestore();
    expect(packets).toHaveLength(1);
    expect(server.statements).toHaveLength(42);
    expect(planned(query)).toBe(42);
  });

  test('what comes early is what would come late', async () => {
    const fields =
      'orderId customer { customerId orders { totalCount nodes { orderId payments { nodes { amount } } } } }';
    const early = await ask<{ order: object }>(`{ order(orderId: "1001") { ${fields} } }`);
    const late = await ask<{ orders: { nodes: object[] } }>(
      `{ orders(filter: { orderIds: ["1001"] }) { nodes { ${fields} } } }`,
    );
    expect(late.orders.nodes).toEqual([early.order]);
  });
});

describe('lists of rows', () => {
  type Answer = Record<'customers', { nodes: unknown[] }>;
  const nested = (of: string) => `{ customers(last: 5) { nodes { customerId ${of} } } }`;

  test('each the only one of its rows, come in one statement, and are what they are when read apart', async () => {
    const inner =
      'orderId payments(last: 1) { pageInfo { hasPreviousPage endCursor } nodes { amount order { orderId } } }';
    const query = nested(`orders(first: 2) { pageInfo { hasNextPage } nodes { ${inner} } }`);
    const together = await ask<Answer>(query);
    expect(server.statements).toHaveLength(1);
    // Payments might have to be read again.
    expect(planned(query)).toBe(2);
    // Several lists of the same rows are read apart.
    const apart = await ask<Answer>(
      nested(
        `orders(first: 2) { pageInfo { hasNextPage } nodes { ${inner} statusHistory(first: 0) { nodes { status } } } }`,
      ),
    );
    expect(server.statements).toHaveLength(3);
    const without = JSON.parse(JSON.stringify(apart), (key, value) => (key === 'statusHistory' ? undefined : value));
    expect(together).toEqual(without);
    const counts = together.customers.nodes.map((node) => (node as { orders: { nodes: [] } }).orders.nodes.length);
    expect(Math.max(...counts)).toBeGreaterThan(0);
  });

  test('that are usually short are read whole, and page by page if one is not', async () => {
    const query =
      '{ orders(last: 2) { nodes { orderId statusHistory(first: 20) { nodes { status statusUpdatedAt source } } } } }';
    type History = { orders: { nodes: { orderId: string; statusHistory: { nodes: object[] } }[] } };
    const before = await ask<History>(query);
    expect(server.statements).toHaveLength(1);
    expect(server.statements[0]).not.toContain('LATERAL');
    const [plan] = await (await asAdmin(server.database))<{ EXPLAIN: string }>(
      `EXPLAIN FORMAT=TREE ${server.statements[0]}`,
    );
    expect(plan?.EXPLAIN).toContain('Nested loop left join');
    expect(plan?.EXPLAIN).not.toContain('hash join');
    const [orderId, others] = [before.orders.nodes[0]?.orderId, before.orders.nodes[1]?.statusHistory];
    const sql = `INSERT INTO order_status_updates (order_id, order_created_at, updated_status, status_updated_at, source)
      SELECT ?, '2020-01-01', 'seen', '2020-01-01' + INTERVAL n MINUTE, 'manual' FROM
      (WITH RECURSIVE numbers AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < 50) SELECT n FROM numbers) numbers`;
    await (await asAdmin(server.database))(sql, [orderId]);
    const after = await ask<History>(query);
    expect(server.statements).toHaveLength(2);
    expect(planned(query)).toBe(2);
    const alone = await ask<{ order: object }>(
      `{ order(orderId: "${orderId}") { orderId statusHistory(first: 20) { nodes { status statusUpdatedAt source } } } }`,
    );
    expect(after.orders.nodes[0]).toEqual(alone.order);
    expect(after.orders.nodes[0]?.statusHistory.nodes).toHaveLength(20);
    expect(after.orders.nodes[1]?.statusHistory).toEqual(others);
  });

  test('below one thing are what variables ask for, each time anew', async () => {
    const query = `query ($n: Int = 1, $after: String) { order(orderId: "1001") { customer { orders { nodes {
      orderId statusHistory(first: $n, after: $after) { pageInfo { endCursor } nodes { id } } } } } } }`;
    type Page = { pageInfo: { endCursor: string }; nodes: { id: string }[] };
    const page = async (variables: object) => {
      type Orders = { nodes: { orderId: string; statusHistory: Page }[] };
      const { order } = await ask<{ order: { customer: { orders: Orders } } }>(query, variables);
      return order.customer.orders.nodes.find(({ orderId }) => orderId === '1001')?.statusHistory as Page;
    };
    const all = (await page({ n: 50 })).nodes;
    expect(all).toHaveLength(2);
    const first = await page({});
    expect(first.nodes).toEqual(all.slice(0, 1));
    expect((await page({ after: first.pageInfo.endCursor })).nodes).toEqual(all.slice(1));
    const refused = await server.ask(admin, query, { n: 101 });
    expect(refused.errors?.[0]?.path?.slice(-1)).toEqual(['statusHistory']);
  });

  test('that are counted are read apart', async () => {
    const query = nested('orders(first: 1) { totalCount nodes { orderId } }');
    await ask(query);
    expect([server.statements.length, planned(query)]).toEqual([3, 3]);
  });

  test('do not repeat the large values of the rows they hang on', async () => {
    const lists = 'nodes { id logs { nodes { id } } }';
    await ask(`{ webhookDeliveries { ${lists} } }`);
    expect(server.statements).toHaveLength(1);
    await ask(`{ webhookDeliveries { ${lists.replace('id', 'payload')} } }`);
    expect(server.statements).toHaveLength(2);
  });

  test('whose arguments are refused say so where they stand, and the others are there', async () => {
    const { data, errors } = await server.ask<Answer>(
      admin,
      nested('orders(first: 1) { nodes { orderId payments(first: 200) { nodes { amount } } } }'),
    );
    const [error] = errors ?? [];
    expect(error?.path?.slice(-3)).toEqual(['nodes', 0, 'payments']);
    expect(data?.customers ?? null).toBeNull();
  });
});

describe('one name, several wishes', () => {
  test('aliases of a to-one edge add up', async () => {
    const { orders } = await ask<{ orders: { nodes: Record<'a' | 'b', object>[] } }>(
      '{ orders(first: 2) { nodes { a: customer { email } b: customer { email firstName } } } }',
    );
    expect(server.statements).toHaveLength(1);
    for (const { a, b } of orders.nodes) expect(b).toMatchObject(a);
  });

  test('lists of one row that differ under one name are each what they ask for', async () => {
    const { customers } = await ask<{ customers: Record<'a' | 'b', { orders: { nodes: object[] } }[]> }>(
      `{ customers(first: 6) { a: nodes { orders(first: 1) { nodes { orderId } } }
        b: nodes { orders(first: 100) { nodes { orderId } } } } }`,
    );
    const lengths = (some: { orders: { nodes: object[] } }[]) => some.map(({ orders }) => orders.nodes.length);
    expect(Math.max(...lengths(customers.a))).toBe(1);
    expect(Math.max(...lengths(customers.b))).toBeGreaterThan(1);
  });

  test('a list below rows whose arguments are refused says so where it stands', async () => {
    const answer = await server.ask(admin, '{ order(orderId: "1001") { payments(first: 1000) { nodes { amount } } } }');
    expect(answer.errors?.[0]).toMatchObject({ path: ['order', 'payments'], extensions: { code: 'BAD_USER_INPUT' } });
    expect(answer.data).toEqual({ order: null });
  });
});

test.each([
  '{ orders { totalCount nodes { orderId payments { totalCount nodes { amount order { orderId } } } } } }',
  '{ customers { nodes { subscriptions { nodes { auditLog { nodes { subscription { rawStatus } reasonCode } } } } } } }',
  '{ customers { a: nodes { orders(first: 1) { nodes { orderId } } } b: nodes { orders { totalCount } } } }',
  '{ webhookDeliveries { nodes { subjects { id ... on Order { customer { email } } } logs { nodes { payload } } } } }',
  'query ($ids: [ID!]! = []) { nodes(ids: $ids) { id } node(id: "order_0") { id } }',
  '{ subscriptions { nodes { explain { sentence deliveryAttempts { id } } availableActions { action } } } }',
])('a query takes no more statements than its plan says: %s', async (query) => {
  await ask(query);
  expect(server.statements.length).toBeLessThanOrEqual(planned(query));
});
