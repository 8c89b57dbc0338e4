import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, Info, Int, Query, Resolver } from 'type-graphql';
import type { Context } from '../../../platform/context.ts';
import { type Instant, toInstant } from '../../../platform/database/instant.ts';
import { badUserInput } from '../../../platform/graphql/faults.ts';
import { listArgs, pageArgs } from '../../../platform/graphql/list-args.ts';
import { RootList } from '../../../platform/read/plan/declare.ts';
import type { Condition } from '../../../platform/read/source.ts';
import { all } from '../../../platform/read/value.ts';
import { OrderConnection } from './order.connection.ts';
import { OrderFilter, OrderSort } from './order.input.ts';
import { hasStatus, orders } from './order.source.ts';
import { OrderType } from './order.type.ts';
import { OrderStatus } from './order-status.ts';

/** Ten years. */
const MOST_HOURS = 87_600;
const HOUR_MS = 3_600_000;

@ArgsType()
export class StuckOrdersArgs extends listArgs(OrderFilter, OrderSort, 'who waits longest first') {
  @Field(() => OrderStatus, { description: 'Their current status.' })
  status!: OrderStatus;

  @Field(() => Int, { description: 'For longer than so many hours, 0 to 87,600.' })
  olderThanHours!: number;
}

@Resolver(() => OrderType)
export class StuckOrdersResolver {
  @RootList()
  @Query(() => OrderConnection, {
    description:
      "Orders that have had one status for too long, e.g. AWAITING_SCRIPT for more than 48 hours, who waits longest first; by the sender's clock. Of several statuses at once: orders(filter: { status: […], statusChangedBefore: … }, sort: { field: CURRENT_STATUS_AT, direction: ASC }).",
  })
  stuckOrders(
    @Ctx() { reader, clock }: Context,
    @Info() info: GraphQLResolveInfo,
    @Args(() => StuckOrdersArgs) args: StuckOrdersArgs,
  ) {
    const { sort, ...asked } = pageArgs(args);
    const order = sort ?? { field: 'currentStatusAt', descending: false };
    return reader.list(orders, { ...asked, sort: order }, info, isStuck(args.status, hoursBefore(clock.now(), args)));
  }
}

/** @throws BAD_USER_INPUT if there are more hours than anybody could mean, or fewer than none. */
function hoursBefore(now: Date, { olderThanHours }: StuckOrdersArgs): Instant {
  if (olderThanHours < 0 || olderThanHours > MOST_HOURS) {
    throw badUserInput(`olderThanHours must be from 0 to ${MOST_HOURS}.`);
  }
  return toInstant(new Date(now.getTime() - olderThanHours * HOUR_MS));
}

function isStuck(status: OrderStatus, since: Instant): Condition {
  return all([hasStatus('o.current_status', [status]), { sql: 'o.current_status_at < ?', params: [since] }]);
}
