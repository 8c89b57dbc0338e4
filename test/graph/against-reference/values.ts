import { type GraphQLField, type GraphQLInputType, getNamedType, isEnumType, isListType, isNonNullType } from 'graphql';
import type { FieldChoice, ListChoice, OneChoice } from './choice.ts';
import type { Cursors } from './reference/cursors.ts';
import { iso, type Kind } from './reference/kind.ts';
import { kindOf, kinds } from './reference/kinds.ts';
import { idOf } from './reference/page.ts';
import type { World } from './reference/world.ts';
import { filtersOf, listOf, namedOf, sortsOf } from './shape.ts';

type Field = GraphQLField<unknown, unknown>;

/** What no row has; the first two cannot even stand in a column of ids. */
const ODD = ['é', '', 'nobody', '007', '99999999999999999999'];

/** Turns the numbers of a choice into values that mean something in a world. */
export class Values {
  readonly #world: World;
  readonly #cursors: Cursors;
  readonly #shift: number;

  /** @param shift of all that is given by variables. */
  constructor(world: World, cursors: Cursors, shift: number) {
    this.#world = world;
    this.#cursors = cursors;
    this.#shift = shift;
  }

  argumentsOf(field: Field, { list, one, ids }: FieldChoice): Record<string, unknown> {
    if (list !== undefined) return this.#listArguments(field, list.asVariables ? shifted(list, this.#shift) : list);
    if (ids !== undefined) return { ids: ids.map((pick) => this.#anyId(pick)) };
    if (one === undefined) return {};
    return this.#oneArguments(field, one.asVariables ? { ...one, row: one.row + this.#shift } : one);
  }

  #listArguments(field: Field, choice: ListChoice): Record<string, unknown> {
    const args: Record<string, unknown> = {};
    const kind = kindOf(listOf(field) ?? '');
    const sort = sortOf(field, choice);
    if (sort !== undefined) args.sort = sort;
    for (const name of ['first', 'last'] as const) if (choice[name] !== undefined) args[name] = choice[name];
    for (const name of ['after', 'before'] as const) {
      const cursor = choice[name] === undefined ? undefined : this.#cursor(field, kind, choice, choice[name]);
      if (cursor !== undefined) args[name] = cursor;
    }
    const filter = this.#filter(field, kind, choice);
    if (Object.keys(filter).length > 0) args.filter = filter;
    return args;
  }

  #cursor(field: Field, kind: Kind, choice: ListChoice, pick: number): string | undefined {
    if (choice.anyCursor && pick % 5 === 0) return 'nonsense';
    const sort = sortOf(field, choice);
    const order = sort === undefined ? defaultOrder(field, kind) : { direction: 'DESC', ...sort };
    const all = this.#cursors.of(kind.type).filter((cursor) => {
      const place = this.#cursors.place(cursor);
      return choice.anyCursor || (place?.field === order.field && place?.direction === order.direction);
    });
    return all[pick % Math.max(1, all.length)];
  }

  #filter(field: Field, kind: Kind, { filters }: ListChoice): Record<string, unknown> {
    const known = filtersOf(field);
    const chosen = filters.map(({ field: pick, values, loud, isNull }): [string, unknown] => {
      const { name, type } = known[pick % known.length] ?? { name: '' };
      if (type === undefined || isNull) return [name, null];
      const some = (values.length === 0 && !isListType(type) ? [0] : values).map((value) =>
        this.#value(kind, name, type, value, loud),
      );
      return [name, isList(type) ? some : some[0]];
    });
    return known.length === 0 ? {} : Object.fromEntries(chosen);
  }

  /** A value of that column in some row mostly, in capitals if it shall be loud. */
  #value(kind: Kind, name: string, type: GraphQLInputType, pick: number, loud: boolean): unknown {
    const named = getNamedType(type);
    if (isEnumType(named)) return named.getValues()[pick % named.getValues().length]?.name;
    if (named.name === 'Boolean') return pick % 2 === 0;
    const table = name === 'orderId' && kind.type === 'Prescription' ? 'orders' : kind.table;
    const column = kind.filters[name]?.column ?? '';
    const stored = this.#stored(table, column);
    const found = stored[pick % Math.max(1, stored.length)];
    if (named.name === 'DateTimeISO') return iso(found ?? '2026-03-02 10:00:00.000');
    const value = pick % 9 === 8 || found === undefined ? (ODD[pick % ODD.length] ?? '') : String(found);
    return loud ? ` ${value.toUpperCase()}`.slice(name === 'email' ? 0 : 1) : value;
  }

  /** Values of a column; of customers, all ids that they ever had. */
  #stored(table: string, column: string): unknown[] {
    const rows = this.#world[table] ?? [];
    const own = rows.map((row) => row[column]).filter((value) => value !== null && value !== undefined);
    const others =
      column === 'customer_id' ? (this.#world.customer_aliases ?? []).map((row) => row.careportals_id) : [];
    return [...new Set([...own, ...others])];
  }

  #oneArguments(field: Field, choice: OneChoice): Record<string, unknown> {
    if (field.name === 'node') return { id: this.#anyId(choice.row * 7 + choice.argument) };
    const kind = kindOf(namedOf(field).name);
    const names = field.args.map((argument) => argument.name);
    const args = field.args.filter((argument) => isNonNullType(argument.type)).map(({ name }) => name);
    for (let n = 0; n < choice.given; n++) args.push(names[(choice.argument + n) % names.length] ?? '');
    return Object.fromEntries(args.map((name) => [name, this.#oneValue(kind, name, choice)]));
  }

  #oneValue(kind: Kind, name: string, { row: pick, odd }: OneChoice): string {
    if (name === 'id') return odd ? this.#anyId(pick) : this.#idOf(kind, pick);
    if (odd) return ODD[pick % ODD.length] ?? '';
    const stored = this.#stored(kind.table, kind.unique?.[name] ?? kind.filters[name]?.column ?? '');
    const value = String(stored[pick % stored.length]);
    return name === 'couponCode' && pick % 3 === 0 ? value.toLowerCase() : value;
  }

  #idOf(kind: Kind, pick: number): string {
    const rows = this.#world[kind.table] ?? [];
    const row = rows[pick % Math.max(1, rows.length)];
    return row === undefined ? 'order_' : idOf(kind, row);
  }

  /** A node id of any kind, now and then one that is none. */
  #anyId(pick: number): string {
    if (pick % 20 === 19) return ['nonsense', `order_${'0'.repeat(32)}`, `robot_${'0'.repeat(32)}`][pick % 3] ?? '';
    const all = Object.values(kinds);
    return this.#idOf(all[pick % all.length] as Kind, Math.floor(pick / all.length));
  }
}

/** The same arguments with other values. Sizes stay: they decide what a query costs. */
function shifted(list: ListChoice, shift: number): ListChoice {
  const filters = list.filters.map((filter) => ({
    ...filter,
    field: filter.field + shift,
    values: filter.values.map((value) => value + shift),
  }));
  const moved = (pick: number | undefined) => (pick === undefined ? undefined : pick + shift);
  const sort = list.sort && { ...list.sort, field: list.sort.field + shift };
  return { ...list, filters, sort, after: moved(list.after), before: moved(list.before) };
}

function isList(type: GraphQLInputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}

function sortOf(field: Field, { sort }: ListChoice): { field: string; direction?: 'ASC' | 'DESC' } | undefined {
  const sorts = sortsOf(field);
  if (sort === undefined || sorts.length === 0) return undefined;
  const name = sorts[sort.field % sorts.length] ?? '';
  return sort.direction === null ? { field: name } : { field: name, direction: sort.direction };
}

/** The order of a list that is not told any. */
function defaultOrder(field: Field, kind: Kind): { field: string; direction: string } {
  if (field.name === 'parkedWebhooks') return { field: 'WAITING_SINCE', direction: 'ASC' };
  if (field.name === 'logs') return { field: 'LOG_ID', direction: 'DESC' };
  return { field: kind.sorts[0] ?? '', direction: 'DESC' };
}
