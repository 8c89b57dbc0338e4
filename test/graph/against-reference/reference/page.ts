import { type Cursors, type Place, signOf } from './cursors.ts';
import { waitingSince } from './deliveries.ts';
import { Fault } from './fault.ts';
import { camel, type Filter, type Kind } from './kind.ts';
import { type Asker, isHidden } from './rights.ts';
import type { Row, World } from './world.ts';

/** A row of a kind, as the reference passes it through the graph. */
export interface Thing {
  kind: Kind;
  row: Row;
}

export interface Sort {
  field: string;
  direction: 'ASC' | 'DESC';
}

export interface ListArgs {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
  filter?: Record<string, unknown> | null;
  sort?: Sort | null;
}

/** What a list is cut from, and by whom. */
export interface Asked {
  kind: Kind;
  rows: Row[];
  args: ListArgs;
  /** The order of the list if none is given. */
  sort?: Sort;
}

export interface Hearing {
  world: World;
  asker: Asker;
  cursors: Cursors;
}

export interface Page {
  nodes: Thing[];
  edges: { node: Thing; cursor: string | null }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  totalCount: number;
}

/** What a row is sorted by. One is no column. */
function sortValue(row: Row, field: string): unknown {
  return field === 'WAITING_SINCE' ? waitingSince(row) : row[field.toLowerCase()];
}

/** Columns with numbers, and those with text that is compared without case; others byte by byte. */
const NUMBERS =
  /^(order|payment|refund|update|cancellation|log|response|inbox|error|job|item)_id$|^(total_amount|amount|list_price)$/;
const TEXTS = /^(email|last_name|short_name|coupon_code|province_code)$/;

/** As MySQL compares: nothing before everything. */
function compare(column: string, a: unknown, b: unknown): number {
  if (a === null || b === null) return Number(b === null) - Number(a === null);
  if (NUMBERS.test(column)) return Number(a) - Number(b);
  const fold = (value: unknown) => (TEXTS.test(column) ? String(value).toLowerCase() : String(value));
  return fold(a) < fold(b) ? -1 : fold(a) > fold(b) ? 1 : 0;
}

function inOrder(kind: Kind, { field, direction }: Sort): (a: Row, b: Row) => number {
  const sign = direction === 'ASC' ? 1 : -1;
  return (a, b) =>
    sign *
    (compare(field.toLowerCase(), sortValue(a, field), sortValue(b, field)) ||
      compare(kind.key, a[kind.key], b[kind.key]));
}

/** @throws Fault with every code that would do: one argument may be as wrong as another. */
export function pageOf({ kind, rows, args, sort }: Asked, hearing: Hearing): Page {
  const order = args.sort ?? sort ?? { field: kind.sorts[0] ?? '', direction: 'DESC' };
  const codes = [
    ...wrongSize(args),
    ...hiddenUse(kind, args, hearing.asker),
    ...wrongCursors(kind, args, order, hearing),
  ];
  if (codes.length > 0) throw new Fault(codes);
  const fitting = rows.filter((row) => isShown(kind, row, hearing) && fits(kind, row, args, hearing.world));
  const sorted = fitting.toSorted(inOrder(kind, order));
  const place = (cursor: string | null | undefined) => (cursor == null ? undefined : rowAt(kind, cursor, hearing));
  const from = place(args.after);
  const to = place(args.before);
  const compareRows = inOrder(kind, order);
  const between = sorted.filter(
    (row) => (from === undefined || compareRows(row, from) > 0) && (to === undefined || compareRows(row, to) < 0),
  );
  return cut({ kind, args, order, between, total: fitting.length }, hearing.cursors);
}

interface Cut {
  kind: Kind;
  args: ListArgs;
  order: Sort;
  between: Row[];
  total: number;
}

function cut({ kind, args, order, between, total }: Cut, cursors: Cursors): Page {
  const backwards = args.last != null || (args.before != null && args.first == null);
  const size = (backwards ? args.last : args.first) ?? 20;
  const rows = backwards ? between.slice(Math.max(0, between.length - size)) : between.slice(0, size);
  const more = between.length > size;
  const cursorOf = (row: Row | undefined) =>
    row === undefined ? null : cursors.cursor({ ...signOf(kind, order), id: idOf(kind, row) });
  return {
    nodes: rows.map((row) => ({ kind, row })),
    edges: rows.map((row) => ({ node: { kind, row }, cursor: cursorOf(row) })),
    pageInfo: {
      hasNextPage: backwards ? args.before != null : more,
      hasPreviousPage: backwards ? more : args.after != null,
      startCursor: cursorOf(rows[0]),
      endCursor: cursorOf(rows.at(-1)),
    },
    totalCount: total,
  };
}

export function idOf(kind: Kind, row: Row): string {
  return `${kind.prefix}_${row.public_id}`;
}

/** Whether this caller may have the row at all. */
export function isShown(kind: Kind, row: Row, { asker, world }: Hearing): boolean {
  return asker.customerId === null || kind.own(row, asker.customerId, world);
}

function fits(kind: Kind, row: Row, { filter }: ListArgs, world: World): boolean {
  return Object.entries(filter ?? {}).every(
    ([name, value]) => value === null || filterOf(kind, name).test(row, value as never, world),
  );
}

function filterOf(kind: Kind, name: string): Filter {
  const filter = kind.filters[name];
  if (filter === undefined) throw new Error(`The reference knows no filter ${name} of ${kind.type}.`);
  return filter;
}

function wrongSize({ first, last, before }: ListArgs): string[] {
  const backwards = last != null || (before != null && first == null);
  const size = (backwards ? last : first) ?? 20;
  return (first != null && last != null) || size < 0 || size > 100 ? ['BAD_USER_INPUT'] : [];
}

function hiddenUse(kind: Kind, { filter, sort }: ListArgs, asker: Asker): string[] {
  const used = Object.entries(filter ?? {}).flatMap(([name, value]) =>
    value === null ? [] : [filterOf(kind, name).field],
  );
  if (sort != null) used.push(camel(sort.field.toLowerCase()));
  return used.some((field) => isHidden(asker, kind.type, field)) ? ['FORBIDDEN'] : [];
}

function wrongCursors(kind: Kind, { after, before }: ListArgs, order: Sort, { cursors }: Hearing): string[] {
  const wanted = signOf(kind, order);
  const isGood = (place: Place | undefined) =>
    place?.type === wanted.type && place.field === wanted.field && place.direction === wanted.direction;
  const given = [after, before].filter((cursor) => cursor != null);
  return given.every((cursor) => isGood(cursors.place(cursor))) ? [] : ['INVALID_CURSOR'];
}

function rowAt(kind: Kind, cursor: string, { cursors, world }: Hearing): Row | undefined {
  const place = cursors.place(cursor);
  return world[kind.table]?.find((row) => idOf(kind, row) === place?.id);
}
