import { connectionType } from '../../../platform/graphql/connection.type.ts';
import { QuestionnaireResponseType } from './questionnaire-response.type.ts';

export const QuestionnaireResponseConnection = connectionType(QuestionnaireResponseType, 'QuestionnaireResponse');
