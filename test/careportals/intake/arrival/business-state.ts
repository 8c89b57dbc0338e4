import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../../src/platform/canonical-json.ts';
import type { Query } from '../../../../src/platform/database/query.ts';
import { BUSINESS } from './business-columns.ts';

type Row = Record<string, unknown>;

/** Rows by table and key; what is compared of each, as text. Rows that share a key stand in one order whatever it is. */
export type BusinessState = Map<string, Map<string, Row[]>>;

export interface Difference {
  table: string;
  /** Ids of the outside world; a digest where they could be a person's. */
  key: string;
  /** What deliveries that concern it name; not for printing. */
  name: string;
  /** Columns that differ; `(row)` where one side has no such row. */
  columns: string[];
}

/** All that must not depend on the order of arrival. */
export async function businessState(query: Query): Promise<BusinessState> {
  const names = await namesOf(query);
  const state: BusinessState = new Map();
  for (const [table, { key, columns, where = 'TRUE' }] of Object.entries(BUSINESS)) {
    const wanted = [...key, ...columns].map((column) => `\`${column}\``).join(', ');
    const rows = (await query(`SELECT ${wanted} FROM ${table} WHERE ${where}`)) as Row[];
    const named = rows.map((row) => withNames(row, names));
    const byKey = Map.groupBy(named, (row) => key.map((column) => text(row[column])).join(' '));
    for (const group of byKey.values()) group.sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
    state.set(table, byKey);
  }
  state.set(
    'customer ids',
    Map.groupBy(await allIds(query), (row) => String(row.id)),
  );
  state.set(
    'deliveries',
    Map.groupBy(await deliveries(query), (row) => String(row.event_key)),
  );
  return state;
}

/** What differs, by table, key and columns; without values, which may be a person's. */
export function differences(expected: BusinessState, actual: BusinessState): Difference[] {
  const found: Difference[] = [];
  for (const [table, rows] of expected) {
    const others = actual.get(table) ?? new Map<string, Row[]>();
    for (const key of new Set([...rows.keys(), ...others.keys()])) {
      const [here = [], there = []] = [rows.get(key), others.get(key)];
      const columns = differing(here, there);
      if (columns.length > 0) {
        found.push({
          table,
          key: shown(table, key),
          name: String((here[0] ?? there[0])?.about ?? nameIn(key)),
          columns,
        });
      }
    }
  }
  return found;
}

function differing(expected: Row[], actual: Row[]): string[] {
  if (expected.length !== actual.length) return [`(${actual.length} rows, not ${expected.length})`];
  const columns = expected.flatMap((row, i) =>
    Object.keys(row).filter((column) => text(row[column]) !== text(actual[i]?.[column])),
  );
  return [...new Set(columns)];
}

function shown(table: string, key: string): string {
  const isPersonal = table === 'customers' || key.length > 120;
  return isPersonal ? `digest ${createHash('sha256').update(key).digest('hex').slice(0, 12)}` : key;
}

/** Keys are texts in JSON, one after the other. */
function nameIn(key: string): string {
  return key.split(' ')[0]!.replaceAll('"', '');
}

function text(value: unknown): string {
  return canonicalJson(value ?? null);
}

interface Names {
  customers: Map<unknown, unknown>;
  payments: Map<unknown, unknown>;
}

async function namesOf(query: Query): Promise<Names> {
  const customers = (await query('SELECT customer_id, email_lower FROM customers')) as Row[];
  const payments = (await query('SELECT payment_id, charge_id FROM payments')) as Row[];
  return {
    customers: new Map(customers.map((row) => [row.customer_id, row.email_lower])),
    payments: new Map(payments.map((row) => [row.payment_id, row.charge_id])),
  };
}

function withNames(row: Row, { customers, payments }: Names): Row {
  return {
    ...row,
    ...('customer_id' in row && { customer_id: customers.get(row.customer_id) }),
    ...('payment_id' in row && { payment_id: payments.get(row.payment_id) }),
  };
}

/** Every id by which a customer is found: which of them is the row's own is chance, and so is one that is made up. */
function allIds(query: Query): Promise<Row[]> {
  return query(`SELECT customer_id AS id, email_lower AS customer FROM customers WHERE customer_id NOT LIKE 'unknown-%'
    UNION SELECT careportals_id, email_lower FROM customer_aliases JOIN customers USING (customer_id)`) as Promise<
    Row[]
  >;
}

/** What became of each delivery, and what the parked ones wait for. */
function deliveries(query: Query): Promise<Row[]> {
  return query(`SELECT event_key, event_type, status, waiting_for, or_waiting_for, COALESCE(JSON_UNQUOTE(payload->'$._id'), event_id) AS about
    FROM webhook_inbox`) as Promise<Row[]>;
}
