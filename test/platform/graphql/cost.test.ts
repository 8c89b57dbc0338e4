import fc from 'fast-check';
import {
  buildSchema,
  GraphQLError,
  getVariableValues,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import {
  type ComplexityEstimator,
  fieldExtensionsEstimator,
  getComplexity,
  simpleEstimator,
} from 'graphql-query-complexity/cjs';
import { describe, expect, test } from 'vitest';
import { modules } from '../../../src/modules.ts';
import { buildGraph } from '../../../src/platform/graphql/build-schema.ts';
import { coerceLeaves, leafVariables } from '../../../src/platform/graphql/cost/coerce-leaves.ts';
import { pointsFor } from '../../../src/platform/graphql/cost/points.ts';
import { priceOfOperation } from '../../../src/platform/graphql/cost/price-operation.ts';
import { Scales } from '../../../src/platform/graphql/cost/scales.ts';
import { randomDocument } from './random-document.ts';

const schema = buildGraph(modules);
const scales = new Scales(schema);
const costOf = (text: string, variables = {}, name?: string) => scales.weigh(parse(text), variables, name).cost;

/** The rule in the words of a library that walks the document for each request. */
const list: ComplexityEstimator = ({ field, args, childComplexity }) => {
  const asked = Object.values(args).find((value) => Array.isArray(value));
  if (Array.isArray(asked)) return 1 + asked.length * childComplexity;
  const filtered = Object.values((args.filter as object | undefined) ?? {}).flat().length;
  if (!/Connection!?$/.test(String(field.type))) return 'filter' in args ? 1 + filtered + childComplexity : undefined;
  return 1 + filtered + Math.min(Math.max(Number(args.first ?? args.last ?? 20), 1), 100) * childComplexity;
};
/** The same throws for the same seed. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const estimators = [fieldExtensionsEstimator(), list, simpleEstimator({ defaultComplexity: 1 })];

describe('what an operation costs', () => {
  test('all groups of figures of a range and of the one before fit into one, a group of 45 ranges does not', () => {
    const groups = [
      'totals { asOf }',
      'finance { asOf }',
      'patients { asOf }',
      'recurring { asOf }',
      'adherence { asOf }',
    ];
    groups.push('customerValue { asOf }', 'stages { asOf }', 'products { asOf }', 'refunds { asOf }');
    const all = groups.join(' ');
    expect(costOf(`{ kpis { ${all} previous { ${all} } } }`)).toBe(1 + 1 + 40 * 1_125 + 18);
    for (const group of groups) {
      const ranges = Array.from({ length: 45 }, (_, n) => `r${n}: kpis { ${group} }`);
      expect(() => costOf(`{ ${ranges.join(' ')} }`), group).toThrow(/50000 are allowed/);
    }
  });

  test('is what a walk through the document with these variables counts, for whatever document', () => {
    const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 });
    const check = (seed: number) => {
      const { text, variables } = randomDocument(schema, dice(seed));
      const query = parse(text);
      expect(validate(schema, query, specifiedRules), text).toEqual([]);
      const expected = getComplexity({ schema, query, variables, estimators });
      const operation = query.definitions[0] as OperationDefinitionNode;
      const { coerced = {} } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
      expect(pointsFor(priceOfOperation(schema, query, operation), coerced), text).toBe(expected);
    };
    const numRuns = process.env.LONG_TESTS ? 3_000 : 150;
    const seed = process.env.TEST_SEED === undefined ? undefined : Number(process.env.TEST_SEED);
    fc.assert(fc.property(seeds, check), { numRuns, seed });
  }, 300_000);

  test.each([
    ['a field', '{ __typename }', {}, 1],
    ['a page of unsaid size: twenty rows', '{ customers { nodes { id } } }', {}, 1 + 20 * 2],
    ['a page within a page', '{ customers(first: 3) { nodes { orders(last: 5) { nodes { id } } } } }', {}, 37],
    ['a page whose size is a variable', 'query ($n: Int) { customers(first: $n) { nodes { id } } }', { n: 7 }, 15],
    ['that variable left out', 'query ($n: Int) { customers(first: $n) { nodes { id } } }', {}, 41],
    ['that variable by its default', 'query ($n: Int = 4) { customers(first: $n) { nodes { id } } }', {}, 9],
    ['as many rows as ids', 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: ['a', 'b', 'c'] }, 4],
    ['the values of a filter', '{ orders(first: 1, filter: { orderIds: ["1", "2", "3"] }) { nodes { id } } }', {}, 6],
    [
      'the values of a filter in each of the rows around it',
      'query ($l: [String!]) { customers(first: 5) { nodes { orders(first: 1, filter: { source: $l }) { totalCount } } } }',
      { l: ['a', 'b'] },
      1 + 5 * (1 + (1 + 2 + 1)),
    ],
    ['the schema itself as a hundred rows', '{ __schema { types { name } } }', {}, 1 + 100 * 2],
    ['what is included', 'query ($x: Boolean!) { a: __typename b: __typename @include(if: $x) }', { x: true }, 2],
    ['what is not', 'query ($x: Boolean!) { a: __typename b: __typename @include(if: $x) }', { x: false }, 1],
    ['what is skipped', '{ a: __typename b: __typename @skip(if: true) }', {}, 1],
    ['the dearer of two types', '{ node(id: "x") { ... on Customer { id email } ... on Order { id } } }', {}, 3],
    ['explain: twenty changes', '{ subscription(subscriptionId: "x") { explain { by effect } } }', {}, 1 + 1 + 20 * 2],
  ])('counts %s', (_what, text, variables, points) => {
    expect(costOf(text, variables)).toBe(points);
  });

  test('is that of the operation that is named', () => {
    const text = 'query A { __typename } query B { a: __typename b: __typename }';
    expect([costOf(text, {}, 'A'), costOf(text, {}, 'B')]).toEqual([1, 2]);
  });

  test('follows the variables of each request, though the document was priced before', () => {
    const document = parse('query ($n: Int) { customers(first: $n) { nodes { id } } }');
    expect([2, 50, 2].map((n) => scales.weigh(document, { n }).cost)).toEqual([5, 101, 5]);
  });

  test('is found by walking a document once, however often it is asked for', () => {
    let asked = 0;
    const small = buildSchema('type Query { a: Int b(size: Int): Int }');
    const price = () => {
      asked++;
      return 5;
    };
    const { a, b } = small.getQueryType()?.getFields() ?? {};
    Object.assign(a ?? {}, { extensions: { complexity: price } });
    Object.assign(b ?? {}, { extensions: { complexity: ({ args }: { args: { size: number } }) => args.size } });
    const own = new Scales(small);
    const document = parse('query ($size: Int) { a b(size: $size) }');
    expect([1, 2, 3].map((size) => own.weigh(document, { size }).cost)).toEqual([6, 7, 8]);
    expect(asked).toBe(1);
  });

  test('coerces variables as graphql-js does, whatever is given', () => {
    const text =
      'query ($id: ID!, $n: Int = 3, $at: DateTimeISO, $d: Date, $s: OrderStatus, $b: Boolean, $toString: String, $l: [OrderStatus!], $m: [Int!]! = []) ' +
      '{ order(orderId: $id) { id @include(if: true) } }';
    const operation = parse(text).definitions[0] as OperationDefinitionNode;
    const some = fc.oneof(
      fc.constantFrom('2025-11-03T15:42:07.318Z', '2025-02-30', '2025-02-03', 'SHIPPED', true, null, undefined, 7, 2.5),
      fc.string(),
      fc.integer(),
      fc.object(),
      fc.array(fc.constantFrom('SHIPPED', 3, null, 'x')),
    );
    const all = { id: some, n: some, at: some, d: some, s: some, b: some, l: some, m: some };
    const given = fc.record(all, { requiredKeys: [] });
    const leaves = leafVariables(schema, operation) ?? [];
    expect(leaves).toHaveLength(9);
    let coercedAtOnce = 0;
    const check = (values: Record<string, unknown>) => {
      const own = coerceLeaves(leaves, values);
      if (own === null) return;
      coercedAtOnce++;
      expect(own).toEqual(getVariableValues(schema, operation.variableDefinitions ?? [], values).coerced);
    };
    fc.assert(fc.property(given, check), { numRuns: 500 });
    const usual = {
      id: 'x',
      n: 1,
      at: '2025-11-03T15:42:07.318Z',
      d: '2025-02-03',
      s: 'SHIPPED',
      b: false,
      toString: 'x',
    };
    for (const l of [['SHIPPED', 'OTHER'], ['SHIPPED', null], ['x'], 'SHIPPED', [], null]) {
      for (const m of [[1, 2], 3, ['1'], [null], []]) check({ ...usual, l, m });
    }
    check({ ...usual, l: ['SHIPPED'], m: [1] });
    expect(coercedAtOnce).toBeGreaterThan(0);
  });

  test('hands on the variables as the resolvers will get them', () => {
    const { variables } = scales.weigh(parse('query ($n: Int = 4, $m: Int) { __typename }'), { other: 1 });
    expect(variables).toEqual({ n: 4 });
  });
});

test('an operation over the limit, variables that do not fit and a missing operation are refused with their codes', () => {
  const refusal = (text: string, variables = {}, name?: string) => {
    try {
      return costOf(text, variables, name);
    } catch (error) {
      return error instanceof GraphQLError ? error.extensions.code : error;
    }
  };
  const deep =
    'query ($n: Int) { customers(first: $n) { nodes { orders(first: $n) { nodes { id orderId source status } } } } }';
  expect(refusal(deep, { n: 20 })).toBe(1 + 20 * (1 + 1 + 20 * 5));
  expect(refusal(deep, { n: 100 })).toBe('QUERY_TOO_COMPLEX');
  expect(refusal(deep, { n: 'many' })).toBe('BAD_USER_INPUT');
  expect(refusal('query A { __typename }', {}, 'B')).toBe('OPERATION_RESOLUTION_FAILURE');
});
