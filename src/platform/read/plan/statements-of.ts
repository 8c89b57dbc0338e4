import { type FieldNode, type GraphQLField, type GraphQLNamedType, getNamedType, isObjectType } from 'graphql';
import type { Level } from '../../access/caller.ts';
import type { Source } from '../source.ts';
import { earlyLists } from './early-lists.ts';
import { fieldsIn } from './fields-in.ts';
import { listsWithin } from './lists-within.ts';
import { type Planning, pagePlan, rowPlan, statementsRemembered } from './plan-of.ts';
import type { ManyPlan, PageWanted, RowPlan } from './row-plan.ts';
import { rowSql } from './row-sql.ts';
import { statementsUnplanned } from './statements-unplanned.ts';
import { statementsFor } from './step.ts';

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
    if (field !== undefined) sum += statementsOfField(asked, level, field, nodes);
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

function statementsOfField(asked: Asked, level: Level, field: GraphQLField<unknown, unknown>, nodes: Nodes): number {
  const planning: Planning = {
    ...asked,
    fieldNodes: nodes,
    returnType: field.type,
    path: { prev: undefined, key: responseName(nodes[0]), typename: 'Query' },
  };
  const type = getNamedType(field.type);
  const source = sourceOf(type);
  if (source !== undefined) return statementsOfRoot(rowPlan(planning, source, level));
  const listed = sourceOfList(type);
  if (listed !== undefined) return statementsOfList(pagePlan(planning, listed, level));
  return nodes.reduce((sum, node) => sum + statementsUnplanned(asked, field, node), 0);
}

function sourceOf(type: GraphQLNamedType): Source | undefined {
  return type.extensions.source as Source | undefined;
}

function sourceOfList(type: GraphQLNamedType): Source | undefined {
  const nodes = isObjectType(type) ? type.getFields().nodes : undefined;
  return nodes && sourceOf(getNamedType(nodes.type));
}

/** Columns that an order adds to a list's own at most: what it is sorted by, and the key. */
const OF_ORDER = 2;
/** The same, and what tells its rows apart, for one of the lists that are read inside each other. */
const OF_LEVEL = OF_ORDER + 1;

/** A list that was asked for: its rows and their number, and all below. */
function statementsOfList(page: PageWanted): number {
  return page.row.access.rows === 'none' ? 0 : statementsFor(widthsOfPage(page)) + statementsBelowPage(page.row);
}

/** A row that was asked for, with the lists that come with it, and all below. */
function statementsOfRoot(row: RowPlan): number {
  if (row.access.rows === 'none') return 0;
  const early = earlyLists(row);
  const widths = [widthOf(row), ...early.flatMap(({ many }) => widthsOfPage(many.page))];
  const took = early.flatMap(({ many }) => [many, ...listsWithin(many.page.row).map((list) => list.many)]);
  return statementsFor(widths) + statementsBelow(row, new Set(took));
}

/** Nothing selected is a 1. */
function widthOf(row: RowPlan): number {
  return Math.max(1, rowSql(row).width);
}

function widthsOfPage({ row, rows, count }: PageWanted): number[] {
  const within = listsWithin(row);
  const lists = within.length === 0 ? [] : [row, ...within.map(({ many }) => many.page.row)];
  const width =
    lists.length === 0 ? widthOf(row) + OF_ORDER : lists.reduce((sum, list) => sum + widthOf(list) + OF_LEVEL, 0);
  return [...(rows ? [width] : []), ...(count ? [1] : [])];
}

/** A list of each of many rows: one statement for the rows, one to count them, and all below. */
function statementsOfPage({ row, rows, count }: PageWanted): number {
  if (row.access.rows === 'none') return 0;
  return (rows ? 1 : 0) + (count ? 1 : 0) + statementsBelowPage(row);
}

/** What the rows of a page lead to, but for the lists that come with them; these are read again if there are too many. */
function statementsBelowPage(row: RowPlan): number {
  const lists = listsWithin(row).map(({ many }) => many);
  return statementsBelow(row, new Set(lists)) + (lists.at(-1)?.edge.few ? 1 : 0);
}

/** @param took lists whose own rows are counted already. */
function statementsBelow({ ones, manys, beside }: RowPlan, took: ReadonlySet<ManyPlan> = NONE): number {
  let sum = beside;
  for (const { how, row } of ones.values()) {
    if (how === 'joined') sum += statementsBelow(row, took);
    if (how === 'by keys' && row.access.rows !== 'none') sum += 1 + statementsBelow(row);
  }
  for (const many of manys.values()) {
    if (many.contested) sum += many.unplanned;
    else sum += took.has(many) ? statementsBelow(many.page.row, took) : statementsOfPage(many.page);
  }
  return sum;
}

const NONE: ReadonlySet<ManyPlan> = new Set();
