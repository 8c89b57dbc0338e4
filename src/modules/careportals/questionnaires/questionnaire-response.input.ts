import { Field, ID, InputType } from 'type-graphql';
import { sortInput } from '../../../platform/graphql/connection.type.ts';
import { listArgs } from '../../../platform/graphql/list-args.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';

@InputType({ description: 'Which answers. A list means any of these.' })
export class QuestionnaireResponseFilter {
  @Field(() => [String], { nullable: true, description: 'By questionnaire.' })
  questionnaireId?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'By submission.' })
  sessionId?: string[] | null;

  @Field(() => ID, { nullable: true, description: 'By any CarePortals id the customer ever had.' })
  customerId?: string | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Given at or after.' })
  createdFrom?: Date | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Given before.' })
  createdBefore?: Date | null;
}

export const QuestionnaireResponseSort = sortInput('QuestionnaireResponse', {
  createdAt: 'When it was given.',
  responseId: 'Our number for it.',
});

export const QuestionnaireResponseListArgs = listArgs(QuestionnaireResponseFilter, QuestionnaireResponseSort);
