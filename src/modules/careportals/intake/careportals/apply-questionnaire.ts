import type { Cause } from '../../../../platform/cause.ts';
import type { Delivery, Outcome } from '../../../../platform/inbox/delivery.ts';
import { recordQuestionnaire } from '../../questionnaires/record-questionnaire.ts';
import type { Tx } from '../../tables.ts';
import { bodyOf, emrIdAt, instantAt, shortTextAt } from './body.ts';
import { responsesOf } from './link-learned-customer.ts';
import { linkNamed, nameCustomer, outcomeOf } from './named-customer.ts';
import { readAnswers } from './read-answers.ts';
import { readCustomer } from './read-customer.ts';
import { reportProblems } from './report-problems.ts';
import { toldTime } from './told-time.ts';

/** Consents and photographs: nothing in them is an answer. */
const SKIPPED = new Set(['telehealth_consent', 'selfie', 'bodyselfie', 'govid']);

/** `questionnaire.submitted`. */
export async function applyQuestionnaire(tx: Tx, delivery: Delivery, cause: Cause): Promise<Outcome> {
  const body = bodyOf(delivery.payload);
  const submissionId = emrIdAt(body, '_id');
  const type = shortTextAt(body, 100, 'type');
  if (submissionId === null || type === null) {
    await reportProblems(tx, delivery, body.problems);
    return { kind: 'quarantined', note: 'The body names no submission or no questionnaire. The delivery is kept' };
  }
  if (SKIPPED.has(type.toLowerCase()))
    return { kind: 'ignored', note: `${type} holds no answers. The delivery is kept` };
  const at = toldTime(instantAt(body, 'updatedAt'), delivery.receivedAt);
  const customer = await nameCustomer(tx, readCustomer(body), at, delivery);
  const createdAt = instantAt(body, 'createdAt');
  await recordQuestionnaire(tx, {
    submissionId,
    type,
    customer,
    createdAt,
    at,
    answers: readAnswers(delivery.payload),
  });
  const linked = await linkNamed(tx, cause, customer);
  const subjects = [
    ...linked.filter(({ type }) => type !== 'QuestionnaireResponse'),
    ...(await responsesOf(tx, [submissionId])),
  ];
  return outcomeOf(tx, delivery, body, customer, subjects);
}
