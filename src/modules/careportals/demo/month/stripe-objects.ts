import { MINUTE, type StoryEvent, type Teller } from './story.ts';

/** A charge that went through, and what belongs to it. */
export interface Charge {
  chargeId: string;
  intentId: string;
  /** Cents. */
  amount: number;
  stripeCustomer: string;
  orders: number[];
  methodId: string;
  card: { brand: string; last4: string } | null;
}

/** Where an object says which orders it is for. */
export type Link = 'metadata' | 'misspelt' | 'description' | 'none';

/** An event of Stripe's; its `created` is the second in which it happened. */
export function stripeEvent(teller: Teller, type: string, object: object): StoryEvent {
  const { random, clock, odd } = teller;
  const body = {
    id: `evt_${random.base62(20)}`,
    object: 'event',
    api_version: '2025-09-30.clover',
    created: seconds(clock.now()),
    ...(odd(0.3) && { account: 'acct_1DEMOclinic000001' }),
    type,
    livemode: false,
    pending_webhooks: 1,
    data: { object },
  };
  const delayMs = odd(0.15) ? random.between(10 * MINUTE, 3 * 24 * 60 * MINUTE) : random.between(500, 3_000);
  return { source: 'stripe', event: type, path: '/webhooks/stripe', body, delayMs };
}

export function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1_000);
}

/** Metadata and description as the platform writes them; the description lists every order of a cart. */
function link({ orders }: Charge, how: Link) {
  const described = `Orders ${orders.map((number) => `#${number}`).join(', ')}`;
  const key = how === 'misspelt' ? 'resourceID' : 'resourceId';
  const hasMetadata = how === 'metadata' || how === 'misspelt';
  return {
    description: how === 'none' ? null : described,
    metadata: hasMetadata ? { organization: 'demo_org', resourceType: 'orders', [key]: String(orders[0]) } : {},
  };
}

export function intentObject(teller: Teller, charge: Charge, how: Link, isLegacy: boolean): object {
  const { chargeId, intentId, amount, stripeCustomer, methodId } = charge;
  return {
    id: intentId,
    object: 'payment_intent',
    amount,
    amount_received: amount,
    application_fee_amount: Math.round(amount / 100),
    created: seconds(teller.clock.now()) - 2,
    currency: 'usd',
    customer: stripeCustomer,
    ...(isLegacy
      ? { charges: { object: 'list', data: [chargeObject(teller, charge, how)] } }
      : { latest_charge: chargeId }),
    livemode: false,
    ...link(charge, how),
    payment_method: methodId,
    status: 'succeeded',
  };
}

export function failedIntentObject(teller: Teller, charge: Charge, failedChargeId: string): object {
  return {
    ...intentObject(teller, charge, 'metadata', false),
    amount_received: 0,
    last_payment_error: { type: 'card_error', code: 'card_declined', decline_code: 'insufficient_funds' },
    latest_charge: failedChargeId,
    status: 'requires_payment_method',
  };
}

export function chargeObject(teller: Teller, charge: Charge, how: Link): object {
  const { chargeId, intentId, amount, stripeCustomer, methodId, card } = charge;
  return {
    id: chargeId,
    object: 'charge',
    amount,
    amount_captured: amount,
    amount_refunded: 0,
    application_fee_amount: Math.round(amount / 100),
    captured: true,
    created: seconds(teller.clock.now()),
    currency: 'usd',
    customer: stripeCustomer,
    livemode: false,
    ...link(charge, how),
    paid: true,
    payment_intent: intentId,
    payment_method: methodId,
    payment_method_details: card ? { type: 'card', card } : { type: 'link', link: { country: 'US' } },
    refunded: false,
    status: 'succeeded',
  };
}
