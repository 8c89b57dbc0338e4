import { Field, Int, ObjectType } from 'type-graphql';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';
import { UserErrorCode } from '../../../platform/refusal.ts';
import { SubscriptionAction } from './subscription-action.ts';

@ObjectType('AvailableAction', { description: 'Whether you may do something to a subscription as it stands now.' })
export class AvailableActionType {
  @Field(() => SubscriptionAction, { description: 'What it is about.' })
  action!: SubscriptionAction;

  @Field(() => Boolean, { description: 'Whether its mutation would do it, asked with acceptable arguments.' })
  allowed!: boolean;

  @Field(() => UserErrorCode, { nullable: true, description: 'The code of the refusal; null if it is allowed.' })
  reasonCode!: UserErrorCode | null;

  @Field(() => String, { nullable: true, description: 'The refusal for people; null if it is allowed.' })
  message!: string | null;
}

@ObjectType('ScheduledChange', { description: 'A change that happens by itself when it is due.' })
export class ScheduledChangeType {
  @Field(() => SubscriptionAction, { description: 'What will be done: RESUME or CANCEL.' })
  action!: SubscriptionAction;

  @Field(() => DateTimeISO, { description: 'When it is due; it is done within a minute of that.' })
  dueAt!: string;

  @Field(() => String, { nullable: true, description: 'The reason that was given for it.' })
  reason!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The code of the reason in the list of reasons; `other` if it is not on it.',
  })
  reasonCode!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Leads to the request that scheduled it; the change carries it on.',
  })
  correlationId!: string | null;
}

@ObjectType('UpcomingCycle', { description: 'A cycle that lies ahead if nobody changes anything.' })
export class UpcomingCycleType {
  @Field(() => Int, { nullable: true, description: 'Which cycle it will be; null for one that is left out.' })
  number!: number | null;

  @Field(() => DateTimeISO, { description: 'When it begins, or would have begun.' })
  date!: string;

  @Field(() => Boolean, { description: 'Whether it is left out.' })
  skipped!: boolean;
}
