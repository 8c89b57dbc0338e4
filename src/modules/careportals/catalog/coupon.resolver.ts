import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../../../platform/context.ts';
import { connectionType } from '../../../platform/graphql/connection.type.ts';
import { findOne } from '../../../platform/graphql/find-one.ts';
import { type ListArguments, pageArgs } from '../../../platform/graphql/list-args.ts';
import { RootList, RootOne, ToMany } from '../../../platform/read/plan/declare.ts';
import type { Row } from '../../../platform/read/reader.ts';
import { edges } from '../edges.ts';
import { OrderConnection } from '../orders/order.connection.ts';
import { OrderListArgs } from '../orders/order.input.ts';
import { CouponListArgs } from './catalog.input.ts';
import { coupons } from './coupon.source.ts';
import { CouponType } from './coupon.type.ts';

const CouponConnection = connectionType(CouponType, 'Coupon');

@Resolver(() => CouponType)
export class CouponResolver {
  @RootOne('id', 'couponCode')
  @Query(() => CouponType, {
    nullable: true,
    description: 'One coupon, by exactly one argument; null if there is none that you may see.',
  })
  coupon(
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
    @Arg('id', () => ID, { nullable: true, description: 'The node id.' }) id?: string,
    @Arg('couponCode', () => ID, { nullable: true, description: 'The code.' }) couponCode?: string,
  ): Promise<Row | null> {
    return findOne(context, coupons, { id, couponCode }, info);
  }

  @RootList()
  @Query(() => CouponConnection, { description: 'Discount codes; a customer sees those of the own orders.' })
  coupons(
    @Ctx() { reader }: Context,
    @Info() info: GraphQLResolveInfo,
    @Args(() => CouponListArgs) args: ListArguments,
  ) {
    return reader.list(coupons, pageArgs(args), info);
  }

  @ToMany(edges.couponOrders)
  @FieldResolver(() => OrderConnection, { description: 'The orders that used this code and that you may see.' })
  orders(@Root() coupon: Row, @Ctx() { reader }: Context, @Args(() => OrderListArgs) args: ListArguments) {
    return reader.toMany(edges.couponOrders, coupon, pageArgs(args));
  }
}
