import { Field, InputType, ObjectType } from 'type-graphql';
import { UserError } from '../../../platform/graphql/user-error.type.ts';

@ObjectType('SubscriptionReason', { description: 'A reason for a change of a subscription, to choose from.' })
export class SubscriptionReasonType {
  @Field(() => String, { description: 'For programs: give it as `reason` of a lifecycle mutation.' })
  code!: string;

  @Field(() => String, { description: 'For people.' })
  label!: string;

  @Field(() => Boolean, { description: 'Whether it is no longer offered. What was given it keeps it.' })
  retired!: boolean;
}

@InputType({ description: 'A reason as it shall be from now on. One with this code is changed, else it is added.' })
export class SaveSubscriptionReasonInput {
  @Field(() => String, { description: '1 to 50 of a to z, 0 to 9 and _. It cannot be changed later.' })
  code!: string;

  @Field(() => String, { description: '1 to 100 characters, for people.' })
  label!: string;

  @Field(() => Boolean, { defaultValue: false, description: 'Whether it is no longer offered.' })
  retired!: boolean;
}

@ObjectType({ description: 'What became of saveSubscriptionReason.' })
export class SaveSubscriptionReasonPayload {
  @Field(() => SubscriptionReasonType, {
    nullable: true,
    description: 'The reason as it is now; null if it was not saved.',
  })
  reason!: SubscriptionReasonType | null;

  @Field(() => [UserError], { description: 'Why it was not done; empty if it was.' })
  userErrors!: UserError[];
}
