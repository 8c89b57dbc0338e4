import type { Instant } from '../../../platform/database/instant.ts';
import { isRepeatOf, RetryLater } from '../../../platform/database/transaction.ts';
import { reportOnce } from '../report-once.ts';
import type { Tx } from '../tables.ts';
import { type FoundCustomer, findBeyond, findByAlias, findCustomer } from './find-customer.ts';
import { learnAliases, unclaimed } from './learn-aliases.ts';
import { standInCustomerId, unknownCustomerId } from './stand-in-customer-id.ts';
import { earliest, tellCustomer } from './tell-customer.ts';

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
  /** The earliest moment at which the sender knew them; the time of the telling counts as well. */
  knownSince: Instant | null;
}

export interface CustomerTelling {
  /** The sender's clock: what was told later stands, whatever arrives later. */
  toldAt: Instant;
  /** Our clock. */
  receivedAt: Instant;
}

export interface ResolvedCustomer {
  /** The customer's own id: the first of theirs that was seen, or one made up while none was known. */
  customerId: string;
  /** Ids that mean this customer from now on and did not before: of CarePortals, and stand-in ids of emails. */
  learned: string[];
}

/**
 * The customer that is meant: by any id of theirs that is known, else by any email they ever had, else a new one, and
 * brought to what was told of them. Ids and emails that were not known become aliases. Its row is locked.
 * @returns null if nobody is found and there is no email to create one with.
 */
export async function findOrCreateCustomer(
  tx: Tx,
  facts: CustomerFacts,
  telling: CustomerTelling,
): Promise<ResolvedCustomer | null> {
  const aliased = await findByAlias(tx, facts);
  if (aliased.size === 0 && facts.email !== null) {
    const created = await createCustomer(tx, facts, facts.email, telling);
    if (created) return created;
  }
  // Made at once by another delivery, or inserted by another program: then it is known by the alias, or by its row.
  const found = aliased.size > 0 ? await findBeyond(tx, facts, aliased) : await findCustomer(tx, facts);
  if (found) return tellKnown(tx, found, facts, telling);
  if (facts.email === null) return null;
  throw new RetryLater(new Error('A customer that stood in the way is gone.'));
}

/** Null if somebody has the id or the email: the keys let one through, and most who are not known are new. */
async function createCustomer(
  tx: Tx,
  facts: CustomerFacts,
  email: string,
  telling: CustomerTelling,
): Promise<ResolvedCustomer | null> {
  const { careportalsId } = facts;
  const customerId = careportalsId ?? unknownCustomerId();
  if (!(await insertCustomer(tx, customerId, email, facts, telling))) return null;
  const ids = [careportalsId, standInCustomerId(email)].filter((id) => id !== null);
  return { customerId, learned: await learnAliases(tx, ids, customerId, telling.receivedAt) };
}

async function tellKnown(
  tx: Tx,
  { customer, other, unknownIds }: FoundCustomer,
  facts: CustomerFacts,
  telling: CustomerTelling,
): Promise<ResolvedCustomer> {
  const { customerId } = customer;
  if (other !== null) await reportConflict(tx, customerId, other);
  const said = other === null ? facts : { ...facts, email: null };
  const oldEmail = await tellCustomer(tx, customer, said, telling);
  // What other programs wrote has no alias. One that has is another's, if they and not an event gave the email on.
  const former = oldEmail === null ? [] : await unclaimed(tx, [standInCustomerId(oldEmail)]);
  // One and the same, if the email was told in another case.
  const ids = [...new Set([...unknownIds, ...former])];
  const learned = await learnAliases(tx, ids, customerId, telling.receivedAt);
  return { customerId, learned };
}

/** The id of one known customer came with the email of another. Whether they are one person, only a person can tell. */
function reportConflict(tx: Tx, customerId: string, other: string): Promise<void> {
  return reportOnce(tx, {
    errorType: 'customer_conflict',
    source: `customer:${customerId}`,
    message: `An id of customer ${customerId} was told with an email of customer ${other}. They were left as two.`,
    facts: { customerId, emailBelongsTo: other },
  });
}

/** False if the id or the email is somebody's. */
async function insertCustomer(
  tx: Tx,
  customerId: string,
  email: string,
  facts: CustomerFacts,
  { toldAt }: CustomerTelling,
): Promise<boolean> {
  const { firstName, lastName, phone } = facts;
  const told = Object.entries({ email, firstName, lastName, phone }).filter(([, value]) => value !== null);
  try {
    await tx
      .insertInto('customers')
      .values({
        customer_id: customerId,
        email,
        first_name: firstName,
        last_name: lastName,
        phone,
        created_at: earliest(facts.knownSince, toldAt),
        told_at: JSON.stringify(Object.fromEntries(told.map(([name]) => [name, toldAt]))),
      })
      .execute();
    return true;
  } catch (error) {
    if (isRepeatOf(error, 'PRIMARY') || isRepeatOf(error, 'idx_email')) return false;
    throw error;
  }
}
