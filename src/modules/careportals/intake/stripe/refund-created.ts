import { applyRefund } from './apply-refund.ts';
import type { StripeHandler } from './stripe-handler.ts';

/** A refund was made, in full or in part. */
export const refundCreated: StripeHandler = (event) => (tx) => applyRefund(tx, event);
