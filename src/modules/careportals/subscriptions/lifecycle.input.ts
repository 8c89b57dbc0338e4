import { Field, ID, InputType, Int } from 'type-graphql';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';

@InputType()
export abstract class LifecycleInput {
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
    description:
      'A key of your own for this mutation: repeating the same request with it within 24 hours gives the first result, a refusal too, and does nothing twice.',
  })
  idempotencyKey?: string | null;
}

@InputType({ description: 'Which subscription to pause, for how long, and why.' })
export class PauseSubscriptionInput extends LifecycleInput {
  @Field(() => DateTimeISO, {
    nullable: true,
    description:
      'It resumes by itself then. Without it, and without `cycles`, it stays paused until somebody resumes it.',
  })
  resumeAt?: Date | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Leave out so many cycles: it resumes by itself on the date of the one after. Not together with `resumeAt`.',
  })
  cycles?: number | null;
}

@InputType({ description: 'Which subscription to resume, when, and why.' })
export class ResumeSubscriptionInput extends LifecycleInput {
  @Field(() => DateTimeISO, {
    nullable: true,
    description:
      'It resumes by itself then, and stays paused until; in place of a date that was set before. Default: now.',
  })
  resumeAt?: Date | null;
}

@InputType({ description: 'Which subscription to cancel, when, and why.' })
export class CancelSubscriptionInput extends LifecycleInput {
  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Let the cycle it is in run out: it is cancelled by itself on the date that its next cycle has now.',
  })
  atCycleEnd!: boolean;
}

@InputType({ description: 'Which cancelled subscription to take back, and why.' })
export class ReactivateSubscriptionInput extends LifecycleInput {}

@InputType({ description: 'Whose scheduled change to call off, and why.' })
export class UndoScheduledChangeInput extends LifecycleInput {}

@InputType({ description: 'Which subscription to reschedule, to when, and why.' })
export class RescheduleSubscriptionInput extends LifecycleInput {
  @Field(() => DateTimeISO, { description: 'When the next cycle shall begin; within two years.' })
  nextCycleDate!: Date;
}

@InputType({ description: 'Whose next cycle to leave out, and why.' })
export class SkipSubscriptionCycleInput extends LifecycleInput {}

@InputType({ description: 'Whose last skip to take back, and why.' })
export class UnskipSubscriptionCycleInput extends LifecycleInput {}

@InputType({ description: 'Which subscription shall be for another product, which one, and why.' })
export class SwapSubscriptionProductInput extends LifecycleInput {
  @Field(() => ID, { description: 'The product id of the new product. It must be sold.' })
  productId!: string;
}

@InputType({ description: 'Whose next cycle to begin, and why.' })
export class AdvanceSubscriptionCycleInput extends LifecycleInput {}
