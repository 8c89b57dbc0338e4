import { canonicalJson } from '../../../../platform/canonical-json.ts';
import { zonedTextCell } from '../convert/eastern-time.ts';
import { id24 } from '../convert/ids.ts';
import { wholeCell, wholeOf } from '../convert/numbers.ts';
import { rawDataCell, rawDataOf } from '../convert/raw-data.ts';
import type { QuestionLine } from '../lines.ts';
import type { Sheet } from '../sheet.ts';
import { joined, needed } from './column.ts';

/** Has no header: its columns are addressed by their letters. G repeats F in quotes, J is one word throughout. */
export const questionsSheet: Sheet<QuestionLine> = {
  name: 'questionnaire_structure',
  tabs: ['questionnaire_structure'],
  required: true,
  hasHeader: false,
  columns: [
    needed('A', 'textTime'),
    needed('B', 'text'),
    needed('C', 'id24'),
    needed('D', 'whole'),
    needed('E', 'text'),
    needed('F', 'text'),
    needed('G', 'text'),
    needed('H', 'json'),
    needed('I', 'whole'),
    needed('J', 'text'),
    needed('K', 'text'),
  ],
  read: (row) => ({
    questionnaire_id: row.neededText('B', 100),
    session_id: row.needed('C', id24),
    question_index: row.needed('D', wholeOf),
    question_type: row.neededText('E', 50),
    answer_data_type: row.neededText('F', 50),
    answer_count: row.needed('I', wholeOf),
    answers: rawDataOf(row.raw('H')).value,
    composite_key: row.neededText('K', 255),
    created_at: row.time('A'),
  }),
  write: (line) => [
    zonedTextCell(line.created_at),
    line.questionnaire_id,
    line.session_id,
    String(line.question_index),
    line.question_type,
    line.answer_data_type,
    `"${line.answer_data_type}"`,
    rawDataCell(line.answers),
    wholeCell(line.answer_count),
    'answers',
    line.composite_key,
  ],
  keyOf: (line) =>
    joined(
      line.created_at,
      line.questionnaire_id,
      line.session_id,
      line.question_index,
      line.question_type,
      line.answer_data_type,
      line.answer_count,
      line.composite_key,
      canonicalJson(line.answers),
    ),
  moneyOf: () => '',
  restOf: () => '',
};
