import { answered, carePrescribed, messageSent, prescriptionFulfilled, signedUp } from './care-events.ts';
import {
  cancelledTemplate,
  createdTemplate,
  mixedOrder,
  nestedOrder,
  statusTemplate,
  updatedTemplate,
} from './order-bodies.ts';
import { giveCredit, moveTo, newOrder, type OrderDocument, pharmacy, ship } from './order-document.ts';
import { paidStory } from './payment-story.ts';
import { newHome, type Person } from './person.ts';
import { refundStory } from './refund-story.ts';
import { careportals, HOUR, MINUTE, type Story, type StoryEvent, type Teller } from './story.ts';

/** What happens to the orders of one cart: ordered, paid, prescribed, sent, and sometimes called off or given back. */
export function* cartStory(teller: Teller, person: Person, numbers: number[]): Story {
  const { random, clock } = teller;
  if (random.chance(0.5)) yield signedUp(teller, person);
  const orders: OrderDocument[] = [];
  for (const number of numbers) {
    clock.pass(random.between(MINUTE, 10 * MINUTE));
    const order = newOrder(teller, person, number);
    orders.push(order);
    if (!teller.odd(0.12)) yield announced(teller, order, person);
  }
  const charge = yield* paidStory(teller, person, orders);
  yield* answered(teller, person, 'wlus');
  if (teller.odd(0.3)) yield* answered(teller, person, 'wlus');
  for (const order of orders) yield* progress(teller, order, person);
  if (charge !== null && random.chance(0.35)) yield* refundStory(teller, charge);
}

function announced(teller: Teller, order: OrderDocument, person: Person): StoryEvent {
  const name = order.source === 'subscription_cycle' ? 'order.subscription_cycle' : 'order.created';
  const form = teller.random.below(10);
  if (form < 3) return careportals(teller, name, nestedOrder(order, person));
  if (form < 4) return careportals(teller, name, mixedOrder(teller, order, person));
  const isBare = teller.odd(0.4);
  // The workflow of the old days: no parameter means "created".
  const path = isBare ? '/webhooks/careportals' : `/webhooks/careportals/${name}`;
  return careportals(teller, isBare ? 'order.created' : name, createdTemplate(teller, order, person), path);
}

const STAGES = ['awaiting_requirements', 'awaiting_script', 'awaiting_shipment'];

function* progress(teller: Teller, order: OrderDocument, person: Person): Story {
  const { random, clock } = teller;
  const endsAt = random.chance(0.12) ? random.below(STAGES.length) : STAGES.length;
  for (const stage of STAGES.slice(0, endsAt)) {
    clock.pass(random.around(30 * HOUR));
    moveTo(order, stage, clock.now());
    yield* statusEvents(teller, order, person);
    if (stage === 'awaiting_script') yield carePrescribed(teller, person, order);
    yield* mishaps(teller, order, person, stage);
  }
  clock.pass(random.around(20 * HOUR));
  if (endsAt < STAGES.length) yield* calledOff(teller, order, person);
  else yield* sent(teller, order, person);
}

/** What goes otherwise than planned: questions, moves, another pharmacy, a step back, two changes at the same time. */
function* mishaps(teller: Teller, order: OrderDocument, person: Person, stage: string): Story {
  const { random, clock } = teller;
  clock.pass(random.between(HOUR, 6 * HOUR));
  if (random.chance(0.4)) yield messageSent(teller, person);
  if (teller.odd(0.12)) {
    moveTo(order, random.pick(['awaiting_requirements', 'awaiting fulfillment', 'Awaiting-Results']), clock.now());
    yield* statusEvents(teller, order, person);
    clock.pass(2 * HOUR);
    moveTo(order, stage, clock.now());
    yield* statusEvents(teller, order, person);
    clock.pass(HOUR);
  }
  if (teller.odd(0.1)) {
    giveCredit(order, clock.now());
    yield updated(teller, order, person);
    clock.pass(HOUR);
  }
  if (teller.odd(0.25)) yield* reassigned(teller, order, person);
}

/** To another pharmacy, and perhaps to another address; the customer's own details change as well. */
function* reassigned(teller: Teller, order: OrderDocument, person: Person): Story {
  const { random, clock } = teller;
  order.assignedTo = pharmacy(teller);
  if (random.chance(0.3)) order.shippingAddress = newHome(random);
  order.updatedAt = clock.now().toISOString();
  yield updated(teller, order, person);
  person.moveOn();
  if (random.chance(0.3)) return;
  // The same millisecond, but another pharmacy, name and perhaps status: arrival must not decide.
  const other = { ...order, assignedTo: pharmacy(teller), status: random.pick([order.status, 'awaiting_fulfillment']) };
  yield careportals(teller, 'order.status_updated', nestedOrder(other, person));
}

function* sent(teller: Teller, order: OrderDocument, person: Person): Story {
  ship(order, teller.clock.now());
  yield* statusEvents(teller, order, person);
  if (teller.random.chance(0.6)) yield prescriptionFulfilled(teller, person, order);
  if (teller.random.chance(0.4)) {
    teller.clock.pass(teller.random.around(50 * HOUR));
    moveTo(order, 'delivered', teller.clock.now());
    yield* statusEvents(teller, order, person);
  }
}

/** Both the new way and the legacy one tell of it, at times that differ a little. */
function* calledOff(teller: Teller, order: OrderDocument, person: Person): Story {
  const { random, clock } = teller;
  moveTo(order, 'cancelled', clock.now());
  order.isDeleted = random.chance(0.5);
  yield updated(teller, order, person);
  if (teller.odd(0.2)) return;
  if (random.chance(0.5)) clock.pass(5_000);
  order.updatedAt = clock.now().toISOString();
  const path = teller.odd(0.15) ? '/webhooks/careportals' : '/webhooks/careportals?extra=cancelled';
  yield careportals(teller, 'order.cancelled', cancelledTemplate(order), path);
}

/** The workflow of the change, and often that of the vendor's own status event too: one change, two events. */
function* statusEvents(teller: Teller, order: OrderDocument, person: Person): Story {
  const first = statusEvent(teller, order, person);
  yield first;
  if (first.event === 'order.status_updated' || !teller.random.chance(0.6)) return;
  yield careportals(teller, 'order.status_updated', nestedOrder(order, person));
}

function statusEvent(teller: Teller, order: OrderDocument, person: Person): StoryEvent {
  const name = `order.${order.status.replaceAll(' ', '_')}`;
  const form = teller.random.below(10);
  if (form < 5) return updated(teller, order, person);
  if (form < 7) return careportals(teller, 'order.status_updated', nestedOrder(order, person));
  if (form < 8) return careportals(teller, 'order.updated', mixedOrder(teller, order, person));
  if (teller.odd(0.3)) return careportals(teller, name, statusTemplate(teller, order));
  // A workflow whose address was never changed: it names another status than its body.
  if (teller.odd(0.2)) return careportals(teller, 'order.awaiting_script', nestedOrder(order, person));
  return careportals(teller, name, nestedOrder(order, person));
}

function updated(teller: Teller, order: OrderDocument, person: Person): StoryEvent {
  const paths = ['/webhooks/careportals/order.updated', '/webhooks/careportals?extra=updated', '/webhooks/careportals'];
  const path = paths[teller.odd(0.4) ? teller.random.between(1, 2) : 0];
  return careportals(teller, 'order.updated', updatedTemplate(teller, order, person), path);
}
