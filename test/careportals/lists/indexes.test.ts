import { readFile } from 'node:fs/promises';
import { type GraphQLInputField, type GraphQLNamedType, getNamedType, isEnumType, isInputObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { edgesOf, leavesOf, nodeTypes, type RootList, rootLists, takesList } from '../../graph/walk.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { GEOGRAPHY, LIFETIME_VALUE, PROCESSING_TIME } from '../schema/probes/indexes.ts';
import { openSession, type Session } from '../schema/session.ts';
import { makeManyRows } from './many-rows.ts';
import { fullScans, rowsRead, sentBy, stepsOf } from './read-cost.ts';

// Every filter and every order of every list, by what MySQL really reads.

const LONG = Boolean(process.env.LONG_TESTS);
const ORDERS = LONG ? 100_000 : 5_000;
/** With fewer rows only those whose tables are large even then. */
const LARGE = ['Order', 'Payment', 'Refund', 'Customer', 'OrderStatusUpdate'];
const LISTS = rootLists().filter(({ type }) => LONG || LARGE.includes(type.name));
/** The orders have three entries of history each, and one payment. */
const PAGE = 20;
/** What a page of 20 may read however many rows there are: it, the rows it leads to, and where indexes are entered. */
const A_PAGE = 8 * PAGE;

let server: TestApp;
let session: Session;
let sent: Map<string, string>;
let admin: string;
let customer: string;

beforeAll(async () => {
  server = await createTestApp();
  session = await openSession(server.database.adminUrl);
  await makeManyRows(session, ORDERS, LONG);
  sent = await sentBy(server.database.orm);
  admin = await server.token({ role: 'admin' });
  customer = await server.token({ role: 'customer', customerId: 'alias-7' });
}, 600_000);

afterAll(async () => {
  await session?.close();
  await server?.stop();
});

/** Asks, and gives the statements that it took. */
async function ask(token: string, text: string, variables: object = {}): Promise<{ list: List; statements: string[] }> {
  server.statements.length = 0;
  const answer = await server.ask<{ list: List }>(token, text, variables);
  expect(answer.errors, text).toBeUndefined();
  // The list of revoked tokens is read by the clock.
  const taken = server.statements.filter((sql) => !sql.includes('access_revocations'));
  const statements = taken.map((sql) => {
    const whole = sent.get(sql);
    if (whole === undefined) throw new Error(`This was never sent: ${sql}`);
    return whole;
  });
  return { list: answer.data?.list as List, statements };
}

interface List {
  totalCount?: number;
  nodes?: unknown[];
}

async function expectNoFullScan(statements: string[]): Promise<void> {
  expect(statements).not.toEqual([]);
  for (const sql of statements) expect(fullScans(sql, await stepsOf(session, sql))).toEqual([]);
}

async function readsOf(statements: string[]): Promise<number> {
  let reads = 0;
  for (const sql of statements) reads += await rowsRead(session, sql);
  return reads;
}

const VALUES = (list: RootList) =>
  leavesOf(list.type)
    .filter((field) => !list.source.columns[field]?.heavy)
    .join(' ');

describe.each(LISTS)('$name', (list) => {
  const page = (args: string) => `{ list: ${list.name}(first: ${PAGE}${args}) { nodes { ${VALUES(list)} } } }`;

  test.each(list.sorts)(
    'a page sorted by $name reads a page, not the table, whichever way it is sorted',
    async (sort) => {
      for (const direction of ['ASC', 'DESC']) {
        const { statements } = await ask(admin, page(`, sort: { field: ${sort.name}, direction: ${direction} }`));
        await expectNoFullScan(statements);
        const arms = list.source.from.length;
        expect(await readsOf(statements), statements.join('\n')).toBeLessThanOrEqual(
          A_PAGE * arms + 4 * (await sizeOfPart(list)),
        );
      }
    },
  );

  test.each(list.filters)('filtered by $name it reads what fits, and no whole table', async (filter) => {
    const value = await rareValue(list, filter);
    const parts = [`nodes { ${VALUES(list)} }`, 'totalCount'];
    const text = (part: string) =>
      `query ($v: ${filter.type}) { list: ${list.name}(first: ${PAGE}, filter: { ${filter.name}: $v }) { ${part} } }`;
    const counted = (await ask(admin, text('totalCount'), { v: value })).list.totalCount ?? 0;
    expect(counted, `${filter.name} finds nothing`).toBeGreaterThan(0);
    for (const part of parts) {
      const { statements } = await ask(admin, text(part), { v: value });
      await expectNoFullScan(statements);
      expect(await readsOf(statements), statements.join('\n')).toBeLessThanOrEqual(4 * counted + A_PAGE);
    }
  });
});

describe('what support does all day', () => {
  test.each([
    '1007',
    '12',
    'cust-00000000000000000007',
    'cust-000000000000000000',
    'alias-7',
    'mail7@example.test',
    'mail',
    '+1 (555) 000-0007',
    '5550',
    'Ada Name8',
    'a n',
    'Name7',
    'na',
    'sub-00000000000000000007',
    'ch_7777',
    'pi_77',
    'cus_7',
    're_777',
  ])('a search for %s reads a page of what fits in each way, and no whole table', async (text) => {
    const { statements } = await ask(admin, `{ list: search(text: "${text}") { nodes { __typename } } }`);
    await expectNoFullScan(statements);
    // Of the rows that fit a beginning, which may be a twentieth of all, some are read three times.
    expect(await readsOf(statements), statements.join('\n')).toBeLessThanOrEqual(Math.max(20 * PAGE, ORDERS / 25));
  });

  test.each([
    'stuckOrders(status: AWAITING_SCRIPT, olderThanHours: 48)',
    'stuckOrders(status: OTHER, olderThanHours: 0)',
    'stuckOrders(status: SHIPPED, olderThanHours: 1, sort: { field: CREATED_AT })',
    'upcomingRenewals(withinDays: 366)',
    'orders(filter: { status: [PROCESSING, AWAITING_SHIPMENT] }, sort: { field: CURRENT_STATUS_AT, direction: ASC })',
    'orders(filter: { status: [AWAITING_SCRIPT, OTHER] })',
    'orders(filter: { status: [SHIPPED], createdFrom: "2026-01-01T00:00:00Z", createdBefore: "2026-02-01T00:00:00Z" })',
    'orders(filter: { status: [SHIPPED], pharmacy: ["Pharmacy 7"] })',
    'orders(filter: { status: [COMPLETED], provinceCode: ["AA"], source: ["checkout"] })',
  ])('%s reads no whole table', async (list) => {
    for (const part of ['nodes { orderId: id createdAt }', 'totalCount']) {
      await expectNoFullScan((await ask(admin, `{ list: ${list} { ${part} } }`)).statements);
    }
  });
});

/** Edges whose rows are of the three large tables, or that are reached over them. */
const EDGES = nodeTypes().flatMap(({ type, source }) => edgesOf(type).map((edge) => ({ type, source, edge })));

test.each(EDGES.filter(({ edge }) => edge.many && (LONG || LARGE.includes(edge.to))))(
  'a list of $edge.name inside of a $type.name reads no whole table, however it is filtered and sorted',
  async ({ type, source, edge }) => {
    const target = nodeTypes().find((known) => known.type.name === edge.to);
    const args = type.getFields()[edge.name]?.args ?? [];
    const filter = getNamedType(args.find((arg) => arg.name === 'filter')?.type);
    const filters = isInputObjectType(filter) ? Object.values(filter.getFields()) : [];
    const ids = await session.rows<{ id: string }>(
      `SELECT ${source.columns.id?.sql} AS id FROM ${source.from[0]} LIMIT 3`,
    );
    const list = { name: '', source: target?.source ?? source };
    const inside = (part: string, variable = '') =>
      `query ($ids: [ID!]!${variable}) { nodes(ids: $ids) { ... on ${type.name} { list: ${edge.name}${part} } } }`;
    const expectFew = async (text: string, variables: object = {}) => {
      const { statements } = await ask(admin, text, { ids: ids.map(({ id }) => id), ...variables });
      await expectNoFullScan(statements);
    };
    for (const sort of edge.sorts)
      await expectFew(inside(`(first: 5, sort: { field: ${sort} }) { nodes { id } totalCount }`));
    for (const one of filters) {
      const v = await rareValue(list, one);
      await expectFew(
        inside(`(first: 5, filter: { ${one.name}: $v }) { nodes { id } totalCount }`, `, $v: ${one.type}`),
        { v },
      );
    }
  },
);

test.each(LISTS)("a customer's list of $name reads no whole table, however it is filtered and sorted", async (list) => {
  if (list.source.access.customer.rows !== 'own') return;
  for (const sort of list.sorts) {
    if (list.source.access.customer.hidden.includes(sort.field)) continue;
    const text = `{ list: ${list.name}(first: 20, sort: { field: ${sort.name} }) { nodes { id } totalCount } }`;
    await expectNoFullScan((await ask(customer, text)).statements);
  }
  for (const filter of list.filters) {
    const text = `query ($v: ${filter.type}) { list: ${list.name}(first: 20, filter: { ${filter.name}: $v }) { nodes { id } totalCount } }`;
    await expectNoFullScan((await ask(customer, text, { v: await rareValue(list, filter) })).statements);
  }
});

/** What the data calls now. */
const NOW = "TIMESTAMP '2026-06-01 00:00:00'";
const EXAMPLES = {
  'Customer CLV since 2024': LIFETIME_VALUE,
  'the same, of the last 30 days': LIFETIME_VALUE.replace("'2024-01-01'", 'DATE_SUB(NOW(), INTERVAL 30 DAY)'),
  'Order processing efficiency': PROCESSING_TIME,
  'Geographic reach': GEOGRAPHY,
};

test.runIf(LONG).each(Object.entries(EXAMPLES))(
  'MySQL takes for the example of the spec "%s" what docs/query-plans.md says',
  async (name, sql) => {
    const page = await readFile('docs/query-plans.md', 'utf8');
    const row = page.split('\n').find((line) => line.startsWith(`| ${name} |`));
    const steps = await stepsOf(session, sql.replaceAll('NOW()', NOW));
    const taken = steps.map(({ table, key }) => `${table} ${key ?? 'all'}`).join(', ');
    const [said, read] = row?.split(' | ').slice(2) ?? [];
    expect(said).toContain(`\`${taken}\``);
    if (read?.startsWith('all')) return;
    const reads = await rowsRead(session, sql.replaceAll('NOW()', NOW));
    expect(Math.abs(reads / Number(read?.replaceAll(/\D/g, '')) - 1), `${reads} rows`).toBeLessThan(0.2);
  },
);

/** How many rows a list has that is a part of a source: such a part is sorted. Nothing for whole sources. */
async function sizeOfPart({ name, source }: RootList): Promise<number> {
  if (PART[name] === undefined) return 0;
  const [row] = await session.rows<{ n: string }>(`SELECT COUNT(*) AS n FROM ${source.from[0]} WHERE ${PART[name]}`);
  return Number(row?.n);
}

/** Of lists that are a part of a source. */
const PART: Record<string, string> = { parkedWebhooks: "i.status = 'parked'", failedWebhooks: "i.status = 'dead'" };

/** A value that few rows have, where the list has such; of instants and amounts one in the middle. */
async function rareValue(
  { name, source }: Pick<RootList, 'name' | 'source'>,
  filter: GraphQLInputField,
): Promise<unknown> {
  if (filter.name === 'orderId') return takesList(filter.type) ? ['1001'] : '1001';
  const field = source.filters[filter.name]?.uses[0] ?? '';
  const sql = source.columns[field]?.sql;
  const values = await session.rows<{ value: unknown }>(
    `SELECT ${sql} AS value FROM ${source.from[0]} WHERE ${PART[name] ?? 'TRUE'} GROUP BY 1 ORDER BY COUNT(*), 1`,
  );
  const known = values.map(({ value }) => value).filter((value) => value !== null);
  const type = getNamedType(filter.type);
  const value = namedValue(type, type.name === 'DateTimeISO' ? known[known.length >> 1] : known[0], values[0]?.value);
  return takesList(filter.type) ? [value] : value;
}

function namedValue(type: GraphQLNamedType, stored: unknown, rarest: unknown): unknown {
  if (type.name === 'DateTimeISO') return `${String(stored).replace(' ', 'T')}Z`;
  if (type.name === 'Boolean') return rarest !== null && rarest !== 0;
  return isEnumType(type) ? (type.getValues().find((known) => known.value === stored)?.name ?? 'OTHER') : stored;
}
