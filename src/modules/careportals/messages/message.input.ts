import { Field, ID, InputType } from 'type-graphql';
import { sortInput } from '../../../platform/graphql/connection.type.ts';
import { listArgs } from '../../../platform/graphql/list-args.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';

@InputType({ description: 'Which messages. A list means any of these.' })
export class MessageFilter {
  @Field(() => ID, { nullable: true, description: 'By any CarePortals id the customer ever had.' })
  customerId?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is known which customer it is from.' })
  hasCustomer?: boolean | null;

  @Field(() => [String], { nullable: true, description: 'By channel: `WEB`, `SMS`.' })
  channel?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'True: from customers; false: to them.' })
  inbound?: boolean | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Sent at or after.' })
  createdFrom?: Date | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Sent before.' })
  createdBefore?: Date | null;
}

export const MessageSort = sortInput('Message', {
  createdAt: 'When it was sent.',
  messageId: 'The message id in CarePortals.',
});

export const MessageListArgs = listArgs(MessageFilter, MessageSort);
