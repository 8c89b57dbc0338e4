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
import { CareSubscriptionConnection } from '../subscriptions/subscription.connection.ts';
import { SubscriptionListArgs } from '../subscriptions/subscription.input.ts';
import { ProductListArgs } from './catalog.input.ts';
import { products } from './product.source.ts';
import { ProductType } from './product.type.ts';

const ProductConnection = connectionType(ProductType, 'Product');

@Resolver(() => ProductType)
export class ProductResolver {
  @RootOne('id', 'productId')
  @Query(() => ProductType, {
    nullable: true,
    description: 'One product, by exactly one argument; null if there is none.',
  })
  product(
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
    @Arg('id', () => ID, { nullable: true, description: 'The node id.' }) id?: string,
    @Arg('productId', () => ID, { nullable: true, description: 'The product id in CarePortals.' }) productId?: string,
  ): Promise<Row | null> {
    return findOne(context, products, { id, productId }, info);
  }

  @RootList()
  @Query(() => ProductConnection, { description: 'The medication plans that are or were sold.' })
  products(
    @Ctx() { reader }: Context,
    @Info() info: GraphQLResolveInfo,
    @Args(() => ProductListArgs) args: ListArguments,
  ) {
    return reader.list(products, pageArgs(args), info);
  }

  @ToMany(edges.productOrders)
  @FieldResolver(() => OrderConnection, { description: 'The orders of this product that you may see.' })
  orders(@Root() product: Row, @Ctx() { reader }: Context, @Args(() => OrderListArgs) args: ListArguments) {
    return reader.toMany(edges.productOrders, product, pageArgs(args));
  }

  @ToMany(edges.productSubscriptions)
  @FieldResolver(() => CareSubscriptionConnection, {
    description: 'The subscriptions to this product that you may see.',
  })
  subscriptions(
    @Root() product: Row,
    @Ctx() { reader }: Context,
    @Args(() => SubscriptionListArgs) args: ListArguments,
  ) {
    return reader.toMany(edges.productSubscriptions, product, pageArgs(args));
  }
}
