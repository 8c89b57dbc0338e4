import { badUserInput, forbidden } from '../graphql/faults.ts';
import { beyond, type Order } from './cursor.ts';
import type { Access, Condition, Source } from './source.ts';
import { all, EVERYTHING } from './value.ts';

/** Rows of a page when nothing is said, and at most. */
export const DEFAULT_PAGE = 20;
export const LARGEST_PAGE = 100;

/** Values of one field that a filter may name. */
const MOST_VALUES = 200;

/** What a list is asked for, as GraphQL gives it. */
export interface PageArgs {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
  filter?: object | null;
  sort?: { field: string; descending: boolean } | null;
}

/** The same, checked and turned into SQL. */
export interface PagePlan {
  filter: Condition;
  beyondCursor: Condition;
  /** Reading order; reversed against the list's order when paging backwards. */
  order: Order;
  backwards: boolean;
  size: number;
  startsInside: boolean;
}

/**
 * @param usual the order if none is asked for; else the source's own.
 * @throws BAD_USER_INPUT, INVALID_CURSOR, or FORBIDDEN if a hidden field is filtered or sorted by.
 */
export function planPage(source: Source, access: Access, args: PageArgs, usual?: Order): PagePlan {
  const backwards = args.last != null || (args.before != null && args.first == null);
  const size = sizeOf(args, backwards);
  const listed = orderOf(source, access, args, usual);
  const order = backwards ? { field: listed.field, descending: !listed.descending } : listed;
  const cursors = [
    args.after == null ? EVERYTHING : beyond(source, listed, args.after),
    args.before == null ? EVERYTHING : beforeCursor(source, listed, args.before),
  ];
  return {
    filter: filterOf(source, access, args.filter ?? {}),
    beyondCursor: all(cursors),
    order,
    backwards,
    size,
    startsInside: (backwards ? args.before : args.after) != null,
  };
}

/** What lies before a cursor is what lies beyond it when reading the other way; but the cursor is signed for this way. */
function beforeCursor(source: Source, listed: Order, cursor: string): Condition {
  beyond(source, listed, cursor);
  const place = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
  const turned = { field: listed.field, descending: !listed.descending };
  place[0] = `${source.type}.${turned.field}.${turned.descending ? 'desc' : 'asc'}`;
  return beyond(source, turned, Buffer.from(JSON.stringify(place)).toString('base64url'));
}

function sizeOf(args: PageArgs, backwards: boolean): number {
  if (args.first != null && args.last != null) throw badUserInput('Give first or last, not both.');
  const size = (backwards ? args.last : args.first) ?? DEFAULT_PAGE;
  const name = backwards ? 'last' : 'first';
  if (size < 0 || size > LARGEST_PAGE) throw badUserInput(`${name} must be from 0 to ${LARGEST_PAGE}.`);
  return size;
}

function orderOf(source: Source, access: Access, args: PageArgs, usual?: Order): Order {
  const order = args.sort ?? usual ?? { field: source.sorts[0] ?? source.key, descending: true };
  if (!source.sorts.includes(order.field)) throw badUserInput(`${source.type} cannot be sorted by ${order.field}.`);
  refuseHidden(source, access, [order.field], 'sort');
  return { field: order.field, descending: order.descending };
}

/** @throws BAD_USER_INPUT, or FORBIDDEN if a hidden field is filtered by. */
export function filterOf(source: Source, access: Access, filter: object): Condition {
  const conditions: Condition[] = [];
  for (const [name, value] of Object.entries(filter)) {
    if (value === null || value === undefined) continue;
    const known = source.filters[name];
    if (known === undefined) throw badUserInput(`${source.type} cannot be filtered by ${name}.`);
    refuseHidden(source, access, known.uses, 'filter');
    if (Array.isArray(value) && value.length > MOST_VALUES) {
      throw badUserInput(`${source.type} can be filtered by ${MOST_VALUES} values of ${name} at once, not by more.`);
    }
    conditions.push(known.where(value as never));
  }
  return all(conditions);
}

/** @throws FORBIDDEN if one of the fields is hidden from this level: using it would tell what it holds. */
export function refuseHidden(source: Source, access: Access, fields: readonly string[], use: string): void {
  const hidden = fields.find((field) => access.hidden.includes(field));
  if (hidden !== undefined) throw forbidden(`Your role may not ${use} ${source.type} by ${hidden}.`);
}
