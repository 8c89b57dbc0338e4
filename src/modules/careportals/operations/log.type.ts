import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Node } from '../../../platform/graphql/connection.type.ts';
import { DateTimeISO, JsonValue } from '../../../platform/graphql/scalars.ts';

export const PAYLOAD =
  'What the delivery said; only the first attempt keeps it. Support sees every key, but of the values only ids, instants, amounts, statuses and the like.';

@ObjectType('WebhookLog', { implements: Node, description: 'One finished attempt to apply a webhook delivery.' })
export class WebhookLogType extends Node {
  @Field(() => ID, { description: 'Our number for it.' })
  logId!: string;

  @Field(() => String, { description: 'The event, e.g. `order.updated`.' })
  webhookType!: string;

  @Field(() => String, {
    description: 'Who sent it: `careportals`, `stripe`; `workbook`: a row of an import that waits.',
  })
  sourceSystem!: string;

  @Field(() => String, { nullable: true, description: "The sender's own id of the event." })
  eventId!: string | null;

  @Field(() => Int, { description: 'Which attempt this was, counted from 1.' })
  attempt!: number;

  @Field(() => String, {
    nullable: true,
    description:
      'What became of it: `processed`, `ignored`, `quarantined` (not understood), `parked` (waits for something else), `failed` (tried again), `dead` (given up).',
  })
  outcome!: string | null;

  @Field(() => String, { description: '`success`, `failed` or `pending`.' })
  status!: string;

  @Field(() => String, { nullable: true, description: 'Why it failed. For admins only.' })
  errorMessage!: string | null;

  @Field(() => JsonValue, { nullable: true, description: PAYLOAD })
  payload!: unknown;

  @Field(() => Int, { nullable: true, description: 'How long the attempt took, in milliseconds.' })
  processingTimeMs!: number | null;

  @Field(() => DateTimeISO, { description: 'When the delivery came.' })
  receivedAt!: string;

  @Field(() => DateTimeISO, { description: 'When the attempt was over.' })
  finishedAt!: string;
}

@ObjectType('ErrorLog', { implements: Node, description: 'Something that was wrong in the data or in the processing.' })
export class ErrorLogType extends Node {
  @Field(() => ID, { description: 'Our number for it.' })
  errorId!: string;

  @Field(() => String, { description: 'Class of the error, e.g. `payment_amount_mismatch`.' })
  errorType!: string;

  @Field(() => String, { description: 'What was wrong.' })
  errorMessage!: string;

  @Field(() => JsonValue, { nullable: true, description: 'The data it is about.' })
  rawData!: unknown;

  @Field(() => String, { nullable: true, description: 'Which process noticed it.' })
  triggerSource!: string | null;

  @Field(() => String, { nullable: true, description: 'Where in the code it happened.' })
  stackTrace!: string | null;

  @Field(() => DateTimeISO, { description: 'When it happened.' })
  occurredAt!: string;
}
