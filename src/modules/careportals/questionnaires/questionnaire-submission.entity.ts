import { defineEntity } from '@mikro-orm/core';
import { column } from '../../../platform/database/column.ts';

/** A submission as it was told, also one that a newer one of the same day replaces. */
export const QuestionnaireSubmission = defineEntity({
  name: 'QuestionnaireSubmission',
  tableName: 'questionnaire_submissions',
  properties: {
    submissionId: column.text().primary(),
    customerId: column.text().nullable(),
    emrCustomerId: column.text().nullable(),
    questionnaireType: column.text(),
    answers: column.json().nullable(),
    createdAt: column.instant(),
    updatedAt: column.instant(),
    toldAt: column.json(),
  },
});
