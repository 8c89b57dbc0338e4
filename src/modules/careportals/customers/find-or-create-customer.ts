import { type Expression, type SqlBool, sql } from 'kysely';
import type { Instant } from '../../../platform/database/instant.ts';
import { isRepeatOf, RetryLater } from '../../../platform/database/transaction.ts';
import type { Tx } from '../tables.ts';
import { completeCustomer } from './complete-customer.ts';
import { standInCustomerId } from './stand-in-customer-id.ts';

/** What a sender said of a customer; null where it said nothing usable. */
export interface CustomerFacts {
  /** 24 hexadecimal digits. One person may have had several. */
  careportalsId: string | null;
  /** As sent, without white space; compared in lower case. */
  email: string | null;
  firstName: string | null;
  lastName: string | null;
  /** E.164 where it could be read. */
  phone: string | null;
  /** The earliest moment at which the sender knew them. */
  knownSince: Instant | null;
}

export interface ResolvedCustomer {
  /** The customer's own id, which is the first of theirs that was ever seen. */
  customerId: string;
  /** CarePortals ids that mean this customer from now on and were not known before. */
  learned: string[];
}

/**
 * The customer that is meant: by any id of theirs that is known, else by email, else a new one. Blank columns of a
 * known customer are filled, and an unknown id becomes an alias.
 * @returns null if nobody is found and there is no email to create one with.
 */
export async function findOrCreateCustomer(
  tx: Tx,
  facts: CustomerFacts,
  at: Instant,
): Promise<ResolvedCustomer | null> {
  const aliased = await aliasedTo(tx, facts.careportalsId);
  const known = aliased ?? (await findUnaliased(tx, facts));
  const customerId = known ?? (await createCustomer(tx, facts, at));
  if (customerId === null) return null;
  if (known !== null) await completeCustomer(tx, known, facts);
  const learned = aliased === null ? await learnAlias(tx, facts.careportalsId, customerId, at) : [];
  return { customerId, learned };
}

/** By the customer's own id, which another program may have inserted without an alias, else by email. */
async function findUnaliased(tx: Tx, { careportalsId, email }: CustomerFacts): Promise<string | null> {
  const byId = careportalsId === null ? null : await customerWhere(tx, sql`customer_id = ${careportalsId}`);
  return byId ?? findByEmail(tx, email);
}

async function findByEmail(tx: Tx, email: string | null): Promise<string | null> {
  // MySQL lowers both sides: its idea of lower case is what the unique key stands on.
  return email === null ? null : customerWhere(tx, sql`email_lower = LOWER(${email})`);
}

async function aliasedTo(tx: Tx, careportalsId: string | null): Promise<string | null> {
  if (careportalsId === null) return null;
  const alias = await tx
    .selectFrom('customer_aliases')
    .select('customer_id')
    .where('careportals_id', '=', careportalsId)
    .executeTakeFirst();
  return alias?.customer_id ?? null;
}

async function customerWhere(tx: Tx, condition: Expression<SqlBool>): Promise<string | null> {
  const customer = await tx.selectFrom('customers').select('customer_id').where(condition).executeTakeFirst();
  return customer?.customer_id ?? null;
}

/** Two deliveries may create the same customer at once: the keys let one through, and the other finds its row. */
async function createCustomer(tx: Tx, facts: CustomerFacts, at: Instant): Promise<string | null> {
  if (facts.email === null) return null;
  const customerId = facts.careportalsId ?? standInCustomerId(facts.email);
  try {
    await insertCustomer(tx, customerId, facts.email, facts, at);
    return customerId;
  } catch (error) {
    if (!isRepeatOf(error, 'PRIMARY') && !isRepeatOf(error, 'idx_email')) throw error;
    const winner = (await aliasedTo(tx, facts.careportalsId)) ?? (await findUnaliased(tx, facts));
    if (winner === null) throw new RetryLater(error);
    await completeCustomer(tx, winner, facts);
    return winner;
  }
}

async function insertCustomer(tx: Tx, customerId: string, email: string, facts: CustomerFacts, at: Instant) {
  await tx
    .insertInto('customers')
    .values({
      customer_id: customerId,
      email,
      first_name: facts.firstName,
      last_name: facts.lastName,
      phone: facts.phone,
      created_at: facts.knownSince ?? at,
    })
    .execute();
}

async function learnAlias(tx: Tx, careportalsId: string | null, customerId: string, at: Instant): Promise<string[]> {
  if (careportalsId === null) return [];
  try {
    await tx
      .insertInto('customer_aliases')
      .values({ careportals_id: careportalsId, customer_id: customerId, first_seen_at: at })
      .execute();
    return [careportalsId];
  } catch (error) {
    if (!isRepeatOf(error, 'PRIMARY')) throw error;
    if ((await aliasedTo(tx, careportalsId)) === customerId) return [];
    // Another delivery gave this id to somebody else a moment ago: rolled back and tried again, this one finds them.
    throw new RetryLater(error);
  }
}
