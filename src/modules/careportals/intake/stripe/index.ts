import type { InboxSource } from '../../../../platform/inbox/inbox-source.ts';
import type { Tables } from '../../tables.ts';
import { chargeRefunded } from './charge-refunded.ts';
import { chargeSucceeded } from './charge-succeeded.ts';
import { paymentIntentPaymentFailed } from './payment-intent-payment-failed.ts';
import { paymentIntentSucceeded } from './payment-intent-succeeded.ts';
import { refundCreated } from './refund-created.ts';
import { refundUpdated } from './refund-updated.ts';
import { stripeApi } from './stripe-api.ts';
import { stripeEventOf } from './stripe-event.ts';
import type { StripeHandler } from './stripe-handler.ts';
import { verifyStripeDelivery } from './verify-stripe-delivery.ts';

export interface StripeSettings {
  /** Signing secrets of the endpoint (`whsec_…`), more than one while they are being changed. None: all is refused. */
  webhookSecrets: readonly string[];
  /** Lets the intake ask Stripe for what an event does not say. */
  secretKey?: string;
  /** Another address than Stripe's own, e.g. `http://127.0.0.1:12111`. */
  apiBase?: string;
}

const HANDLERS = new Map<string, StripeHandler>([
  ['payment_intent.succeeded', paymentIntentSucceeded],
  ['payment_intent.payment_failed', paymentIntentPaymentFailed],
  ['charge.succeeded', chargeSucceeded],
  ['charge.refunded', chargeRefunded],
  ['refund.created', refundCreated],
  ['refund.updated', refundUpdated],
]);

/** Stripe as a source of the inbox. @throws TypeError if `apiBase` is no URL. */
export function stripeSource({ webhookSecrets, secretKey, apiBase }: StripeSettings): InboxSource<Tables> {
  const api = secretKey === undefined ? null : stripeApi(secretKey, apiBase);
  return {
    sourceSystem: 'stripe',
    paths: ['/webhooks/stripe'],
    verify: (request, receivedAt) => verifyStripeDelivery(request, webhookSecrets, receivedAt),
    handlerFor: (delivery) => {
      const handler = HANDLERS.get(delivery.eventType);
      if (!handler) return async () => ({ kind: 'ignored', note: 'An event of no interest here.' });
      return handler(stripeEventOf(delivery), api);
    },
  };
}
