import type { Instant } from '../../../../platform/database/instant.ts';
import { type Delivery, DeliveryFailure } from '../../../../platform/inbox/delivery.ts';
import { idOf, instantOf, objectOf, type StripeObject } from './stripe-fields.ts';

/** What the handlers need of an event: what happened when, where, to which object. */
export interface StripeEvent {
  type: string;
  /** The connected account it happened on; null for the platform's own. */
  account: string | null;
  /** When Stripe made the event, which is when the object looked like this. */
  createdAt: Instant;
  object: StripeObject;
  receivedAt: Instant;
}

/** @throws DeliveryFailure if the event carries no object; another try cannot help. */
export function stripeEventOf({ payload, eventType, receivedAt }: Delivery): StripeEvent {
  const event = objectOf(payload);
  const object = objectOf(objectOf(event?.data)?.object);
  if (!event || !object) throw new DeliveryFailure('The event carries no object.', { retry: false });
  const createdAt = instantOf(event.created) ?? receivedAt;
  return { type: eventType, account: idOf(event.account), createdAt, object, receivedAt };
}
