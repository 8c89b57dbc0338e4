import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql';
import { published } from './reference/answer.ts';
import { answers } from './reference/kind.ts';
import { kinds } from './reference/kinds.ts';
import { ROOTS } from './reference/roots.ts';

/** Fields that the reference does not answer, each with tests of its own: they follow rules, sums or clocks. */
export const LEFT_OUT = [
  'CareSubscription.availableActions',
  'CareSubscription.explain',
  'CareSubscription.upcomingCycles',
  'Customer.lifetimeValue',
  'Order.lifecycle',
  'Order.paymentSummary',
  'Query.kpiSeries',
  'Query.kpis',
  'Query.orderBoard',
  'Query.search',
  'Query.stuckOrders',
  'Query.subscriptionReasons',
  'Query.upcomingRenewals',
];

type Field = GraphQLField<unknown, unknown>;

export function objectType(name: string): GraphQLObjectType {
  const type = published.getType(name);
  if (!isObjectType(type)) throw new Error(`${name} is no object type.`);
  return type;
}

/** The fields of a type that queries of these tests may select. */
export function fieldsOf(typeName: string): Field[] {
  return allFieldsOf(typeName).filter((field) => isAnswered(typeName, field.name));
}

function allFieldsOf(typeName: string): Field[] {
  return Object.values(objectType(typeName).getFields());
}

function isAnswered(typeName: string, field: string): boolean {
  if (typeName === 'Query') return ROOTS.has(field);
  const kind = kinds[typeName];
  return kind === undefined || answers(kind, field) || `${typeName}.${field}` === 'WebhookDelivery.subjects';
}

/** Fields of the graph that no query of these tests selects. */
export function unanswered(): string[] {
  return ['Query', ...nodeTypes].flatMap((type) =>
    allFieldsOf(type).flatMap(({ name }) => (isAnswered(type, name) ? [] : [`${type}.${name}`])),
  );
}

export function leavesOf(typeName: string): string[] {
  return [
    ...fieldsOf(typeName)
      .filter((field) => isLeafType(namedOf(field)))
      .map((field) => field.name),
    '__typename',
  ];
}

/** Fields that lead to other objects. */
export function waysOf(typeName: string): Field[] {
  return fieldsOf(typeName).filter((field) => !isLeafType(namedOf(field)));
}

export function namedOf(field: Field): GraphQLNamedType {
  return getNamedType(field.type);
}

/** The type of a list's nodes; undefined if the field leads to no list. */
export function listOf(field: Field): string | undefined {
  const { name } = namedOf(field);
  return name.endsWith('Connection') ? name.slice(0, -'Connection'.length) : undefined;
}

export function isAbstract(typeName: string): boolean {
  return isInterfaceType(published.getType(typeName));
}

/** All types that can stand where a node is told. */
export const nodeTypes = Object.keys(kinds);

/** The argument of this name and the fields of its input type, or the names of its enum. */
export function argumentOf(field: Field, name: string): GraphQLArgument | undefined {
  return field.args.find((argument) => argument.name === name);
}

export function filtersOf(field: Field): { name: string; type: GraphQLArgument['type'] }[] {
  const input = argumentOf(field, 'filter');
  const type = input === undefined ? undefined : getNamedType(input.type);
  return isInputObjectType(type) ? Object.values(type.getFields()) : [];
}

export function sortsOf(field: Field): string[] {
  const input = argumentOf(field, 'sort');
  const type = input === undefined ? undefined : getNamedType(input.type);
  const values = isInputObjectType(type) ? getNamedType(type.getFields().field?.type) : undefined;
  return isEnumType(values) ? values.getValues().map((value) => value.name) : [];
}
