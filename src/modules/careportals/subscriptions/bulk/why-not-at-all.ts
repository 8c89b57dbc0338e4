import type { Instant } from '../../../../platform/database/instant.ts';
import { type Refusal, refusal, UserErrorCode } from '../../../../platform/refusal.ts';
import type { Tx } from '../../tables.ts';
import { whyInvalidPause } from '../pause-subscription.ts';
import { SubscriptionAction } from '../subscription-action.ts';
import { whyNotSold } from '../swap-subscription-product.ts';
import { whyNotDueAt } from '../why-not-due-at.ts';
import type { ActionArguments, BulkAction } from './bulk-action.ts';

type Argument = keyof ActionArguments;

/** The arguments that an action may have, and the one that it must have. */
const TAKES: Partial<Record<SubscriptionAction, { may: readonly Argument[]; must?: Argument }>> = {
  pause: { may: ['resumeAt', 'cycles'] },
  resume: { may: ['resumeAt'] },
  cancel: { may: ['atCycleEnd'] },
  reschedule: { may: ['nextCycleDate'], must: 'nextCycleDate' },
  swap_product: { may: ['productId'], must: 'productId' },
};

/** Null if the action can be asked for, whatever the subscriptions: else no item of the job could be done. */
export async function whyNotAtAll(tx: Tx, asked: BulkAction, now: Instant): Promise<Refusal | null> {
  const invalid = whyNotItsArguments(asked) ?? whyNotTheirValues(asked, now);
  if (invalid !== null || asked.productId === null) return invalid;
  return whyNotSold(tx, asked.productId);
}

function whyNotItsArguments({ action, ...own }: BulkAction): Refusal | null {
  const { may, must } = TAKES[action] ?? { may: [] };
  const name = action.toUpperCase();
  for (const [argument, value] of Object.entries(own) as [Argument, unknown][]) {
    if (value !== null && !may.includes(argument)) return invalid(`${argument} does not belong to ${name}.`, argument);
  }
  return must !== undefined && own[must] === null ? invalid(`${name} needs ${must}.`, must) : null;
}

function whyNotTheirValues({ action, resumeAt, cycles, nextCycleDate }: BulkAction, now: Instant): Refusal | null {
  if (action === SubscriptionAction.PAUSE) return whyInvalidPause({ resumeAt, cycles }, now);
  if (resumeAt !== null) return whyNotDueAt(resumeAt, now, 'resumeAt');
  return nextCycleDate === null ? null : whyNotDueAt(nextCycleDate, now, 'nextCycleDate');
}

function invalid(message: string, field: string): Refusal {
  return refusal(UserErrorCode.VALIDATION, message, 'input', field);
}
