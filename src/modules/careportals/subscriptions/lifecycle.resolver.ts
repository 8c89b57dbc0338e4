import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../../../platform/context.ts';
import { toInstant, toInstantOrNull } from '../../../platform/database/instant.ts';
import { advanceSubscriptionCycle } from './advance-subscription-cycle.ts';
import { cancelSubscription } from './cancel-subscription.ts';
import {
  AdvanceSubscriptionCycleInput,
  CancelSubscriptionInput,
  PauseSubscriptionInput,
  ReactivateSubscriptionInput,
  RescheduleSubscriptionInput,
  ResumeSubscriptionInput,
  SkipSubscriptionCycleInput,
  SwapSubscriptionProductInput,
  UndoScheduledChangeInput,
  UnskipSubscriptionCycleInput,
} from './lifecycle.input.ts';
import {
  AdvanceSubscriptionCyclePayload,
  CancelSubscriptionPayload,
  PauseSubscriptionPayload,
  ReactivateSubscriptionPayload,
  RescheduleSubscriptionPayload,
  ResumeSubscriptionPayload,
  SkipSubscriptionCyclePayload,
  SwapSubscriptionProductPayload,
  UndoScheduledChangePayload,
  UnskipSubscriptionCyclePayload,
} from './lifecycle.type.ts';
import { type LifecycleAnswer, runLifecycle } from './lifecycle-mutation.ts';
import { pauseSubscription } from './pause-subscription.ts';
import { reactivateSubscription } from './reactivate-subscription.ts';
import { rescheduleSubscription } from './reschedule-subscription.ts';
import { resumeSubscription } from './resume-subscription.ts';
import { skipSubscriptionCycle } from './skip-subscription-cycle.ts';
import { swapSubscriptionProduct } from './swap-subscription-product.ts';
import { undoScheduledChange } from './undo-scheduled-change.ts';
import { unskipSubscriptionCycle } from './unskip-subscription-cycle.ts';

/** The mutations of the lifecycle: arguments in, one verb, its answer out. */
@Resolver()
export class LifecycleResolver {
  @Mutation(() => PauseSubscriptionPayload, {
    description: 'Pauses an active subscription: until further notice, until a date, or for so many cycles.',
  })
  pauseSubscription(
    @Ctx() context: Context,
    @Arg('input', () => PauseSubscriptionInput, { description: 'Which, for how long, and why.' })
    input: PauseSubscriptionInput,
  ): Promise<LifecycleAnswer> {
    return runLifecycle(
      context,
      'pauseSubscription',
      input,
      { resumeAt: toInstantOrNull(input.resumeAt), cycles: input.cycles ?? null },
      pauseSubscription,
    );
  }

  @Mutation(() => ResumeSubscriptionPayload, { description: 'Resumes a paused subscription, now or at a date.' })
  resumeSubscription(
    @Ctx() context: Context,
    @Arg('input', () => ResumeSubscriptionInput, { description: 'Which, when, and why.' })
    input: ResumeSubscriptionInput,
  ): Promise<LifecycleAnswer> {
    return runLifecycle(
      context,
      'resumeSubscription',
      input,
      { resumeAt: toInstantOrNull(input.resumeAt) },
      resumeSubscription,
    );
  }

  @Mutation(() => CancelSubscriptionPayload, {
    description: 'Cancels an active or paused subscription for good, now or at the end of its cycle.',
  })
  cancelSubscription(
    @Ctx() context: Context,
    @Arg('input', () => CancelSubscriptionInput, { description: 'Which, when, and why.' })
    input: CancelSubscriptionInput,
  ): Promise<LifecycleAnswer> {
    return runLifecycle(context, 'cancelSubscription', input, { atCycleEnd: input.atCycleEnd }, cancelSubscription);
  }

  @Mutation(() => UndoScheduledChangePayload, {
    description: 'Calls off what is scheduled: a cancellation at the end of the cycle, or the end of a pause.',
  })
  undoScheduledChange(
    @Ctx() context: Context,
    @Arg('input', () => UndoScheduledChangeInput, { description: 'Whose, and why.' }) input: UndoScheduledChangeInput,
  ): Promise<LifecycleAnswer> {
    return runLifecycle(context, 'undoScheduledChange', input, {}, undoScheduledChange);
  }

  @Mutation(() => ReactivateSubscriptionPayload, {
    description: 'Takes a cancelled subscription back. That it was cancelled stays in its audit log. For admins.',
  })
  reactivateSubscription(
    @Ctx() context: Context,
    @Arg('input', () => ReactivateSubscriptionInput, { description: 'Which, and why.' })
    input: ReactivateSubscriptionInput,
  ): Promise<LifecycleAnswer> {
    return runLifecycle(context, 'reactivateSubscription', input, {}, reactivateSubscription);
  }

  @Mutation(() => RescheduleSubscriptionPayload, {
    description: 'Moves the next cycle to another date; later ones follow it. For support and admins.',
  })
  rescheduleSubscription(
    @Ctx() context: Context,
    @Arg('input', () => RescheduleSubscriptionInput, { description: 'Which, to when, and why.' })
    input: RescheduleSubscriptionInput,
  ): Promise<LifecycleAnswer> {
    return runLifecycle(
      context,
      'rescheduleSubscription',
      input,
      { nextCycleDate: toInstant(input.nextCycleDate) },
      rescheduleSubscription,
    );
  }

  @Mutation(() => SkipSubscriptionCyclePayload, { description: 'Leaves the next cycle out. For support and admins.' })
  skipSubscriptionCycle(
    @Ctx() context: Context,
    @Arg('input', () => SkipSubscriptionCycleInput, { description: 'Whose, and why.' })
    input: SkipSubscriptionCycleInput,
  ): Promise<LifecycleAnswer> {
    return runLifecycle(context, 'skipSubscriptionCycle', input, {}, skipSubscriptionCycle);
  }

  @Mutation(() => UnskipSubscriptionCyclePayload, {
    description: 'Takes the last skip back, while the skipped date lies ahead. For support and admins.',
  })
  unskipSubscriptionCycle(
    @Ctx() context: Context,
    @Arg('input', () => UnskipSubscriptionCycleInput, { description: 'Whose, and why.' })
    input: UnskipSubscriptionCycleInput,
  ): Promise<LifecycleAnswer> {
    return runLifecycle(context, 'unskipSubscriptionCycle', input, {}, unskipSubscriptionCycle);
  }

  @Mutation(() => SwapSubscriptionProductPayload, {
    description: 'Puts another product that is sold in place of the present one. For support and admins.',
  })
  swapSubscriptionProduct(
    @Ctx() context: Context,
    @Arg('input', () => SwapSubscriptionProductInput, { description: 'Which, for what, and why.' })
    input: SwapSubscriptionProductInput,
  ): Promise<LifecycleAnswer> {
    return runLifecycle(
      context,
      'swapSubscriptionProduct',
      input,
      { productId: input.productId },
      swapSubscriptionProduct,
    );
  }

  @Mutation(() => AdvanceSubscriptionCyclePayload, {
    description:
      'Begins the next cycle, for when CarePortals never told of it (`subscription.active` with the next cycle). For admins.',
  })
  advanceSubscriptionCycle(
    @Ctx() context: Context,
    @Arg('input', () => AdvanceSubscriptionCycleInput, { description: 'Whose, and why.' })
    input: AdvanceSubscriptionCycleInput,
  ): Promise<LifecycleAnswer> {
    return runLifecycle(context, 'advanceSubscriptionCycle', input, {}, advanceSubscriptionCycle);
  }
}
