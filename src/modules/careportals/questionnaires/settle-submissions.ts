import { canonicalJson } from '../../../platform/canonical-json.ts';
import { fromInstant, type Instant, toInstant } from '../../../platform/database/instant.ts';
import type { Tx } from '../tables.ts';
import type { QuestionAnswer } from './record-questionnaire.ts';

/** What decides which submissions stand in each other's way. */
export interface Submission {
  submission_id: string;
  customer_id: string | null;
  emr_customer_id: string | null;
  questionnaire_type: string;
  created_at: Instant;
}

/**
 * Makes questionnaire_responses say what these submissions, and all others of the same questionnaires, customers and
 * UTC days, come to: the newest of each day has its answers there, the others have none.
 */
export async function settleSubmissions(tx: Tx, submissions: readonly Submission[]): Promise<void> {
  const days = new Map(submissions.map((one) => [JSON.stringify(dayOf(one)), one]));
  for (const [, submission] of [...days].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [newest, ...older] = await rivalsOf(tx, submission);
    await clearResponses(
      tx,
      older.map(({ submission_id }) => submission_id),
    );
    if (newest !== undefined) await writeResponses(tx, newest);
  }
}

/** A submission of which nobody knows whose it is stands alone. */
function dayOf({ submission_id, customer_id, emr_customer_id, questionnaire_type, created_at }: Submission) {
  const whose = customer_id ?? emr_customer_id ?? submission_id;
  return [questionnaire_type, whose, created_at.slice(0, 10)];
}

/**
 * All of one day, newest first, FOR UPDATE: so of two that are recorded at once, one waits for the other and sees it.
 * Without their answers: MySQL cannot sort rows that are longer than its buffer, 256 kB by default (1038).
 */
function rivalsOf(tx: Tx, { submission_id, customer_id, emr_customer_id, questionnaire_type, created_at }: Submission) {
  const day: Instant = `${created_at.slice(0, 10)} 00:00:00.000`;
  const nextDay = toInstant(new Date(fromInstant(day).getTime() + 24 * 60 * 60_000));
  const ofDay = tx
    .selectFrom('questionnaire_submissions')
    .select(['submission_id', 'customer_id', 'emr_customer_id', 'questionnaire_type', 'created_at'])
    .where('questionnaire_type', '=', questionnaire_type)
    .where('created_at', '>=', day)
    .where('created_at', '<', nextDay)
    .orderBy('created_at', 'desc')
    .orderBy('submission_id', 'desc')
    .forUpdate();
  if (customer_id !== null) return ofDay.where('customer_id', '=', customer_id).execute();
  const unknown = ofDay.where('customer_id', 'is', null);
  return (
    emr_customer_id === null
      ? // It stood alone; now that it names somebody it stands among theirs.
        unknown.where('submission_id', '=', submission_id).where('emr_customer_id', 'is', null)
      : unknown.where('emr_customer_id', '=', emr_customer_id)
  ).execute();
}

type Rival = Awaited<ReturnType<typeof rivalsOf>>[number];

/** Rows that say the same already stay, with their ids. */
async function writeResponses(tx: Tx, submission: Rival): Promise<void> {
  const wanted = responsesOf(submission, await answersOf(tx, submission.submission_id));
  const there = await tx
    .selectFrom('questionnaire_responses')
    .select(['questionnaire_id', 'session_id', 'customer_id', 'question_index', 'question_type'])
    .select(['answer_data_type', 'answer_count', 'answers', 'composite_key', 'created_at'])
    .where('session_id', '=', submission.submission_id)
    .execute();
  // Sorted here, for an answer may be longer than MySQL can sort.
  there.sort((a, b) => a.question_index - b.question_index);
  if (canonicalJson(there) === canonicalJson(wanted)) return;
  await clearResponses(tx, [submission.submission_id]);
  if (wanted.length === 0) return;
  const rows = wanted.map((row) => ({ ...row, answers: JSON.stringify(row.answers) }));
  await tx.insertInto('questionnaire_responses').values(rows).execute();
}

/** Of the one that counts alone: a day may have many, and answers may be long. */
async function answersOf(tx: Tx, submissionId: string): Promise<QuestionAnswer[]> {
  const row = await tx
    .selectFrom('questionnaire_submissions')
    .select('answers')
    .where('submission_id', '=', submissionId)
    .executeTakeFirst();
  return (row?.answers ?? []) as QuestionAnswer[];
}

/** Columns are narrower than keys may be; the position keeps two long ones apart. */
function responsesOf({ submission_id, customer_id, questionnaire_type, created_at }: Rival, answers: QuestionAnswer[]) {
  return answers.map(({ question, shape, count, answer }, index) => {
    const questionType = [...question].slice(0, 50).join('');
    return {
      questionnaire_id: questionnaire_type,
      session_id: submission_id,
      customer_id,
      question_index: index,
      question_type: questionType,
      answer_data_type: shape,
      answer_count: count,
      answers: answer,
      composite_key: `${questionnaire_type}|${index}|${questionType}`,
      created_at,
    };
  });
}

async function clearResponses(tx: Tx, submissionIds: string[]): Promise<void> {
  if (submissionIds.length === 0) return;
  await tx.deleteFrom('questionnaire_responses').where('session_id', 'in', submissionIds).execute();
}
