import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isObjectType,
  print,
  type SelectionSetNode,
} from 'graphql';
import type { Level } from '../../access/caller.ts';
import type { ManyEdge } from '../source.ts';
import type { OneEdge } from './declare.ts';
import { fieldsIn, type Selecting } from './fields-in.ts';
import { columnsOf, manySlot, oneSlot, readOf } from './publish-reads.ts';
import { emptyPage, emptyRowPlan, type ManyPlan, type OnePlan, type PageWanted, type RowPlan } from './row-plan.ts';
import { statementsUnplanned } from './statements-unplanned.ts';

/** MySQL joins 61 tables at most, and takes long to think about many. */
const MOST_JOINS = 16;

type AnyField = GraphQLField<unknown, unknown>;

/** A selection, and the eyes it is read with. */
export interface Wanting extends Selecting {
  level: Level;
}

/** Adds what a selection wants of a row to its plan. Fragments, aliases and repeated fields add up. */
export function selectOfRow(at: Wanting, row: RowPlan, type: GraphQLObjectType, set?: SelectionSetNode): void {
  for (const [field, node] of selected(at, type, set)) selectField(at, row, field, node);
}

/** The fields of a type that are selected, but for those that every type has. */
function* selected(at: Wanting, type: GraphQLObjectType, set?: SelectionSetNode): Generator<[AnyField, FieldNode]> {
  const fields = type.getFields();
  for (const node of fieldsIn(at, type, set)) {
    const field = fields[node.name.value];
    if (field !== undefined) yield [field, node];
  }
}

function selectField(at: Wanting, row: RowPlan, field: AnyField, node: FieldNode): void {
  const read = readOf(field);
  if (read === undefined) leaveToResolver(at, row, field, node);
  else if ('one' in read) selectOne(at, row, read.one, field, node);
  else for (const column of columnsOf(read)) row.columns.add(column);
  if (read !== undefined && 'many' in read) selectMany(at, row, read.many, field, node);
}

/** What the planner does not understand gets the whole row but for its large columns, and reads what it likes. */
function leaveToResolver(at: Wanting, row: RowPlan, field: AnyField, node: FieldNode): void {
  for (const [name, { heavy }] of Object.entries(row.source.columns)) if (heavy === undefined) row.columns.add(name);
  row.beside += statementsUnplanned(at, field, node);
}

function selectOne(at: Wanting, row: RowPlan, edge: OneEdge, field: AnyField, node: FieldNode): void {
  const slot = oneSlot(field.name);
  let one = row.ones.get(slot);
  if (one === undefined) {
    one = onePlan(at, row, edge);
    row.ones.set(slot, one);
  }
  if (one.how === 'by keys') row.columns.add(edge.key);
  selectOfRow(at, one.row, objectTypeOf(field), node.selectionSet);
}

function onePlan(at: Wanting, row: RowPlan, edge: OneEdge): OnePlan {
  const { rows } = edge.to.access[at.level];
  const how =
    rows === 'none' || row.access.hidden.includes(edge.key) ? 'never' : isJoinable(row, edge) ? 'joined' : 'by keys';
  if (how === 'joined') row.statement.joins++;
  return { edge, how, row: emptyRowPlan(edge.to, at.level, how === 'joined' ? row.statement : undefined) };
}

/** One table under one alias can be joined; a source of several FROMs is read by the keys of the parents. */
function isJoinable({ statement }: RowPlan, { to }: OneEdge): boolean {
  return to.from.length === 1 && /^\w+ \w+$/.test(to.from[0] ?? '') && statement.joins < MOST_JOINS;
}

function selectMany(at: Wanting, row: RowPlan, edge: ManyEdge, field: AnyField, node: FieldNode): void {
  const slot = manySlot(node.alias?.value ?? node.name.value);
  const args = (node.arguments ?? []).map(print).join();
  const known = row.manys.get(slot);
  const many = known ?? manyPlan(at, edge, field, node, args);
  row.manys.set(slot, many);
  if (many.edge !== edge || many.args !== args) many.contested = true;
  many.unplanned += statementsUnplanned(at, field, node);
  selectOfPage(at, many.page, objectTypeOf(field), node.selectionSet);
}

function manyPlan(at: Wanting, edge: ManyEdge, field: AnyField, node: FieldNode, args: string): ManyPlan {
  return { edge, field, node, args, contested: false, unplanned: 0, page: emptyPage(edge.to, at.level) };
}

/** Adds what a selection wants of a connection. */
export function selectOfPage(at: Wanting, page: PageWanted, type: GraphQLObjectType, set?: SelectionSetNode): void {
  for (const [field, node] of selected(at, type, set)) {
    if (field.name === 'totalCount') page.count = true;
    else page.rows = true;
    if (field.name === 'nodes') selectOfRow(at, page.row, objectTypeOf(field), node.selectionSet);
    if (field.name === 'edges') selectOfEdges(at, page, objectTypeOf(field), node.selectionSet);
    if (field.name === 'pageInfo') page.cursors = true;
  }
}

function selectOfEdges(at: Wanting, page: PageWanted, type: GraphQLObjectType, set?: SelectionSetNode): void {
  for (const [field, node] of selected(at, type, set)) {
    if (field.name === 'cursor') page.cursors = true;
    if (field.name === 'node') selectOfRow(at, page.row, objectTypeOf(field), node.selectionSet);
  }
}

function objectTypeOf({ name, type }: AnyField): GraphQLObjectType {
  const named = getNamedType(type);
  if (!isObjectType(named)) throw new Error(`${name} leads to ${named.name}, which is no object type`);
  return named;
}
