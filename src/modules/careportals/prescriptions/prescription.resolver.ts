import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../../../platform/context.ts';
import { findOne } from '../../../platform/graphql/find-one.ts';
import { type ListArguments, pageArgs } from '../../../platform/graphql/list-args.ts';
import { Column, RootList, RootOne, ToMany, ToOne } from '../../../platform/read/plan/declare.ts';
import type { Row } from '../../../platform/read/reader.ts';
import { customers } from '../customers/customer.source.ts';
import { CustomerType } from '../customers/customer.type.ts';
import { edges } from '../edges.ts';
import { OrderConnection } from '../orders/order.connection.ts';
import { OrderListArgs } from '../orders/order.input.ts';
import { OrderType } from '../orders/order.type.ts';
import { PrescriptionListArgs } from './prescription.input.ts';
import { prescriptions } from './prescription.source.ts';
import {
  PrescribedDrugType,
  PrescriptionConnection,
  PrescriptionFulfillmentType,
  PrescriptionType,
} from './prescription.type.ts';

@Resolver(() => PrescriptionType)
export class PrescriptionResolver {
  @RootOne('id', 'prescriptionId')
  @Query(() => PrescriptionType, {
    nullable: true,
    description: 'One prescription, by exactly one argument; null if there is none that you may see.',
  })
  prescription(
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
    @Arg('id', () => ID, { nullable: true, description: 'The node id.' }) id?: string,
    @Arg('prescriptionId', () => ID, { nullable: true, description: 'The prescription id in CarePortals.' })
    prescriptionId?: string,
  ): Promise<Row | null> {
    return findOne(context, prescriptions, { id, prescriptionId }, info);
  }

  @RootList()
  @Query(() => PrescriptionConnection, { description: 'Prescriptions, newest first.' })
  prescriptions(
    @Ctx() { reader }: Context,
    @Info() info: GraphQLResolveInfo,
    @Args(() => PrescriptionListArgs) args: ListArguments,
  ) {
    return reader.list(prescriptions, pageArgs(args), info);
  }

  @Column('drugs')
  @FieldResolver(() => [PrescribedDrugType], {
    nullable: true,
    description: 'What was prescribed; null if it was not said.',
  })
  drugs(@Root() prescription: Row, @Ctx() { reader }: Context) {
    return reader.heavy(prescriptions, 'drugs', prescription);
  }

  @Column('fulfillments')
  @FieldResolver(() => [PrescriptionFulfillmentType], {
    nullable: true,
    description: 'What pharmacies did with it; null if it was not said.',
  })
  fulfillments(@Root() prescription: Row, @Ctx() { reader }: Context) {
    return reader.heavy(prescriptions, 'fulfillments', prescription);
  }

  @ToOne({ to: customers, field: 'customerId', key: 'customerId' })
  @FieldResolver(() => CustomerType, {
    nullable: true,
    description: 'Whose it is; null while the customer is unknown.',
  })
  customer(@Root() prescription: Row, @Ctx() { reader }: Context) {
    return reader.toOne(customers, 'customerId', prescription.customerId);
  }

  @ToMany(edges.prescriptionOrders)
  @FieldResolver(() => OrderConnection, { description: 'The orders that it serves, as far as they are known.' })
  orders(@Root() prescription: Row, @Ctx() { reader }: Context, @Args(() => OrderListArgs) args: ListArguments) {
    return reader.toMany(edges.prescriptionOrders, prescription, pageArgs(args));
  }
}

@Resolver(() => CustomerType)
export class CustomerPrescriptionsResolver {
  @ToMany(edges.customerPrescriptions)
  @FieldResolver(() => PrescriptionConnection, { description: 'The prescriptions of this customer.' })
  prescriptions(
    @Root() customer: Row,
    @Ctx() { reader }: Context,
    @Args(() => PrescriptionListArgs) args: ListArguments,
  ) {
    return reader.toMany(edges.customerPrescriptions, customer, pageArgs(args));
  }
}

@Resolver(() => OrderType)
export class OrderPrescriptionsResolver {
  @ToMany(edges.orderPrescriptions)
  @FieldResolver(() => PrescriptionConnection, { description: 'The prescriptions that serve this order.' })
  prescriptions(@Root() order: Row, @Ctx() { reader }: Context, @Args(() => PrescriptionListArgs) args: ListArguments) {
    return reader.toMany(edges.orderPrescriptions, order, pageArgs(args));
  }
}
