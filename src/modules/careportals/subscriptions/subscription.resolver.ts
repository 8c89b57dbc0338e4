import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../../../platform/context.ts';
import { connectionType } from '../../../platform/graphql/connection.type.ts';
import { findOne } from '../../../platform/graphql/find-one.ts';
import { type ListArguments, pageArgs } from '../../../platform/graphql/list-args.ts';
import { JsonValue } from '../../../platform/graphql/scalars.ts';
import { Column, From, RootList, RootOne, ToMany, ToOne } from '../../../platform/read/plan/declare.ts';
import type { Row } from '../../../platform/read/reader.ts';
import { products } from '../catalog/product.source.ts';
import { ProductType } from '../catalog/product.type.ts';
import { customers } from '../customers/customer.source.ts';
import { CustomerType } from '../customers/customer.type.ts';
import { edges } from '../edges.ts';
import { isOfAnotherCustomer } from './is-of-another-customer.ts';
import { CareSubscriptionConnection } from './subscription.connection.ts';
import { SubscriptionAuditListArgs, SubscriptionListArgs } from './subscription.input.ts';
import { auditEntries, subscriptions } from './subscription.source.ts';
import { CareSubscriptionStatus, CareSubscriptionType, SubscriptionAuditEntryType } from './subscription.type.ts';
import type { SubscriptionPhase } from './subscription-phase.ts';
import { SubscriptionPhaseType, shownPhase } from './subscription-phase.type.ts';

const SubscriptionAuditEntryConnection = connectionType(SubscriptionAuditEntryType, 'SubscriptionAuditEntry');

@Resolver(() => CareSubscriptionType)
export class SubscriptionResolver {
  @RootOne('id', 'subscriptionId')
  @Query(() => CareSubscriptionType, {
    nullable: true,
    description: 'One subscription, by exactly one argument; null if there is none that you may see.',
  })
  subscription(
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
    @Arg('id', () => ID, { nullable: true, description: 'The node id.' }) id?: string,
    @Arg('subscriptionId', () => ID, { nullable: true, description: 'The subscription id in CarePortals.' })
    subscriptionId?: string,
  ): Promise<Row | null> {
    return findOne(context, subscriptions, { id, subscriptionId }, info);
  }

  @RootList()
  @Query(() => CareSubscriptionConnection, { description: 'Subscriptions in whatever state, newest first.' })
  subscriptions(
    @Ctx() { reader }: Context,
    @Info() info: GraphQLResolveInfo,
    @Args(() => SubscriptionListArgs) args: ListArguments,
  ) {
    return reader.list(subscriptions, pageArgs(args), info);
  }

  @From('state')
  @FieldResolver(() => CareSubscriptionStatus, { description: 'Where it stands.' })
  status(@Root() subscription: Row): CareSubscriptionStatus {
    return subscription.state as CareSubscriptionStatus;
  }

  @From('status')
  @FieldResolver(() => String, { description: 'The status as it is stored; tells `ended` from `cancelled`.' })
  rawStatus(@Root() subscription: Row): unknown {
    return subscription.status;
  }

  @ToOne({ to: customers, field: 'customerId', key: 'customerId' })
  @FieldResolver(() => CustomerType, { nullable: true, description: 'Whose it is; unknown for many old ones.' })
  customer(@Root() subscription: Row, @Ctx() { reader }: Context) {
    return reader.toOne(customers, 'customerId', subscription.customerId);
  }

  @ToOne({ to: products, field: 'productId', key: 'productId' })
  @FieldResolver(() => ProductType, { nullable: true, description: 'What it is for; unknown for many old ones.' })
  product(@Root() subscription: Row, @Ctx() { reader }: Context) {
    return reader.toOne(products, 'productId', subscription.productId);
  }

  @FieldResolver(() => [SubscriptionPhaseType], {
    nullable: true,
    description: 'Prices and intervals, first phase first, as CarePortals told them last; null if it never did.',
  })
  async phases(@Root() subscription: Row, @Ctx() { reader }: Context): Promise<SubscriptionPhaseType[] | null> {
    const phases = (await reader.heavy(subscriptions, 'phases', subscription)) as SubscriptionPhase[] | null;
    return phases?.map(shownPhase) ?? null;
  }

  @ToMany(edges.subscriptionAudit)
  @FieldResolver(() => SubscriptionAuditEntryConnection, { description: 'What happened to it, newest first.' })
  auditLog(
    @Root() subscription: Row,
    @Ctx() { reader }: Context,
    @Args(() => SubscriptionAuditListArgs) args: ListArguments,
  ) {
    return reader.toMany(edges.subscriptionAudit, subscription, pageArgs(args));
  }
}

@Resolver(() => SubscriptionAuditEntryType)
export class SubscriptionAuditEntryResolver {
  @Column('rawData')
  @FieldResolver(() => JsonValue, { nullable: true, description: 'The event as it was sent. For admins only.' })
  rawData(@Root() entry: Row, @Ctx() { reader }: Context) {
    return reader.heavy(auditEntries, 'rawData', entry);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: "The reason that was given. A customer sees none from when the subscription was another one's.",
  })
  reason(@Root() entry: Row, @Ctx() { caller }: Context): unknown {
    return isOfAnotherCustomer(entry, caller) ? null : entry.reason;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'The code of the reason in the list of reasons; `other` if it is not on it, null without a reason.',
  })
  reasonCode(@Root() entry: Row, @Ctx() { caller, reader }: Context): unknown {
    return isOfAnotherCustomer(entry, caller) ? null : reader.heavy(auditEntries, 'reasonCode', entry);
  }

  @ToOne({ to: subscriptions, field: 'subscriptionId', key: 'subscriptionId' })
  @FieldResolver(() => CareSubscriptionType, { nullable: true, description: 'The subscription as it stands now.' })
  subscription(@Root() entry: Row, @Ctx() { reader }: Context) {
    return reader.toOne(subscriptions, 'subscriptionId', entry.subscriptionId);
  }
}
