import type { Cause } from '../../../../platform/cause.ts';
import type { Delivery, Outcome } from '../../../../platform/inbox/delivery.ts';
import type { Tx } from '../../tables.ts';
import { applyMessage } from './apply-message.ts';
import { applyOrderEvent } from './apply-order-event.ts';
import { applyPrescription } from './apply-prescription.ts';
import { applyQuestionnaire } from './apply-questionnaire.ts';
import { applySignup } from './apply-signup.ts';
import { applySubscriptionDelivery } from './apply-subscription-delivery.ts';
import { applyUnknownEvent } from './apply-unknown-event.ts';
import { UNKNOWN_EVENT } from './recognise-event.ts';

/** Applies one stored CarePortals delivery inside the transaction it is given. */
export async function handleCareportalsDelivery(tx: Tx, delivery: Delivery, cause: Cause): Promise<Outcome> {
  const { eventType } = delivery;
  if (eventType.startsWith('order.')) return applyOrderEvent(tx, delivery, cause);
  if (eventType.startsWith('subscription.')) return applySubscriptionDelivery(tx, delivery, cause);
  if (eventType.startsWith('prescription.')) return applyPrescription(tx, delivery, cause);
  if (eventType.startsWith('message.')) return applyMessage(tx, delivery, cause);
  if (eventType === 'questionnaire.submitted') return applyQuestionnaire(tx, delivery, cause);
  if (eventType === 'customer.signup') return applySignup(tx, delivery, cause);
  if (eventType === UNKNOWN_EVENT) return applyUnknownEvent(tx, delivery, cause);
  return { kind: 'ignored', note: `${eventType} is not an event that means anything here. The delivery is kept` };
}
