import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedInputType,
  GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isRequiredArgument,
} from 'graphql';
import { modules } from '../../src/modules.ts';
import { buildGraph } from '../../src/platform/graphql/build-schema.ts';
import type { Source } from '../../src/platform/read/source.ts';

/** The graph as it is built, to be walked: a type, field, filter or sort that is added later is walked too. */
export const schema = buildGraph(modules);

const sources = new Map(modules.flatMap((module) => module.sources).map((source) => [source.type, source]));

export interface NodeType {
  type: GraphQLObjectType;
  source: Source;
}

/** Every type with an id of its own, and where it is read from. */
export function nodeTypes(): NodeType[] {
  const node = schema.getType('Node');
  if (!isInterfaceType(node)) throw new Error('The graph has no interface Node.');
  return schema.getImplementations(node).objects.map((type) => ({ type, source: sourceOf(type.name) }));
}

function sourceOf(type: string): Source {
  const source = sources.get(type);
  if (source === undefined) throw new Error(`${type} is a node, but no module brings a source for it.`);
  return source;
}

/** Fields that hold a value rather than other objects. */
export function leavesOf(type: GraphQLObjectType): string[] {
  const fields = Object.values(type.getFields()).filter((field) => isLeafType(getNamedType(field.type)));
  return fields.map((field) => field.name);
}

export interface EdgeField {
  name: string;
  /** The node type that it leads to. */
  to: string;
  many: boolean;
  /** What a list of it can be sorted by, as the enum names it. */
  sorts: string[];
}

/** Fields that lead to other nodes. */
export function edgesOf(type: GraphQLObjectType): EdgeField[] {
  return Object.values(type.getFields()).flatMap((field): EdgeField[] => {
    const to = getNamedType(field.type).name;
    const sorts = sortsOf(field).map((sort) => sort.name);
    if (to.endsWith('Connection')) {
      return [{ name: field.name, to: to.slice(0, -'Connection'.length), many: true, sorts }];
    }
    return sources.has(to) ? [{ name: field.name, to, many: false, sorts }] : [];
  });
}

export interface RootList {
  name: string;
  type: GraphQLObjectType;
  source: Source;
  filters: GraphQLInputField[];
  /** Sort values as the enum names them, with the field that they stand for. */
  sorts: { name: string; field: string }[];
}

/** Every list of one type that can be asked for at the root by saying nothing. */
export function rootLists(): RootList[] {
  return queryFields().flatMap((field) => {
    const named = getNamedType(field.type).name;
    if (!named.endsWith('Connection') || field.args.some(isRequiredArgument)) return [];
    const type = schema.getType(named.slice(0, -'Connection'.length));
    if (!(type instanceof GraphQLObjectType)) throw new Error(`${named} is a list of nothing.`);
    const source = sourceOf(type.name);
    return [{ name: field.name, type, source, filters: filtersOf(field), sorts: sortsOf(field) }];
  });
}

export function queryFields(): GraphQLField<unknown, unknown>[] {
  return Object.values(schema.getQueryType()?.getFields() ?? {});
}

function argument(field: GraphQLField<unknown, unknown>, name: string): GraphQLArgument | undefined {
  return field.args.find((arg) => arg.name === name);
}

function inputOf(field: GraphQLField<unknown, unknown>, name: string): GraphQLNamedInputType | undefined {
  const found = argument(field, name);
  return found === undefined ? undefined : (getNamedType(found.type) as GraphQLNamedInputType);
}

function filtersOf(field: GraphQLField<unknown, unknown>): GraphQLInputField[] {
  const filter = inputOf(field, 'filter');
  return isInputObjectType(filter) ? Object.values(filter.getFields()) : [];
}

function sortsOf(field: GraphQLField<unknown, unknown>): { name: string; field: string }[] {
  const sort = inputOf(field, 'sort');
  const values = isInputObjectType(sort) ? getNamedType(sort.getFields().field?.type) : undefined;
  return isEnumType(values) ? values.getValues().map(({ name, value }) => ({ name, field: String(value) })) : [];
}

/** Whether a field or argument takes a list, whatever wraps it. */
export function takesList(type: unknown): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}

/** A query over the graph from one type on, `levels` edges deep, and which edges it touches. */
export interface DeepSelection {
  /** Goes behind the operation. */
  fragments: string;
  /** The selection on the type that it begins with. */
  selection: string;
  /** `Order.payments`, … */
  touches: Set<string>;
}

/** Takes every edge to the given depth, with `size` rows a list and these values of each type. */
export function deepSelection(
  type: string,
  levels: number,
  size: number,
  valuesOf: (node: NodeType) => string[] = ({ type }) => leavesOf(type),
): DeepSelection {
  const touches = new Set<string>();
  const used = new Set<string>();
  const selectionOf = (name: string, left: number): string => {
    const node = nodeTypes().find((known) => known.type.name === name);
    if (node === undefined) throw new Error(`${name} is no node type.`);
    used.add(name);
    const deeper = left === 0 ? [] : edgesOf(node.type).map((edge) => `${edge.name}${partOf(name, edge, left)}`);
    return `...${name}Values ${deeper.join(' ')}`;
  };
  const partOf = (from: string, edge: EdgeField, left: number): string => {
    touches.add(`${from}.${edge.name}`);
    const inner = selectionOf(edge.to, left - 1);
    return edge.many ? `(first: ${size}) { totalCount nodes { ${inner} } }` : ` { ${inner} }`;
  };
  const selection = selectionOf(type, levels);
  const fragments = nodeTypes()
    .filter((node) => used.has(node.type.name))
    .map((node) => `fragment ${node.type.name}Values on ${node.type.name} { ${valuesOf(node).join(' ')} }`);
  return { fragments: fragments.join(' '), selection, touches };
}
