import type { Query } from '../../../../platform/database/query.ts';
import { foldedCode, learnLetters } from '../convert/coupon-code.ts';
import type { Kind, Known } from '../table.ts';

const CHUNK = 1_000;

/**
 * Rows by their keys, a thousand keys a statement.
 * @param sql has one place for keys: `… WHERE charge_id IN (?)`.
 */
export async function rowsByKey<Row extends object>(
  query: Query,
  sql: string,
  keys: readonly string[],
): Promise<Row[]> {
  const asked = [...new Set(keys)];
  const rows: Row[] = [];
  for (let start = 0; start < asked.length; start += CHUNK) {
    rows.push(...(await query<Row>(sql, [asked.slice(start, start + CHUNK)])));
  }
  return rows;
}

/** The customers' own ids by the ids that the workbook names; without those that mean nobody. */
export async function ownCustomerIds(query: Query, known: Known, ids: readonly string[]): Promise<Map<string, string>> {
  const own = new Map<string, string>();
  for (const id of ids) {
    const customerId = known.customerOf(id);
    if (customerId !== null) own.set(id, customerId);
  }
  const rest = ids.filter((id) => !own.has(id));
  for (const { id, own_id } of await rowsByKey<OwnId>(query, ALIASES, rest)) own.set(id, own_id);
  // What other programs inserted has no alias.
  const still = rest.filter((id) => !own.has(id));
  for (const { id } of await rowsByKey<OwnId>(query, CUSTOMERS, still)) own.set(id, id);
  return own;
}

interface OwnId {
  id: string;
  own_id: string;
}

const ALIASES = 'SELECT careportals_id AS id, customer_id AS own_id FROM customer_aliases WHERE careportals_id IN (?)';
const CUSTOMERS = 'SELECT customer_id AS id, customer_id AS own_id FROM customers WHERE customer_id IN (?)';

/** As MySQL compares codes and emails: the texts go to it, and come back beside what they are equal to. */
const texts = (length: number) =>
  `JSON_TABLE(?, '$[*]' COLUMNS (k VARCHAR(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci PATH '$')) asked`;

const STATEMENTS: Record<Exclude<Kind, 'customer' | 'coupon' | 'email'>, string> = {
  address: 'SELECT address_id AS k, NULL AS v FROM addresses WHERE address_id IN (?)',
  product: 'SELECT product_id AS k, NULL AS v FROM products WHERE product_id IN (?)',
  order: 'SELECT order_id AS k, total_amount AS v FROM orders WHERE order_id IN (?)',
  internalOrder:
    'SELECT care_portals_internal_order_id AS k, NULL AS v FROM orders WHERE care_portals_internal_order_id IN (?)',
  charge: 'SELECT charge_id AS k, NULL AS v FROM payments WHERE charge_id IN (?)',
  paidIntent: 'SELECT succeeded_intent_id AS k, NULL AS v FROM payments WHERE succeeded_intent_id IN (?)',
  subscription: 'SELECT subscription_id AS k, NULL AS v FROM subscriptions WHERE subscription_id IN (?)',
  cancellation: 'SELECT order_id AS k, NULL AS v FROM orders_cancelled WHERE order_id IN (?)',
};

interface Found {
  k: string;
  v: number | null;
}

/**
 * Which of these keys the database has.
 * @returns by the key as it was asked for; of an order its total in cents, else null.
 */
export async function existing(
  query: Query,
  kind: Exclude<Kind, 'customer' | 'email'>,
  keys: readonly string[],
): Promise<Map<string, number | null>> {
  const rows = kind === 'coupon' ? await couponsOf(query, keys) : await rowsByKey<Found>(query, STATEMENTS[kind], keys);
  return new Map(rows.map(({ k, v }) => [String(k), v]));
}

/** Codes are equal whatever their case, accents and trailing blanks, to MySQL as to whoever types them. */
async function couponsOf(query: Query, codes: readonly string[]): Promise<Found[]> {
  if (codes.length === 0) return [];
  return query<Found>(`SELECT asked.k, NULL AS v FROM ${texts(50)} JOIN coupons c ON c.coupon_code = asked.k`, [
    JSON.stringify([...new Set(codes)]),
  ]);
}

/**
 * The same, with what this run has accounted for: in a dry run nothing of it is in the database.
 * @returns of an order its total in cents, else null.
 */
export async function accountedFor(
  query: Query,
  known: Known,
  kind: Exclude<Kind, 'customer' | 'email'>,
  keys: readonly string[],
): Promise<Map<string, number | null>> {
  if (kind === 'coupon') await learnLetters(query);
  const inRun = (key: string) => (kind === 'coupon' ? foldedCode(key) : key);
  const here = keys.filter((key) => known.has(kind, inRun(key)));
  const rest = keys.filter((key) => !known.has(kind, inRun(key)));
  const found = await existing(query, kind, rest);
  for (const key of here) found.set(key, known.valueOf(kind, inRun(key)) ?? null);
  return found;
}

/**
 * By intent, the charge that stands as succeeded; blank if this run's own rows brought it and the database has none.
 */
export async function paidCharges(
  query: Query,
  known: Known,
  intents: readonly string[],
): Promise<Map<string, string>> {
  const sql =
    'SELECT succeeded_intent_id AS intent, charge_id AS charge FROM payments WHERE succeeded_intent_id IN (?)';
  const rows = await rowsByKey<{ intent: string; charge: string }>(query, sql, intents);
  const told = intents
    .filter((intent) => known.has('paidIntent', intent))
    .map((intent): [string, string] => [intent, '']);
  return new Map([...told, ...rows.map(({ intent, charge }): [string, string] => [intent, charge])]);
}

export interface EmailOwner {
  email: string;
  /** As MySQL lowers it, which is what the unique key stands on. */
  lower: string;
  customer_id: string | null;
}

/** Whose these emails are; null if nobody's. */
export async function emailOwners(query: Query, emails: readonly string[]): Promise<Map<string, EmailOwner>> {
  if (emails.length === 0) return new Map();
  const rows = await query<EmailOwner>(
    `SELECT asked.k AS email, LOWER(asked.k) AS lower, c.customer_id
      FROM ${texts(255)} LEFT JOIN customers c ON c.email_lower = LOWER(asked.k)`,
    [JSON.stringify([...new Set(emails)])],
  );
  return new Map(rows.map((row) => [row.email, row]));
}
