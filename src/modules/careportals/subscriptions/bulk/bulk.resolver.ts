import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { type Context, requireRole } from '../../../../platform/context.ts';
import { toInstant } from '../../../../platform/database/instant.ts';
import { inTransaction } from '../../../../platform/database/transaction.ts';
import { connectionType } from '../../../../platform/graphql/connection.type.ts';
import { findOne } from '../../../../platform/graphql/find-one.ts';
import { type ListArguments, pageArgs } from '../../../../platform/graphql/list-args.ts';
import { publicIdFor } from '../../../../platform/read/node-id.ts';
import { RootList, RootOne, ToMany, ToOne } from '../../../../platform/read/plan/declare.ts';
import type { Row } from '../../../../platform/read/reader.ts';
import type { Refusal } from '../../../../platform/refusal.ts';
import { edges } from '../../edges.ts';
import type { Tx } from '../../tables.ts';
import { auditEntries, subscriptions } from '../subscription.source.ts';
import { CareSubscriptionType, SubscriptionAuditEntryType } from '../subscription.type.ts';
import type { BulkItemState } from './bulk.entity.ts';
import { BulkItemListArgs, BulkJobListArgs, BulkSubscriptionActionInput, StopBulkJobInput } from './bulk.input.ts';
import { bulkJobs } from './bulk.source.ts';
import { BulkItemType, BulkJobType, BulkSubscriptionActionPayload, StopBulkJobPayload } from './bulk.type.ts';
import { type BulkAnswer, runBulkAction } from './bulk-mutation.ts';
import { stopBulkJob } from './stop-bulk-job.ts';

const BulkJobConnection = connectionType(BulkJobType, 'BulkJob');
const BulkItemConnection = connectionType(BulkItemType, 'BulkItem');

@Resolver(() => BulkJobType)
export class BulkJobResolver {
  @RootOne('id')
  @Query(() => BulkJobType, {
    nullable: true,
    description: 'One bulk job; null if there is none. For support and admins.',
  })
  bulkJob(
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
    @Arg('id', () => ID, { description: 'The node id.' }) id: string,
  ): Promise<Row | null> {
    return findOne(context, bulkJobs, { id }, info);
  }

  @RootList()
  @Query(() => BulkJobConnection, { description: 'Bulk jobs, newest first. For support and admins.' })
  bulkJobs(
    @Ctx() { reader }: Context,
    @Info() info: GraphQLResolveInfo,
    @Args(() => BulkJobListArgs) args: ListArguments,
  ) {
    return reader.list(bulkJobs, pageArgs(args), info);
  }

  @Mutation(() => BulkSubscriptionActionPayload, {
    description:
      'Does one action to many subscriptions: gives a job at once, which goes on by itself. For support and admins.',
  })
  bulkSubscriptionAction(
    @Ctx() context: Context,
    @Arg('input', () => BulkSubscriptionActionInput, { description: 'What, to which, and why.' })
    input: BulkSubscriptionActionInput,
  ): Promise<BulkAnswer> {
    return runBulkAction(context, input);
  }

  @Mutation(() => StopBulkJobPayload, {
    description: 'Stops a bulk job: what is done stays done, what waits is not done any more. For support and admins.',
  })
  async stopBulkJob(
    @Ctx() context: Context,
    @Arg('input', () => StopBulkJobInput, { description: 'Which.' }) { id }: StopBulkJobInput,
  ): Promise<{ job: Row | null; userErrors: Refusal[] }> {
    requireRole(context, 'support', 'admin');
    const publicId = publicIdFor(bulkJobs, id) ?? '';
    const now = toInstant(context.clock.now());
    const refusal = await inTransaction(context.orm, (tx: Tx) => stopBulkJob(tx, publicId, now));
    context.reader.forget();
    const job = await context.reader.one(bulkJobs, 'publicId', publicId);
    return { job, userErrors: refusal === null ? [] : [refusal] };
  }

  @FieldResolver(() => Int, { description: 'Items that wait or are being done.' })
  waiting(@Root() job: Row, @Ctx() context: Context): Promise<number> {
    return countOf('waiting', job, context);
  }

  @FieldResolver(() => Int, { description: 'Items that were done.' })
  succeeded(@Root() job: Row, @Ctx() context: Context): Promise<number> {
    return countOf('succeeded', job, context);
  }

  @FieldResolver(() => Int, { description: 'Items that the rules did not allow.' })
  refused(@Root() job: Row, @Ctx() context: Context): Promise<number> {
    return countOf('refused', job, context);
  }

  @FieldResolver(() => Int, { description: 'Items that broke, several times.' })
  failed(@Root() job: Row, @Ctx() context: Context): Promise<number> {
    return countOf('failed', job, context);
  }

  @ToMany(edges.bulkJobItems)
  @FieldResolver(() => BulkItemConnection, { description: 'Each subscription and what became of it, the last first.' })
  items(@Root() job: Row, @Ctx() { reader }: Context, @Args(() => BulkItemListArgs) args: ListArguments) {
    return reader.toMany(edges.bulkJobItems, job, pageArgs(args));
  }
}

@Resolver(() => BulkItemType)
export class BulkItemResolver {
  @ToOne({ to: subscriptions, field: 'subscriptionId', key: 'subscriptionId' })
  @FieldResolver(() => CareSubscriptionType, {
    nullable: true,
    description: 'The subscription as it stands now; null if there is none.',
  })
  subscription(@Root() item: Row, @Ctx() { reader }: Context) {
    return reader.toOne(subscriptions, 'subscriptionId', item.subscriptionId);
  }

  @ToOne({ to: auditEntries, field: 'logId', key: 'auditId' })
  @FieldResolver(() => SubscriptionAuditEntryType, {
    nullable: true,
    description: 'The entry of the audit trail that says what was done; null unless it was.',
  })
  auditEntry(@Root() item: Row, @Ctx() { reader }: Context) {
    return reader.toOne(auditEntries, 'logId', item.auditId);
  }
}

/** An event of a followed job brings its counts along, so that it tells one moment. */
async function countOf(state: BulkItemState, job: Row, { reader }: Context): Promise<number> {
  const counts = job.counts ?? (await reader.heavy(bulkJobs, 'counts', job));
  return (counts as Record<BulkItemState, number>)[state];
}
