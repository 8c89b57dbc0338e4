import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Node } from '../../../platform/graphql/connection.type.ts';
import { DateTimeISO, JsonValue } from '../../../platform/graphql/scalars.ts';

export enum CareSubscriptionStatus {
  ACTIVE = 'active',
  PAUSED = 'paused',
  CANCELLED = 'cancelled',
}

registerEnumType(CareSubscriptionStatus, {
  name: 'CareSubscriptionStatus',
  description: 'Where a subscription stands.',
  valuesConfig: {
    ACTIVE: { description: 'It renews.' },
    PAUSED: { description: 'It rests and can be resumed.' },
    CANCELLED: { description: 'It is over: cancelled, or ended by itself (rawStatus says which).' },
  },
});

@ObjectType('CareSubscription', {
  implements: Node,
  description:
    "A customer's subscription to a product, in whatever state. Customer and product are often unknown in old data.",
})
export class CareSubscriptionType extends Node {
  @Field(() => ID, { description: 'The subscription id in CarePortals.' })
  subscriptionId!: string;

  @Field(() => Int, { description: 'The cycle it is in, counted from 1.' })
  cycle!: number;

  @Field(() => Int, {
    description: 'Rises with every change. Give it as expectedVersion to act only on what you have seen.',
  })
  version!: number;

  @Field(() => DateTimeISO, {
    nullable: true,
    description:
      'When the next cycle begins, if it is known. While it is paused or cancelled none begins: then it is the date that its rhythm goes on from; see upcomingCycles for what will happen.',
  })
  nextCycleDate!: string | null;

  @Field(() => DateTimeISO, { description: 'When the customer subscribed.' })
  createdAt!: string;

  @Field(() => DateTimeISO, {
    nullable: true,
    description: 'When it last changed, by the clock of whoever changed it.',
  })
  updatedAt!: string | null;
}

@ObjectType('SubscriptionAuditEntry', {
  implements: Node,
  description:
    "One entry of a subscription's audit trail. Entries are never changed, and each carries the hash of the one before.",
})
export class SubscriptionAuditEntryType extends Node {
  @Field(() => ID, { description: 'Our number for it; grows along the chain.' })
  logId!: string;

  @Field(() => ID, { description: 'The subscription it is about.' })
  subscriptionId!: string;

  @Field(() => Int, { nullable: true, description: 'The cycle at that time.' })
  cycle!: number | null;

  @Field(() => String, { description: 'The status after it.' })
  status!: string;

  @Field(() => String, { nullable: true, description: 'The status before it; null for the first entry.' })
  previousStatus!: string | null;

  @Field(() => Int, { nullable: true, description: 'The version after it.' })
  version!: number | null;

  @Field(() => String, {
    description: 'What asked for it: an action such as `pause` or `swap_product`, or the event that CarePortals sent.',
  })
  triggerType!: string;

  @Field(() => String, {
    description:
      'What it did: `created`, `moved`, `scheduled` (it will happen by itself), `changed`, `unchanged`, `stale` (older than what was known), `emr_override` (CarePortals undid what was done here), `correction` (the cycle was lowered).',
  })
  effect!: string;

  @Field(() => String, { nullable: true, description: "Who: a token's subject, or the sender of a webhook." })
  actor!: string | null;

  @Field(() => String, { description: 'In which role.' })
  actorRole!: string;

  @Field(() => String, { description: 'By which way: `mutation`, `webhook`, `job`, `import`.' })
  source!: string;

  @Field(() => String, { nullable: true, description: 'The comment that was given.' })
  comment!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Leads to the request, the delivery or the bulk job (its id) that caused it.',
  })
  correlationId!: string | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'When the customer subscribed.' })
  createdAt!: string | null;

  @Field(() => DateTimeISO, {
    nullable: true,
    description: 'When the change was made, by the clock of whoever made it.',
  })
  updatedAt!: string | null;

  @Field(() => DateTimeISO, { description: 'When we recorded it.' })
  webhookReceivedAt!: string;

  @Field(() => JsonValue, { nullable: true, description: 'The event as it was sent. For admins only.' })
  rawData!: unknown;

  @Field(() => String, { nullable: true, description: 'Hash of the entry before.' })
  previousHash!: string | null;

  @Field(() => String, { description: 'SHA-256 over this entry and the hash before it.' })
  hash!: string;
}
