import Stripe from 'stripe';
import { DeliveryFailure } from '../../../../platform/inbox/delivery.ts';
import { QuestionGate } from './question-gate.ts';
import { objectOf, type StripeObject } from './stripe-fields.ts';

/** Milliseconds that one question to Stripe may take. */
const TIMEOUT_MS = 5_000;

/** What is asked of Stripe itself. Null means that it has no such object, or none that it shows to us. */
export interface StripeApi {
  /** With the payment method expanded where that works. @throws DeliveryFailure if Stripe is busy or away; NotNow if enough is being asked. */
  retrieveIntent(id: string, account: string | null): Promise<StripeObject | null>;
  /** @throws as retrieveIntent does. */
  retrieveCharge(id: string, account: string | null): Promise<StripeObject | null>;
  /** Whether Stripe is slow or away, as far as questions of the last minute tell. */
  isStruggling(): boolean;
}

/** @param apiBase another address than Stripe's own, e.g. `http://127.0.0.1:12111`. */
export function stripeApi(secretKey: string, apiBase?: string): StripeApi {
  // No retries here: the inbox repeats failed attempts by itself.
  const config = { timeout: TIMEOUT_MS, maxNetworkRetries: 0, telemetry: false };
  const stripe = new Stripe(secretKey, { ...config, ...hostOf(apiBase) });
  const gate = new QuestionGate();
  const ask = (question: () => Promise<unknown>) => gate.ask(() => answerTo(question()));
  return {
    retrieveIntent: async (id, account) => {
      const options = onAccount(account);
      const expanded = await ask(() => stripe.paymentIntents.retrieve(id, { expand: ['payment_method'] }, options));
      if (expanded !== 'refused') return expanded;
      // The payment method of some charges (`py_…`) cannot be expanded; the rest is worth having.
      return orNull(await ask(() => stripe.paymentIntents.retrieve(id, {}, options)));
    },
    retrieveCharge: async (id, account) => orNull(await ask(() => stripe.charges.retrieve(id, {}, onAccount(account)))),
    isStruggling: () => gate.isStruggling(),
  };
}

function hostOf(apiBase: string | undefined) {
  if (apiBase === undefined) return {};
  const { protocol, hostname, port } = new URL(apiBase);
  const isHttp = protocol === 'http:';
  return {
    protocol: isHttp ? ('http' as const) : ('https' as const),
    host: hostname,
    port: port || (isHttp ? 80 : 443),
  };
}

function onAccount(account: string | null): Stripe.RequestOptions {
  return account === null ? {} : { stripeAccount: account };
}

/** The answer; null if there is no such object, `refused` if the question was wrong. */
async function answerTo(question: Promise<unknown>): Promise<StripeObject | null | 'refused'> {
  try {
    return objectOf(await question);
  } catch (error) {
    const status = error instanceof Stripe.errors.StripeError ? error.statusCode : undefined;
    if (status === 404) return null;
    if (status === 400) return 'refused';
    throw failureOf(error, status);
  }
}

function failureOf(error: unknown, status: number | undefined): unknown {
  if (status === 401 || status === 403) {
    return new DeliveryFailure(`Stripe refused the key (${status}). Check STRIPE_SECRET_KEY.`, { retry: true });
  }
  if (status !== undefined) return new DeliveryFailure(`Stripe answered ${status}.`, { retry: true });
  if (error instanceof Stripe.errors.StripeError) return new DeliveryFailure('Stripe did not answer.', { retry: true });
  return error;
}

function orNull(answer: StripeObject | null | 'refused'): StripeObject | null {
  return answer === 'refused' ? null : answer;
}
