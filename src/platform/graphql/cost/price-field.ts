import {
  type ArgumentNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  Kind,
  valueFromAST,
  visit,
} from 'graphql';
import { DEFAULT_PAGE, LARGEST_PAGE } from '../../read/page.ts';
import { type Points, pointsFor, sumOf, type Values } from './points.ts';

type Field = GraphQLField<unknown, unknown>;

/** What a field may say of its own cost (type-graphql's `complexity`); a number stands for its one point. */
type OwnPrice = (asked: { args: Values; childComplexity: number }) => number;

/**
 * A field costs a point and what is in it, times the rows that it may bring: the size of a page, or as many as a list
 * among its arguments names. Each value of a list in its filter is a point more. A field may say otherwise by its
 * `complexity`: what it costs beside what is in it, or how that counts.
 */
export function priceOf(field: Field, node: FieldNode, inside: Points): Points {
  const own = field.extensions.complexity as OwnPrice | number | undefined;
  if (typeof own === 'number') return sumOf([own, inside]);
  if (typeof own === 'function') return ownPrice(field, node, inside, own);
  const counting = countingIn(field);
  const filters = field.args.filter((argument) => argument.name === 'filter' && mayList(argument, node));
  if (counting.length + filters.length === 0) return sumOf([1, inside]);
  const price = (values: Values) => {
    const listed = filters.reduce((sum, filter) => sum + valuesListed(given(filter, node, values)), 0);
    return 1 + listed + rowsOf(field, counting, node, values) * pointsFor(inside, values);
  };
  const depends = typeof inside === 'function' || usesVariables(node, [...counting, ...filters]);
  return depends ? price : price({});
}

function ownPrice(field: Field, node: FieldNode, inside: Points, own: OwnPrice): Points {
  const price = (values: Values) => {
    const args = Object.fromEntries(field.args.map((argument) => [argument.name, given(argument, node, values)]));
    return own({ args, childComplexity: pointsFor(inside, values) });
  };
  const depends = typeof inside === 'function' || usesVariables(node, field.args);
  return depends ? price : price({});
}

/** The arguments that say how many rows there may be; the first that says something counts. */
function countingIn(field: Field): GraphQLArgument[] {
  const named = (name: string) => field.args.filter((argument) => argument.name === name);
  const lists = field.args.filter(({ type }) => isListType(getNullableType(type)));
  return isPaged(field) ? [...lists, ...named('first'), ...named('last')] : lists;
}

function isPaged(field: Field): boolean {
  return getNamedType(field.type).name.endsWith('Connection');
}

function rowsOf(field: Field, counting: readonly GraphQLArgument[], node: FieldNode, values: Values): number {
  let size: unknown;
  for (const argument of counting) {
    const value = given(argument, node, values);
    if (Array.isArray(value)) return value.length;
    size ??= value;
  }
  if (!isPaged(field)) return 1;
  return Math.min(Math.max(Number(size ?? DEFAULT_PAGE), 1), LARGEST_PAGE);
}

/** Whether a filter names lists; most do not, and then the price of a field need not be worked out for each request. */
function mayList(filter: GraphQLArgument, node: FieldNode): boolean {
  const type = getNamedType(filter.type);
  const value = argumentNamed(node, filter.name)?.value;
  if (value?.kind !== Kind.OBJECT || !isInputObjectType(type)) return value !== undefined;
  return value.fields.some(({ name }) => isListType(getNullableType(type.getFields()[name.value]?.type)));
}

function valuesListed(filter: unknown): number {
  const lists = Object.values(filter ?? {}).filter((value) => Array.isArray(value));
  return lists.reduce((sum, list) => sum + list.length, 0);
}

/** What does not fit counts as missing: it is refused when the field is run. */
function given({ name, type, defaultValue }: GraphQLArgument, node: FieldNode, values: Values): unknown {
  const argument = argumentNamed(node, name);
  const value = argument === undefined ? undefined : valueFromAST(argument.value, type, values);
  return value === undefined ? defaultValue : value;
}

function usesVariables(node: FieldNode, among: readonly GraphQLArgument[]): boolean {
  return among.some(({ name }) => {
    const argument = argumentNamed(node, name);
    return argument !== undefined && hasVariable(argument);
  });
}

function argumentNamed(node: FieldNode, name: string): ArgumentNode | undefined {
  return node.arguments?.find((argument) => argument.name.value === name);
}

function hasVariable(argument: ArgumentNode): boolean {
  let found = false;
  visit(argument, {
    [Kind.VARIABLE]: () => {
      found = true;
    },
  });
  return found;
}
