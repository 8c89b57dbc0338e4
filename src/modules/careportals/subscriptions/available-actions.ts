import type { Role } from '../../../platform/access/caller.ts';
import type { Instant } from '../../../platform/database/instant.ts';
import { type Refusal, refusal, UserErrorCode } from '../../../platform/refusal.ts';
import { withoutNext } from './skip-subscription-cycle.ts';
import { SubscriptionAction } from './subscription-action.ts';
import { type Subject, whyNot } from './transitions.ts';

/** Whether its mutation would do it now, if asked with good arguments; and if not, the refusal it would give. */
export interface AvailableAction {
  action: SubscriptionAction;
  allowed: boolean;
  reasonCode: UserErrorCode | null;
  message: string | null;
}

/** Every action, judged by the rules that the mutations themselves ask. */
export function availableActions(subject: Subject, role: Role, now: Instant): AvailableAction[] {
  return Object.values(SubscriptionAction).map((action) => {
    const refused = whyRefused(action, subject, role, now);
    return {
      action,
      allowed: refused === null,
      reasonCode: refused?.code ?? null,
      message: refused?.message ?? null,
    };
  });
}

function whyRefused(action: SubscriptionAction, subject: Subject, role: Role, now: Instant): Refusal | null {
  if (role === 'analyst' || role === 'service') {
    return refusal(UserErrorCode.NOT_ALLOWED, 'Your role reads subscriptions and does not change them.', 'input');
  }
  const refused = whyNot(action, subject, role, now);
  return refused === null && action === SubscriptionAction.SKIP ? whyTooFar(subject, now) : refused;
}

/** Skip after skip would lead beyond what may be planned. */
function whyTooFar(subject: Subject, now: Instant): Refusal | null {
  const change = withoutNext(subject, now);
  return 'code' in change ? change : null;
}
