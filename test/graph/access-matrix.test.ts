import { type GraphQLInputField, getNamedType, isEnumType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Query } from '../../src/platform/database/query.ts';
import type { Access, Source } from '../../src/platform/read/source.ts';
import { wholeRow } from '../../src/platform/read/statements.ts';
import { asAdmin, makePeople, nodeIdOf } from '../kit/people.ts';
import { createTestApp, type GraphAnswer, type TestApp } from '../kit/test-app.ts';
import { codesOf, type Transport, twoTransportsOf } from '../kit/transports.ts';
import { callers, type KindOfCaller } from './callers.ts';
import { edgesOf, leavesOf, type NodeType, nodeTypes, type RootList, rootLists, takesList } from './walk.ts';

// Person 1 is the customer who asks; person 3 lives elsewhere and is the stranger.
const OWN = 1;
const STRANGER = 3;

let server: TestApp;
let query: Query;
let transports: Transport[];
const tokens = new Map<string, string>();

beforeAll(async () => {
  server = await createTestApp();
  query = await asAdmin(server.database);
  await makePeople(query, 4);
  transports = twoTransportsOf(server);
  for (const caller of callers) tokens.set(caller.name, await server.token(caller.token));
});

afterAll(async () => {
  for (const transport of transports ?? []) await transport.close();
  await server?.stop();
});

function ask(transport: Transport, caller: KindOfCaller, text: string, variables?: object): Promise<GraphAnswer> {
  return transport.ask(tokens.get(caller.name) ?? '', text, variables);
}

function asAdminCaller(text: string, variables?: object): Promise<GraphAnswer> {
  return server.ask(tokens.get('admin') ?? '', text, variables);
}

/** What the table lets a caller reach from the root. */
function accessOf(caller: KindOfCaller, source: Source): Access {
  return source.access[caller.level];
}

function mayAsk(access: Access): boolean {
  return access.rows === 'all' || access.rows === 'own';
}

/** Person 1's own rows, and of what all share the coupon and the building that she used. */
function isOwn(id: string): boolean {
  return id.includes(`f00d000${OWN}`) || [nodeIdOf('coupon', 0, 1), nodeIdOf('address', 0, 1)].includes(id);
}

function visible(access: Access, ids: string[]): string[] {
  if (access.rows === 'own') return ids.filter(isOwn);
  return access.rows === 'none' ? [] : ids;
}

/** What is left of a value that an admin sees. */
function shownTo(access: Access, source: Source, field: string, value: unknown): unknown {
  if (access.hidden.includes(field)) return null;
  return access.redacted?.includes(field) ? source.columns[field]?.redact?.(value) : value;
}

const SHARED = ['product', 'coupon', 'address'];

function idsOf(source: Source): string[] {
  if (SHARED.includes(source.idPrefix)) return [nodeIdOf(source.idPrefix, 0, 1), nodeIdOf(source.idPrefix, 0, 2)];
  return [nodeIdOf(source.idPrefix, OWN), nodeIdOf(source.idPrefix, STRANGER)];
}

describe.each(callers)('a $name', (caller) => {
  describe.each(nodeTypes())('asking for a $type.name', ({ type, source }) => {
    const access = accessOf(caller, source);
    const text = `query ($id: ID!) { node(id: $id) { ... on ${type.name} { ${leavesOf(type).join(' ')} } } }`;

    test('gets the fields that the access table shows, less what it redacts, and null for those it hides', async () => {
      for (const id of idsOf(source)) {
        const all = (await asAdminCaller(text, { id })).data?.node as Record<string, unknown>;
        expect(access.hidden.filter((field) => all[field] === null)).toEqual([]);
        const shown = Object.fromEntries(
          Object.entries(all).map(([field, value]) => [field, shownTo(access, source, field, value)]),
        );
        for (const transport of transports) {
          const answer = await ask(transport, caller, text, { id });
          expect(codesOf(answer)).toEqual(mayAsk(access) ? [] : ['FORBIDDEN']);
          const seen = mayAsk(access) && visible(access, [id]).length > 0;
          expect(answer.data?.node).toEqual(seen ? shown : null);
        }
      }
    });

    test('finds by every edge what the table shows of the type it leads to, and counts no more', async () => {
      if (!mayAsk(access)) return;
      for (const edge of edgesOf(type)) {
        const target = nodeTypes().find((other) => other.type.name === edge.to) as NodeType;
        const part = edge.many ? 'nodes { id } edges { node { id } } totalCount' : 'id';
        const text = `query ($id: ID!) { node(id: $id) { ... on ${type.name} { edge: ${edge.name} { ${part} } } } }`;
        for (const id of visible(access, idsOf(source))) {
          const all = edgeIds(await asAdminCaller(text, { id }));
          const answer = await ask(transports[0] as Transport, caller, text, { id });
          expect(codesOf(answer)).toEqual([]);
          expect(edgeIds(answer), edge.name).toEqual(visible(accessOf(caller, target.source), all));
          expect(countOf(answer) ?? edgeIds(answer).length, edge.name).toBe(edgeIds(answer).length);
        }
      }
    });
  });

  describe.each(rootLists())('listing $name', (list) => {
    const access = accessOf(caller, list.source);

    test('gets the rows that the table shows, and their number, and no more', async () => {
      const text = `{ list: ${list.name}(first: 100) { totalCount nodes { id } pageInfo { hasNextPage } } }`;
      for (const transport of transports) await expectRows(transport, caller, list, text);
    });

    test('sorts by what it may see; by a hidden field it is FORBIDDEN', async () => {
      const run = list.sorts.map(({ name, field }) => {
        const text = `{ list: ${list.name}(first: 100, sort: { field: ${name} }) { totalCount nodes { id } } }`;
        return transports.map((transport) =>
          expectRows(transport, caller, list, text, access.hidden.includes(field) ? 'FORBIDDEN' : undefined),
        );
      });
      await Promise.all(run.flat());
    });

    test('filters by what it may see; by a hidden field it is FORBIDDEN', async () => {
      const example = await rowOf(list.source, idsOf(list.source)[0] ?? '');
      const run = list.filters.map((filter) => {
        const { uses } = list.source.filters[filter.name] ?? { uses: [] };
        const text = `query ($v: ${filter.type}) { list: ${list.name}(first: 100, filter: { ${filter.name}: $v }) { totalCount nodes { id } } }`;
        const code = uses.some((field) => access.hidden.includes(field)) ? 'FORBIDDEN' : undefined;
        return transports.map((transport) =>
          expectRows(transport, caller, list, text, code, { v: valueFor(filter, uses, example) }),
        );
      });
      await Promise.all(run.flat());
    });
  });
});

test('every hidden field is a field of the type and may be null', () => {
  for (const { type, source } of nodeTypes()) {
    for (const { hidden } of Object.values(source.access)) {
      for (const field of hidden)
        expect(String(type.getFields()[field]?.type), `${type.name}.${field}`).not.toMatch(/!$|undefined/);
    }
  }
});

test('nobody is refused the order that a list has by itself', () => {
  for (const { source } of nodeTypes()) {
    for (const { hidden } of Object.values(source.access)) {
      expect(hidden).not.toContain(source.sorts[0]);
      expect(hidden).not.toContain(source.key);
    }
  }
});

/** A list gives a caller what it gives an admin, less what the table withholds. */
async function expectRows(
  transport: Transport,
  caller: KindOfCaller,
  list: RootList,
  text: string,
  refusal?: string,
  variables?: object,
): Promise<void> {
  const access = accessOf(caller, list.source);
  const answer = await ask(transport, caller, text, variables);
  const code = mayAsk(access) ? refusal : 'FORBIDDEN';
  expect(codesOf(answer), text).toEqual(code === undefined ? [] : [code]);
  if (code !== undefined) return expect(answer.data).toBeNull();
  const all = listIds(await asAdminCaller(text, variables));
  expect(all, `${text} finds nothing`).not.toEqual([]);
  expect(listIds(answer), text).toEqual(visible(access, all));
  expect(listOf(answer).totalCount, text).toBe(visible(access, all).length);
}

function listOf(answer: GraphAnswer): { nodes: { id: string }[]; totalCount: number } {
  return (answer.data as unknown as { list: { nodes: { id: string }[]; totalCount: number } }).list;
}

function listIds(answer: GraphAnswer): string[] {
  return listOf(answer).nodes.map((node) => node.id);
}

interface Edges {
  edge: { id?: string; nodes?: { id: string }[]; edges?: { node: { id: string } }[]; totalCount?: number } | null;
}

function edgeIds(answer: GraphAnswer): string[] {
  const { edge } = (answer.data as unknown as { node: Edges }).node;
  if (edge === null) return [];
  if (edge.id !== undefined) return [edge.id];
  expect(edge.edges?.map(({ node }) => node.id)).toEqual(edge.nodes?.map((node) => node.id));
  return (edge.nodes ?? []).map((node) => node.id);
}

function countOf(answer: GraphAnswer): number | undefined {
  return (answer.data as unknown as { node: Edges }).node.edge?.totalCount;
}

async function rowOf(source: Source, id: string): Promise<Record<string, unknown>> {
  const { list } = wholeRow(source, { rows: 'all', hidden: [] });
  const idColumn = source.columns.id?.sql;
  const [row] = await query<Record<string, unknown>>(`SELECT ${list} FROM ${source.from[0]} WHERE ${idColumn} = ?`, [
    id,
  ]);
  if (row === undefined) throw new Error(`No row for ${id}`);
  return row;
}

/** A value that person 1's row has, so that the filter finds something. */
function valueFor(filter: GraphQLInputField, uses: readonly string[], row: Record<string, unknown>): unknown {
  const type = getNamedType(filter.type);
  const stored = row[uses[0] ?? ''];
  // Where her row has none, all there are: some other row has one of them.
  if (isEnumType(type) && stored === null) return type.getValues().map((known) => known.name);
  const value = isEnumType(type) ? type.getValues().find((known) => known.value === stored)?.name : stored;
  const found =
    type.name === 'DateTimeISO'
      ? `${filter.name.endsWith('Before') ? 2099 : 2001}-01-01T00:00:00.000Z`
      : type.name === 'Boolean'
        ? stored !== null && stored !== 0
        : value;
  return takesList(filter.type) ? [found] : found;
}
