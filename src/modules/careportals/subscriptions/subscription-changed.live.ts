import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  ObjectType,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { Context } from '../../../platform/context.ts';
import { LiveEventKind, PROGRESS } from '../../../platform/graphql/live-event.type.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';
import type { FeedDefinition } from '../../../platform/live/feed.ts';
import type { FeedEvent, Interest } from '../../../platform/live/following.ts';
import { isAmong } from '../../../platform/live/is-among.ts';
import type { FeedRow } from '../../../platform/live/row-source.ts';
import { fits } from '../../../platform/read/value.ts';
import { progressFor, whoseChanges } from '../customers/whose-changes.ts';
import { auditEntries, subscriptions } from './subscription.source.ts';
import { CareSubscriptionStatus, CareSubscriptionType, SubscriptionAuditEntryType } from './subscription.type.ts';

/** An entry of the audit log as the feed brings it, with the customer that filters and rights look at. */
export interface SubscriptionChangeRow extends FeedRow {
  subscriptionId: string;
  customerId: string | null;
  rawStatus: string;
  rawPreviousStatus: string | null;
  triggerType: string;
  effect: string;
  version: number | null;
  /** Null if nothing changed that a reader sees, and in entries from before changes were kept. */
  changedFields: string[] | null;
  changedAt: string | null;
  receivedAt: string;
}

/** Effects that entries without `changes` can have and yet tell a change. */
const CHANGING = ['created', 'moved', 'changed', 'emr_override', 'correction'];

/**
 * Only the log's own rows are locked, and so read as they were committed. What is joined is as it was at the statement's
 * first entry, which may be before the commit that a later one waited for: then that entry knows better whose the
 * subscription is. The keys are forced, because for a table that was small when it was last counted MySQL would rather
 * read all of it into a hash, and that at every look.
 */
export const subscriptionFeed: FeedDefinition<SubscriptionChangeRow> = {
  name: 'subscriptionChange',
  letter: 's',
  table: 'subscriptions_audit_log',
  select: `SELECT l.log_id AS feedId, l.subscription_id AS subscriptionId, l.status AS rawStatus,
      l.previous_status AS rawPreviousStatus, l.trigger_type AS triggerType, l.effect, l.version,
      JSON_KEYS(l.changes) AS changedFields, l.updated_at AS changedAt, l.webhook_received_at AS receivedAt,
      COALESCE(IF(s.version < l.version, l.customer_id, NULL),
        a.customer_id, p.customer_id, c.customer_id, l.customer_id) AS customerId
    FROM subscriptions_audit_log l
    LEFT JOIN subscriptions s FORCE INDEX (PRIMARY) ON s.subscription_id = l.subscription_id
    LEFT JOIN subscriptions_active a FORCE INDEX (idx_subscription_id) ON a.subscription_id = l.subscription_id
    LEFT JOIN subscriptions_paused p FORCE INDEX (idx_subscription_id) ON p.subscription_id = l.subscription_id
    LEFT JOIN subscriptions_cancelled c FORCE INDEX (idx_subscription_id) ON c.subscription_id = l.subscription_id`,
  id: 'l.log_id',
  alias: 'l',
  isEvent: ({ changedFields, effect }) => changedFields !== null || CHANGING.includes(effect),
  topics: ({ subscriptionId, customerId }) => [`subscription:${subscriptionId}`, `customer:${customerId}`],
};

@InputType({
  description: 'Which changes to be told. A list means any of these; without a filter, all that you may see.',
})
export class SubscriptionChangeFilter {
  @Field(() => [ID], { nullable: true, description: 'Of these subscriptions.' })
  subscriptionIds?: string[] | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Of subscriptions of this customer, by any CarePortals id it ever had.',
  })
  customerId?: string | null;

  @Field(() => [CareSubscriptionStatus], { nullable: true, description: 'That leave it in one of these statuses.' })
  statuses?: CareSubscriptionStatus[] | null;

  @Field(() => [String], { nullable: true, description: 'With one of these effects, e.g. `emr_override`.' })
  effects?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Asked for by one of these, e.g. `pause` or `renewal`.' })
  triggerTypes?: string[] | null;
}

@ObjectType('SubscriptionEvent', { description: 'A subscription changed, or how far the feed is.' })
export class SubscriptionEventType {
  @Field(() => String, { description: 'Give it as `after` to go on from here.' })
  cursor!: string;

  @Field(() => LiveEventKind, { description: 'Whether this is a change, a gap, or only progress.' })
  kind!: LiveEventKind;

  @Field(() => ID, { nullable: true, description: 'The number of the audit entry.' })
  logId?: string;

  @Field(() => String, {
    nullable: true,
    description: 'The new status as it is stored; tells `ended` from `cancelled`.',
  })
  rawStatus?: string;

  @Field(() => String, {
    nullable: true,
    description: 'What asked for it: an action such as `pause`, or the event that CarePortals sent.',
  })
  triggerType?: string;

  @Field(() => String, { nullable: true, description: "What it did, in the words of the audit entry's `effect`." })
  effect?: string;

  @Field(() => Int, { nullable: true, description: "The subscription's version after it." })
  version?: number | null;

  @Field(() => [String], {
    nullable: true,
    description: 'What differs now, by the names of the graph; null in entries from before this was kept.',
  })
  changedFields?: string[] | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'When it changed, by the clock of whoever changed it.' })
  changedAt?: string | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'When we recorded it.' })
  receivedAt?: string;
}

/** What fields are resolved from. */
type ChangeEvent = Pick<FeedEvent<never>, 'kind' | 'cursor'> & { logId?: string } & Partial<SubscriptionChangeRow>;

@Resolver(() => SubscriptionEventType)
export class SubscriptionLive {
  @Subscription(() => SubscriptionEventType, {
    description: 'Every change of a subscription, whoever made it; at least once, per subscription in commit order.',
    subscribe: ({ args, context }) => followSubscriptions(context as Context, args as FollowArgs),
  })
  subscriptionChanged(
    @Root() event: FeedEvent<SubscriptionChangeRow>,
    @Arg('filter', () => SubscriptionChangeFilter, {
      nullable: true,
      description: 'Only what fits all that is said here.',
    })
    _filter?: SubscriptionChangeFilter,
    @Arg('after', () => String, { nullable: true, description: 'First replay all that came after this cursor.' })
    _after?: string,
    @Arg('progress', () => Boolean, { defaultValue: false, description: PROGRESS })
    _progress?: boolean,
  ): ChangeEvent {
    const { kind, cursor } = event;
    return event.kind !== 'CHANGE' ? event : { ...event.row, kind, cursor, logId: event.row.feedId };
  }

  @FieldResolver(() => CareSubscriptionType, {
    nullable: true,
    description: 'The subscription as it stands now, which may be later than this event.',
  })
  subscription(@Root() event: ChangeEvent, @Ctx() { reader }: Context) {
    return reader.toOne(subscriptions, 'subscriptionId', event.subscriptionId);
  }

  @FieldResolver(() => CareSubscriptionStatus, { nullable: true, description: 'Where it stood after it.' })
  status(@Root() event: ChangeEvent) {
    return statusOf(event.rawStatus);
  }

  @FieldResolver(() => CareSubscriptionStatus, {
    nullable: true,
    description: "Where it stood before; null for a subscription's first.",
  })
  previousStatus(@Root() event: ChangeEvent) {
    return statusOf(event.rawPreviousStatus);
  }

  @FieldResolver(() => SubscriptionAuditEntryType, {
    nullable: true,
    description: 'The audit entry, as far as your role may see it.',
  })
  auditEntry(@Root() event: ChangeEvent, @Ctx() { reader }: Context) {
    return reader.toOne(auditEntries, 'logId', event.logId);
  }
}

interface FollowArgs {
  filter?: SubscriptionChangeFilter | null;
  after?: string | null;
  progress: boolean;
}

async function followSubscriptions(context: Context, { filter, after, progress }: FollowArgs) {
  const { isTold, only } = await whoseChanges(context, filter?.customerId);
  const interest: Interest<SubscriptionChangeRow> = {
    accepts: (row) => isTold(row.customerId) && fitsFilter(row, filter),
    progress: progressFor(context, progress),
    ...narrowed(filter?.subscriptionIds, only),
  };
  return context.live.feed(subscriptionFeed).follow(interest, after ?? null);
}

/** The fewest rows among which all wanted ones are. */
function narrowed(ids: string[] | null | undefined, customerId: string | null) {
  const known = ids?.filter((id) => fits('id', id)) ?? [];
  if (known.length > 0) {
    return {
      topics: known.map((id) => `subscription:${id}`),
      where: { sql: 'l.subscription_id IN (?)', params: [known] },
    };
  }
  if (customerId === null) return { topics: null, where: null };
  const where = { sql: OF_CUSTOMER, params: Array<unknown>(4).fill(customerId) };
  return { topics: [`customer:${customerId}`], where };
}

/** What is, or was, this customer's. From the derived table MySQL makes a join; the bare union it would run for each row. */
const OF_CUSTOMER = `l.subscription_id IN (SELECT subscription_id FROM (
  SELECT subscription_id FROM subscriptions_active WHERE customer_id = ?
  UNION SELECT subscription_id FROM subscriptions_paused WHERE customer_id = ?
  UNION SELECT subscription_id FROM subscriptions_cancelled WHERE customer_id = ?
  UNION SELECT subscription_id FROM subscriptions_audit_log WHERE customer_id = ?) AS hers)`;

function fitsFilter(row: SubscriptionChangeRow, filter: SubscriptionChangeFilter | null | undefined): boolean {
  return (
    isAmong(filter?.subscriptionIds, row.subscriptionId) &&
    isAmong(filter?.statuses, statusOf(row.rawStatus)) &&
    isAmong(filter?.effects, row.effect) &&
    isAmong(filter?.triggerTypes, row.triggerType)
  );
}

const STATUSES = new Map<string, CareSubscriptionStatus>([
  ['active', CareSubscriptionStatus.ACTIVE],
  ['paused', CareSubscriptionStatus.PAUSED],
  ['cancelled', CareSubscriptionStatus.CANCELLED],
  ['ended', CareSubscriptionStatus.CANCELLED],
]);

/** Null for a text of another program that means nothing to us. */
function statusOf(raw: string | null | undefined): CareSubscriptionStatus | null {
  return STATUSES.get(raw ?? '') ?? null;
}
