import type { Level } from '../access/caller.ts';
import type { Order } from './cursor.ts';

/**
 * What a value looks like: decides how an argument is checked before it meets SQL. `exact` is text of which each
 * character counts (utf8mb4_0900_bin).
 */
export type Kind = 'id' | 'bigint' | 'int' | 'flag' | 'instant' | 'text' | 'exact' | 'json';

export interface Column {
  /** SQL that gives the value, on the source's aliases. */
  sql: string;
  kind: Kind;
  /** Large values are read only when asked for. */
  heavy?: true;
  /**
   * The source's key as this column's own table holds it, where the source joins several: a sort by this column settles
   * equal values by it, so that an index can give the order.
   */
  keyBeside?: string;
  /** What is left of a heavy value for those who get it redacted. */
  redact?(value: unknown): unknown;
}

/** What one level of caller gets from a source. */
export interface Access {
  /**
   * `own`: rows that satisfy the source's `own` condition; `reached`: rows that another object leads to, but none by
   * asking for the type; `none`: the whole type is FORBIDDEN.
   */
  rows: 'all' | 'own' | 'reached' | 'none';
  /** Fields that are null for this level, and that it may not filter or sort by. */
  hidden: readonly string[];
  /** Heavy fields that this level gets as their column's `redact` leaves them. */
  redacted?: readonly string[];
}

export interface Filter {
  /** Fields the condition looks at: a caller from whom one is hidden may not use it. */
  uses: readonly string[];
  /** The condition for a value that is not null. */
  where(value: never): Condition;
}

/** A piece of SQL with its values. */
export interface Condition {
  sql: string;
  params: unknown[];
}

/** Something the graph can list: a table, or several with the same columns seen as one. */
export interface Source {
  /** The GraphQL type. */
  type: string;
  /** First half of its node ids: `order` in `order_1f0…`. */
  idPrefix: string;
  /** FROM texts; more than one are read as a UNION ALL. */
  from: readonly string[];
  /** By the name that rows, and the graph, give it. */
  columns: Readonly<Record<string, Column>>;
  /** The unique, never null column that settles equal sort values. */
  key: string;
  /** Fields a list may be sorted by; the first is the default, newest first. */
  sorts: readonly string[];
  filters: Readonly<Record<string, Filter>>;
  /** Condition with one `?` for the customer's id: what is the customer's own. Null: a customer has none. */
  own: string | null;
  access: Readonly<Record<Level, Access>>;
}

/** A way from one row to rows of another source. */
export interface ManyEdge {
  name: string;
  to: Source;
  /** SQL on the target's aliases (and `join`'s) that equals the parent's key. */
  by: string;
  /** The field of the parent row that holds the key. */
  parentKey: string;
  kind: 'id' | 'bigint' | 'text' | 'exact';
  /** Added to the target's FROM, e.g. over a link table. */
  join?: string;
  /** A condition that holds on the whole edge. */
  only?: Condition;
  /** If no order is asked for; else the target's own. */
  order?: Order;
  /**
   * A row hardly ever has more of these than a usual page holds: so they are read without a LIMIT and a sort for each
   * row, which cost more than the rows. If there are more after all, they are read again, page by page.
   */
  few?: true;
}

/** Camel case to snake case, as the naming strategy of the ORM does it: `cardLast4` is `card_last4`. */
export function columnName(property: string): string {
  return property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Columns of one table by their entity property names; `kinds` as `{ orderId: 'bigint', … }`. */
export function tableColumns(
  alias: string,
  kinds: Record<string, Kind | 'heavyJson' | 'heavyText'>,
): Record<string, Column> {
  return Object.fromEntries(
    Object.entries(kinds).map(([property, kind]): [string, Column] => {
      const sql = `${alias}.${columnName(property)}`;
      if (kind === 'heavyJson') return [property, { sql, kind: 'json', heavy: true }];
      if (kind === 'heavyText') return [property, { sql, kind: 'text', heavy: true }];
      return [property, { sql, kind }];
    }),
  );
}
