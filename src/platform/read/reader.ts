import DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import type { Level } from '../access/caller.ts';
import type { Query } from '../database/query.ts';
import { forbidden } from '../graphql/faults.ts';
import { Connection } from './connection.ts';
import type { Order } from './cursor.ts';
import { filterOf, type PageArgs, type PagePlan, planPage, refuseHidden } from './page.ts';
import { Asking } from './plan/asking.ts';
import { pagePlan, rowPlan } from './plan/plan-of.ts';
import type { PlannedPage } from './plan/planned-page.ts';
import { PlanReading } from './plan/read-plan.ts';
import { ownRows } from './plan/row-sql.ts';
import type { Access, Condition, ManyEdge, Source } from './source.ts';
import {
  countStatement,
  edgeCountStatement,
  edgePageStatement,
  heavyStatement,
  keysStatement,
  PARENT,
  pageStatement,
  sumOf,
  wholeRow,
} from './statements.ts';
import { all, EVERYTHING, fits, isOneOf } from './value.ts';

export type Row = Record<string, unknown>;

/**
 * All reading of one request: whose rows, which columns, and every edge batched, so that the number of statements
 * follows the shape of the query and never the number of rows. Make one per request (or live event): it remembers.
 */
export class Reader {
  readonly #query: Query;
  readonly #level: Level;
  readonly #customerId: string | null;
  readonly #loaders = new Map<string, DataLoader<string, unknown>>();

  constructor(query: Query, level: Level, customerId: string | null) {
    this.#query = query;
    this.#level = level;
    this.#customerId = customerId;
  }

  /**
   * The one row with this value in a unique field, if the caller may see it.
   * @param info of a root field: then the row comes with all that the query wants of it.
   * @throws FORBIDDEN if the field is hidden.
   */
  async one(source: Source, field: string, value: string, info?: GraphQLResolveInfo): Promise<Row | null> {
    const access = this.#accessTo(source);
    refuseHidden(source, access, [field], 'find');
    const column = source.columns[field];
    if (column === undefined || !fits(column.kind, value)) return null;
    if (info === undefined) return this.toOne(source, field, value);
    return this.#planned(info).rowBy(rowPlan(info, source, this.#level), { field, value });
  }

  /** The one row that a filter finds, which finds one at most. @throws FORBIDDEN if it looks at a hidden field. */
  async oneWhere(source: Source, filter: object, info: GraphQLResolveInfo): Promise<Row | null> {
    const where = filterOf(source, this.#accessTo(source), filter);
    return this.#planned(info).row(rowPlan(info, source, this.#level), where);
  }

  /**
   * A page of all that the caller may see.
   * @param info of a root field: then the page comes with all that the query wants of it. Without, nothing is read
   * before a field of it is asked for.
   * @param only a condition that holds on the whole list.
   */
  list(source: Source, args: PageArgs, info: GraphQLResolveInfo, only?: Condition): Promise<PlannedPage>;
  list(source: Source, args: PageArgs, info?: undefined, only?: Condition): Connection;
  list(source: Source, args: PageArgs, info?: GraphQLResolveInfo, only: Condition = EVERYTHING) {
    const access = this.#accessTo(source);
    const plan = planPage(source, access, args);
    if (info !== undefined) return this.#planned(info).page(pagePlan(info, source, this.#level), plan, only);
    const where = all([only, plan.filter, this.#ownOnly(source, access)]);
    return new Connection(source, plan, {
      rows: (limit) => this.#run(pageStatement(wholeRow(source, access), shapeOf(plan, where, limit))),
      count: async () => sumOf(await this.#run(countStatement(source.from, where))),
    });
  }

  #planned({ variableValues }: GraphQLResolveInfo): PlanReading {
    return new PlanReading(this.#query, new Asking(this.#customerId, variableValues));
  }

  /** Many-to-one: the row that a foreign key points to. Null if the key is null or the row is not the caller's. */
  toOne(source: Source, field: string, value: unknown): Promise<Row | null> {
    const access = source.access[this.#level];
    if (value === null || value === undefined || access.rows === 'none') return Promise.resolve(null);
    return this.#loaderOfOne(source, field).load(String(value)) as Promise<Row | null>;
  }

  /**
   * Remembers a row that was just written as if it had been read, without what is hidden from the caller. The caller
   * of this has seen to it that the row is one that its reader may have.
   */
  prime(source: Source, field: string, written: Row): void {
    const { hidden } = source.access[this.#level];
    const light = Object.keys(source.columns).filter((name) => source.columns[name]?.heavy === undefined);
    const row = Object.fromEntries(light.map((name) => [name, hidden.includes(name) ? null : (written[name] ?? null)]));
    this.#loaderOfOne(source, field).prime(String(written[field]), row);
  }

  #loaderOfOne(source: Source, field: string): DataLoader<string, unknown> {
    const access = source.access[this.#level];
    return this.#loader(`one ${source.type}.${field}`, async (keys) => {
      const statement = keysStatement(wholeRow(source, access), field, keys, this.#ownOnly(source, access));
      return this.#byParent(statement, keys, (rows) => rows[0] ?? null);
    });
  }

  /** One-to-many: a page of the rows that belong to a parent, read for all parents of the same level at once. */
  toMany(edge: ManyEdge, parent: Row, args: PageArgs): Connection {
    const access = source(edge).access[this.#level];
    const key = String(parent[edge.parentKey]);
    const plan = planPage(edge.to, access, args, edge.order);
    const where = all([edge.only ?? EVERYTHING, plan.filter, this.#ownOnly(edge.to, access)]);
    const none = access.rows === 'none' || parent[edge.parentKey] == null;
    return new Connection(edge.to, plan, {
      rows: async (limit) => (none ? [] : this.#edgePage(edge, access, key, shapeOf(plan, where, limit), args)),
      count: async () => (none ? 0 : this.#edgeCount(edge, key, where, args)),
    });
  }

  /** The first rows of a one-to-many edge in this order, more than a page may hold: for what is told of them together. */
  toMost(edge: ManyEdge, parent: Row, order: Order, most: number): Promise<Row[]> {
    const access = edge.to.access[this.#level];
    if (access.rows === 'none' || parent[edge.parentKey] == null) return Promise.resolve([]);
    const where = all([edge.only ?? EVERYTHING, this.#ownOnly(edge.to, access)]);
    return this.#edgePage(edge, access, String(parent[edge.parentKey]), { where, order, limit: most }, { sort: order });
  }

  /** A large column of a row that was read without it; null if it is hidden from the caller, who may get it redacted. */
  async heavy(source: Source, field: string, row: Row): Promise<unknown> {
    const access = source.access[this.#level];
    if (access.rows === 'none' || access.hidden.includes(field)) return null;
    const value = await this.#heavy(source, field, row);
    if (!access.redacted?.includes(field)) return value;
    const redact = source.columns[field]?.redact;
    if (redact === undefined) throw new Error(`${source.type}.${field} is to be redacted, and nothing says how`);
    return redact(value);
  }

  #heavy(source: Source, field: string, row: Row): Promise<unknown> {
    const loader = this.#loader(`heavy ${source.type}.${field}`, async (keys) => {
      const kind = source.columns[source.key]?.kind ?? 'text';
      const where = isOneOf(source.columns[source.key]?.sql ?? '', kind, keys);
      return this.#byParent(heavyStatement(source, field, where), keys, (rows) => rows[0]?.value ?? null);
    });
    return loader.load(String(row[source.key]));
  }

  #edgePage(edge: ManyEdge, access: Access, key: string, shape: ReturnType<typeof shapeOf>, args: PageArgs) {
    const loader = this.#loader(`page ${edge.name} ${shape.limit} ${JSON.stringify(args)}`, (keys) =>
      this.#byParent(edgePageStatement(edge, wholeRow(edge.to, access, edge), keys, shape), keys, (rows) => rows),
    );
    return loader.load(key) as Promise<Row[]>;
  }

  #edgeCount(edge: ManyEdge, key: string, where: Condition, args: PageArgs): Promise<number> {
    const loader = this.#loader(`count ${edge.name} ${JSON.stringify(args.filter ?? null)}`, (keys) =>
      this.#byParent(edgeCountStatement(edge, keys, where), keys, sumOf),
    );
    return loader.load(key) as Promise<number>;
  }

  /** Forgets what was read: something was written since. */
  forget(): void {
    this.#loaders.clear();
  }

  #loader(name: string, batch: (keys: readonly string[]) => Promise<unknown[]>): DataLoader<string, unknown> {
    const known = this.#loaders.get(name);
    if (known !== undefined) return known;
    const made = new DataLoader<string, unknown>(batch);
    this.#loaders.set(name, made);
    return made;
  }

  async #byParent<T>(statement: { sql: string; params: unknown[] }, keys: readonly string[], pick: (rows: Row[]) => T) {
    const groups = new Map<string, Row[]>();
    for (const row of await this.#run(statement)) {
      const key = String(row[PARENT]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [row]);
      else group.push(row);
    }
    return keys.map((key) => pick(groups.get(key) ?? []));
  }

  #accessTo(wanted: Source): Access {
    const access = wanted.access[this.#level];
    if (access.rows === 'none' || access.rows === 'reached') throw forbidden(`Your role may not read ${wanted.type}.`);
    return access;
  }

  #ownOnly(wanted: Source, access: Access): Condition {
    return ownRows(wanted, access, this.#customerId);
  }

  #run({ sql, params }: { sql: string; params: unknown[] }): Promise<Row[]> {
    return this.#query<Row>(sql, params);
  }
}

function source(edge: ManyEdge): Source {
  return edge.to;
}

function shapeOf(plan: PagePlan, where: Condition, limit: number) {
  return { where: all([where, plan.beyondCursor]), order: plan.order, limit };
}
