import { HOUR, type Story, type Teller } from './story.ts';
import { type Charge, chargeObject, seconds, stripeEvent } from './stripe-objects.ts';

/** Money goes back, all or a part; sometimes it fails later, and the charge tells the running total as well. */
export function* refundStory(teller: Teller, charge: Charge): Story {
  const { random, clock } = teller;
  clock.pass(random.around(40 * HOUR));
  const isPartial = random.chance(0.5);
  const refund = {
    id: `${teller.odd(0.2) ? 'pyr' : 're'}_3${random.base62(22)}`,
    object: 'refund',
    amount: isPartial ? Math.round(charge.amount / 2) : charge.amount,
    charge: teller.odd(0.2) ? null : charge.chargeId,
    created: seconds(clock.now()),
    currency: 'usd',
    metadata: {},
    payment_intent: charge.intentId,
    reason: random.chance(0.7) ? 'requested_by_customer' : null,
    status: random.chance(0.4) ? 'pending' : 'succeeded',
  };
  yield stripeEvent(teller, 'refund.created', refund);
  if (random.chance(0.5)) {
    const total = { ...chargeObject(teller, charge, 'metadata'), amount_refunded: refund.amount, refunded: !isPartial };
    yield stripeEvent(teller, 'charge.refunded', total);
  }
  if (refund.status === 'succeeded' && !teller.odd(0.2)) return;
  // Now and then within the second in which it was made.
  if (!teller.odd(0.3)) clock.pass(random.around(20 * HOUR));
  const status = random.pick(['succeeded', 'failed']);
  yield stripeEvent(teller, 'refund.updated', { ...refund, status });
}
