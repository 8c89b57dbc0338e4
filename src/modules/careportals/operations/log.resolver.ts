import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../../../platform/context.ts';
import { connectionType } from '../../../platform/graphql/connection.type.ts';
import { type ListArguments, pageArgs } from '../../../platform/graphql/list-args.ts';
import { JsonValue } from '../../../platform/graphql/scalars.ts';
import { Column, RootList, ToOne } from '../../../platform/read/plan/declare.ts';
import type { Row } from '../../../platform/read/reader.ts';
import { ErrorLogListArgs, WebhookLogListArgs } from './log.input.ts';
import { errorLogs, webhookLogs } from './log.source.ts';
import { ErrorLogType, PAYLOAD, WebhookLogType } from './log.type.ts';
import { webhookDeliveries } from './webhook-delivery.source.ts';
import { WebhookDeliveryType } from './webhook-delivery.type.ts';

export const WebhookLogConnection = connectionType(WebhookLogType, 'WebhookLog');
const ErrorLogConnection = connectionType(ErrorLogType, 'ErrorLog');

@Resolver(() => WebhookLogType)
export class WebhookLogResolver {
  @RootList()
  @Query(() => WebhookLogConnection, { description: 'Each attempt to apply a webhook delivery, newest first.' })
  webhookLogs(
    @Ctx() { reader }: Context,
    @Info() info: GraphQLResolveInfo,
    @Args(() => WebhookLogListArgs) args: ListArguments,
  ) {
    return reader.list(webhookLogs, pageArgs(args), info);
  }

  @ToOne({ to: webhookDeliveries, field: 'inboxId', key: 'inboxId' })
  @FieldResolver(() => WebhookDeliveryType, {
    nullable: true,
    description: 'The delivery that was to be applied; null once the inbox has forgotten it.',
  })
  delivery(@Root() log: Row, @Ctx() { reader }: Context) {
    return reader.toOne(webhookDeliveries, 'inboxId', log.inboxId);
  }

  @Column('payload')
  @FieldResolver(() => JsonValue, { nullable: true, description: PAYLOAD })
  payload(@Root() log: Row, @Ctx() { reader }: Context) {
    return reader.heavy(webhookLogs, 'payload', log);
  }
}

@Resolver(() => ErrorLogType)
export class ErrorLogResolver {
  @RootList()
  @Query(() => ErrorLogConnection, { description: 'What was found wrong, newest first. For admins only.' })
  errorLogs(
    @Ctx() { reader }: Context,
    @Info() info: GraphQLResolveInfo,
    @Args(() => ErrorLogListArgs) args: ListArguments,
  ) {
    return reader.list(errorLogs, pageArgs(args), info);
  }

  @Column('rawData')
  @FieldResolver(() => JsonValue, { nullable: true, description: 'The data it is about.' })
  rawData(@Root() log: Row, @Ctx() { reader }: Context) {
    return reader.heavy(errorLogs, 'rawData', log);
  }

  @Column('stackTrace')
  @FieldResolver(() => String, { nullable: true, description: 'Where in the code it happened.' })
  stackTrace(@Root() log: Row, @Ctx() { reader }: Context) {
    return reader.heavy(errorLogs, 'stackTrace', log);
  }
}
