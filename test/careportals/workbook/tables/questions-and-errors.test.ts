import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ErrorLine, QuestionLine } from '../../../../src/modules/careportals/workbook/lines.ts';
import { errorsTable } from '../../../../src/modules/careportals/workbook/tables/errors.table.ts';
import { questionsTable } from '../../../../src/modules/careportals/workbook/tables/questions.table.ts';
import { plainQuery, type Query } from '../../../../src/platform/database/query.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { dids, loadLines, settleLines } from '../load-lines.ts';

let database: TestDatabase;
let query: Query;
beforeAll(async () => {
  database = await createTestDatabase();
  query = await plainQuery(database.orm);
});
afterAll(() => database?.drop());

const QUESTION: QuestionLine = {
  questionnaire_id: 'wlus',
  session_id: '66a000000000000000000001',
  question_index: 0,
  question_type: 'direct-text-string',
  answer_data_type: 'string-text',
  answer_count: 1,
  answers: { b: 'string-text', a: [1, null] },
  composite_key: 'wlus|0|direct-text-string',
  created_at: '2025-10-01 15:00:00.000',
};

async function allOf<Line>(pages: AsyncGenerator<readonly Line[], void>): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const page of pages) lines.push(...page);
  return lines;
}

test('questions are added once, however their JSON is ordered, and a difference anywhere makes another', async () => {
  const lines = [QUESTION, { ...QUESTION, answers: 'a {{fragment' }, { ...QUESTION, answers: null, question_index: 3 }];
  expect(dids(await loadLines(database.orm, questionsTable, lines))).toEqual(['written', 'written', 'written']);
  const turned = { ...QUESTION, answers: { a: [1, null], b: 'string-text' } };
  const again = [turned, ...lines, { ...QUESTION, answer_count: 2 }];
  const settled = await settleLines(database.orm, questionsTable, again);
  expect(dids(settled)).toEqual(['unchanged', 'unchanged', 'unchanged', 'unchanged', 'written']);
  expect(await allOf(questionsTable.pages(query, 'questionnaire_structure'))).toEqual(lines);
});

test('what a patient submitted stays as it is and is not of the workbook', async () => {
  const session = '66a000000000000000000002';
  await query(
    `INSERT INTO questionnaire_submissions (submission_id, questionnaire_type, created_at, updated_at, told_at)
      VALUES (?, 'wlus', '2026-01-01', '2026-01-01', '{}')`,
    [session],
  );
  await query(
    `INSERT INTO questionnaire_responses (questionnaire_id, session_id, question_index, question_type,
      answer_data_type, answer_count, answers, composite_key) VALUES ('wlus', ?, 0, 'x', 'y', 1, '{}', 'wlus|0|x')`,
    [session],
  );
  const settled = await loadLines(database.orm, questionsTable, [{ ...QUESTION, session_id: session }]);
  expect(dids(settled)).toEqual(['kept']);
  const ours = await allOf(questionsTable.pages(query, 'questionnaire_structure'));
  expect(ours.map(({ session_id }) => session_id)).not.toContain(session);
});

test('half a character is stored as MySQL can, and found again', async () => {
  const line = { ...QUESTION, session_id: '66a000000000000000000003', answers: { text: 'broken \ud83d' } };
  expect(dids(await loadLines(database.orm, questionsTable, [line]))).toEqual(['written']);
  expect(dids(await settleLines(database.orm, questionsTable, [line]))).toEqual(['unchanged']);
});

test('a row with milliseconds is found by them and by its second, and by no other time', async () => {
  const line = { ...QUESTION, session_id: '66a000000000000000000004', created_at: '2025-10-01 15:00:00.250' };
  await loadLines(database.orm, questionsTable, [line]);
  const times = ['00.250', '00.000', '00.251', '01.000'];
  const lines = times.map((time) => ({ ...line, created_at: `2025-10-01 15:00:${time}` }));
  const settled = await settleLines(database.orm, questionsTable, lines);
  expect(dids(settled)).toEqual(['unchanged', 'unchanged', 'written', 'written']);
});

test('errors are added once, and our own log is not of the workbook', async () => {
  await query("INSERT INTO error_logs (error_type, error_message, trigger_source) VALUES ('ours', 'x', 'order:1')");
  const line: ErrorLine = {
    occurred_at: '2025-09-01 12:00:00.000',
    error_type: 'TypeError',
    error_message: 'it broke',
    raw_data: { _id: '1', nested: { z: 1, a: 2 } },
    trigger: 'paused',
  };
  const lines = [line, { ...line, trigger: null, raw_data: 'not JSON', error_message: '' }];
  expect(dids(await loadLines(database.orm, errorsTable, lines))).toEqual(['written', 'written']);
  expect(dids(await settleLines(database.orm, errorsTable, lines))).toEqual(['unchanged', 'unchanged']);
  expect(await allOf(errorsTable.pages(query, 'Subscription_Errors'))).toEqual(lines);
});
