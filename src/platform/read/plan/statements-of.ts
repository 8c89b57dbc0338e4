import { type FieldNode, type GraphQLField, type GraphQLNamedType, getNamedType, isObjectType } from 'graphql';
import type { Level } from '../../access/caller.ts';
import type { Source } from '../source.ts';
import { fieldsIn } from './fields-in.ts';
import { type Planning, pagePlan, rowPlan, statementsRemembered } from './plan-of.ts';
import type { PageWanted, RowPlan } from './row-plan.ts';
import { statementsUnplanned } from './statements-unplanned.ts';

/** A query that may run, with its variables coerced. */
export type Asked = Pick<Planning, 'schema' | 'operation' | 'fragments' | 'variableValues'>;

/** How many statements a query takes at most, whatever the data are. Its plans are made by this, and remembered. */
export function statementsOf(asked: Asked, level: Level): number {
  return statementsRemembered(asked, level, () => countStatements(asked, level));
}

function countStatements(asked: Asked, level: Level): number {
  const root = asked.schema.getQueryType();
  if (root == null) return 0;
  let sum = 0;
  for (const nodes of byResponseName(fieldsIn(asked, root, asked.operation.selectionSet))) {
    const field = root.getFields()[nodes[0].name.value];
    if (field !== undefined) sum += statementsOfRoot(asked, level, field, nodes);
  }
  return sum;
}

type Nodes = [FieldNode, ...FieldNode[]];

/** Fields of one name in the answer are resolved as one. */
function byResponseName(fields: Iterable<FieldNode>): Iterable<Nodes> {
  const found = new Map<string, Nodes>();
  for (const node of fields) {
    const name = responseName(node);
    const same = found.get(name);
    if (same === undefined) found.set(name, [node]);
    else same.push(node);
  }
  return found.values();
}

function responseName({ alias, name }: FieldNode): string {
  return alias?.value ?? name.value;
}

function statementsOfRoot(asked: Asked, level: Level, field: GraphQLField<unknown, unknown>, nodes: Nodes): number {
  const planning: Planning = {
    ...asked,
    fieldNodes: nodes,
    returnType: field.type,
    path: { prev: undefined, key: responseName(nodes[0]), typename: 'Query' },
  };
  const type = getNamedType(field.type);
  const source = sourceOf(type);
  if (source !== undefined) return statementsOfRow(rowPlan(planning, source, level));
  const listed = sourceOfList(type);
  if (listed !== undefined) return statementsOfPage(pagePlan(planning, listed, level));
  return nodes.reduce((sum, node) => sum + statementsUnplanned(asked, field, node), 0);
}

function sourceOf(type: GraphQLNamedType): Source | undefined {
  return type.extensions.source as Source | undefined;
}

function sourceOfList(type: GraphQLNamedType): Source | undefined {
  const nodes = isObjectType(type) ? type.getFields().nodes : undefined;
  return nodes && sourceOf(getNamedType(nodes.type));
}

/** One for the rows, one to count them, and all below. */
export function statementsOfPage({ row, rows, count }: PageWanted): number {
  if (row.access.rows === 'none') return 0;
  return (rows ? 1 : 0) + (count ? 1 : 0) + statementsBelow(row);
}

export function statementsOfRow(row: RowPlan): number {
  return row.access.rows === 'none' ? 0 : 1 + statementsBelow(row);
}

function statementsBelow({ ones, manys, beside }: RowPlan): number {
  let sum = beside;
  for (const { how, row } of ones.values()) {
    if (how === 'joined') sum += statementsBelow(row);
    if (how === 'by keys') sum += statementsOfRow(row);
  }
  for (const many of manys.values()) sum += many.contested ? many.unplanned : statementsOfPage(many.page);
  return sum;
}
