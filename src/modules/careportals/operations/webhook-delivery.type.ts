import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType, Node } from '../../../platform/graphql/connection.type.ts';
import { DateTimeISO, JsonValue } from '../../../platform/graphql/scalars.ts';

export enum WebhookStatus {
  PENDING = 'pending',
  PARKED = 'parked',
  PROCESSED = 'processed',
  IGNORED = 'ignored',
  QUARANTINED = 'quarantined',
  DEAD = 'dead',
}

registerEnumType(WebhookStatus, {
  name: 'WebhookStatus',
  description: 'Where a webhook delivery stands.',
  valuesConfig: {
    PENDING: { description: 'To be applied, for the first time or again.' },
    PARKED: { description: 'Waits for something that has not arrived, such as a payment for its order.' },
    PROCESSED: { description: 'Applied; its subjects are the rows.' },
    IGNORED: { description: 'Understood, and nothing had to be done.' },
    QUARANTINED: { description: 'Nobody can tell what it is or what it is about; a person should look.' },
    DEAD: {
      description: 'Given up after its last attempt failed; a person should look, mend the cause and replay it.',
    },
  },
});

export const PAYLOAD =
  'What it said. Support sees every key, but of the values only ids, instants, amounts, statuses and the like.';

@ObjectType('WebhookDelivery', {
  implements: Node,
  description: 'One event that a sender delivered, however often: what it said, where it stands, what it led to.',
})
export class WebhookDeliveryType extends Node {
  @Field(() => String, {
    description: 'Who sent it: `careportals`, `stripe`; `workbook`: a row of an import that waits.',
  })
  sourceSystem!: string;

  @Field(() => String, { description: 'The event, e.g. `order.updated`.' })
  eventType!: string;

  @Field(() => ID, { nullable: true, description: "The sender's own id of the event; CarePortals gives none." })
  eventId!: string | null;

  @Field(() => WebhookStatus, { description: 'Where it stands.' })
  status!: WebhookStatus;

  @Field(() => String, {
    nullable: true,
    description: 'What a parked one waits for, e.g. `order:2417`; with `or` where either of two would do.',
  })
  waitingFor!: string | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Since when a parked one waits.' })
  waitingSince!: string | null;

  @Field(() => Int, { description: 'How many attempts were finished; each has its log.' })
  attempts!: number;

  @Field(() => DateTimeISO, {
    nullable: true,
    description: 'When a pending or parked one is looked at next, if nothing wakes it before.',
  })
  nextAttemptAt!: string | null;

  @Field(() => String, { nullable: true, description: 'What the last attempt remarked.' })
  note!: string | null;

  @Field(() => DateTimeISO, { description: 'When it first came.' })
  receivedAt!: string;

  @Field(() => DateTimeISO, {
    nullable: true,
    description: 'When its last attempt was over; null if more will follow.',
  })
  finishedAt!: string | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'When somebody last had it tried again.' })
  replayedAt!: string | null;

  @Field(() => String, { nullable: true, description: "Who did: a token's subject." })
  replayedBy!: string | null;

  @Field(() => JsonValue, { nullable: true, description: PAYLOAD })
  payload!: unknown;
}

export const WebhookDeliveryConnection = connectionType(WebhookDeliveryType, 'WebhookDelivery');
