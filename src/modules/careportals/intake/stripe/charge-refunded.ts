import type { StripeHandler } from './stripe-handler.ts';

/** It tells the sum of all refunds of a charge and not which: the refunds come by refund.created. */
export const chargeRefunded: StripeHandler = () => async () => ({
  kind: 'ignored',
  note: 'A cumulative amount; refund.created tells the refund itself.',
});
