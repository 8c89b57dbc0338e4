import { Field, InputType, ObjectType } from 'type-graphql';
import { UserError } from '../../../platform/graphql/user-error.type.ts';
import { WebhookDeliveryType } from './webhook-delivery.type.ts';

@InputType({ description: 'A delivery that the caller holds already.' })
export class IngestWebhookInput {
  @Field(() => String, { description: 'Who sent it: `careportals` or `stripe`.' })
  source!: string;

  @Field(() => String, {
    nullable: true,
    description:
      "For CarePortals: the event, as the webhook address names it, e.g. `order.updated`. Null: it is told from the body. Stripe's bodies name theirs.",
  })
  event?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'For CarePortals, without `event`: what the address had as `?trigger=`.',
  })
  trigger?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'For CarePortals, without `event`: what the address had as `?extra=`.',
  })
  extra?: string | null;

  @Field(() => String, {
    description: 'The exact body as it was sent, 1 MB at most; over a socket 256 kB with all else that is asked.',
  })
  payload!: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether `payload` is the body in base64: for bytes that must arrive as they were signed.',
  })
  payloadIsBase64!: boolean;

  @Field(() => String, {
    nullable: true,
    description: "For Stripe: its header `Stripe-Signature`. For CarePortals the caller's own token vouches.",
  })
  signature?: string | null;
}

@ObjectType({ description: 'What became of ingestWebhook.' })
export class IngestWebhookPayload {
  @Field(() => WebhookDeliveryType, {
    nullable: true,
    description: 'The delivery, durably stored, to be applied at once; null if it was not taken.',
  })
  delivery!: unknown;

  @Field(() => Boolean, { description: 'Whether the same event had come before, by whatever way. It has one effect.' })
  isRepeat!: boolean;

  @Field(() => [UserError], { description: 'Why it was not taken; empty if it was.' })
  userErrors!: UserError[];
}
