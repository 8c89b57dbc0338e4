import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Node } from '../../../platform/graphql/connection.type.ts';
import { DateTimeISO, JsonValue } from '../../../platform/graphql/scalars.ts';

@ObjectType('QuestionnaireResponse', {
  implements: Node,
  description: 'One answer of a questionnaire, or one line of the old catalogue of questions.',
})
export class QuestionnaireResponseType extends Node {
  @Field(() => ID, { description: 'Our number for it.' })
  responseId!: string;

  @Field(() => String, { description: 'Which questionnaire.' })
  questionnaireId!: string;

  @Field(() => String, { description: 'Which submission.' })
  sessionId!: string;

  @Field(() => Int, { description: 'Position of the question.' })
  questionIndex!: number;

  @Field(() => String, { description: 'Kind of question.' })
  questionType!: string;

  @Field(() => String, { description: 'Shape of the answer.' })
  answerDataType!: string;

  @Field(() => Int, { description: 'How many answers were given.' })
  answerCount!: number;

  @Field(() => JsonValue, { nullable: true, description: 'The answers as they were sent.' })
  answers!: unknown;

  @Field(() => String, { description: 'Questionnaire, position and kind in one text.' })
  compositeKey!: string;

  @Field(() => DateTimeISO, { description: 'When it was given.' })
  createdAt!: string;
}
