import type { Insertable } from 'kysely';
import type { Instant } from '../../../platform/database/instant.ts';
import { isRepeatOf } from '../../../platform/database/transaction.ts';
import type { Tables, Tx } from '../tables.ts';
import { jsonText, type NamedCustomer, toldRow } from '../told-row.ts';
import { settleSubmissions } from './settle-submissions.ts';

/** One question and what was answered. Patient data. */
export interface QuestionAnswer {
  /** The question's key, e.g. `wlus_weightAndHeight`. */
  question: string;
  /** `option`, `list`, `fields`, `string-text`, `number`, `boolean`, `none`. */
  shape: string;
  /** How many options were chosen, entries listed, fields filled. */
  count: number;
  answer: unknown;
}

/** What was said of a submission in one event; null where nothing was. */
export interface QuestionnaireFacts {
  submissionId: string;
  /** e.g. `wlusmonthly`. */
  type: string;
  customer: NamedCustomer;
  /** In the order in which they are kept. */
  answers: QuestionAnswer[] | null;
  createdAt: Instant | null;
  /** When it was said, by CarePortals' clock; the receipt time where the body has none. */
  at: Instant;
}

/**
 * Records a submission as its newest teller has it, and makes its answers rows of questionnaire_responses, unless a
 * newer submission of the same questionnaire by the same customer on the same UTC day replaces it.
 */
export async function recordQuestionnaire(tx: Tx, facts: QuestionnaireFacts): Promise<void> {
  const { submissionId, type, answers } = facts;
  const known = await lockSubmission(tx, submissionId);
  const row = toldRow(known, { questionnaire_type: type, answers: jsonText(answers) }, facts);
  if (known !== undefined) {
    await tx.updateTable('questionnaire_submissions').set(row).where('submission_id', '=', submissionId).execute();
  } else if (!(await insert(tx, { submission_id: submissionId, ...row }))) {
    return recordQuestionnaire(tx, facts);
  }
  const submission = { ...row, submission_id: submissionId };
  await settleSubmissions(
    tx,
    known === undefined ? [submission] : [submission, { ...known, submission_id: submissionId }],
  );
}

function lockSubmission(tx: Tx, submissionId: string) {
  return tx
    .selectFrom('questionnaire_submissions')
    .select(['customer_id', 'emr_customer_id', 'questionnaire_type', 'answers', 'created_at', 'updated_at', 'told_at'])
    .where('submission_id', '=', submissionId)
    .forUpdate()
    .executeTakeFirst();
}

/** @returns false if another delivery has just inserted it: 1062 undoes the statement alone. */
async function insert(tx: Tx, row: Insertable<Tables['questionnaire_submissions']>): Promise<boolean> {
  try {
    await tx.insertInto('questionnaire_submissions').values(row).execute();
    return true;
  } catch (error) {
    if (!isRepeatOf(error, 'questionnaire_submissions.PRIMARY')) throw error;
    return false;
  }
}
