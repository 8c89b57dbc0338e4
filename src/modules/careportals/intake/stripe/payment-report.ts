import type { Instant } from '../../../../platform/database/instant.ts';
import { centsOf, currencyOf, idOf, instantOf, objectOf, type StripeObject, textOf } from './stripe-fields.ts';

/** What an intent or a charge says of a payment; null where it says nothing usable. Amounts in cents. */
export interface PaymentReport {
  chargeId: string | null;
  paymentIntentId: string | null;
  stripeCustomerId: string | null;
  paymentMethodId: string | null;
  amount: number | null;
  currency: string | null;
  cardLast4: string | null;
  cardBrand: string | null;
  description: string | null;
  applicationFeeAmount: number | null;
  createdAt: Instant | null;
}

/** Reads a payment intent, as an event carries it or as it is retrieved with its payment method expanded. */
export function reportOfIntent(intent: StripeObject): PaymentReport {
  const charge = chargeIn(intent);
  const received = centsOf(intent.amount_received);
  return {
    ...common(intent),
    ...cardOf(intent.payment_method, charge?.payment_method_details),
    chargeId: idOf(intent.latest_charge) ?? idOf(charge),
    paymentIntentId: idOf(intent.id),
    amount: received === null || received === 0 ? centsOf(intent.amount) : received,
  };
}

/** Reads a charge, which knows its card. */
export function reportOfCharge(charge: StripeObject): PaymentReport {
  return {
    ...common(charge),
    ...cardOf(charge.payment_method_details, charge.payment_method),
    chargeId: idOf(charge.id),
    paymentIntentId: idOf(charge.payment_intent),
    amount: centsOf(charge.amount_captured) ?? centsOf(charge.amount),
  };
}

/** The report with what it lacks taken from another one. */
export function completedBy(report: PaymentReport, other: PaymentReport): PaymentReport {
  const entries = Object.entries(report).map(([key, value]) => [key, value ?? other[key as keyof PaymentReport]]);
  return Object.fromEntries(entries) as PaymentReport;
}

function common(object: StripeObject) {
  return {
    stripeCustomerId: idOf(object.customer),
    paymentMethodId: idOf(object.payment_method),
    currency: currencyOf(object.currency),
    description: textOf(object.description),
    applicationFeeAmount: centsOf(object.application_fee_amount),
    createdAt: instantOf(object.created),
  };
}

/** The charge inside an intent: expanded, or in the list that older versions of the interface had, newest first. */
function chargeIn(intent: StripeObject): StripeObject | null {
  const list = objectOf(intent.charges)?.data;
  return objectOf(intent.latest_charge) ?? (Array.isArray(list) ? objectOf(list[0]) : null);
}

/** The first of the places that has a card. Link and bank payments have none. */
function cardOf(...places: unknown[]): Pick<PaymentReport, 'cardLast4' | 'cardBrand'> {
  const card = places.map((place) => objectOf(objectOf(place)?.card)).find((found) => found !== null);
  const last4 = textOf(card?.last4);
  return {
    cardLast4: last4 !== null && /^\d{4}$/.test(last4) ? last4 : null,
    cardBrand: textOf(card?.brand)?.slice(0, 20) ?? null,
  };
}
