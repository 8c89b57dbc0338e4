import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Node } from '../../../../platform/graphql/connection.type.ts';
import { DateTimeISO } from '../../../../platform/graphql/scalars.ts';
import { UserError } from '../../../../platform/graphql/user-error.type.ts';
import { UserErrorCode } from '../../../../platform/refusal.ts';
import { SubscriptionAction } from '../subscription-action.ts';

export enum BulkJobStatus {
  RUNNING = 'running',
  STOPPED = 'stopped',
  DONE = 'done',
}

registerEnumType(BulkJobStatus, {
  name: 'BulkJobStatus',
  description: 'Where a bulk job stands.',
  valuesConfig: {
    RUNNING: { description: 'Items wait or are being done.' },
    STOPPED: { description: 'Somebody stopped it: what waits is not done any more.' },
    DONE: { description: 'Every item has its result.' },
  },
});

export enum BulkItemStatus {
  WAITING = 'waiting',
  SUCCEEDED = 'succeeded',
  REFUSED = 'refused',
  FAILED = 'failed',
}

registerEnumType(BulkItemStatus, {
  name: 'BulkItemStatus',
  description: 'What became of one subscription of a bulk job.',
  valuesConfig: {
    WAITING: { description: 'It has not been done yet; in a stopped job it will not be.' },
    SUCCEEDED: { description: 'It was done; its audit entry says what.' },
    REFUSED: { description: 'The rules did not allow it; code and message say why.' },
    FAILED: { description: 'Something broke, several times; nothing was changed.' },
  },
});

@ObjectType('BulkJob', {
  implements: Node,
  description: 'One action on many subscriptions. It goes on by itself, across restarts, and does no item twice.',
})
export class BulkJobType extends Node {
  @Field(() => SubscriptionAction, { description: 'What is done to each subscription.' })
  action!: SubscriptionAction;

  @Field(() => String, { nullable: true, description: 'The reason that was given; every audit entry carries it.' })
  reason!: string | null;

  @Field(() => String, { nullable: true, description: 'The comment that was given; every audit entry carries it.' })
  comment!: string | null;

  @Field(() => BulkJobStatus, { description: 'Where it stands.' })
  status!: BulkJobStatus;

  @Field(() => String, { description: "Who asked for it: a token's subject." })
  requestedBy!: string;

  @Field(() => String, { description: 'In which role; each item is done in the same.' })
  requestedRole!: string;

  @Field(() => String, { description: 'Leads to the request that asked for it.' })
  correlationId!: string;

  @Field(() => Int, { description: 'How many subscriptions it is about.' })
  total!: number;

  @Field(() => DateTimeISO, { description: 'When it was asked for.' })
  createdAt!: string;

  @Field(() => DateTimeISO, { nullable: true, description: 'When the last item was done, or it was stopped.' })
  finishedAt!: string | null;
}

@ObjectType('BulkItem', { implements: Node, description: 'One subscription of a bulk job, and what became of it.' })
export class BulkItemType extends Node {
  @Field(() => ID, { description: 'The subscription id that was asked for.' })
  subscriptionId!: string;

  @Field(() => BulkItemStatus, { description: 'What became of it.' })
  status!: BulkItemStatus;

  @Field(() => UserErrorCode, { nullable: true, description: 'Why it was not done; null if it was, or waits.' })
  code!: UserErrorCode | null;

  @Field(() => String, { nullable: true, description: 'The same for people.' })
  message!: string | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'When it got its result; null while it waits.' })
  finishedAt!: string | null;
}

@ObjectType({ description: 'How many subscriptions would be refused with one code.' })
export class BulkRefusalCount {
  @Field(() => UserErrorCode, { description: 'The code.' })
  code!: UserErrorCode;

  @Field(() => Int, { description: 'How many.' })
  count!: number;
}

@ObjectType({ description: 'What a bulk action would do now, by the rules that it would obey.' })
export class BulkPreview {
  @Field(() => Int, { description: 'How many subscriptions it would be about.' })
  total!: number;

  @Field(() => Int, { description: 'How many would be done.' })
  allowed!: number;

  @Field(() => Int, { description: 'How many would be refused.' })
  refused!: number;

  @Field(() => [BulkRefusalCount], { description: 'The refused ones by their code, most frequent first.' })
  refusals!: BulkRefusalCount[];
}

@ObjectType({ description: 'What became of bulkSubscriptionAction.' })
export class BulkSubscriptionActionPayload {
  @Field(() => BulkJobType, { nullable: true, description: 'The job; null if it was refused or only tried out.' })
  job!: unknown;

  @Field(() => BulkPreview, { nullable: true, description: 'What it would do; only with `dryRun`.' })
  preview!: BulkPreview | null;

  @Field(() => [UserError], { description: 'Why there is no job; empty if there is one.' })
  userErrors!: UserError[];
}

@ObjectType({ description: 'What became of stopBulkJob.' })
export class StopBulkJobPayload {
  @Field(() => BulkJobType, { nullable: true, description: 'The job as it stands now; null if there is none.' })
  job!: unknown;

  @Field(() => [UserError], { description: 'Why it was not stopped; empty if it was.' })
  userErrors!: UserError[];
}
