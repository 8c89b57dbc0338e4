import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../../../platform/context.ts';
import { findOne } from '../../../platform/graphql/find-one.ts';
import { type ListArguments, pageArgs } from '../../../platform/graphql/list-args.ts';
import { Column, From, RootList, RootOne, ToMany, ToOne } from '../../../platform/read/plan/declare.ts';
import type { Row } from '../../../platform/read/reader.ts';
import { EMR_PROFILE } from '../customers/customer.resolver.ts';
import { customers } from '../customers/customer.source.ts';
import { CustomerType } from '../customers/customer.type.ts';
import { edges } from '../edges.ts';
import { MessageListArgs } from './message.input.ts';
import { messages } from './message.source.ts';
import { MessageConnection, MessageType } from './message.type.ts';

@Resolver(() => MessageType)
export class MessageResolver {
  @RootOne('id', 'messageId')
  @Query(() => MessageType, {
    nullable: true,
    description: 'One message, by exactly one argument; null if there is none that you may see.',
  })
  message(
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
    @Arg('id', () => ID, { nullable: true, description: 'The node id.' }) id?: string,
    @Arg('messageId', () => ID, { nullable: true, description: 'The message id in CarePortals.' }) messageId?: string,
  ): Promise<Row | null> {
    return findOne(context, messages, { id, messageId }, info);
  }

  @RootList()
  @Query(() => MessageConnection, { description: 'Messages from and to customers, newest first.' })
  messages(
    @Ctx() { reader }: Context,
    @Info() info: GraphQLResolveInfo,
    @Args(() => MessageListArgs) args: ListArguments,
  ) {
    return reader.list(messages, pageArgs(args), info);
  }

  @Column('content')
  @FieldResolver(() => String, { nullable: true, description: 'The text.' })
  content(@Root() message: Row, @Ctx() { reader }: Context) {
    return reader.heavy(messages, 'content', message);
  }

  @From('emrProfileUrl')
  @FieldResolver(() => String, { nullable: true, description: 'The customer in CarePortals, for the browser.' })
  emrProfileUrl(@Root() { emrProfileUrl }: Row): string | null {
    return emrProfileUrl === null ? null : `${EMR_PROFILE}${emrProfileUrl}?tab=orders`;
  }

  @ToOne({ to: customers, field: 'customerId', key: 'customerId' })
  @FieldResolver(() => CustomerType, { nullable: true, description: 'Who wrote or got it; null while unknown.' })
  customer(@Root() message: Row, @Ctx() { reader }: Context) {
    return reader.toOne(customers, 'customerId', message.customerId);
  }
}

@Resolver(() => CustomerType)
export class CustomerMessagesResolver {
  @ToMany(edges.customerMessages)
  @FieldResolver(() => MessageConnection, { description: 'The messages from and to this customer.' })
  messages(@Root() customer: Row, @Ctx() { reader }: Context, @Args(() => MessageListArgs) args: ListArguments) {
    return reader.toMany(edges.customerMessages, customer, pageArgs(args));
  }
}
