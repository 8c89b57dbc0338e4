import { Field, ObjectType } from 'type-graphql';
import { UserError } from '../../../platform/graphql/user-error.type.ts';
import { CareSubscriptionType, SubscriptionAuditEntryType } from './subscription.type.ts';

@ObjectType()
abstract class LifecyclePayload {
  @Field(() => CareSubscriptionType, {
    nullable: true,
    description: 'The subscription as it stands now; null if there is none that you may see.',
  })
  subscription!: unknown;

  @Field(() => SubscriptionAuditEntryType, {
    nullable: true,
    description: 'The new entry of its audit trail; null if nothing was done.',
  })
  auditEntry!: unknown;

  @Field(() => [UserError], { description: 'Why it was not done; empty if it was.' })
  userErrors!: UserError[];
}

@ObjectType({ description: 'What became of pauseSubscription.' })
export class PauseSubscriptionPayload extends LifecyclePayload {}

@ObjectType({ description: 'What became of resumeSubscription.' })
export class ResumeSubscriptionPayload extends LifecyclePayload {}

@ObjectType({ description: 'What became of cancelSubscription.' })
export class CancelSubscriptionPayload extends LifecyclePayload {}

@ObjectType({ description: 'What became of reactivateSubscription.' })
export class ReactivateSubscriptionPayload extends LifecyclePayload {}

@ObjectType({ description: 'What became of undoScheduledChange.' })
export class UndoScheduledChangePayload extends LifecyclePayload {}

@ObjectType({ description: 'What became of rescheduleSubscription.' })
export class RescheduleSubscriptionPayload extends LifecyclePayload {}

@ObjectType({ description: 'What became of skipSubscriptionCycle.' })
export class SkipSubscriptionCyclePayload extends LifecyclePayload {}

@ObjectType({ description: 'What became of unskipSubscriptionCycle.' })
export class UnskipSubscriptionCyclePayload extends LifecyclePayload {}

@ObjectType({ description: 'What became of swapSubscriptionProduct.' })
export class SwapSubscriptionProductPayload extends LifecyclePayload {}

@ObjectType({ description: 'What became of advanceSubscriptionCycle.' })
export class AdvanceSubscriptionCyclePayload extends LifecyclePayload {}
