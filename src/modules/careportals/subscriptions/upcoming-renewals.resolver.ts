import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, Info, Int, Query, Resolver } from 'type-graphql';
import type { Context } from '../../../platform/context.ts';
import { toInstant } from '../../../platform/database/instant.ts';
import { badUserInput } from '../../../platform/graphql/faults.ts';
import { listArgs, pageArgs } from '../../../platform/graphql/list-args.ts';
import { RootList } from '../../../platform/read/plan/declare.ts';
import type { Condition } from '../../../platform/read/source.ts';
import { all } from '../../../platform/read/value.ts';
import { plusDays } from './cycle-dates.ts';
import { CareSubscriptionConnection } from './subscription.connection.ts';
import { CareSubscriptionFilter, CareSubscriptionSort } from './subscription.input.ts';
import { activeSubscriptions } from './subscription.source.ts';
import { CareSubscriptionType } from './subscription.type.ts';

const MOST_DAYS = 366;

@ArgsType()
export class UpcomingRenewalsArgs extends listArgs(CareSubscriptionFilter, CareSubscriptionSort, 'who renews first') {
  @Field(() => Int, { description: 'From now on for so many days, 0 to 366.' })
  withinDays!: number;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Also those whose date has passed while CarePortals told of no renewal.',
  })
  includeOverdue!: boolean;
}

@Resolver(() => CareSubscriptionType)
export class UpcomingRenewalsResolver {
  @RootList()
  @Query(() => CareSubscriptionConnection, {
    description:
      'Active subscriptions whose next cycle begins soon, who renews first; `nextCycleDate` is when. Those that are cancelled by then are left out.',
  })
  upcomingRenewals(
    @Ctx() { reader, clock }: Context,
    @Info() info: GraphQLResolveInfo,
    @Args(() => UpcomingRenewalsArgs) args: UpcomingRenewalsArgs,
  ) {
    const { sort, ...asked } = pageArgs(args);
    const order = sort ?? { field: 'nextCycleDate', descending: false };
    return reader.list(activeSubscriptions, { ...asked, sort: order }, info, renewsSoon(clock.now(), args));
  }
}

/** The same days as of cycles: the same time of day so many UTC days later. @throws BAD_USER_INPUT */
function renewsSoon(date: Date, { withinDays, includeOverdue }: UpcomingRenewalsArgs): Condition {
  if (withinDays < 0 || withinDays > MOST_DAYS) throw badUserInput(`withinDays must be from 0 to ${MOST_DAYS}.`);
  const now = toInstant(date);
  const soon = { sql: 's.next_cycle_date < ?', params: [plusDays(now, withinDays)] };
  const ahead = { sql: 's.next_cycle_date >= ?', params: [now] };
  return all(includeOverdue ? [soon, GOES_ON] : [ahead, soon, GOES_ON]);
}

/** One that is cancelled at the end of its cycle is so at that very date. */
const GOES_ON: Condition = { sql: 's.scheduled_action IS NULL OR s.scheduled_at > s.next_cycle_date', params: [] };
