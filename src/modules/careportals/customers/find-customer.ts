import { type Expression, type SqlBool, sql } from 'kysely';
import type { Instant } from '../../../platform/database/instant.ts';
import type { Tx } from '../tables.ts';
import type { ToldAt } from '../told-at.ts';
import { standInCustomerId } from './stand-in-customer-id.ts';

/** A customer's row, locked. */
export interface KnownCustomer {
  customerId: string;
  columns: CustomerColumns;
  createdAt: Instant;
  /** Null for a row that no event has told yet. */
  toldAt: ToldAt | null;
}

/** What senders tell of a customer. */
export interface CustomerColumns {
  email: string | null;
  firstName: string | null;
  lastName: string | null;
  phone: string | null;
}

export interface FoundCustomer {
  customer: KnownCustomer;
  /** Another customer, whose the email is. */
  other: string | null;
  /** Which of the ids that were asked for have no alias yet; the email's stand-in id among them, unless it is another's. */
  unknownIds: string[];
}

const COLUMNS = [
  'c.customer_id',
  'c.email',
  'c.first_name',
  'c.last_name',
  'c.phone',
  'c.created_at',
  'c.told_at',
] as const;

interface Naming {
  careportalsId: string | null;
  email: string | null;
}

/** Who is known by the id, or the stand-in id of the email, that were told. Takes their rows FOR UPDATE. */
export async function findByAlias(tx: Tx, { careportalsId, email }: Naming): Promise<Map<string, KnownCustomer>> {
  const ids = [careportalsId, email === null ? null : standInCustomerId(email)].filter((id) => id !== null);
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom('customer_aliases as a')
    .innerJoin('customers as c', 'c.customer_id', 'a.customer_id')
    .select(['a.careportals_id', ...COLUMNS])
    .where('a.careportals_id', 'in', ids)
    .forUpdate('c')
    .execute();
  return new Map(rows.map((row) => [row.careportals_id, knownOf(row)]));
}

/** The customer of an id, else of an email, and takes the row FOR UPDATE. */
export async function findCustomer(tx: Tx, naming: Naming): Promise<FoundCustomer | null> {
  return findBeyond(tx, naming, await findByAlias(tx, naming));
}

/**
 * The same for a caller that has asked for the aliases. Every id and email that an event told has one; what other
 * programs inserted may have none, and is looked for among the customers themselves.
 */
export async function findBeyond(
  tx: Tx,
  { careportalsId, email }: Naming,
  aliased: Map<string, KnownCustomer>,
): Promise<FoundCustomer | null> {
  const standIn = email === null ? null : standInCustomerId(email);
  const byId =
    aliased.get(careportalsId ?? '') ?? (await withoutAlias(tx, careportalsId, (id) => sql`c.customer_id = ${id}`));
  // MySQL lowers both sides: its idea of lower case is what the unique key stands on.
  const isEmail = (text: string) => sql<SqlBool>`c.email_lower = LOWER(${text})`;
  const byEmail = aliased.get(standIn ?? '') ?? (await withoutAlias(tx, email, isEmail));
  const customer = byId ?? byEmail;
  if (!customer) return null;
  const isOther = byEmail !== null && byEmail.customerId !== customer.customerId;
  const asked = [careportalsId, isOther ? null : standIn].filter((id) => id !== null);
  return {
    customer,
    other: isOther ? byEmail.customerId : null,
    unknownIds: asked.filter((id) => !aliased.has(id)),
  };
}

/** One whom another program inserted. */
async function withoutAlias(
  tx: Tx,
  key: string | null,
  condition: (key: string) => Expression<SqlBool>,
): Promise<KnownCustomer | null> {
  if (key === null) return null;
  const row = await tx
    .selectFrom('customers as c')
    .select(COLUMNS)
    .where(condition(key))
    .forUpdate()
    .executeTakeFirst();
  return row ? knownOf(row) : null;
}

function knownOf(row: {
  customer_id: string;
  email: string;
  first_name: string | null;
  last_name: string | null;
  phone: string | null;
  created_at: Instant;
  told_at: unknown;
}): KnownCustomer {
  return {
    customerId: row.customer_id,
    // Other programs may write a blank for what they do not know.
    columns: {
      email: row.email || null,
      firstName: row.first_name || null,
      lastName: row.last_name || null,
      phone: row.phone || null,
    },
    createdAt: row.created_at,
    toldAt: row.told_at as ToldAt | null,
  };
}
