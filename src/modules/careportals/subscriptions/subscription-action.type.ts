import { registerEnumType } from 'type-graphql';
import { SubscriptionAction } from './subscription-action.ts';

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
