import { applyRefund } from './apply-refund.ts';
import type { StripeHandler } from './stripe-handler.ts';

/** What became of a refund: it may fail weeks after it was made, and may be told before it was told as made. */
export const refundUpdated: StripeHandler = (event) => (tx) => applyRefund(tx, event);
