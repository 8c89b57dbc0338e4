import type { Order } from '../cursor.ts';
import type { Row } from '../reader.ts';
import type { Access, Condition, ManyEdge, Source } from '../source.ts';
import { asKind, fromOf, maskedColumn, type Reading } from '../statements.ts';
import { EVERYTHING } from '../value.ts';
import type { Later } from './later.ts';
import type { OnePlan, RowPlan } from './row-plan.ts';

/** The SQL of a row plan, and what makes its rows: made once, when the plan is. */
export interface RowSql {
  /** The SELECT list. */
  list: string;
  /** LEFT JOINs of what is read with the row. */
  joins: string;
  /** How often the joins ask for the customer's id. */
  owns: number;
  /** SQL of a column of the row, or of one that is joined to it. */
  columnOf(row: RowPlan, column: string): string;
  make: MakeRow;
  /** Values that a row takes. */
  width: number;
}

/** A row out of the values that MySQL sent, from this place on; the rows that are joined to it lie in their slots. */
type MakeRow = (values: readonly unknown[], from: number) => Row;
type Rename = (sql: string) => string;

const made = new WeakMap<RowPlan, RowSql>();

export function rowSql(row: RowPlan): RowSql {
  const known = made.get(row);
  if (known !== undefined) return known;
  const sql = new Writing(row).done();
  made.set(row, sql);
  return sql;
}

class Writing {
  readonly #row: RowPlan;
  readonly #list: string[] = [];
  readonly #joins: string[] = [];
  readonly #renames = new Map<RowPlan, Rename>();
  readonly #redacts: ((value: unknown) => unknown)[] = [];
  #owns = 0;

  constructor(row: RowPlan) {
    this.#row = row;
  }

  done(): RowSql {
    const text = this.#add(this.#row, (sql) => sql);
    return {
      list: this.#list.join(', '),
      joins: this.#joins.join(''),
      owns: this.#owns,
      columnOf: (of, column) => this.#columnOf(of, column),
      make: compiled(text, this.#redacts),
      width: this.#list.length,
    };
  }

  #columnOf(row: RowPlan, column: string): string {
    const rename = this.#renames.get(row);
    if (rename === undefined) throw new Error(`${row.source.type} is not read by this statement`);
    return rename(row.source.columns[column]?.sql ?? '');
  }

  /** @returns the row as a JavaScript text of values. */
  #add(row: RowPlan, rename: Rename): string {
    this.#renames.set(row, rename);
    const parts: string[] = [];
    for (const column of row.columns) {
      const value = this.#value(rename(maskedColumn(row.source, row.access, column)));
      parts.push(`${JSON.stringify(column)}: ${this.#redacted(row, column, value)}`);
    }
    for (const [slot, one] of row.ones) {
      const joined = one.how === 'joined' ? this.#join(row, one) : null;
      parts.push(`${JSON.stringify(slot)}: ${one.how === 'by keys' ? 'undefined' : joined}`);
    }
    // A place for each list, or the row would be moved when the list is put into it.
    for (const slot of row.manys.keys()) parts.push(`${JSON.stringify(slot)}: undefined`);
    return `{ ${parts.join(', ')} }`;
  }

  /** Rows are read by place. The names are only told apart, for what reads from the statement, and short: MySQL sends them. */
  #value(sql: string): string {
    const place = this.#list.length;
    this.#list.push(`${sql} AS c${place}`);
    return `values[from + ${place}]`;
  }

  /** Where the key of a joined row will lie, if it is read as one of its columns. */
  #placeAmong({ edge: { field }, row: { columns, access } }: OnePlan): string | null {
    const place = [...columns].indexOf(field);
    if (place < 0 || access.hidden.includes(field) || access.redacted?.includes(field)) return null;
    return `values[from + ${this.#list.length + place}]`;
  }

  #redacted({ source, access }: RowPlan, column: string, value: string): string {
    if (!access.redacted?.includes(column)) return value;
    const redact = source.columns[column]?.redact;
    if (redact === undefined) throw new Error(`${source.type}.${column} is to be redacted, and nothing says how`);
    this.#redacts.push(redact);
    return `redacts[${this.#redacts.length - 1}](${value})`;
  }

  #join(parent: RowPlan, one: OnePlan): string {
    const { to, field } = one.edge;
    const [table = '', alias = ''] = to.from[0]?.split(' ') ?? [];
    const name = `${alias}_${this.#joins.length + 1}`;
    const rename: Rename = (sql) => renamed(sql, alias, name);
    const own = one.row.access.rows === 'own' ? ` AND (${rename(ownSql(to))})` : '';
    if (own !== '') this.#owns += own.split('?').length - 1;
    const key = rename(to.columns[field]?.sql ?? '');
    this.#joins.push(` LEFT JOIN ${table} ${name} ON ${key} = ${this.#columnOf(parent, one.edge.key)}${own}`);
    const isThere = this.#placeAmong(one) ?? this.#value(key);
    return `${isThere} === null ? null : ${this.#add(one.row, rename)}`;
  }
}

/** As the driver does it with its own rows: a literal, so that V8 makes all of them alike and at once. */
function compiled(text: string, redacts: readonly unknown[]): MakeRow {
  return new Function('redacts', `return (values, from) => (${text});`)(redacts) as MakeRow;
}

/** The SQL of a source under another alias: one table may stand several times in a statement. */
function renamed(sql: string, alias: string, name: string): string {
  return sql.replaceAll(new RegExp(`(?<![\\w.\`])${alias}\\.`, 'g'), `${name}.`);
}

function ownSql({ own, type }: Source): string {
  if (own === null) throw new Error(`${type} says "own" for a level but not whose a row is`);
  return own;
}

/** The condition for "a row that this customer may see". */
export function ownRows(source: Source, access: Access, customerId: string | null | Later): Condition {
  if (access.rows !== 'own') return EVERYTHING;
  const sql = ownSql(source);
  return { sql, params: Array<unknown>(sql.split('?').length - 1).fill(customerId) };
}

export interface PlannedReading extends Reading {
  /** Values that the SELECT list gives. */
  width: number;
  /** @param from where the row's values begin among those of the statement. */
  rowOf: MakeRow;
  rowsOf(found: readonly (readonly unknown[])[], from?: number): Row[];
}

/**
 * What a statement over these rows reads, as rows of a list on an edge or of a list of their own.
 * @param also columns that the statement itself needs, under their own names.
 */
export function readingOf(
  row: RowPlan,
  customerId: string | null | Later,
  edge: ManyEdge | undefined,
  also: readonly string[],
): PlannedReading {
  const { list, joins, owns, make, width } = rowSql(row);
  const { source, access, columns } = row;
  // Where rows of several tables are put in order, it is by names.
  const more = source.from.length > 1 ? also : also.filter((column) => !columns.has(column));
  const parts = more.map((column) => `${maskedColumn(source, access, column)} AS \`${column}\``);
  if (list !== '') parts.unshift(list);
  const withMore: MakeRow = (values, from) => {
    const made = make(values, from);
    for (const [i, column] of more.entries()) made[column] = values[from + width + i];
    return made;
  };
  const rowOf = more.length === 0 ? make : withMore;
  return {
    source,
    from: fromOf(source, edge).map((arm) => arm + joins),
    list: parts.length === 0 ? '1' : parts.join(', '),
    width: parts.length === 0 ? 1 : width + more.length,
    params: Array<unknown>(owns).fill(customerId),
    rowOf,
    rowsOf: (found, from = 0) => found.map((values) => rowOf(values, from)),
  };
}

/** A value of the one row that satisfies a condition, as SQL to compare an edge's key with. */
export function valueIn(
  { from, params }: Reading,
  where: Condition,
  column: string,
  kind: ManyEdge['kind'],
): Condition {
  const arms = from.map((arm) => `SELECT ${column} FROM ${arm} WHERE ${where.sql}`);
  const sql = `(${arms.join(' UNION ALL ')})`;
  return { sql: asKind(sql, kind), params: from.flatMap(() => [...params, ...where.params]) };
}

/** The columns that tell where a row stands in a list. */
export function orderColumns(source: Source, { field }: Order): string[] {
  return field === source.key ? [source.key] : [field, source.key];
}
