import type { Cause } from '../../../../platform/cause.ts';
import type { Instant } from '../../../../platform/database/instant.ts';
import type { Delivery, Outcome, Subject } from '../../../../platform/inbox/delivery.ts';
import { findCustomer } from '../../customers/find-customer.ts';
import { type CustomerFacts, findOrCreateCustomer } from '../../customers/find-or-create-customer.ts';
import { standInCustomerId } from '../../customers/stand-in-customer-id.ts';
import type { Tx } from '../../tables.ts';
import type { NamedCustomer } from '../../told-row.ts';
import type { Body } from './body.ts';
import { linkLearnedCustomer } from './link-learned-customer.ts';
import { noteOf, reportProblems, unusedFields } from './report-problems.ts';

/** Whom a delivery names, and what of them was not known before it. */
export interface Named extends NamedCustomer {
  /** Ids that mean the customer from now on. */
  learned: string[];
  /** The id of an unknown customer who must become known before all that the delivery tells can be kept. */
  awaited: string | null;
}

/** The customer of a body, created if there is enough to do so. @param toldAt the sender's clock. */
export async function nameCustomer(
  tx: Tx,
  facts: CustomerFacts,
  toldAt: Instant,
  { receivedAt }: Delivery,
): Promise<Named> {
  const customer = await findOrCreateCustomer(tx, facts, { toldAt, receivedAt });
  const { careportalsId, email } = facts;
  const emrCustomerId = careportalsId ?? (email === null ? null : standInCustomerId(email));
  if (customer === null) return { customerId: null, emrCustomerId, learned: [], awaited: careportalsId };
  return { customerId: customer.customerId, emrCustomerId, learned: customer.learned, awaited: null };
}

/** Whose email it is, if anybody's. It creates nobody: strangers write as well. */
export async function nameByEmail(tx: Tx, email: string | null): Promise<Named> {
  const found = email === null ? null : await findCustomer(tx, { careportalsId: null, email });
  const emrCustomerId = email === null ? null : standInCustomerId(email);
  return { customerId: found?.customer.customerId ?? null, emrCustomerId, learned: [], awaited: null };
}

/**
 * Gives the customer what waited for them; and if they were unknown when the delivery was begun, looks once more now
 * that what it brought is stored. The alias is read FOR SHARE, which waits for a delivery that is just learning it.
 * @returns the customer, and the rows that were linked.
 */
export async function linkNamed(tx: Tx, cause: Cause, named: Named): Promise<Subject[]> {
  const { customerId, emrCustomerId, learned } = named;
  if (customerId !== null) {
    return [{ type: 'Customer', id: customerId }, ...(await linkLearnedCustomer(tx, cause, customerId, learned))];
  }
  const knownByNow = emrCustomerId === null ? null : await aliasedTo(tx, emrCustomerId);
  if (emrCustomerId === null || knownByNow === null) return [];
  return [{ type: 'Customer', id: knownByNow }, ...(await linkLearnedCustomer(tx, cause, knownByNow, [emrCustomerId]))];
}

async function aliasedTo(tx: Tx, careportalsId: string): Promise<string | null> {
  const alias = await tx
    .selectFrom('customer_aliases')
    .select('customer_id')
    .where('careportals_id', '=', careportalsId)
    .forShare()
    .executeTakeFirst();
  return alias?.customer_id ?? null;
}

/**
 * What became of a delivery whose effect is stored. What it tells of an unknown customer (a name, a phone) is kept by
 * applying it again when they are known.
 */
export async function outcomeOf(
  tx: Tx,
  delivery: Delivery,
  body: Body,
  named: Named,
  subjects: Subject[],
  remark: string | null = null,
): Promise<Outcome> {
  if (named.awaited !== null) {
    const note = 'Applied, but the customer it names is unknown';
    return { kind: 'parked', subjects, waitingFor: `customer:${named.awaited}`, note };
  }
  await reportProblems(tx, delivery, body.problems);
  const note = noteOf([remark, named.customerId === null && 'The customer is unknown', unusedFields(body.problems)]);
  return { kind: 'done', subjects, unparks: named.learned.map((id) => `customer:${id}`), note };
}
