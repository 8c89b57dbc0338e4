import type { Person } from './person.ts';
import { careportals, emrId, type Story, type Teller } from './story.ts';
import { stripeEvent } from './stripe-objects.ts';
import { customerKeys } from './templates.ts';

/** What belongs to nothing that is known here, or is nothing at all: it waits, is kept, or means nothing. */
export function* strays(teller: Teller, person: Person, unknownOrder: number): Story {
  const { random, clock } = teller;
  const at = clock.now().toISOString();
  const id = String(unknownOrder);
  const bare = '/webhooks/careportals';
  const lost = { _id: emrId(random), id, status: 'cancelled', createdAt: at, updatedAt: at };
  yield careportals(teller, 'order.cancelled', lost, `${bare}?extra=cancelled`);
  yield careportals(teller, 'order.shipped', { id: `${id}1`, status: 'shipped', updatedAt: at });
  yield careportals(teller, 'appointment.created', { _id: emrId(random), createdAt: at, updatedAt: at });
  yield careportals(teller, 'unknown', { _id: emrId(random), reminder: 'weekly', updatedAt: at }, bare);
  yield careportals(teller, 'subscription.active', { status: 'active', currentCycle: '2', updatedAt: at });
  const nobody = { ...customerKeys({ ...person.contact(), email: '' }), 'customer._id': emrId(random) };
  yield careportals(teller, 'subscription.active', { _id: emrId(random), status: 'active', updatedAt: at, ...nobody });
  const refund = {
    id: `re_3${random.base62(22)}`,
    object: 'refund',
    amount: 4_900,
    currency: 'usd',
    status: 'succeeded',
  };
  const unknown = { charge: `ch_3${random.base62(22)}`, payment_intent: `pi_3${random.base62(22)}`, reason: null };
  yield stripeEvent(teller, 'refund.created', {
    ...refund,
    ...unknown,
    created: Math.floor(clock.now().getTime() / 1_000),
  });
  yield stripeEvent(teller, 'invoice.paid', { id: `in_${random.base62(14)}`, object: 'invoice' });
}
