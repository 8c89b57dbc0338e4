import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../../../platform/context.ts';
import { type ListArguments, pageArgs } from '../../../platform/graphql/list-args.ts';
import { JsonValue } from '../../../platform/graphql/scalars.ts';
import { Column, RootList, ToOne } from '../../../platform/read/plan/declare.ts';
import type { Row } from '../../../platform/read/reader.ts';
import { customers } from '../customers/customer.source.ts';
import { CustomerType } from '../customers/customer.type.ts';
import { QuestionnaireResponseConnection } from './questionnaire-response.connection.ts';
import { QuestionnaireResponseListArgs } from './questionnaire-response.input.ts';
import { questionnaireResponses } from './questionnaire-response.source.ts';
import { QuestionnaireResponseType } from './questionnaire-response.type.ts';

@Resolver(() => QuestionnaireResponseType)
export class QuestionnaireResponseResolver {
  @RootList()
  @Query(() => QuestionnaireResponseConnection, { description: 'Answers of questionnaires, newest first.' })
  questionnaireResponses(
    @Ctx() { reader }: Context,
    @Info() info: GraphQLResolveInfo,
    @Args(() => QuestionnaireResponseListArgs) args: ListArguments,
  ) {
    return reader.list(questionnaireResponses, pageArgs(args), info);
  }

  @Column('answers')
  @FieldResolver(() => JsonValue, { nullable: true, description: 'The answers as they were sent.' })
  answers(@Root() response: Row, @Ctx() { reader }: Context) {
    return reader.heavy(questionnaireResponses, 'answers', response);
  }

  @ToOne({ to: customers, field: 'customerId', key: 'customerId' })
  @FieldResolver(() => CustomerType, {
    nullable: true,
    description: 'Who answered; null in the old catalogue of questions.',
  })
  customer(@Root() response: Row, @Ctx() { reader }: Context) {
    return reader.toOne(customers, 'customerId', response.customerId);
  }
}
