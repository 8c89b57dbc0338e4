import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asAdmin, makePeople } from '../kit/people.ts';
import { createTestApp, type TestApp } from '../kit/test-app.ts';
import { edgesOf, type NodeType, nodeTypes, rootLists } from './walk.ts';

let server: TestApp;
let tokens: string[];

beforeAll(async () => {
  server = await createTestApp();
  await makePeople(await asAdmin(server.database), 4);
  tokens = [await server.token({ role: 'admin' })];
  if (LONG) tokens.push(await server.token({ role: 'support' }));
});
afterAll(() => server?.stop());

interface Nested {
  root: string;
  type: string;
  outer: string;
  inner: string;
}

/** Each list on each list of each type that has a root list. */
function everyNested(): Nested[] {
  const types = new Map(nodeTypes().map((one): [string, NodeType] => [one.type.name, one]));
  const lists = (type: string) => edgesOf((types.get(type) as NodeType).type).filter(({ many }) => many);
  return rootLists().flatMap(({ name, type }) =>
    lists(type.name).flatMap((outer) =>
      types.has(outer.to)
        ? lists(outer.to).map((inner) => ({ root: name, type: type.name, outer: outer.name, inner: inner.name }))
        : [],
    ),
  );
}

type Page = { pageInfo: object; nodes: { id: string; inner?: Page }[] };

const PAGE = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

const LONG = process.env.LONG_TESTS !== undefined;

/** Sizes of the two pages: as variables, and as they stand in a text. */
const SIZES = [
  { a: 2, b: 1 },
  ...(LONG
    ? [
        { a: 1, b: 50 },
        { a: 50, b: 20 },
      ]
    : []),
];

async function asked<Data>(token: string, query: string, variables: object): Promise<Data> {
  const { data, errors } = await server.ask<Data>(token, query, variables);
  expect(errors, query).toBeUndefined();
  return data as Data;
}

describe.each(everyNested())('$inner of $outer of $type', ({ root, type, outer, inner }) => {
  /** @param besides makes the inner list one that is read apart. */
  const lists = (a: string, b: string, besides = '') =>
    `outer: ${outer}(${a}) { ${PAGE} nodes { id inner: ${inner}(${b}) { ${besides} ${PAGE} nodes { id } } } }`;
  const literal = (n: number, way: string) => `${way}: ${n}`;

  test.each(LONG ? ['first', 'last'] : ['last'])('is the same however it is asked for (%s)', async (way) => {
    for (const token of tokens) {
      const { list } = await asked<{ list: Page }>(
        token,
        `{ list: ${root}(first: ${LONG ? 3 : 2}) { nodes { id } } }`,
        {},
      );
      for (const { a, b } of SIZES) {
        const variables = lists(`${way}: $a`, `${way}: $b`);
        const texts = lists(literal(a, way), literal(b, way));
        const half = lists(literal(a, way), `${way}: $b`);
        const apart = lists(literal(a, way), literal(b, way), 'totalCount');
        for (const { id } of list.nodes) {
          const one = (text: string, head = '') => `query ${head} { node(id: "${id}") { ... on ${type} { ${text} } } }`;
          const reference = await asked<object>(token, one(apart), {});
          const expected = JSON.parse(JSON.stringify(reference), (key, value) =>
            key === 'totalCount' ? undefined : value,
          );
          expect(await asked(token, one(texts), {})).toEqual(expected);
          expect(await asked(token, one(half, '($b: Int)'), { b })).toEqual(expected);
          expect(await asked(token, one(variables, '($a: Int, $b: Int)'), { a, b })).toEqual(expected);
        }
        const inList = (text: string, head = '') =>
          `query ${head} { list: ${root}(first: 3) { nodes { id ${text} } } }`;
        const reference = await asked<object>(token, inList(apart), {});
        const expected = JSON.parse(JSON.stringify(reference), (key, value) =>
          key === 'totalCount' ? undefined : value,
        );
        expect(await asked(token, inList(texts), {})).toEqual(expected);
        expect(await asked(token, inList(variables, '($a: Int, $b: Int)'), { a, b })).toEqual(expected);
      }
    }
  });
});
