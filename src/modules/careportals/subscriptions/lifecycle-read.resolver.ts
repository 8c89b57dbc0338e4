import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { levelOf } from '../../../platform/access/caller.ts';
import type { Context } from '../../../platform/context.ts';
import { toInstant } from '../../../platform/database/instant.ts';
import { badUserInput } from '../../../platform/graphql/faults.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';
import { From } from '../../../platform/read/plan/declare.ts';
import type { Row } from '../../../platform/read/reader.ts';
import { products } from '../catalog/product.source.ts';
import { type AvailableAction, availableActions } from './available-actions.ts';
import { AvailableActionType, ScheduledChangeType, UpcomingCycleType } from './lifecycle-read.type.ts';
import { cycleDaysOf } from './lock-subscription.ts';
import { auditEntries, subscriptions } from './subscription.source.ts';
import { CareSubscriptionType } from './subscription.type.ts';
import { type CyclePlan, type UpcomingCycle, upcomingCycles } from './upcoming-cycles.ts';

/** Cycles that one may look ahead. */
const FURTHEST = 24;

/** What may be done to a subscription, and what lies ahead of it. */
@Resolver(() => CareSubscriptionType)
export class LifecycleReadResolver {
  @FieldResolver(() => [AvailableActionType], {
    description: 'Every action, and whether you may do it now; by the same rules as the mutations.',
  })
  async availableActions(@Root() subscription: Row, @Ctx() context: Context): Promise<AvailableAction[]> {
    const plan = await cyclePlanOf(subscription, context);
    return availableActions(plan, context.caller.role, toInstant(context.clock.now()));
  }

  @FieldResolver(() => [ScheduledChangeType], {
    description: 'What will happen to it by itself; at present one at most.',
  })
  scheduledChanges(@Root() subscription: Row, @Ctx() { caller, reader }: Context) {
    if (subscription.scheduledAction === null) return [];
    // The change will carry the reason into the trail: whoever may not read it there may not read it here.
    const hidden = auditEntries.access[levelOf(caller)].hidden.includes('reason');
    return [
      {
        action: subscription.scheduledAction,
        dueAt: subscription.scheduledAt,
        reason: hidden ? null : subscription.scheduledReason,
        get reasonCode() {
          return reader.heavy(subscriptions, 'scheduledReasonCode', subscription);
        },
        correlationId: subscription.scheduledCorrelationId,
      },
    ];
  }

  @From('skippedDates')
  @FieldResolver(() => [DateTimeISO], {
    description: 'Dates that were left out here and that CarePortals has not overruled since, oldest first.',
  })
  skippedDates(@Root() subscription: Row): unknown {
    return subscription.skippedDates ?? [];
  }

  @FieldResolver(() => [UpcomingCycleType], {
    description:
      'The cycles ahead, soonest first, as far as they can be known: none while it is paused without an end, is to be cancelled or is over.',
  })
  async upcomingCycles(
    @Root() subscription: Row,
    @Ctx() context: Context,
    @Arg('first', () => Int, { nullable: true, defaultValue: 3, description: `How many; from 1 to ${FURTHEST}.` })
    first: number | null,
  ): Promise<UpcomingCycle[]> {
    if (first === null || first < 1 || first > FURTHEST) throw badUserInput(`first must be from 1 to ${FURTHEST}.`);
    return upcomingCycles(await cyclePlanOf(subscription, context), toInstant(context.clock.now()), first);
  }
}

async function cyclePlanOf(subscription: Row, { reader }: Context): Promise<CyclePlan> {
  const product = await reader.toOne(products, 'productId', subscription.productId);
  const { state, scheduledAction, scheduledAt, nextCycleDate, skippedDates, cycle } = subscription;
  return {
    state,
    scheduledAction,
    scheduledAt,
    nextCycleDate,
    skippedDates: skippedDates ?? [],
    cycle,
    cycleDays: cycleDaysOf((product?.renewalCycleDuration ?? null) as number | null),
  } as CyclePlan;
}
