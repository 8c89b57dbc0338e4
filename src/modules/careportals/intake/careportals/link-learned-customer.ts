import type { Cause } from '../../../../platform/cause.ts';
import type { Subject } from '../../../../platform/inbox/delivery.ts';
import { settleSubmissions } from '../../questionnaires/settle-submissions.ts';
import { linkSubscriptionCustomer } from '../../subscriptions/link-subscription-customer.ts';
import type { Tx } from '../../tables.ts';

/**
 * Gives a customer what waited for one of the ids that are theirs since this delivery: subscriptions, messages,
 * prescriptions and answers to questionnaires.
 * A delivery that stores something under such an id at this very moment is waited for, as it waits for the alias (see
 * named-customer.ts): one of the two sees the other, or is tried again after a deadlock.
 * @param learned EMR ids, and the stand-in ids of emails, that mean the customer from now on.
 * @returns the rows that were linked.
 */
export async function linkLearnedCustomer(
  tx: Tx,
  cause: Cause,
  customerId: string,
  learned: readonly string[],
): Promise<Subject[]> {
  if (learned.length === 0) return [];
  return [
    ...(await linkSubscriptions(tx, cause, customerId, learned)),
    ...(await linkPrescriptions(tx, customerId, learned)),
    ...(await linkMessages(tx, customerId, learned)),
    ...(await linkSubmissions(tx, customerId, learned)),
  ];
}

async function linkSubscriptions(tx: Tx, cause: Cause, customerId: string, learned: readonly string[]) {
  const waiting = await tx
    .selectFrom('subscriptions')
    .select('subscription_id as id')
    .where('emr_customer_id', 'in', learned)
    .orderBy('subscription_id')
    .forUpdate()
    .execute();
  const subjects: Subject[] = [];
  for (const { id } of waiting) {
    const logId = await linkSubscriptionCustomer(tx, cause, id, customerId, learned);
    if (logId === null) continue;
    subjects.push({ type: 'CareSubscription', id }, { type: 'SubscriptionAuditEntry', id: logId });
  }
  return subjects;
}

async function linkPrescriptions(tx: Tx, customerId: string, learned: readonly string[]): Promise<Subject[]> {
  const waiting = await tx
    .selectFrom('prescriptions')
    .select('prescription_id as id')
    .where('emr_customer_id', 'in', learned)
    .where('customer_id', 'is', null)
    .orderBy('prescription_id')
    .forUpdate()
    .execute();
  if (waiting.length === 0) return [];
  const ids = waiting.map(({ id }) => id);
  await tx.updateTable('prescriptions').set({ customer_id: customerId }).where('prescription_id', 'in', ids).execute();
  return ids.map((id) => ({ type: 'Prescription', id }));
}

async function linkMessages(tx: Tx, customerId: string, learned: readonly string[]): Promise<Subject[]> {
  const waiting = await tx
    .selectFrom('messages')
    .select('message_id as id')
    .where('emr_customer_id', 'in', learned)
    .where('customer_id', 'is', null)
    .orderBy('message_id')
    .forUpdate()
    .execute();
  if (waiting.length === 0) return [];
  const ids = waiting.map(({ id }) => id);
  await tx.updateTable('messages').set({ customer_id: customerId }).where('message_id', 'in', ids).execute();
  return ids.map((id) => ({ type: 'Message', id }));
}

/** What counts of several submissions of a day may be another one, now that they are one customer's. */
async function linkSubmissions(tx: Tx, customerId: string, learned: readonly string[]): Promise<Subject[]> {
  const waiting = await tx
    .selectFrom('questionnaire_submissions')
    .select(['submission_id', 'emr_customer_id', 'questionnaire_type', 'created_at'])
    .where('emr_customer_id', 'in', learned)
    .where('customer_id', 'is', null)
    .orderBy('submission_id')
    .forUpdate()
    .execute();
  if (waiting.length === 0) return [];
  const ids = waiting.map((one) => one.submission_id);
  await tx
    .updateTable('questionnaire_submissions')
    .set({ customer_id: customerId })
    .where('submission_id', 'in', ids)
    .execute();
  await settleSubmissions(
    tx,
    waiting.map((one) => ({ ...one, customer_id: customerId })),
  );
  return responsesOf(tx, ids);
}

/** The answers that count of these submissions. */
export async function responsesOf(tx: Tx, submissionIds: readonly string[]): Promise<Subject[]> {
  const rows = await tx
    .selectFrom('questionnaire_responses')
    .select('response_id')
    .where('session_id', 'in', submissionIds)
    .orderBy('response_id')
    .execute();
  return rows.map((row) => ({ type: 'QuestionnaireResponse', id: row.response_id }));
}
