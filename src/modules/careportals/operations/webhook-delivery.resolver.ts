import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../../../platform/context.ts';
import { Node } from '../../../platform/graphql/connection.type.ts';
import { findOne } from '../../../platform/graphql/find-one.ts';
import { type ListArguments, pageArgs } from '../../../platform/graphql/list-args.ts';
import { JsonValue } from '../../../platform/graphql/scalars.ts';
import { Column, RootList, RootOne, Statements, ToMany } from '../../../platform/read/plan/declare.ts';
import type { Row } from '../../../platform/read/reader.ts';
import { edges } from '../edges.ts';
import { WebhookLogListArgs } from './log.input.ts';
import { WebhookLogConnection } from './log.resolver.ts';
import { FailedWebhookListArgs, ParkedWebhookListArgs, WebhookDeliveryListArgs } from './webhook-delivery.input.ts';
import { FAILED, PARKED, webhookDeliveries } from './webhook-delivery.source.ts';
import { PAYLOAD, WebhookDeliveryConnection, WebhookDeliveryType } from './webhook-delivery.type.ts';
import { subjectKinds, subjectsOf } from './webhook-subjects.ts';

@Resolver(() => WebhookDeliveryType)
export class WebhookDeliveryResolver {
  @RootOne('id')
  @Query(() => WebhookDeliveryType, { nullable: true, description: 'One webhook delivery; null if there is none.' })
  webhookDelivery(
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
    @Arg('id', () => ID, { description: 'The node id.' }) id: string,
  ): Promise<Row | null> {
    return findOne(context, webhookDeliveries, { id }, info);
  }

  @RootList()
  @Query(() => WebhookDeliveryConnection, { description: 'What senders delivered, newest first.' })
  webhookDeliveries(
    @Ctx() { reader }: Context,
    @Info() info: GraphQLResolveInfo,
    @Args(() => WebhookDeliveryListArgs) args: ListArguments,
  ) {
    return reader.list(webhookDeliveries, pageArgs(args), info);
  }

  @RootList()
  @Query(() => WebhookDeliveryConnection, {
    description: 'Deliveries that wait for something that has not arrived, who waits longest first.',
  })
  parkedWebhooks(
    @Ctx() { reader }: Context,
    @Info() info: GraphQLResolveInfo,
    @Args(() => ParkedWebhookListArgs) args: ListArguments,
  ) {
    const { sort, ...asked } = pageArgs(args);
    const order = sort ?? { field: 'waitingSince', descending: false };
    return reader.list(webhookDeliveries, { ...asked, sort: order }, info, PARKED);
  }

  @RootList()
  @Query(() => WebhookDeliveryConnection, {
    description:
      'Deliveries that somebody should look at, newest first: given up, not understood, or failed and to be tried again.',
  })
  failedWebhooks(
    @Ctx() { reader }: Context,
    @Info() info: GraphQLResolveInfo,
    @Args(() => FailedWebhookListArgs) args: ListArguments,
  ) {
    return reader.list(webhookDeliveries, pageArgs(args), info, FAILED);
  }

  @Column('payload')
  @FieldResolver(() => JsonValue, { nullable: true, description: PAYLOAD })
  payload(@Root() delivery: Row, @Ctx() { reader }: Context) {
    return reader.heavy(webhookDeliveries, 'payload', delivery);
  }

  @ToMany(edges.deliveryLogs)
  @FieldResolver(() => WebhookLogConnection, { description: 'Its finished attempts, the last first.' })
  logs(@Root() delivery: Row, @Ctx() { reader }: Context, @Args(() => WebhookLogListArgs) args: ListArguments) {
    return reader.toMany(edges.deliveryLogs, delivery, pageArgs(args));
  }

  @Statements(1 + subjectKinds.size)
  @FieldResolver(() => [Node], {
    description: 'The rows that it was applied to, as far as you may see them: what it made or changed.',
  })
  subjects(@Root() delivery: Row, @Ctx() { reader }: Context): Promise<Row[]> {
    return subjectsOf(reader, delivery);
  }
}
