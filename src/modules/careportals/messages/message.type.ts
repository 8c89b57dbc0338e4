import { Field, ID, ObjectType } from 'type-graphql';
import { connectionType, Node } from '../../../platform/graphql/connection.type.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';

@ObjectType('Message', { implements: Node, description: 'A message between a customer and the clinic.' })
export class MessageType extends Node {
  @Field(() => ID, { description: 'The message id in CarePortals.' })
  messageId!: string;

  @Field(() => String, { nullable: true, description: 'By which way: `WEB`, `SMS`.' })
  channel!: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it came from the customer; null if it was not said.' })
  inbound!: boolean | null;

  @Field(() => String, { nullable: true, description: 'The name that came with it, where no id did.' })
  senderName!: string | null;

  @Field(() => String, { nullable: true, description: 'The email address of whoever wrote it.' })
  contactEmail!: string | null;

  @Field(() => String, { nullable: true, description: 'What it is about.' })
  subject!: string | null;

  @Field(() => String, { nullable: true, description: 'As CarePortals calls it, e.g. `pending`.' })
  status!: string | null;

  @Field(() => DateTimeISO, { description: 'When it was sent, as far as known.' })
  createdAt!: string;

  @Field(() => DateTimeISO, { description: 'When CarePortals last told of it.' })
  updatedAt!: string;
}

export const MessageConnection = connectionType(MessageType, 'Message');
