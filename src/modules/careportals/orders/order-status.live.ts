import { Arg, Ctx, Field, FieldResolver, ID, InputType, ObjectType, Resolver, Root, Subscription } from 'type-graphql';
import type { Context } from '../../../platform/context.ts';
import { LiveEventKind, PROGRESS } from '../../../platform/graphql/live-event.type.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';
import type { FeedDefinition } from '../../../platform/live/feed.ts';
import type { FeedEvent, Interest } from '../../../platform/live/following.ts';
import { isAmong } from '../../../platform/live/is-among.ts';
import type { FeedRow } from '../../../platform/live/row-source.ts';
import { fits } from '../../../platform/read/value.ts';
import { progressFor, whoseChanges } from '../customers/whose-changes.ts';
import { orders } from './order.source.ts';
import { OrderType } from './order.type.ts';
import { OrderStatus, orderStatusOf } from './order-status.ts';

/** A row of the history as the feed brings it, with what filters and rights look at. */
export interface OrderStatusRow extends FeedRow {
  orderId: string;
  updatedStatus: string;
  previousStatus: string | null;
  changedCurrent: number;
  statusUpdatedAt: string;
  webhookReceivedAt: string;
  customerId: string;
  pharmacyAssigned: string | null;
  orderSource: string;
}

export const orderStatusFeed: FeedDefinition<OrderStatusRow> = {
  name: 'orderStatus',
  letter: 'o',
  table: 'order_status_updates',
  select: `SELECT u.update_id AS feedId, u.order_id AS orderId, u.updated_status AS updatedStatus,
      u.previous_status AS previousStatus, u.changed_current AS changedCurrent, u.status_updated_at AS statusUpdatedAt,
      u.webhook_received_at AS webhookReceivedAt, o.customer_id AS customerId,
      o.pharmacy_assigned AS pharmacyAssigned, o.source AS orderSource
    FROM order_status_updates u JOIN orders o ON o.order_id = u.order_id`,
  id: 'u.update_id',
  alias: 'u',
  isEvent: (row) => row.changedCurrent === 1,
  topics: ({ orderId, customerId }) => [`order:${orderId}`, `customer:${customerId}`],
};

@InputType({
  description: 'Which changes to be told. A list means any of these; without a filter, all that you may see.',
})
export class OrderStatusFilter {
  @Field(() => [ID], { nullable: true, description: 'Of these orders.' })
  orderIds?: string[] | null;

  @Field(() => ID, { nullable: true, description: 'Of orders of this customer, by any CarePortals id it ever had.' })
  customerId?: string | null;

  @Field(() => [OrderStatus], { nullable: true, description: 'Into one of these statuses.' })
  statuses?: OrderStatus[] | null;

  @Field(() => [String], { nullable: true, description: 'Of orders at this pharmacy.' })
  pharmacy?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Of orders from this source, e.g. `checkout`.' })
  source?: string[] | null;
}

@ObjectType({ description: "An order's status changed, or how far the feed is." })
export class OrderStatusEvent {
  @Field(() => String, { description: 'Give it as `after` to go on from here.' })
  cursor!: string;

  @Field(() => LiveEventKind, { description: 'Whether this is a change, a gap, or only progress.' })
  kind!: LiveEventKind;
}

@Resolver(() => OrderStatusEvent)
export class OrderStatusLive {
  @Subscription(() => OrderStatusEvent, {
    description:
      "Every change of an order's current status, whoever wrote it; at least once, per order in commit order.",
    subscribe: ({ args, context }) => followOrderStatus(context as Context, args as FollowArgs),
  })
  orderStatusChanged(
    @Root() event: FeedEvent<OrderStatusRow>,
    @Arg('filter', () => OrderStatusFilter, { nullable: true, description: 'Only what fits all that is said here.' })
    _filter?: OrderStatusFilter,
    @Arg('after', () => String, { nullable: true, description: 'First replay all that came after this cursor.' })
    _after?: string,
    @Arg('progress', () => Boolean, { defaultValue: false, description: PROGRESS })
    _progress?: boolean,
  ): FeedEvent<OrderStatusRow> {
    return event;
  }

  @FieldResolver(() => ID, { nullable: true, description: 'The entry of the history.' })
  updateId(@Root() event: FeedEvent<OrderStatusRow>) {
    return rowOf(event)?.feedId ?? null;
  }

  @FieldResolver(() => OrderType, {
    nullable: true,
    description: 'The order as it stands now, which may be later than this event.',
  })
  order(@Root() event: FeedEvent<OrderStatusRow>, @Ctx() { reader }: Context) {
    return reader.toOne(orders, 'orderId', rowOf(event)?.orderId);
  }

  @FieldResolver(() => OrderStatus, { nullable: true, description: 'The new status.' })
  status(@Root() event: FeedEvent<OrderStatusRow>) {
    return orderStatusOf(rowOf(event)?.updatedStatus ?? null);
  }

  @FieldResolver(() => String, { nullable: true, description: 'The new status as it is stored.' })
  rawStatus(@Root() event: FeedEvent<OrderStatusRow>) {
    return rowOf(event)?.updatedStatus ?? null;
  }

  @FieldResolver(() => OrderStatus, {
    nullable: true,
    description:
      "The status before; null for an order's first; equal to `status` if that was told again with a later time.",
  })
  previousStatus(@Root() event: FeedEvent<OrderStatusRow>) {
    return orderStatusOf(rowOf(event)?.previousStatus ?? null);
  }

  @FieldResolver(() => DateTimeISO, { nullable: true, description: "When it changed, by the sender's clock." })
  statusUpdatedAt(@Root() event: FeedEvent<OrderStatusRow>) {
    return rowOf(event)?.statusUpdatedAt ?? null;
  }

  @FieldResolver(() => DateTimeISO, { nullable: true, description: 'When we heard of it.' })
  receivedAt(@Root() event: FeedEvent<OrderStatusRow>) {
    return rowOf(event)?.webhookReceivedAt ?? null;
  }
}

interface FollowArgs {
  filter?: OrderStatusFilter | null;
  after?: string | null;
  progress: boolean;
}

function rowOf(event: FeedEvent<OrderStatusRow>): OrderStatusRow | null {
  return event.kind === 'CHANGE' ? event.row : null;
}

async function followOrderStatus(context: Context, { filter, after, progress }: FollowArgs) {
  const { isTold, only } = await whoseChanges(context, filter?.customerId);
  const interest: Interest<OrderStatusRow> = {
    accepts: (row) => isTold(row.customerId) && fitsFilter(row, filter),
    progress: progressFor(context, progress),
    ...narrowed(filter?.orderIds, only),
  };
  return context.live.feed(orderStatusFeed).follow(interest, after ?? null);
}

/** The fewest rows among which all wanted ones are. */
function narrowed(orderIds: string[] | null | undefined, customerId: string | null) {
  const ids = orderIds?.filter((id) => fits('bigint', id)) ?? [];
  if (ids.length > 0) {
    return { topics: ids.map((id) => `order:${id}`), where: { sql: 'u.order_id IN (?)', params: [ids] } };
  }
  if (customerId === null) return { topics: null, where: null };
  return { topics: [`customer:${customerId}`], where: { sql: 'o.customer_id = ?', params: [customerId] } };
}

function fitsFilter(row: OrderStatusRow, filter: OrderStatusFilter | null | undefined): boolean {
  return (
    isAmong(filter?.orderIds, row.orderId) &&
    isAmong(filter?.statuses, orderStatusOf(row.updatedStatus)) &&
    isAmong(filter?.pharmacy, row.pharmacyAssigned) &&
    isAmong(filter?.source, row.orderSource)
  );
}
