import type { Asker } from './rights.ts';
import { customerMeant, type Row, type World } from './world.ts';

/** What a filter of the graph means. */
export interface Filter {
  column: string;
  /** The field it looks at: whoever may not see that may not use the filter. */
  field: string;
  test(row: Row, value: never, world: World): boolean;
}

export interface Many {
  to: string;
  rows(row: Row, world: World): Row[];
  /** Where the list does not begin with the newest. */
  sort?: { field: string; direction: 'ASC' | 'DESC' };
}

export interface One {
  to: string;
  row(row: Row, world: World): Row | undefined;
}

/** A type of the graph, in words of its tables. */
export interface Kind {
  type: string;
  prefix: string;
  table: string;
  /** The column that settles equal sort values. */
  key: string;
  /** Fields that are simply the column of their name. */
  columns: readonly string[];
  /** As the graph names them; the first is the one of a list that is not told. */
  sorts: readonly string[];
  filters: Record<string, Filter>;
  /** Arguments by which one can be asked for, and their columns. */
  unique?: Record<string, string>;
  /** Whether a row is this customer's. */
  own(row: Row, me: string, world: World): boolean;
  /** Fields that are something else. */
  values?: Record<string, (row: Row, world: World, asker: Asker) => unknown>;
  one?: Record<string, One>;
  many?: Record<string, Many>;
}

/** Whether the reference has an answer to this field. */
export function answers(kind: Kind, field: string): boolean {
  return (
    kind.columns.includes(field) ||
    field === 'id' ||
    [kind.values, kind.one, kind.many].some((some) => some !== undefined && field in some)
  );
}

export const nobodys = () => false;

/** By a list of values; text is compared without case, ids with it. */
export function among(column: string, how: 'exact' | 'text' = 'exact'): Filter {
  const fold = (value: unknown) => (how === 'text' ? String(value).toLowerCase() : String(value));
  const test = (row: Row, values: string[]) =>
    row[column] !== null && values.some((value) => fold(value) === fold(row[column]));
  return { column, field: camel(column), test };
}

/** By a list of names of an enum, which are the stored words in capitals. */
export function named(column: string): Filter {
  const test = (row: Row, values: string[]) => values.includes(String(row[column] ?? '-').toUpperCase());
  return { column, field: camel(column), test };
}

export function atOrAfter(column: string): Filter {
  const test = (row: Row, at: string) => row[column] !== null && String(iso(row[column])) >= at;
  return { column, field: camel(column), test };
}

export function before(column: string): Filter {
  const test = (row: Row, at: string) => row[column] !== null && String(iso(row[column])) < at;
  return { column, field: camel(column), test };
}

export function yesOrNo(column: string): Filter {
  return { column, field: camel(column), test: (row, yes: boolean) => row[column] === (yes ? 1 : 0) };
}

export function isKnown(column: string): Filter {
  return { column, field: camel(column), test: (row, yes: boolean) => (row[column] !== null) === yes };
}

export function ofCustomer(column: string): Filter {
  const test = (row: Row, id: string, world: World) => row[column] !== null && row[column] === customerMeant(world, id);
  return { column, field: camel(column), test };
}

/** `createdAt` of `created_at`. */
export function camel(column: string): string {
  return column.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `created_at` of `createdAt`. */
export function snake(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** MySQL's text of an instant as the graph writes it. */
export function iso(text: unknown): string | null {
  return text === null ? null : `${String(text).replace(' ', 'T')}Z`;
}
