import { Field, ID, InputType, Int } from 'type-graphql';
import { sortInput } from '../../../../platform/graphql/connection.type.ts';
import { listArgs } from '../../../../platform/graphql/list-args.ts';
import { DateTimeISO } from '../../../../platform/graphql/scalars.ts';
import { CareSubscriptionFilter } from '../subscription.input.ts';
import { SubscriptionAction } from '../subscription-action.ts';
import { BulkItemStatus, BulkJobStatus } from './bulk.type.ts';

@InputType({ description: 'What to do, to which subscriptions, and why. Name them by `subscriptionIds` or `filter`.' })
export class BulkSubscriptionActionInput {
  @Field(() => SubscriptionAction, { description: 'What to do; each by the rules of its own mutation.' })
  action!: SubscriptionAction;

  @Field(() => [ID], {
    nullable: true,
    description: 'Subscription ids in CarePortals; 5,000 at most, repeated ones count once.',
  })
  subscriptionIds?: string[] | null;

  @Field(() => CareSubscriptionFilter, {
    nullable: true,
    description: 'All that fit now, 50,000 at most. Not together with `subscriptionIds`, and not empty.',
  })
  filter?: CareSubscriptionFilter | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'For PAUSE and RESUME: they resume by themselves then.' })
  resumeAt?: Date | null;

  @Field(() => Int, { nullable: true, description: 'For PAUSE: leave out so many cycles. Not with `resumeAt`.' })
  cycles?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'For CANCEL: let the cycle they are in run out.' })
  atCycleEnd?: boolean | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'For RESCHEDULE: when the next cycle shall begin.' })
  nextCycleDate?: Date | null;

  @Field(() => ID, { nullable: true, description: 'For SWAP_PRODUCT: the product id of the new product.' })
  productId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'A short reason; at most 50 characters. It joins every audit trail.',
  })
  reason?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'More words about it; at most 2,000 characters. They join every audit trail.',
  })
  comment?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'A key of your own: repeating the same request with it gives the first job. A dry run keeps none.',
  })
  idempotencyKey?: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Do nothing and store nothing: say how many would be done and how many refused.',
  })
  dryRun!: boolean;
}

@InputType({ description: 'Which bulk job to stop.' })
export class StopBulkJobInput {
  @Field(() => ID, { description: 'The node id of the job.' })
  id!: string;
}

@InputType({ description: 'Which bulk jobs. A list means any of these.' })
export class BulkJobFilter {
  @Field(() => [BulkJobStatus], { nullable: true, description: 'By where they stand.' })
  status?: BulkJobStatus[] | null;
}

const BulkJobSort = sortInput('BulkJob', { createdAt: 'When it was asked for.' });

export const BulkJobListArgs = listArgs(BulkJobFilter, BulkJobSort);

@InputType({ description: 'Which items of a bulk job. A list means any of these.' })
export class BulkItemFilter {
  @Field(() => [BulkItemStatus], { nullable: true, description: 'By what became of them.' })
  status?: BulkItemStatus[] | null;
}

const BulkItemSort = sortInput('BulkItem', { itemId: 'In the order in which they are done.' });

export const BulkItemListArgs = listArgs(BulkItemFilter, BulkItemSort);
