import { EntityFactory } from '@mikro-orm/core';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { Customer } from '../../src/modules/careportals/customers/customer.entity.ts';
import { asAdmin, makePeople } from '../kit/people.ts';
import { createTestApp, type TestApp } from '../kit/test-app.ts';
import { deepSelection, edgesOf, leavesOf, type NodeType, nodeTypes } from './walk.ts';

let server: TestApp;
let admin: string;

beforeAll(async () => {
  server = await createTestApp();
  await makePeople(await asAdmin(server.database), 50);
  admin = await server.token({ role: 'admin' });
});

afterAll(() => server?.stop());

beforeEach(() => {
  server.statements.length = 0;
});

// The large values, each of which is a statement of its own, and little else: all of them would cost too much.
const fewValues = ({ type, source }: NodeType) =>
  leavesOf(type).filter((field) => field === 'id' || source.columns[field]?.heavy);
const deep = deepSelection('Customer', 3, 1, fewValues);
// No customer leads to what staff does to many subscriptions at once.
const deepJobs = deepSelection('BulkJob', 2, 1, fewValues);

/** The texts of the statements that a query takes, with as many values as there were. */
async function statementsOf(text: string, first: number): Promise<string[]> {
  server.statements.length = 0;
  const answer = await server.ask<{ list: { nodes: unknown[] } }>(admin, text, { first });
  expect(answer.errors).toBeUndefined();
  expect(answer.data?.list.nodes).toHaveLength(first);
  const shape = (sql: string) => sql.replaceAll(/\(VALUES .*?\) AS (\w+)\(k\)/gs, '(VALUES …) AS $1(k)');
  return server.statements.map((sql) => shape(sql).replaceAll(/LIMIT \d+/g, 'LIMIT'));
}

const DEEP = `query ($first: Int) { list: customers(first: $first) { totalCount nodes { ${deep.selection} } } } ${deep.fragments}`;

const DEEP_JOBS = `query ($first: Int) { list: bulkJobs(first: $first) { totalCount nodes { waiting succeeded refused failed
  ${deepJobs.selection} } } } ${deepJobs.fragments}`;

test('the deep queries of these tests touch every edge of the graph', () => {
  const all = nodeTypes().flatMap(({ type }) => edgesOf(type).map((edge) => `${type.name}.${edge.name}`));
  expect([...new Set([...deep.touches, ...deepJobs.touches])].sort()).toEqual(all.sort());
});

test.each([
  ['customers', DEEP],
  ['bulk jobs with their counts', DEEP_JOBS],
])('a query over every edge takes the same statements for 50 %s as for 2', async (_what, text) => {
  const forTwo = await statementsOf(text, 2);
  const forFifty = await statementsOf(text, 50);
  expect(forFifty.length).toBe(forTwo.length);
  expect(forFifty.toSorted()).toEqual(forTwo.toSorted());
});

test('customers with their orders, and these with product, payments and history, take one statement, and two more for the two lists of an order', async () => {
  const text = `query ($first: Int) { list: customers(first: $first) { nodes { orders(first: 5) { nodes {
    orderId product { label } payments { nodes { amount } } statusHistory(first: 1) { nodes { status } } } } } } }`;
  expect(await statementsOf(text, 20)).toHaveLength(3);
});

test('one order with customer, product, payments and history takes one statement', async () => {
  await server.ask(
    admin,
    `{ order(orderId: "1001") { customer { email } product { label } payments { nodes { amount } } statusHistory { nodes { status } } } }`,
  );
  expect(server.statements).toHaveLength(1);
});

test('many things by their ids take one statement a type', async () => {
  const { data } = await server.ask<{ orders: { nodes: { id: string }[] } }>(
    admin,
    '{ orders(first: 90) { nodes { id } } }',
  );
  const ids = data?.orders.nodes.map((node) => node.id);
  server.statements.length = 0;
  const nodes = await server.ask<{ nodes: unknown[] }>(
    admin,
    'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Order { customer { email } } } }',
    { ids },
  );
  expect(nodes.data?.nodes.filter((node) => node !== null)).toHaveLength(90);
  expect(server.statements).toHaveLength(2);
});

test('reading makes no entity', async () => {
  const made = vi.spyOn(EntityFactory.prototype, 'create');
  await server.ask(admin, DEEP, { first: 50 });
  expect(made).not.toHaveBeenCalled();
  await server.database.orm.em.fork().find(Customer, {}, { limit: 1 });
  expect(made).toHaveBeenCalled();
  made.mockRestore();
});
