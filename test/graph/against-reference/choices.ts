import fc from 'fast-check';
import type { GraphQLField } from 'graphql';
import type { Asking, Choice, Condition, ListChoice, OneChoice, QueryChoice } from './choice.ts';
import { fieldsOf, isAbstract, leavesOf, listOf, namedOf, nodeTypes, waysOf } from './shape.ts';

type Field = GraphQLField<unknown, unknown>;

/** Where a selection stands: how deep one may still nest, and how many lists lie above. */
interface Where {
  depth: number;
  lists: number;
}

/** Nested selections of a query that the server still allows. */
const DEPTH = 12;

const condition: fc.Arbitrary<Condition> = fc.record({
  name: fc.constantFrom('include', 'skip'),
  by: fc.constantFrom<Condition['by'][]>(0, 1, 'true', 'false'),
});

const conditions = fc.oneof(
  { weight: 9, arbitrary: fc.constant<Condition[]>([]) },
  { weight: 1, arbitrary: fc.array(condition, { minLength: 1, maxLength: 2 }).map(eachOnce) },
);

/** A directive stands once at a place. */
function eachOnce(all: Condition[]): Condition[] {
  return all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index);
}

const rarely = (one: number) => fc.integer({ min: 0, max: one - 1 }).map((n) => n === one - 1);

/** Sizes: none said only where few lists lie above, or the query costs too much. */
function sizes(lists: number): fc.Arbitrary<Pick<ListChoice, 'first' | 'last'>> {
  const size = fc.integer({ min: 0, max: lists === 0 ? 9 : 4 });
  const none = fc.constant({});
  return fc.oneof(
    { weight: lists < 2 ? 12 : 0, arbitrary: none },
    { weight: 20, arbitrary: fc.record({ first: size }) },
    { weight: 10, arbitrary: fc.record({ last: size }) },
    { weight: lists === 0 ? 4 : 0, arbitrary: fc.constant({ first: 100 }) },
    { weight: lists < 2 ? 4 : 0, arbitrary: fc.constant({ first: null, last: null }) },
    { weight: lists === 0 ? 1 : 0, arbitrary: fc.constantFrom({ first: 101 }, { last: -1 }, { first: 1, last: 1 }) },
  );
}

const filter = fc.record({
  field: fc.nat(30),
  values: fc.array(fc.nat(60), { maxLength: 3 }),
  loud: rarely(5),
  isNull: rarely(12),
});

function listChoice(lists: number): fc.Arbitrary<ListChoice> {
  const sort = fc.record({ field: fc.nat(5), direction: fc.constantFrom('ASC' as const, 'DESC' as const, null) });
  return fc
    .record(
      {
        after: fc.nat(60),
        before: fc.nat(60),
        sort,
        size: sizes(lists),
        anyCursor: rarely(40),
        filters: fc.oneof(
          { weight: 6, arbitrary: fc.constant<ListChoice['filters']>([]) },
          { weight: 4, arbitrary: fc.array(filter, { minLength: 1, maxLength: 2 }) },
        ),
        asVariables: fc.boolean(),
      },
      { requiredKeys: ['size', 'anyCursor', 'filters', 'asVariables'] },
    )
    .map(({ size, after, before, ...rest }) => ({
      ...rest,
      ...size,
      // Most lists are read from an end.
      ...(after !== undefined && after % 3 === 0 ? { after } : {}),
      ...(before !== undefined && before % 3 === 0 ? { before } : {}),
    }));
}

const oneChoice: fc.Arbitrary<OneChoice> = fc.record({
  argument: fc.nat(3),
  row: fc.nat(60),
  given: fc.oneof({ weight: 40, arbitrary: fc.constant<1>(1) }, { weight: 1, arbitrary: fc.constantFrom<0 | 2>(0, 2) }),
  odd: rarely(10),
  asVariables: fc.boolean(),
});

const known = new Map<string, fc.Arbitrary<Choice[]>>();

/** What may be selected of a type. Each is made once: there are more paths through the graph than memory. */
function selectionsOf(type: string, where: Where): fc.Arbitrary<Choice[]> {
  const name = `${type} ${where.depth} ${where.lists}`;
  const made =
    known.get(name) ?? fc.array(selectionOf(type, where), { minLength: 1, maxLength: where.depth > 8 ? 4 : 3 });
  known.set(name, made);
  return made;
}

function selectionOf(type: string, where: Where): fc.Arbitrary<Choice> {
  if (isAbstract(type)) return onOneOf(where);
  const ways = where.depth > 3 && where.lists < 3 ? waysOf(type) : waysOf(type).filter((way) => isShallow(way));
  const deeper = where.depth > 1 && ways.length > 0;
  return fc.oneof(
    { weight: type.endsWith('Connection') ? 2 : 5, arbitrary: leaf(type) },
    {
      weight: deeper ? 5 : 0,
      arbitrary: deeper ? lazily(() => fc.oneof(...ways.map((way) => wayChoice(type, way, where)))) : leaf(type),
    },
    { weight: deeper ? 1 : 0, arbitrary: lazily(() => fragment(type, where)) },
    {
      weight: 1,
      arbitrary: fc.record({ is: fc.constant('again' as const), on: fc.constant(type), pick: fc.nat(9), conditions }),
    },
  );
}

/** Made when it is first needed. */
function lazily(make: () => fc.Arbitrary<Choice>): fc.Arbitrary<Choice> {
  let made: fc.Arbitrary<Choice> | undefined;
  return fc.constant(null).chain(() => {
    made ??= make();
    return made;
  });
}

/** Values that are objects, such as PageInfo or a phase, rather than other rows. */
function isShallow(way: Field): boolean {
  return !isAbstract(namedOf(way).name) && listOf(way) === undefined && waysOf(namedOf(way).name).length === 0;
}

function leaf(type: string): fc.Arbitrary<Choice> {
  const names = leavesOf(type);
  return fc.record({
    is: fc.constant('field' as const),
    of: fc.constant(type),
    name: fc.constantFrom(...names),
    aliased: rarely(15),
    split: fc.constant(false),
    conditions,
  });
}

function wayChoice(type: string, way: Field, where: Where): fc.Arbitrary<Choice> {
  const list = listOf(way);
  const within = { depth: where.depth - 1, lists: where.lists + (list === undefined ? 0 : 1) };
  return fc.record(
    {
      is: fc.constant('field' as const),
      of: fc.constant(type),
      name: fc.constant(way.name),
      aliased: rarely(4),
      split: rarely(6),
      conditions,
      list: list === undefined ? fc.constant(undefined) : listChoice(where.lists),
      one: type === 'Query' && list === undefined && way.name !== 'nodes' ? oneChoice : fc.constant(undefined),
      ids: way.name === 'nodes' && type === 'Query' ? fc.array(fc.nat(600), { maxLength: 5 }) : fc.constant(undefined),
      selections: selectionsOf(namedOf(way).name, within),
    },
    { requiredKeys: ['is', 'of', 'name', 'aliased', 'split', 'conditions', 'list', 'one', 'ids', 'selections'] },
  );
}

function fragment(type: string, where: Where): fc.Arbitrary<Choice> {
  return fc.record({
    is: fc.constant('fragment' as const),
    on: fc.constant(type),
    hasName: fc.boolean(),
    bare: rarely(4),
    conditions,
    selections: selectionsOf(type, { ...where, depth: where.depth - 1 }),
  });
}

/** Where any node may stand: fragments on some of the types. */
function onOneOf(where: Where): fc.Arbitrary<Choice> {
  const typed = fc
    .constantFrom(...nodeTypes)
    .chain((type) => fragment(type, where).map((choice) => ({ ...choice, bare: false }) as Choice));
  const id: fc.Arbitrary<Choice> = fc.record({
    is: fc.constant('field' as const),
    of: fc.constant('Node'),
    name: fc.constantFrom('id', '__typename'),
    aliased: fc.constant(false),
    split: fc.constant(false),
    conditions: fc.constant([]),
  });
  return fc.oneof({ weight: 1, arbitrary: id }, { weight: 4, arbitrary: typed });
}

const asking: fc.Arbitrary<Asking> = fc.record({
  asker: fc.nat(12),
  booleans: fc.tuple(fc.boolean(), fc.boolean()),
  shift: fc.nat(9),
});

/** Any query, as choices. Its values come from a world when it is written out. */
export const queryChoice: fc.Arbitrary<QueryChoice> = fc.record({
  askings: fc.array(asking, { minLength: 1, maxLength: 3 }),
  roots: fc.array(
    fc.constantFrom(...fieldsOf('Query')).chain((root) => wayChoice('Query', root, { depth: DEPTH, lists: 0 })),
    { minLength: 1, maxLength: 3, size: 'small' },
  ),
});
