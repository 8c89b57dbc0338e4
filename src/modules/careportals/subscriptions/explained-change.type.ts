import { Field, ID, Int, ObjectType } from 'type-graphql';
import { DateTimeISO, JsonValue } from '../../../platform/graphql/scalars.ts';

@ObjectType({
  description:
    'A field of a subscription that an event changed: status (as rawStatus has it), cycle, customerId, productId, nextCycleDate, scheduledAction, scheduledAt, skippedDates, createdAt or phases.',
})
export class FieldChange {
  @Field(() => String, { description: 'Which field.' })
  field!: string;

  @Field(() => JsonValue, { nullable: true, description: 'What it was; instants as ISO 8601. Null: nothing.' })
  before!: unknown;

  @Field(() => JsonValue, { nullable: true, description: 'What it is since; instants as ISO 8601. Null: nothing.' })
  after!: unknown;
}

@ObjectType({ description: 'One event in the chain that made a subscription what it is.' })
export class ExplainedChange {
  @Field(() => ID, { description: 'The node id of its entry in the audit trail.' })
  auditEntryId!: string;

  @Field(() => String, { description: 'What happened, in a sentence without names or comments.' })
  sentence!: string;

  @Field(() => String, { nullable: true, description: "Who: a token's subject, or the sender of a webhook." })
  actor!: string | null;

  @Field(() => String, { description: 'In which role.' })
  actorRole!: string;

  @Field(() => String, { description: 'By which way: `mutation`, `webhook`, `job`, `import`.' })
  source!: string;

  @Field(() => String, {
    description:
      'By what: the mutation (`pauseSubscription`, `bulkSubscriptionAction`), the event of CarePortals (`paused`), or `schedule` for what fell due.',
  })
  by!: string;

  @Field(() => String, { description: 'The action or event, as the audit trail names it.' })
  triggerType!: string;

  @Field(() => String, { description: 'What it did, as the audit trail names it.' })
  effect!: string;

  @Field(() => DateTimeISO, { description: 'When we recorded it.' })
  recordedAt!: string;

  @Field(() => DateTimeISO, {
    nullable: true,
    description:
      'When the change was made, by the clock of whoever made it. For what changed nothing: when the newest change was made.',
  })
  at!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Leads to the request, the delivery or the bulk job (its id) that caused it.',
  })
  correlationId!: string | null;

  @Field(() => String, { nullable: true, description: 'The reason that was given.' })
  reason!: string | null;

  /** Whether it is from when the subscription was another customer's than the one who asks. */
  isOthers!: boolean;

  /** Our number for the entry. */
  logId!: string;

  @Field(() => String, { nullable: true, description: 'The comment that was given.' })
  comment!: string | null;

  @Field(() => Int, { nullable: true, description: 'The version of the subscription after it.' })
  version!: number | null;

  @Field(() => [FieldChange], {
    description: 'What it changed; empty for what changed nothing, and in entries from before changes were kept.',
  })
  changes!: FieldChange[];
}
