import { Field, ID, InputType, Int } from 'type-graphql';
import { sortInput } from '../../../platform/graphql/connection.type.ts';
import { listArgs } from '../../../platform/graphql/list-args.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';
import { CareSubscriptionStatus } from './subscription.type.ts';

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
}

export const CareSubscriptionSort = sortInput('CareSubscription', {
  createdAt: 'When the customer subscribed.',
  subscriptionId: 'The subscription id.',
  updatedAt: 'When it last changed.',
  nextCycleDate: 'When the next cycle begins.',
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

@InputType()
abstract class LifecycleInput {
  @Field(() => ID, { description: 'The subscription id in CarePortals.' })
  subscriptionId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'A short reason, e.g. `travelling`; at most 50 characters. It joins the audit trail.',
  })
  reason?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'More words about it; at most 2,000 characters. It joins the audit trail.',
  })
  comment?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Act only if the subscription is still at this version; STALE_VERSION otherwise.',
  })
  expectedVersion?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'A key of your own: repeating the same request with it gives the first result and does nothing twice.',
  })
  idempotencyKey?: string | null;
}

export type { LifecycleInput };

@InputType({ description: 'Which subscription to pause, and why.' })
export class PauseSubscriptionInput extends LifecycleInput {}

@InputType({ description: 'Which subscription to resume, and why.' })
export class ResumeSubscriptionInput extends LifecycleInput {}

@InputType({ description: 'Which subscription to cancel, and why.' })
export class CancelSubscriptionInput extends LifecycleInput {}
