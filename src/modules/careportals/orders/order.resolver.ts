import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { type Context, causeOf, requireRole } from '../../../platform/context.ts';
import { inTransaction } from '../../../platform/database/transaction.ts';
import { connectionType } from '../../../platform/graphql/connection.type.ts';
import { findOne } from '../../../platform/graphql/find-one.ts';
import { type ListArguments, pageArgs } from '../../../platform/graphql/list-args.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';
import { From, RootList, RootOne, ToMany, ToOne } from '../../../platform/read/plan/declare.ts';
import type { Row } from '../../../platform/read/reader.ts';
import { coupons } from '../catalog/coupon.source.ts';
import { CouponType } from '../catalog/coupon.type.ts';
import { products } from '../catalog/product.source.ts';
import { ProductType } from '../catalog/product.type.ts';
import { addresses } from '../customers/address.source.ts';
import { AddressType } from '../customers/address.type.ts';
import { customers } from '../customers/customer.source.ts';
import { CustomerType } from '../customers/customer.type.ts';
import { edges } from '../edges.ts';
import { PaymentConnection } from '../payments/payment.connection.ts';
import { PaymentListArgs, RefundListArgs } from '../payments/payment.input.ts';
import { RefundConnection } from '../payments/refund.connection.ts';
import type { Tx } from '../tables.ts';
import { OrderConnection } from './order.connection.ts';
import { OrderListArgs, OrderStatusUpdateListArgs, UpdateOrderStatusInput } from './order.input.ts';
import { orders } from './order.source.ts';
import { OrderType } from './order.type.ts';
import { OrderStatus, orderStatusOf } from './order-status.ts';
import { OrderCancellationType, OrderStatusUpdateType, UpdateOrderStatusPayload } from './order-status.type.ts';
import { historyOfOrder, orderCancellations, orderStatusUpdates } from './order-status-update.source.ts';
import { updateOrderStatus } from './update-order-status.ts';

const OrderStatusUpdateConnection = connectionType(OrderStatusUpdateType, 'OrderStatusUpdate');

@Resolver(() => OrderType)
export class OrderResolver {
  @RootOne('id', 'orderId')
  @Query(() => OrderType, {
    nullable: true,
    description: 'One order, by exactly one argument; null if there is none that you may see.',
  })
  order(
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
    @Arg('id', () => ID, { nullable: true, description: 'The node id.' }) id?: string,
    @Arg('orderId', () => ID, { nullable: true, description: 'The order number.' }) orderId?: string,
  ): Promise<Row | null> {
    return findOne(context, orders, { id, orderId }, info);
  }

  @RootList()
  @Query(() => OrderConnection, { description: 'Orders, newest first.' })
  orders(@Ctx() { reader }: Context, @Info() info: GraphQLResolveInfo, @Args(() => OrderListArgs) args: ListArguments) {
    return reader.list(orders, pageArgs(args), info);
  }

  @Mutation(() => UpdateOrderStatusPayload, {
    description: "Sets an order's status by hand (support, admin). It joins the history with the present time.",
  })
  async updateOrderStatus(
    @Ctx() context: Context,
    @Arg('input', () => UpdateOrderStatusInput, { description: 'Which order, and what to set.' })
    input: UpdateOrderStatusInput,
  ) {
    requireRole(context, 'support', 'admin');
    const result = await inTransaction(context.orm, (tx: Tx) => updateOrderStatus(tx, causeOf(context), input));
    context.reader.forget();
    context.live.wake();
    return {
      order: await context.reader.one(orders, 'orderId', input.orderId),
      statusUpdate:
        result.updateId === null ? null : await context.reader.one(orderStatusUpdates, 'updateId', result.updateId),
      userErrors: result.refusals,
    };
  }

  @From('currentStatus')
  @FieldResolver(() => OrderStatus, {
    nullable: true,
    description: 'Its current status; null before the first is known.',
  })
  status(@Root() order: Row): OrderStatus | null {
    return orderStatusOf(order.currentStatus as string | null);
  }

  @From('currentStatus')
  @FieldResolver(() => String, { nullable: true, description: 'Its current status as it is stored.' })
  rawStatus(@Root() order: Row): unknown {
    return order.currentStatus;
  }

  @From('currentStatusAt')
  @FieldResolver(() => DateTimeISO, {
    nullable: true,
    description: "When its current status was told, by the sender's clock.",
  })
  statusUpdatedAt(@Root() order: Row): unknown {
    return order.currentStatusAt;
  }

  @From()
  @FieldResolver(() => String, { description: 'Currency of its amounts.' })
  currency(): string {
    return 'USD';
  }

  @ToOne({ to: customers, field: 'customerId', key: 'customerId' })
  @FieldResolver(() => CustomerType, { nullable: true, description: 'Who placed it.' })
  customer(@Root() order: Row, @Ctx() { reader }: Context) {
    return reader.toOne(customers, 'customerId', order.customerId);
  }

  @ToOne({ to: products, field: 'productId', key: 'productId' })
  @FieldResolver(() => ProductType, { nullable: true, description: 'Its first product; older orders have none.' })
  product(@Root() order: Row, @Ctx() { reader }: Context) {
    return reader.toOne(products, 'productId', order.productId);
  }

  @ToOne({ to: coupons, field: 'couponCode', key: 'couponCode' })
  @FieldResolver(() => CouponType, { nullable: true, description: 'The coupon that was used.' })
  coupon(@Root() order: Row, @Ctx() { reader }: Context) {
    return reader.toOne(coupons, 'couponCode', order.couponCode);
  }

  @ToOne({ to: addresses, field: 'addressId', key: 'shippingAddressId' })
  @FieldResolver(() => AddressType, {
    nullable: true,
    description: 'The building it goes to; the ship-to fields say which apartment.',
  })
  shippingAddress(@Root() order: Row, @Ctx() { reader }: Context) {
    return reader.toOne(addresses, 'addressId', order.shippingAddressId);
  }

  @ToMany(edges.orderPayments)
  @FieldResolver(() => PaymentConnection, { description: 'What was paid for it, failed attempts included.' })
  payments(@Root() order: Row, @Ctx() { reader }: Context, @Args(() => PaymentListArgs) args: ListArguments) {
    return reader.toMany(edges.orderPayments, order, pageArgs(args));
  }

  @ToMany(edges.orderRefunds)
  @FieldResolver(() => RefundConnection, { description: 'What was given back of its payments.' })
  refunds(@Root() order: Row, @Ctx() { reader }: Context, @Args(() => RefundListArgs) args: ListArguments) {
    return reader.toMany(edges.orderRefunds, order, pageArgs(args));
  }

  @ToMany(historyOfOrder)
  @FieldResolver(() => OrderStatusUpdateConnection, { description: 'Its history, newest first.' })
  statusHistory(
    @Root() order: Row,
    @Ctx() { reader }: Context,
    @Args(() => OrderStatusUpdateListArgs) args: ListArguments,
  ) {
    return reader.toMany(historyOfOrder, order, pageArgs(args));
  }

  @ToOne({ to: orderCancellations, field: 'orderId', key: 'orderId' })
  @FieldResolver(() => OrderCancellationType, { nullable: true, description: 'That it was cancelled, if it was.' })
  cancellation(@Root() order: Row, @Ctx() { reader }: Context) {
    return reader.toOne(orderCancellations, 'orderId', order.orderId);
  }
}

@Resolver(() => OrderStatusUpdateType)
export class OrderStatusUpdateResolver {
  @From('updatedStatus')
  @FieldResolver(() => OrderStatus, { description: 'The status that was told.' })
  status(@Root() update: Row): OrderStatus | null {
    return orderStatusOf(update.updatedStatus as string);
  }

  @From('updatedStatus')
  @FieldResolver(() => String, { description: 'The status as it is stored.' })
  rawStatus(@Root() update: Row): unknown {
    return update.updatedStatus;
  }

  @From('previousStatus')
  @FieldResolver(() => OrderStatus, {
    nullable: true,
    description: 'What the current status was before; null if this did not change it.',
  })
  previousStatus(@Root() update: Row): OrderStatus | null {
    return orderStatusOf(update.previousStatus as string | null);
  }

  @ToOne({ to: orders, field: 'orderId', key: 'orderId' })
  @FieldResolver(() => OrderType, { nullable: true, description: 'The order it is about.' })
  order(@Root() update: Row, @Ctx() { reader }: Context) {
    return reader.toOne(orders, 'orderId', update.orderId);
  }
}

@Resolver(() => OrderCancellationType)
export class OrderCancellationResolver {
  @ToOne({ to: orders, field: 'orderId', key: 'orderId' })
  @FieldResolver(() => OrderType, { nullable: true, description: 'The order that was cancelled.' })
  order(@Root() cancellation: Row, @Ctx() { reader }: Context) {
    return reader.toOne(orders, 'orderId', cancellation.orderId);
  }
}
