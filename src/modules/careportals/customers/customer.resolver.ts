import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../../../platform/context.ts';
import { connectionType } from '../../../platform/graphql/connection.type.ts';
import { findOne } from '../../../platform/graphql/find-one.ts';
import { type ListArguments, pageArgs } from '../../../platform/graphql/list-args.ts';
import { oneOf } from '../../../platform/graphql/one-of.ts';
import { From, RootList, RootOne, ToMany } from '../../../platform/read/plan/declare.ts';
import type { Row } from '../../../platform/read/reader.ts';
import { edges } from '../edges.ts';
import { OrderConnection } from '../orders/order.connection.ts';
import { OrderListArgs } from '../orders/order.input.ts';
import { PaymentConnection } from '../payments/payment.connection.ts';
import { PaymentListArgs } from '../payments/payment.input.ts';
import { QuestionnaireResponseConnection } from '../questionnaires/questionnaire-response.connection.ts';
import { QuestionnaireResponseListArgs } from '../questionnaires/questionnaire-response.input.ts';
import { CareSubscriptionConnection } from '../subscriptions/subscription.connection.ts';
import { SubscriptionListArgs } from '../subscriptions/subscription.input.ts';
import { CustomerListArgs } from './customer.input.ts';
import { customers } from './customer.source.ts';
import { CustomerType } from './customer.type.ts';

const CustomerConnection = connectionType(CustomerType, 'Customer');

/** Where support opens the customer in CarePortals. */
export const EMR_PROFILE = 'https://emr.portals.care/customers/';

@Resolver(() => CustomerType)
export class CustomerResolver {
  @RootOne('id', 'customerId', 'email')
  @Query(() => CustomerType, {
    nullable: true,
    description: 'One customer, by exactly one argument; null if there is none that you may see.',
  })
  customer(
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
    @Arg('id', () => ID, { nullable: true, description: 'The node id.' }) id?: string,
    @Arg('customerId', () => ID, { nullable: true, description: 'Any CarePortals id the customer ever had.' })
    customerId?: string,
    @Arg('email', () => String, { nullable: true, description: 'The email, without case.' }) email?: string,
  ): Promise<Row | null> {
    const [name, value] = oneOf({ id, customerId, email });
    if (name === 'id') return findOne(context, customers, { id: value }, info);
    return context.reader.oneWhere(customers, { [name]: value }, info);
  }

  @RootList()
  @Query(() => CustomerConnection, { description: 'Customers, newest first.' })
  customers(
    @Ctx() { reader }: Context,
    @Info() info: GraphQLResolveInfo,
    @Args(() => CustomerListArgs) args: ListArguments,
  ) {
    return reader.list(customers, pageArgs(args), info);
  }

  @From('emrProfileUrl')
  @FieldResolver(() => String, { nullable: true, description: 'The customer in CarePortals, for the browser.' })
  emrProfileUrl(@Root() customer: Row): string | null {
    return customer.emrProfileUrl === null ? null : `${EMR_PROFILE}${customer.emrProfileUrl}?tab=orders`;
  }

  @ToMany(edges.customerOrders)
  @FieldResolver(() => OrderConnection, { description: 'The orders of this customer.' })
  orders(@Root() customer: Row, @Ctx() { reader }: Context, @Args(() => OrderListArgs) args: ListArguments) {
    return reader.toMany(edges.customerOrders, customer, pageArgs(args));
  }

  @ToMany(edges.customerSubscriptions)
  @FieldResolver(() => CareSubscriptionConnection, {
    description: 'The subscriptions of this customer, in whatever state.',
  })
  subscriptions(
    @Root() customer: Row,
    @Ctx() { reader }: Context,
    @Args(() => SubscriptionListArgs) args: ListArguments,
  ) {
    return reader.toMany(edges.customerSubscriptions, customer, pageArgs(args));
  }

  @ToMany(edges.customerPayments)
  @FieldResolver(() => PaymentConnection, { description: 'The payments for orders of this customer.' })
  payments(@Root() customer: Row, @Ctx() { reader }: Context, @Args(() => PaymentListArgs) args: ListArguments) {
    return reader.toMany(edges.customerPayments, customer, pageArgs(args));
  }

  @ToMany(edges.customerResponses)
  @FieldResolver(() => QuestionnaireResponseConnection, {
    description: 'What this customer answered in questionnaires.',
  })
  questionnaireResponses(
    @Root() customer: Row,
    @Ctx() { reader }: Context,
    @Args(() => QuestionnaireResponseListArgs) args: ListArguments,
  ) {
    return reader.toMany(edges.customerResponses, customer, pageArgs(args));
  }
}
