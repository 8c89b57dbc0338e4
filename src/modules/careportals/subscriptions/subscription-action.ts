import { registerEnumType } from 'type-graphql';

/** What can be done to a subscription: the names of the rules, and of the trail's trigger types. */
export enum SubscriptionAction {
  PAUSE = 'pause',
  RESUME = 'resume',
  CANCEL = 'cancel',
  REACTIVATE = 'reactivate',
  RESCHEDULE = 'reschedule',
  SKIP = 'skip',
  UNSKIP = 'unskip',
  SWAP_PRODUCT = 'swap_product',
  ADVANCE_CYCLE = 'advance_cycle',
  UNDO_SCHEDULED_CHANGE = 'undo_scheduled_change',
}

registerEnumType(SubscriptionAction, {
  name: 'SubscriptionAction',
  description: 'What can be done to a subscription, each by a mutation of its own.',
  valuesConfig: {
    PAUSE: { description: 'Let it rest: until further notice, until a date, or for so many cycles.' },
    RESUME: { description: 'Let a paused one go on, now or at a date.' },
    CANCEL: { description: 'End it for good, now or at the end of its cycle.' },
    REACTIVATE: { description: 'Take a cancelled one back.' },
    RESCHEDULE: { description: 'Move the next cycle to another date.' },
    SKIP: { description: 'Leave the next cycle out.' },
    UNSKIP: { description: 'Take the last skip back.' },
    SWAP_PRODUCT: { description: 'Put another product in place of the present one.' },
    ADVANCE_CYCLE: { description: 'Begin the next cycle.' },
    UNDO_SCHEDULED_CHANGE: { description: 'Call off what is scheduled.' },
  },
});

/** The enum's name for a stored action, as clients know it. */
export function actionName(stored: string): string {
  return stored.toUpperCase();
}
