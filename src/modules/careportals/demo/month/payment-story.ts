import { moveTo, type OrderDocument } from './order-document.ts';
import type { Person } from './person.ts';
import { careportals, MINUTE, type Story, type StoryEvent, type Teller } from './story.ts';
import {
  type Charge,
  chargeObject,
  failedIntentObject,
  intentObject,
  type Link,
  stripeEvent,
} from './stripe-objects.ts';

/** The orders of a cart are paid by one intent, sometimes at the second attempt. Nothing is paid for what costs nothing. */
export function* paidStory(
  teller: Teller,
  person: Person,
  orders: OrderDocument[],
): Generator<StoryEvent, Charge | null> {
  const amount = Math.round(orders.reduce((sum, order) => sum + order.totalAmount, 0) * 100);
  if (amount === 0) return null;
  const charge = newCharge(teller, person, orders, amount);
  if (teller.random.chance(0.15)) yield* failed(teller, charge, orders);
  teller.clock.pass(teller.random.between(2_000, MINUTE));
  yield* succeeded(teller, charge);
  return charge;
}

function newCharge({ random, odd }: Teller, person: Person, orders: OrderDocument[], amount: number): Charge {
  const hasCard = !odd(0.12);
  return {
    chargeId: `${hasCard ? 'ch' : 'py'}_3${random.base62(22)}`,
    intentId: `pi_3${random.base62(22)}`,
    amount,
    stripeCustomer: person.stripeId,
    orders: orders.map((order) => order.id),
    methodId: `pm_1${random.base62(22)}`,
    card: hasCard
      ? { brand: random.pick(['visa', 'mastercard']), last4: String(random.below(10_000)).padStart(4, '0') }
      : null,
  };
}

/** The attempt that failed has a charge of its own, and the order waits for money. */
function* failed(teller: Teller, charge: Charge, [order]: OrderDocument[]): Story {
  const { random, clock } = teller;
  for (let attempt = random.between(1, 2); attempt > 0; attempt--) {
    clock.pass(random.between(MINUTE, 20 * MINUTE));
    const object = failedIntentObject(teller, charge, `ch_3${random.base62(22)}`);
    yield stripeEvent(teller, 'payment_intent.payment_failed', object);
  }
  moveTo(order!, 'awaiting_payment', clock.now());
  const { _id, id, status, updatedAt } = order!;
  yield careportals(teller, 'order.awaiting_payment', { _id, id: String(id), status, updatedAt });
  clock.pass(random.between(MINUTE, 60 * MINUTE));
  moveTo(order!, 'processing', clock.now());
}

/** Intent and charge tell of one payment; not every endpoint subscribes to both, and one may know less than the other. */
function* succeeded(teller: Teller, charge: Charge): Story {
  const { random } = teller;
  const how = teller.odd(0.3) ? random.pick<Link>(['misspelt', 'description', 'none']) : 'metadata';
  const told = random.below(3);
  const events = [
    stripeEvent(teller, 'payment_intent.succeeded', intentObject(teller, charge, how, teller.odd(0.15))),
    stripeEvent(teller, 'charge.succeeded', chargeObject(teller, charge, teller.odd(0.1) ? 'none' : 'metadata')),
  ];
  yield* told === 2 ? events : [events[told]!];
}

/** A payment for something that is no order; its charge does not say so. */
export function* notAnOrder(teller: Teller, person: Person, subscriptionId: string): Story {
  const charge = newCharge(teller, person, [], 29_900);
  const metadata = { organization: 'demo_org', resourceType: 'subscriptions', resourceId: subscriptionId };
  const object = { ...intentObject(teller, charge, 'none', false), description: 'Subscriptions', metadata };
  yield stripeEvent(teller, 'payment_intent.succeeded', object);
  if (teller.odd(0.5)) yield stripeEvent(teller, 'charge.succeeded', chargeObject(teller, charge, 'none'));
}
