import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../../../platform/context.ts';
import { findOne } from '../../../platform/graphql/find-one.ts';
import { type ListArguments, pageArgs } from '../../../platform/graphql/list-args.ts';
import { RootList, RootOne, ToMany, ToOne } from '../../../platform/read/plan/declare.ts';
import type { Row } from '../../../platform/read/reader.ts';
import { edges } from '../edges.ts';
import { OrderConnection } from '../orders/order.connection.ts';
import { OrderListArgs } from '../orders/order.input.ts';
import { orders } from '../orders/order.source.ts';
import { OrderType } from '../orders/order.type.ts';
import { PaymentConnection } from './payment.connection.ts';
import { PaymentListArgs, RefundListArgs } from './payment.input.ts';
import { payments } from './payment.source.ts';
import { PaymentType } from './payment.type.ts';
import { RefundConnection } from './refund.connection.ts';
import { refunds } from './refund.source.ts';
import { RefundType } from './refund.type.ts';

@Resolver(() => PaymentType)
export class PaymentResolver {
  @RootOne('id', 'paymentId', 'chargeId')
  @Query(() => PaymentType, {
    nullable: true,
    description: 'One payment, by exactly one argument; null if there is none that you may see.',
  })
  payment(
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
    @Arg('id', () => ID, { nullable: true, description: 'The node id.' }) id?: string,
    @Arg('paymentId', () => ID, { nullable: true, description: 'Our number for it.' }) paymentId?: string,
    @Arg('chargeId', () => ID, { nullable: true, description: 'The Stripe charge id.' }) chargeId?: string,
  ): Promise<Row | null> {
    return findOne(context, payments, { id, paymentId, chargeId }, info);
  }

  @RootList()
  @Query(() => PaymentConnection, { description: 'Payments, newest first, failed attempts included.' })
  payments(
    @Ctx() { reader }: Context,
    @Info() info: GraphQLResolveInfo,
    @Args(() => PaymentListArgs) args: ListArguments,
  ) {
    return reader.list(payments, pageArgs(args), info);
  }

  @ToOne({ to: orders, field: 'orderId', key: 'orderId' })
  @FieldResolver(() => OrderType, {
    nullable: true,
    description: 'The order it pays for; the first one, if it pays for several.',
  })
  order(@Root() payment: Row, @Ctx() { reader }: Context) {
    return reader.toOne(orders, 'orderId', payment.orderId);
  }

  @ToMany(edges.paymentOrders)
  @FieldResolver(() => OrderConnection, { description: 'All orders it pays for: one cart can become several.' })
  orders(@Root() payment: Row, @Ctx() { reader }: Context, @Args(() => OrderListArgs) args: ListArguments) {
    return reader.toMany(edges.paymentOrders, payment, pageArgs(args));
  }

  @ToMany(edges.paymentRefunds)
  @FieldResolver(() => RefundConnection, { description: 'What was given back of it.' })
  refunds(@Root() payment: Row, @Ctx() { reader }: Context, @Args(() => RefundListArgs) args: ListArguments) {
    return reader.toMany(edges.paymentRefunds, payment, pageArgs(args));
  }
}

@Resolver(() => RefundType)
export class RefundResolver {
  @RootOne('id', 'refundId', 'stripeRefundId')
  @Query(() => RefundType, {
    nullable: true,
    description: 'One refund, by exactly one argument; null if there is none that you may see.',
  })
  refund(
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
    @Arg('id', () => ID, { nullable: true, description: 'The node id.' }) id?: string,
    @Arg('refundId', () => ID, { nullable: true, description: 'Our number for it.' }) refundId?: string,
    @Arg('stripeRefundId', () => ID, { nullable: true, description: 'The Stripe refund id.' }) stripeRefundId?: string,
  ): Promise<Row | null> {
    return findOne(context, refunds, { id, refundId, stripeRefundId }, info);
  }

  @RootList()
  @Query(() => RefundConnection, { description: 'Refunds, newest first.' })
  refunds(
    @Ctx() { reader }: Context,
    @Info() info: GraphQLResolveInfo,
    @Args(() => RefundListArgs) args: ListArguments,
  ) {
    return reader.list(refunds, pageArgs(args), info);
  }

  @ToOne({ to: payments, field: 'chargeId', key: 'chargeId' })
  @FieldResolver(() => PaymentType, { nullable: true, description: 'The payment it belongs to.' })
  payment(@Root() refund: Row, @Ctx() { reader }: Context) {
    return reader.toOne(payments, 'chargeId', refund.chargeId);
  }
}
