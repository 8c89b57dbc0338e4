import type { Cause } from '../../../../platform/cause.ts';
import type { Delivery, Outcome } from '../../../../platform/inbox/delivery.ts';
import type { Tx } from '../../tables.ts';
import { applyOrderEvent } from './apply-order-event.ts';
import { applySignup } from './apply-signup.ts';
import { applySubscriptionDelivery } from './apply-subscription-delivery.ts';
import { applyUnknownEvent } from './apply-unknown-event.ts';
import { UNKNOWN_EVENT } from './recognise-event.ts';

/** Events that are understood and stored, and have no effect yet. */
const KEPT = /^(prescription|message|questionnaire)\./;

/** Applies one stored CarePortals delivery inside the transaction it is given. */
export async function handleCareportalsDelivery(tx: Tx, delivery: Delivery, cause: Cause): Promise<Outcome> {
  const { eventType } = delivery;
  if (eventType.startsWith('order.')) return applyOrderEvent(tx, delivery);
  if (eventType.startsWith('subscription.')) return applySubscriptionDelivery(tx, delivery, cause);
  if (eventType === 'customer.signup') return applySignup(tx, delivery);
  if (eventType === UNKNOWN_EVENT) return applyUnknownEvent(tx, delivery, cause);
  if (KEPT.test(eventType)) return { kind: 'ignored', note: `${eventType} has no effect yet. The delivery is kept` };
  return { kind: 'ignored', note: `${eventType} is not an event that means anything here. The delivery is kept` };
}
