import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { edgesOf, nodeTypes, rootLists } from '../../graph/walk.ts';
import { asAdmin, customerIdOf, makePeople, nodeIdOf } from '../../kit/people.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { codesOf } from '../../kit/transports.ts';

let server: TestApp;
let admin: string;

beforeAll(async () => {
  server = await createTestApp();
  await makePeople(await asAdmin(server.database), 12);
  admin = await server.token({ role: 'admin' });
});

afterAll(() => server?.stop());

beforeEach(() => {
  server.statements.length = 0;
});

interface Page {
  edges: { cursor: string; node: { id: string } }[];
  nodes: { id: string }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
}

const PAGE = 'edges { cursor node { id } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

/** Asks for one page of the list that `wrap` puts somewhere into an operation. */
async function pageOf(wrap: (list: string) => string, field: string, args: string): Promise<Page> {
  const answer = await server.ask(admin, wrap(`list: ${field}(${args}) { ${PAGE} }`));
  expect(answer.errors, args).toBeUndefined();
  const found = JSON.stringify(answer.data).replace(/^.*?"list":/, '');
  const page = JSON.parse(found.slice(0, endOfObject(found))) as Page;
  expect(page.nodes).toEqual(page.edges.map(({ node }) => node));
  expect(page.pageInfo.startCursor).toBe(page.edges[0]?.cursor ?? null);
  expect(page.pageInfo.endCursor).toBe(page.edges.at(-1)?.cursor ?? null);
  return page;
}

function endOfObject(text: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '{') depth++;
    if (text[index] === '}' && --depth === 0) return index + 1;
  }
  throw new Error('The object has no end.');
}

/** Ids page by page to the end, in the list's own order whichever way it is walked. */
async function walk(wrap: (list: string) => string, field: string, sort: string, size: number, backwards: boolean) {
  const ids: string[] = [];
  let cursor = '';
  for (let pages = 0; pages < 200; pages++) {
    const args = `${sort} ${backwards ? 'last' : 'first'}: ${size} ${cursor}`;
    const page = await pageOf(wrap, field, args);
    const found = page.nodes.map((node) => node.id);
    if (backwards) ids.unshift(...found);
    else ids.push(...found);
    expect(backwards ? page.pageInfo.hasNextPage : page.pageInfo.hasPreviousPage).toBe(cursor !== '');
    if (!(backwards ? page.pageInfo.hasPreviousPage : page.pageInfo.hasNextPage)) return ids;
    cursor = backwards ? `before: "${page.pageInfo.startCursor}"` : `after: "${page.pageInfo.endCursor}"`;
  }
  throw new Error('The list has no end.');
}

async function expectSameEitherWay(wrap: (list: string) => string, field: string, sort: string, size: number) {
  const all = (await pageOf(wrap, field, `${sort} first: 100`)).nodes.map((node) => node.id);
  expect(new Set(all).size).toBe(all.length);
  expect(await walk(wrap, field, sort, size, false)).toEqual(all);
  expect(await walk(wrap, field, sort, size, true)).toEqual(all);
  return all;
}

describe.each(rootLists())('the list $name', ({ name, sorts }) => {
  test.each(sorts)(
    'walked by $name, up and down, forward and backward, gives every row once and in one order',
    async (sort) => {
      const orders = await Promise.all(
        ['ASC', 'DESC'].map((direction) =>
          expectSameEitherWay(
            (list) => `{ ${list} }`,
            name,
            `sort: { field: ${sort.name}, direction: ${direction} }`,
            7,
          ),
        ),
      );
      expect(orders[0]).toEqual(orders[1]?.toReversed());
      expect(orders[0]?.length).toBeGreaterThan(1);
    },
  );
});

const MANY = nodeTypes().flatMap(({ type, source }) =>
  edgesOf(type)
    .filter((edge) => edge.many)
    .map((edge) => ({ type: type.name, prefix: source.idPrefix, edge: edge.name, sorts: edge.sorts })),
);

test.each(MANY)(
  'the list $edge of a $type walks as a list of its own, by every sort',
  async ({ type, prefix, edge, sorts }) => {
    const owner = ['product', 'coupon', 'address'].includes(prefix) ? 0 : 1;
    const wrap = (list: string) => `{ node(id: "${nodeIdOf(prefix, owner)}") { ... on ${type} { ${list} } } }`;
    expect(sorts).not.toEqual([]);
    for (const name of sorts) {
      const all = await expectSameEitherWay(wrap, edge, `sort: { field: ${name} }`, prefix === 'product' ? 5 : 1);
      expect(all.length).toBeGreaterThan(0);
    }
  },
);

test('a page may be empty: asked for none, beyond the end, or of an empty list', async () => {
  const none = await pageOf((list) => `{ ${list} }`, 'orders', 'first: 0');
  expect(none).toMatchObject({
    edges: [],
    nodes: [],
    pageInfo: { hasNextPage: true, hasPreviousPage: false, endCursor: null },
  });
  const last = await pageOf((list) => `{ ${list} }`, 'orders', 'last: 1');
  const beyond = await pageOf((list) => `{ ${list} }`, 'orders', `first: 5 after: "${last.pageInfo.endCursor}"`);
  expect(beyond).toMatchObject({
    edges: [],
    pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null },
  });
  const empty = await pageOf((list) => `{ ${list} }`, 'orders', 'filter: { orderIds: [] }');
  expect(empty).toMatchObject({ edges: [], pageInfo: { hasNextPage: false, hasPreviousPage: false } });
});

test('a list has 20 rows if nothing is said, and 100 at most', async () => {
  expect((await pageOf((list) => `{ ${list} }`, 'orders', 'sort: { field: ORDER_ID }')).nodes).toHaveLength(20);
  expect((await pageOf((list) => `{ ${list} }`, 'orders', 'first: 100')).nodes).toHaveLength(36);
});

test.each(['first: 101', 'first: -1', 'last: 101', 'last: -1', 'first: 1, last: 1', 'first: 0, last: 0'])(
  'a page of %s is BAD_USER_INPUT, at the root and nested',
  async (args) => {
    const root = await server.ask(admin, `{ orders(${args}) { nodes { id } } }`);
    const nested = await server.ask(admin, `{ customers { nodes { orders(${args}) { totalCount } } } }`);
    expect([codesOf(root), [...new Set(codesOf(nested))]]).toEqual([['BAD_USER_INPUT'], ['BAD_USER_INPUT']]);
  },
);

describe('a cursor', () => {
  let cursor: string;
  beforeAll(async () => {
    const page = await pageOf(
      (list) => `{ ${list} }`,
      'orders',
      'sort: { field: CREATED_AT, direction: DESC } first: 1',
    );
    cursor = page.pageInfo.endCursor ?? '';
  });

  test.each([
    ['another sort', 'orders(sort: { field: TOTAL_AMOUNT }, CURSOR) { nodes { id } }'],
    ['another direction', 'orders(sort: { field: CREATED_AT, direction: ASC }, CURSOR) { nodes { id } }'],
    ['another list', 'payments(sort: { field: CREATED_AT }, CURSOR) { nodes { id } }'],
    ['another list that is nested', 'customers { nodes { payments(CURSOR) { nodes { id } } } }'],
  ])('of one list is an INVALID_CURSOR in %s, after and before', async (_where, text) => {
    for (const name of ['after', 'before']) {
      const answer = await server.ask(admin, `{ ${text.replace('CURSOR', `${name}: "${cursor}"`)} }`);
      expect(new Set(codesOf(answer))).toEqual(new Set(['INVALID_CURSOR']));
    }
  });

  const forged = (...place: unknown[]) => Buffer.from(JSON.stringify(place)).toString('base64url');

  test.each([
    ['nothing', ''],
    ['no base64', 'é😀'],
    ['no JSON', 'bm9ubmU'],
    ['no list', Buffer.from('{"a":1}').toString('base64url')],
    ['too short', forged('Order.createdAt.desc', 'x')],
    ['a day no calendar has', forged('Order.createdAt.desc', '2026-02-30 00:00:00.000', '1')],
    ['an hour no day has', forged('Order.createdAt.desc', '2026-02-20 25:00:00.000', '1')],
    ['a value that is no instant', forged('Order.createdAt.desc', "' OR 1=1", '1')],
    ['a key that is no number', forged('Order.createdAt.desc', '2026-02-20 00:00:00.000', '1 OR 1=1')],
    ['a key that is an object', forged('Order.createdAt.desc', '2026-02-20 00:00:00.000', { toSqlString: 1 })],
    ['a number of twenty digits', forged('Order.createdAt.desc', '2026-02-20 00:00:00.000', '9'.repeat(20))],
    ['ten kilobytes', 'A'.repeat(10_000)],
  ])('that holds %s is an INVALID_CURSOR', async (_what, hostile) => {
    const text =
      'query ($c: String!) { after: orders(after: $c) { nodes { id } } before: orders(before: $c) { nodes { id } } }';
    const answer = await server.ask(admin, text, { c: hostile });
    expect(new Set(codesOf(answer))).toEqual(new Set(['INVALID_CURSOR']));
  });
});

describe('totalCount', () => {
  const counting = () => server.statements.filter((sql) => sql.includes('COUNT('));

  test('is counted only when it is asked for, and then all that the filter lets through, not the page', async () => {
    await server.ask(
      admin,
      `{ orders(first: 2) { nodes { id } } customers(first: 2) { nodes { orders { nodes { id } } } } }`,
    );
    expect(counting()).toEqual([]);
    const filter = `filter: { customerId: "${customerIdOf(2)}" }`;
    const { data } = await server.ask(admin, `{ orders(first: 1, ${filter}) { totalCount nodes { id } } }`);
    expect(data).toMatchObject({ orders: { totalCount: 3, nodes: [{}] } });
    expect(counting()).toHaveLength(1);
  });

  test('alone reads no row, and asked for under many names it is counted once', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `n${index}: totalCount`);
    const { data } = await server.ask(admin, `{ orders { ${names.join(' ')} } }`);
    expect(data?.orders).toMatchObject({ n0: 36, n9: 36 });
    expect(server.statements).toHaveLength(1);
  });

  test('of nested lists is counted for all parents at once', async () => {
    const { data } = await server.ask(admin, '{ customers(first: 12) { nodes { orders(first: 0) { totalCount } } } }');
    expect(JSON.stringify(data)).not.toMatch(/"totalCount":[^3]/);
    expect(counting()).toHaveLength(1);
  });
});

test('a connection that is asked for nothing reads nothing', async () => {
  const { data } = await server.ask(admin, '{ orders { __typename } }');
  expect(data).toEqual({ orders: { __typename: 'OrderConnection' } });
  expect(server.statements).toEqual([]);
});
