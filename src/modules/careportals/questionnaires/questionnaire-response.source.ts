import { before, exactly, from } from '../../../platform/read/filters.ts';
import { nodeColumns } from '../../../platform/read/node-id.ts';
import { type Source, tableColumns } from '../../../platform/read/source.ts';
import { access } from '../access.ts';
import { ofCustomer } from '../customers/customer.source.ts';

export const questionnaireResponses: Source = {
  type: 'QuestionnaireResponse',
  idPrefix: 'response',
  from: ['questionnaire_responses q'],
  columns: {
    ...nodeColumns('response', 'q'),
    ...tableColumns('q', {
      responseId: 'bigint',
      questionnaireId: 'text',
      sessionId: 'text',
      customerId: 'id',
      questionIndex: 'int',
      questionType: 'text',
      answerDataType: 'text',
      answerCount: 'int',
      answers: 'heavyJson',
      compositeKey: 'text',
      createdAt: 'instant',
    }),
  },
  key: 'responseId',
  sorts: ['createdAt', 'responseId'],
  filters: {
    questionnaireId: exactly('questionnaireId', 'q.questionnaire_id', 'text'),
    sessionId: exactly('sessionId', 'q.session_id', 'text'),
    customerId: ofCustomer('customerId', 'q.customer_id'),
    createdFrom: from('createdAt', 'q.created_at'),
    createdBefore: before('createdAt', 'q.created_at'),
  },
  own: 'q.customer_id = ?',
  access: access.QuestionnaireResponse,
};
