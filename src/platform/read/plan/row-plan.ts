import type { FieldNode, GraphQLField } from 'graphql';
import type { Level } from '../../access/caller.ts';
import type { Access, ManyEdge, Source } from '../source.ts';
import type { OneEdge } from './declare.ts';

/** What is wanted of the rows of one source, at one place of a query, by one level of caller. */
export interface RowPlan {
  source: Source;
  access: Access;
  columns: Set<string>;
  /** By their slot in the row. */
  ones: Map<string, OnePlan>;
  manys: Map<string, ManyPlan>;
  /** Tables joined so far in the statement that reads these rows. Rows that are joined to others share it. */
  statement: { joins: number };
  /** Statements, at most, of resolvers that read by themselves. */
  beside: number;
}

/** The row that a to-one edge leads to, read with its parent, by a statement of its own, or not at all. */
export interface OnePlan {
  edge: OneEdge;
  how: 'joined' | 'by keys' | 'never';
  row: RowPlan;
}

/** A list below rows: one page for each of them. */
export interface ManyPlan {
  edge: ManyEdge;
  field: GraphQLField<unknown, unknown>;
  /** Where it is selected first; all other places ask for the same. */
  node: FieldNode;
  /** Its arguments as they stand in the query. */
  args: string;
  /** Another place wants something else under the same name of the same rows: then the resolvers read both. */
  contested: boolean;
  /** Statements that its resolvers take at most. */
  unplanned: number;
  page: PageWanted;
}

/** What is wanted of a page. */
export interface PageWanted {
  row: RowPlan;
  rows: boolean;
  cursors: boolean;
  count: boolean;
}

export function emptyRowPlan(source: Source, level: Level, statement = { joins: 0 }): RowPlan {
  const access = source.access[level];
  return { source, access, columns: new Set(), ones: new Map(), manys: new Map(), statement, beside: 0 };
}

export function emptyPage(source: Source, level: Level): PageWanted {
  return { row: emptyRowPlan(source, level), rows: false, cursors: false, count: false };
}
