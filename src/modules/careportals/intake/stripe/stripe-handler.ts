import type { Handler } from '../../../../platform/inbox/delivery.ts';
import type { Tables } from '../../tables.ts';
import type { StripeApi } from './stripe-api.ts';
import type { StripeEvent } from './stripe-event.ts';

/**
 * Makes what applies an event, and asks Stripe what must be asked before the transaction.
 * @param api null if no key is configured: then nothing is asked.
 */
export type StripeHandler = (event: StripeEvent, api: StripeApi | null) => Handler<Tables> | Promise<Handler<Tables>>;
