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
import { addresses } from './address.source.ts';
import { AddressType } from './address.type.ts';
import { AddressListArgs } from './customer.input.ts';

const AddressConnection = connectionType(AddressType, 'Address');

@Resolver(() => AddressType)
export class AddressResolver {
  @RootOne('id', 'addressId')
  @Query(() => AddressType, {
    nullable: true,
    description: 'One address, by exactly one argument; null if there is none that you may see.',
  })
  address(
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
    @Arg('id', () => ID, { nullable: true, description: 'The node id.' }) id?: string,
    @Arg('addressId', () => ID, { nullable: true, description: 'The address id.' }) addressId?: string,
  ): Promise<Row | null> {
    return findOne(context, addresses, { id, addressId }, info);
  }

  @RootList()
  @Query(() => AddressConnection, { description: 'Addresses that orders were shipped to.' })
  addresses(
    @Ctx() { reader }: Context,
    @Info() info: GraphQLResolveInfo,
    @Args(() => AddressListArgs) args: ListArguments,
  ) {
    return reader.list(addresses, pageArgs(args), info);
  }

  @ToMany(edges.addressOrders)
  @FieldResolver(() => OrderConnection, { description: 'The orders shipped to this building.' })
  orders(@Root() address: Row, @Ctx() { reader }: Context, @Args(() => OrderListArgs) args: ListArguments) {
    return reader.toMany(edges.addressOrders, address, pageArgs(args));
  }
}
