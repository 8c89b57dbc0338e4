import { canonicalJson } from '../../platform/canonical-json.ts';
import type { Instant } from '../../platform/database/instant.ts';
import { type ToldAt, withTold } from './told-at.ts';

/** Whom a body names: the customer if known, and the id by which it names them (their own, or made from the email). */
export interface NamedCustomer {
  customerId: string | null;
  emrCustomerId: string | null;
}

/** By whom and when a row is told. */
interface Telling {
  customer: NamedCustomer;
  /** When the thing came to be; null where it was not said. */
  createdAt: Instant | null;
  /** When it was told, by the teller's clock. */
  at: Instant;
}

/** What every row that is told in events has beside its own columns. */
interface ToldColumns {
  customer_id: string | null;
  emr_customer_id: string | null;
  created_at: Instant;
  updated_at: Instant;
  /** By column, when its value was told. */
  told_at: string;
}

type Columns = Record<string, string | number | null>;

/**
 * What an event leaves of a row: each column as its newest teller has it, `created_at` the earliest that was told. So
 * rows end the same in whatever order events come.
 * @param known the row as it was read; undefined if there was none. @param told the row's own columns, JSON as text
 * (`jsonText`); null where nothing was said.
 */
export function toldRow<Own extends Columns>(
  known: object | undefined,
  told: Own,
  { customer, createdAt, at }: Telling,
): Own & ToldColumns {
  const before = known as (Record<string, unknown> & ToldColumns) | undefined;
  const said: Columns = { ...told, emr_customer_id: customer.emrCustomerId };
  const groups = Object.fromEntries(Object.keys(said).map((column) => [column, [column]]));
  const columns = Object.fromEntries(Object.keys(said).map((column) => [column, asText(before?.[column])]));
  const now = withTold({ columns, at: (before?.told_at ?? {}) as unknown as ToldAt }, said, at, groups, 'newest');
  const began = createdAt ?? at;
  return {
    ...(now.columns as Own & Pick<ToldColumns, 'emr_customer_id'>),
    customer_id: whose(before, customer, now.columns.emr_customer_id ?? null),
    created_at: before !== undefined && before.created_at < began ? before.created_at : began,
    updated_at: before !== undefined && before.updated_at > at ? before.updated_at : at,
    told_at: JSON.stringify(now.at),
  };
}

/** Another id, which nobody knows yet, may be another customer's: the row is nobody's until it is known. */
function whose(before: ToldColumns | undefined, named: NamedCustomer, emrCustomerId: unknown): string | null {
  const isTheirs = emrCustomerId === named.emrCustomerId;
  const isAsBefore = emrCustomerId === (before?.emr_customer_id ?? null);
  return (isTheirs ? named.customerId : null) ?? (isAsBefore ? (before?.customer_id ?? null) : null);
}

function asText(value: unknown): string | number | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'object' ? canonicalJson(value) : (value as string | number);
}

/** A value for a JSON column, as text that is the same for equal values. */
export function jsonText(value: unknown): string | null {
  return value === null ? null : canonicalJson(value);
}
