import fc from 'fast-check';
import {
  type DocumentNode,
  execute,
  GraphQLBoolean,
  GraphQLEnumType,
  type GraphQLFieldConfig,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  getOperationAST,
  getVariableValues,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import type { Context } from '../../../../src/platform/context.ts';
import { CompiledAnswers } from '../../../../src/platform/graphql/compiled/compiled-answers.ts';
import { Ink } from '../../../../src/platform/graphql/compiled/ink.ts';
import { putString } from '../../../../src/platform/graphql/compiled/leaf-bytes.ts';
import { DateTimeISO, JsonValue } from '../../../../src/platform/graphql/scalars.ts';

const nonNull = <T extends ConstructorParameters<typeof GraphQLNonNull>[0]>(type: T) => new GraphQLNonNull(type);
const Kind = new GraphQLEnumType({ name: 'Kind', values: { SMALL: { value: 'small_one' }, LARGE: { value: 2 } } });
const Named = new GraphQLInterfaceType({ name: 'Named', fields: { name: { type: GraphQLString } } });

const Thing: GraphQLObjectType = new GraphQLObjectType({
  name: 'Thing',
  interfaces: [Named],
  fields: () => ({
    id: column('id', nonNull(GraphQLID)),
    name: column('name', GraphQLString),
    note: column('note', nonNull(GraphQLString)),
    size: column('size', GraphQLInt),
    ratio: column('ratio', GraphQLFloat),
    isNew: column('isNew', GraphQLBoolean),
    kind: column('kind', Kind),
    at: column('at', DateTimeISO),
    raw: column('raw', JsonValue),
    words: column('words', new GraphQLList(GraphQLString)),
    grid: column('grid', new GraphQLList(nonNull(new GraphQLList(nonNull(GraphQLInt))))),
    shout: {
      type: GraphQLString,
      resolve: (row) => `${row.name}!`,
      extensions: { read: { from: ['name'], value: (row: { name: string }) => `${row.name}!` } },
    },
    parent: { type: Thing, resolve: (row) => row['>parent'], extensions: { read: { one: {} } } },
    children: {
      type: nonNull(Page),
      args: { first: { type: GraphQLInt } },
      resolve: (row, _args, _context, { path }) => row[`>${path.key}`],
      extensions: { read: { many: {} } },
    },
    advice: { type: GraphQLString, resolve: async () => 'ask' },
  }),
});

const Page: GraphQLObjectType = new GraphQLObjectType({
  name: 'Page',
  fields: () => ({
    nodes: { type: nonNull(new GraphQLList(nonNull(Thing))) },
    maybe: { type: new GraphQLList(Thing) },
    totalCount: { type: nonNull(GraphQLInt) },
  }),
});

function column(name: string, type: GraphQLFieldConfig<unknown, unknown>['type']) {
  return { type, extensions: { read: { column: name } } };
}

/** A schema whose root field `thing` gives this, and counts how often it was asked. */
function schemaOf(thing: () => unknown) {
  const asked: object[] = [];
  const Query = new GraphQLObjectType({
    name: 'Query',
    fields: {
      thing: {
        type: Thing,
        args: { size: { type: GraphQLInt }, at: { type: DateTimeISO } },
        resolve: (_source, args) => {
          asked.push(args);
          return thing();
        },
      },
      page: { type: nonNull(Page), resolve: thing },
      named: { type: Named, resolve: thing },
      count: { type: GraphQLInt, resolve: () => 7 },
    },
  });
  return { schema: new GraphQLSchema({ query: Query, types: [Thing] }), asked };
}

/** As it is asked on all transports: with variables that were coerced. */
async function answerOf(
  answers: CompiledAnswers,
  schema: GraphQLSchema,
  text: string | DocumentNode,
  variables: Record<string, unknown> = {},
  context: Context = contextOf(),
): Promise<string | null> {
  const document = typeof text === 'string' ? parse(text) : text;
  const definitions = getOperationAST(document)?.variableDefinitions ?? [];
  const { coerced } = getVariableValues(schema, definitions, variables);
  if (coerced === undefined) return null;
  return textOf(await answers.answer({ document, variables: coerced, context }));
}

/** Where there is hardly room for it. */
function writtenAlone(text: string): string {
  const ink = new Ink();
  const at = ink.size - 3;
  const end = putString(ink, text, at);
  return ink.taken(end).subarray(at).toString();
}

const textOf = (written: Buffer | null) => written?.toString() ?? null;

const contextOf = () => ({}) as unknown as Context;

/** What both ways say: plain execution on a schema of its own, and the writer, null if it left the answer alone. */
async function both(text: string, thing: () => unknown, variables: Record<string, unknown> = {}) {
  const document = parse(text);
  const plainSchema = schemaOf(thing).schema;
  expect(validate(plainSchema, document, specifiedRules)).toEqual([]);
  const plain = await execute({ schema: plainSchema, document, variableValues: variables, contextValue: contextOf() });
  const { schema, asked } = schemaOf(thing);
  const context = contextOf();
  const written = await answerOf(new CompiledAnswers(schema), schema, document, variables, context);
  const fallen =
    written === null ? await execute({ schema, document, variableValues: variables, contextValue: context }) : null;
  return { plain, written, fallen, asked };
}

async function expectWritten(text: string, thing: () => unknown, variables?: Record<string, unknown>) {
  const { plain, written } = await both(text, thing, variables);
  expect(plain.errors).toBeUndefined();
  expect(written).toBe(JSON.stringify(plain.data));
}

/** Left to plain execution, which says the same as if nothing had been tried, and asks no root field twice. */
async function expectFallen(text: string, thing: () => unknown, variables?: Record<string, unknown>) {
  const { plain, written, fallen, asked } = await both(text, thing, variables);
  expect(written).toBeNull();
  expect(JSON.stringify(fallen)).toBe(JSON.stringify(plain));
  expect(asked.length).toBeLessThanOrEqual(1);
  return plain;
}

const ROW = {
  id: '12',
  name: 'Ann',
  note: '',
  size: 3,
  ratio: 0.5,
  isNew: 1,
  kind: 'small_one',
  at: '2026-11-21 10:00:00.123',
  raw: { a: [1, null, 'x'] },
  words: ['a', null],
  grid: [[1, 2], []],
  '>parent': null as object | null,
};

const LEAVES = 'id name note size ratio isNew kind at raw words grid shout';

const numbers = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(-0, 1e21, 1e-7, 2 ** 31, -(2 ** 31), 2 ** 53));
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 }).map((codes) => String.fromCharCode(...codes)),
);
const anything = fc.oneof(
  texts,
  numbers,
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.bigInt(),
  fc.date(),
  fc.jsonValue(),
);
const rows = fc.record({
  id: fc.oneof(texts, fc.integer(), anything),
  name: fc.oneof(texts, anything),
  note: fc.oneof(texts, anything),
  size: fc.oneof(numbers, anything),
  ratio: fc.oneof(numbers, anything),
  isNew: fc.oneof(fc.boolean(), fc.constantFrom(0, 1, 2), anything),
  kind: fc.constantFrom('small_one', 2, null, 'SMALL', undefined),
  at: fc.oneof(fc.constantFrom(ROW.at, '2026-11-21', '"', ''), anything),
  raw: fc.oneof(fc.jsonValue(), fc.date(), fc.constantFrom(undefined, Number.NaN)),
  words: fc.oneof(fc.array(anything, { maxLength: 4 }), anything),
  grid: fc.oneof(fc.array(fc.array(numbers, { maxLength: 3 }), { maxLength: 3 }), anything),
});

describe('a written answer', () => {
  test('is what graphql-js and JSON.stringify make of the same row, byte for byte, or is left to them', async () => {
    let written = 0;
    const numRuns = process.env.LONG_TESTS ? 2_000 : 500;
    await fc.assert(
      fc.asyncProperty(rows, fc.shuffledSubarray(LEAVES.split(' '), { minLength: 1 }), async (row, leaves) => {
        const text = `{ thing { ${leaves.join(' ')} } }`;
        const answers = await both(text, () => row);
        if (answers.written === null) {
          expect(JSON.stringify(answers.fallen)).toBe(JSON.stringify(answers.plain));
        } else {
          written++;
          expect(answers.plain.errors).toBeUndefined();
          expect(answers.written).toBe(JSON.stringify(answers.plain.data));
        }
      }),
      { numRuns, seed: process.env.TEST_SEED === undefined ? undefined : Number(process.env.TEST_SEED) },
    );
    expect(written).toBeGreaterThan(numRuns / 20);
  });

  test('has every text as JSON.stringify has it, surrogates alone and in pairs too', () => {
    fc.assert(
      fc.property(texts, (text) => writtenAlone(text) === JSON.stringify(text)),
      { numRuns: 5_000 },
    );
    for (const text of [
      '\ud800',
      '\udc00x',
      'x\ud83d\ude00',
      '\u2028',
      '"\\/\b',
      '\u007f',
      'ä'.repeat(60),
      'ä\u0001'.repeat(200_000),
      'x'.repeat(300_000),
      `${'x'.repeat(60)}\udfff`,
    ]) {
      expect(writtenAlone(text)).toBe(JSON.stringify(text));
    }
  });

  test('has lists, to-one and to-many rows and properties of pages, nulls among them', async () => {
    const child = { ...ROW, '>parent': { ...ROW, name: '"' }, '>few': { nodes: [], totalCount: 0 } };
    const row = { ...ROW, '>children': { nodes: [child, child], maybe: [null, child], totalCount: 2 } };
    await expectWritten(
      `{ thing { ${LEAVES} parent { id } children { totalCount nodes { ${LEAVES} parent { name } few: children(first: 0) { nodes { id } } } maybe { id } } } }`,
      () => row,
    );
    await expectWritten('{ thing { id } }', () => null);
    await expectWritten('{ thing { id } count }', async () => ROW);
  });

  test('keeps the order of keys through aliases, repetitions, fragments and __typename', async () => {
    await expectWritten(
      `query Q { b: count ...R thing { name } q: __typename __proto__: count }
       fragment R on Query { thing { x: size __typename ...T ... on Named { name } parent { id } } count }
       fragment T on Thing { kind x: size id ... { note } parent { name } }`,
      () => ({ ...ROW, '>parent': ROW }),
    );
  });

  test('follows @skip and @include, each choice with a writer of its own', async () => {
    const text = `query ($a: Boolean!, $b: Boolean = true) {
      thing { id name @skip(if: $a) ...F @include(if: $b) size @include(if: false) } count @include(if: $a) }
      fragment F on Thing { kind note @skip(if: $b) }`;
    const document = parse(text);
    const { schema } = schemaOf(() => ROW);
    const answers = new CompiledAnswers(schema);
    const written: (string | null)[] = [];
    for (const variables of [{ a: true }, { a: false, b: false }, { a: true, b: false }, { a: false }, { a: true }]) {
      await expectWritten(text, () => ROW, variables);
      written.push(await answerOf(answers, schema, document, variables));
    }
    expect(new Set(written).size).toBe(4);
    expect(written[4]).toBe(written[0]);
  });

  test('may be empty', async () => {
    await expectWritten('query { thing @skip(if: true) { id } }', () => ROW);
    await expectWritten('query { thing { id @skip(if: true) } }', () => ROW);
  });

  test('asks root fields with their arguments, defaults and variables as graphql-js does', async () => {
    const { schema, asked } = schemaOf(() => ROW);
    const document = parse('query ($s: Int = 5, $at: DateTimeISO) { thing(size: $s, at: $at) { id } }');
    const answers = new CompiledAnswers(schema);
    await answerOf(answers, schema, document);
    await answerOf(answers, schema, document, { s: null, at: '2026-01-02T03:04:05.678Z' });
    expect(asked).toEqual([{ size: 5 }, { size: null, at: new Date('2026-01-02T03:04:05.678Z') }]);
  });
});

describe('left to plain execution, with the same errors and no root field asked twice, is', () => {
  const broken = () => {
    throw new Error('away');
  };
  test.each<[string, string, () => unknown, Record<string, unknown>?]>([
    ['a null where there must be none', '{ thing { id note } }', () => ({ ...ROW, note: null })],
    ['a value that its type refuses', '{ thing { size } }', () => ({ ...ROW, size: 'large' })],
    ['an enum value that is none', '{ thing { kind } }', () => ({ ...ROW, kind: 'medium' })],
    ['a root field that throws', '{ thing { id } count }', broken],
    ['a root field that rejects', '{ thing { id } count }', async () => broken()],
    ['a root field that gives an error', '{ thing { __typename } }', () => new Error('given')],
    ['a promise in a row', '{ thing { parent { __typename } } }', () => ({ ...ROW, '>parent': Promise.resolve(null) })],
    ['a page that waits', '{ page { nodes { id } } }', () => ({ nodes: Promise.resolve([ROW]) })],
    ['a count that waits', '{ page { totalCount } }', () => ({ totalCount: Promise.resolve(3) })],
    ['a count that is a method', '{ page { totalCount } }', () => ({ totalCount: () => 3 })],
    ['a row that was not planned', '{ thing { parent { id } } }', () => ({ id: '1' })],
    ['a field that only a resolver knows', '{ thing { id advice } }', () => ROW],
    ['an interface', '{ named { name } }', () => ({ ...ROW, __typename: 'Thing' })],
    ['the schema itself', '{ __schema { description } }', () => ROW],
    ['a list that is none', '{ thing { words } }', () => ({ ...ROW, words: 'a' })],
    ['a set where a list is', '{ thing { words } }', () => ({ ...ROW, words: new Set(['a']) })],
    ['a variable that does not fit', 'query ($s: Int!) { thing(size: $s) { id } }', () => ROW, { s: 'x' }],
    ['a null for @skip', 'query ($s: Boolean = true) { thing { id name @skip(if: $s) } }', () => ROW, { s: null }],
  ])('%s', async (_what, text, thing, variables) => {
    await expectFallen(text, thing, variables);
  });

  test('a mutation, which is not even looked at', async () => {
    const { schema } = schemaOf(() => ROW);
    const document = parse('mutation { thing { id } }');
    expect(await new CompiledAnswers(schema).answer({ document, variables: {}, context: contextOf() })).toBeNull();
  });
});

test('of a document with several operations the one that is named is answered', async () => {
  const { schema } = schemaOf(() => ROW);
  const answers = new CompiledAnswers(schema);
  const document = parse('query A { thing { id } } query B { count }');
  const ask = async (operationName: string) =>
    textOf(await answers.answer({ document, operationName, variables: {}, context: contextOf() }));
  expect([await ask('A'), await ask('B'), await ask('A')]).toEqual([
    '{"thing":{"id":"12"}}',
    '{"count":7}',
    '{"thing":{"id":"12"}}',
  ]);
});
