import Stripe from 'stripe';
import type { VerifiedDelivery, WebhookRefusal, WebhookRequest } from '../../../../platform/inbox/inbox-source.ts';
import { idOf, objectOf } from './stripe-fields.ts';

/** How far the time in a signature may lie from ours, either way, in seconds. */
const TOLERANCE_SECONDS = 300;

const NO_SECRET: WebhookRefusal = {
  status: 401,
  error: 'No signing secret is configured. Set STRIPE_WEBHOOK_SECRETS to the secret of this webhook endpoint.',
};
const WRONG_SIGNATURE: WebhookRefusal = {
  status: 400,
  error: `The Stripe-Signature header is missing, does not fit the body, or is not within ${TOLERANCE_SECONDS} seconds of now.`,
};
const NOT_AN_EVENT: WebhookRefusal = {
  status: 400,
  error: 'The body is not the JSON of a Stripe event with an id and a type.',
};

/**
 * Checks Stripe's signature over the raw body and names the event.
 * @param secrets the endpoint's signing secrets; two while one replaces the other.
 * @returns what to store, or a refusal: 400 wrong signature or body, 401 no secret configured.
 */
export function verifyStripeDelivery(
  request: WebhookRequest,
  secrets: readonly string[],
  receivedAt: Date,
): VerifiedDelivery | WebhookRefusal {
  if (secrets.length === 0) return NO_SECRET;
  const signature = request.headers['stripe-signature'];
  if (typeof signature !== 'string') return WRONG_SIGNATURE;
  // All are tried whichever fits: how long it takes tells nothing of them.
  const tried = secrets.map((secret) => signedBy(secret, request.rawBody, signature, receivedAt));
  const fits = tried.find((outcome) => outcome !== 'wrong signature');
  if (fits === undefined || isFromFuture(signature, receivedAt)) return WRONG_SIGNATURE;
  return fits === 'not an event' ? NOT_AN_EVENT : named(fits.event);
}

function signedBy(
  secret: string,
  rawBody: Uint8Array,
  signature: string,
  receivedAt: Date,
): { event: unknown } | 'not an event' | 'wrong signature' {
  try {
    const now = receivedAt.getTime();
    return {
      event: Stripe.webhooks.constructEvent(rawBody as Buffer, signature, secret, TOLERANCE_SECONDS, undefined, now),
    };
  } catch (error) {
    return error instanceof Stripe.errors.StripeSignatureVerificationError ? 'wrong signature' : 'not an event';
  }
}

/** The library refuses old times only. It signs with the last `t` of the header, so that is the one that counts. */
function isFromFuture(signature: string, receivedAt: Date): boolean {
  const times = signature.split(',').filter((part) => part.startsWith('t='));
  const aheadSeconds = Number.parseInt(times.at(-1)?.slice(2) ?? '', 10) - Math.floor(receivedAt.getTime() / 1_000);
  return !(aheadSeconds <= TOLERANCE_SECONDS);
}

function named(event: unknown): VerifiedDelivery | WebhookRefusal {
  const body = objectOf(event);
  const id = typeof body?.id === 'string' ? idOf(body.id) : null;
  const type = typeof body?.type === 'string' ? body.type : '';
  if (body === null || id === null || !/^[a-z0-9_.]{1,100}$/.test(type)) return NOT_AN_EVENT;
  return { eventKey: id, eventType: type, eventId: id, payload: body };
}
