import { defineEntity } from '@mikro-orm/core';
import { column } from '../../../platform/database/column.ts';

export const QuestionnaireResponse = defineEntity({
  name: 'QuestionnaireResponse',
  tableName: 'questionnaire_responses',
  properties: {
    responseId: column.bigint().primary().autoincrement(),
    publicId: column.publicId(),
    questionnaireId: column.text(),
    sessionId: column.text(),
    customerId: column.text().nullable(),
    questionIndex: column.int(),
    questionType: column.text(),
    answerDataType: column.text(),
    answerCount: column.int(),
    answers: column.json().nullable(),
    compositeKey: column.text(),
    createdAt: column.instant().defaultRaw('CURRENT_TIMESTAMP(3)'),
  },
});
