import type { Query } from '../../../../platform/database/query.ts';
import { wellFormed } from '../../subscriptions/well-formed.ts';
import type { Tx } from '../../tables.ts';
import type { QuestionLine } from '../lines.ts';
import type { Admitted, Context, Settled, Table } from '../table.ts';
import { rowsByKey } from './find-known.ts';
import { insertRows } from './insert-rows.ts';
import { WholeLines } from './whole-lines.ts';

/**
 * The catalogue of questions. What a patient answered stands in the same table and is not the workbook's: the sessions of
 * submissions are left alone.
 */
export const questionsTable: Table<QuestionLine> = {
  sheet: 'questionnaire_structure',
  batchRows: 1_000,
  settle,
  write,
  tells: () => [],
  pages,
};

const COLUMNS = `q.questionnaire_id, q.session_id, q.question_index, q.question_type, q.answer_data_type,
  q.answer_count, q.answers, q.composite_key, q.created_at`;

async function settle(
  query: Query,
  _context: Context,
  lines: readonly Admitted<QuestionLine>[],
): Promise<Settled<QuestionLine>[]> {
  const sessions = lines.map(({ line }) => line.session_id);
  const rows = await rowsByKey<QuestionLine>(
    query,
    `SELECT ${COLUMNS} FROM questionnaire_responses q WHERE q.session_id IN (?)`,
    sessions,
  );
  const known = new WholeLines();
  for (const row of rows) known.add(row);
  const submitted = await submissionsOf(query, sessions);
  return lines.map((admitted) => {
    const { line } = admitted;
    const isNew = submitted.has(line.session_id) ? 'kept' : 'written';
    return { ...admitted, did: known.has(line) ? 'unchanged' : isNew, findings: [], differs: [] };
  });
}

async function submissionsOf(query: Query, sessions: readonly string[]): Promise<Set<string>> {
  const rows = await rowsByKey<{ id: string }>(
    query,
    'SELECT submission_id AS id FROM questionnaire_submissions WHERE submission_id IN (?)',
    sessions,
  );
  return new Set(rows.map(({ id }) => id));
}

async function write(tx: Tx, _context: Context, settled: readonly Settled<QuestionLine>[]): Promise<void> {
  const lines = settled.filter(({ did }) => did === 'written').map(({ line }) => wellFormed(line));
  await insertRows(
    tx,
    'questionnaire_responses',
    lines.map((line) => ({ ...line, answers: line.answers == null ? null : JSON.stringify(line.answers) })),
  );
}

const PAGE = 2_000;

/** In the order in which they were added, which is the sheet's; never what a patient answered. */
async function* pages(query: Query): AsyncGenerator<readonly QuestionLine[], void> {
  let after = '0';
  for (;;) {
    const page = await query<QuestionLine & { response_id: string }>(LINES, [after]);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page.map(({ response_id, ...line }) => line);
    after = last.response_id;
  }
}

const LINES = `SELECT q.response_id, ${COLUMNS} FROM questionnaire_responses q
  WHERE q.response_id > ? AND q.customer_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM questionnaire_submissions s WHERE s.submission_id = q.session_id)
  ORDER BY q.response_id LIMIT ${PAGE}`;
