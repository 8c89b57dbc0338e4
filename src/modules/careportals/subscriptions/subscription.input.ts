import { Field, ID, InputType } from 'type-graphql';
import { sortInput } from '../../../platform/graphql/connection.type.ts';
import { listArgs } from '../../../platform/graphql/list-args.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';
import { CareSubscriptionStatus } from './subscription.type.ts';
import { SubscriptionAction } from './subscription-action.ts';
import './subscription-action.type.ts';

@InputType({ description: 'Which subscriptions. A list means any of these.' })
export class CareSubscriptionFilter {
  @Field(() => [ID], { nullable: true, description: 'By subscription id.' })
  subscriptionIds?: string[] | null;

  @Field(() => [CareSubscriptionStatus], { nullable: true, description: 'By where they stand.' })
  status?: CareSubscriptionStatus[] | null;

  @Field(() => ID, { nullable: true, description: 'By any CarePortals id the customer ever had.' })
  customerId?: string | null;

  @Field(() => [ID], { nullable: true, description: 'By product id.' })
  productId?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Only those whose customer is known, or only those whose is not.',
  })
  hasCustomer?: boolean | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Subscribed at or after.' })
  createdFrom?: Date | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Subscribed before.' })
  createdBefore?: Date | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Next cycle at or after.' })
  nextCycleFrom?: Date | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Next cycle before.' })
  nextCycleBefore?: Date | null;

  @Field(() => [SubscriptionAction], {
    nullable: true,
    description: 'By what is scheduled: RESUME or CANCEL. With `scheduledBefore`: all that resume within a week.',
  })
  scheduledAction?: SubscriptionAction[] | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Something is scheduled at or after.' })
  scheduledFrom?: Date | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Something is scheduled before.' })
  scheduledBefore?: Date | null;
}

export const CareSubscriptionSort = sortInput('CareSubscription', {
  createdAt: 'When the customer subscribed.',
  subscriptionId: 'The subscription id.',
  updatedAt: 'When it last changed.',
  nextCycleDate: 'When the next cycle begins.',
  scheduledAt: 'When what is scheduled is due.',
});

export const SubscriptionListArgs = listArgs(CareSubscriptionFilter, CareSubscriptionSort);

@InputType({ description: 'Which audit entries. A list means any of these.' })
export class SubscriptionAuditEntryFilter {
  @Field(() => [String], { nullable: true, description: 'By what asked for it.' })
  triggerType?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'By what it did.' })
  effect?: string[] | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Recorded at or after.' })
  receivedFrom?: Date | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Recorded before.' })
  receivedBefore?: Date | null;
}

export const SubscriptionAuditEntrySort = sortInput('SubscriptionAuditEntry', {
  webhookReceivedAt: 'When we recorded it.',
  logId: 'Along the chain.',
});

export const SubscriptionAuditListArgs = listArgs(SubscriptionAuditEntryFilter, SubscriptionAuditEntrySort);
