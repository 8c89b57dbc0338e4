import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Node } from '../../../platform/graphql/connection.type.ts';
import { DateTimeISO, JsonValue } from '../../../platform/graphql/scalars.ts';
import { UserError } from '../../../platform/graphql/user-error.type.ts';
import { WebhookDeliveryFilter } from './webhook-delivery.input.ts';
import { WebhookDeliveryType } from './webhook-delivery.type.ts';

@InputType({ description: 'What to replay: one delivery by `id`, or all that fit `filter`.' })
export class ReplayWebhookInput {
  @Field(() => ID, { nullable: true, description: 'The node id of a delivery.' })
  id?: string | null;

  @Field(() => WebhookDeliveryFilter, {
    nullable: true,
    description: 'All that fit now, the oldest 1,000 at most. Not together with `id`, and not empty.',
  })
  filter?: WebhookDeliveryFilter | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Do nothing: say what would become of them and what would change. The oldest 50 at most.',
  })
  dryRun!: boolean;
}

export enum WebhookOutcome {
  PROCESSED = 'done',
  IGNORED = 'ignored',
  QUARANTINED = 'quarantined',
  PARKED = 'parked',
  FAILED = 'failed',
}

registerEnumType(WebhookOutcome, {
  name: 'WebhookOutcome',
  description: 'What would become of a delivery if it were tried now.',
  valuesConfig: {
    PROCESSED: { description: 'It would be applied.' },
    IGNORED: { description: 'Nothing would have to be done.' },
    QUARANTINED: { description: 'It would not be understood.' },
    PARKED: { description: 'It would wait for something that has not arrived.' },
    FAILED: { description: 'It would fail; the note says why.' },
  },
});

@ObjectType({ description: 'What would become of one delivery.' })
export class WebhookForecast {
  @Field(() => ID, { description: 'The node id of the delivery.' })
  deliveryId!: string;

  @Field(() => WebhookDeliveryType, { nullable: true, description: 'The delivery as it stands.' })
  delivery!: unknown;

  @Field(() => WebhookOutcome, { description: 'What would become of it.' })
  outcome!: WebhookOutcome;

  @Field(() => String, { nullable: true, description: 'What it would wait for, e.g. `order:2417`.' })
  waitingFor!: string | null;

  @Field(() => String, { nullable: true, description: 'What the attempt would remark, or why it would fail.' })
  note!: string | null;
}

@ObjectType({ description: 'One field of one row that a replay would change.' })
export class WebhookChange {
  @Field(() => String, { description: 'The type of the row, e.g. `Order`.' })
  type!: string;

  @Field(() => ID, { description: 'Its own key, e.g. an order number. Of a row that would be made, perhaps another.' })
  key!: string;

  @Field(() => Node, { nullable: true, description: 'The row as it stands; null if it would be made.' })
  subject!: unknown;

  @Field(() => String, { description: 'The field.' })
  field!: string;

  @Field(() => JsonValue, { nullable: true, description: 'Its value now.' })
  before!: unknown;

  @Field(() => JsonValue, { nullable: true, description: 'Its value then.' })
  after!: unknown;
}

@ObjectType({ description: 'What became of replayWebhook.' })
export class ReplayWebhookPayload {
  @Field(() => Int, { description: 'How many deliveries fit and may be replayed.' })
  matched!: number;

  @Field(() => Int, { description: 'How many of them, the oldest first, are tried again now; 0 for a dry run.' })
  replayed!: number;

  @Field(() => DateTimeISO, { nullable: true, description: 'When it was; null if nothing was replayed.' })
  replayedAt!: string | null;

  @Field(() => Boolean, {
    description: 'Whether more fit than were taken. To go on, add `replayedBefore` with `replayedAt` to the filter.',
  })
  hasMore!: boolean;

  @Field(() => [WebhookDeliveryType], { description: 'Those that were taken; the oldest 100 at most.' })
  deliveries!: unknown[];

  @Field(() => [WebhookForecast], {
    description:
      'Of a dry run: what would become of each, and of those that wait for them, as the work would be done in this order.',
  })
  forecasts!: WebhookForecast[];

  @Field(() => [WebhookChange], {
    description: 'Of a dry run: what would change in all, as far as you may see it. Nothing for services.',
  })
  changes!: WebhookChange[];

  @Field(() => [UserError], { description: 'Why nothing was replayed; empty otherwise.' })
  userErrors!: UserError[];
}
