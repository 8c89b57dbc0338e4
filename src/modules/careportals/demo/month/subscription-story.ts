import { PRODUCTS } from '../demo-catalog.ts';
import { answered, messageSent, signedUp } from './care-events.ts';
import { notAnOrder } from './payment-story.ts';
import { Person } from './person.ts';
import { careportals, DAY, HOUR, type Story, type StoryEvent, type Teller } from './story.ts';
import {
  change,
  later,
  legacySubscription,
  nestedSubscription,
  newSubscription,
  type SubscriptionDocument,
  subscriptionTemplate,
} from './subscription-document.ts';

/** Numbers of people who got somebody else's subscription, apart from those of all others. */
const SUCCESSORS = 50_000;

/** A subscription from its beginning through renewals, pauses and second thoughts to where the month leaves it. */
export function* subscriptionStory(teller: Teller, person: Person, number: number): Story {
  const { random, clock } = teller;
  if (random.chance(0.3)) yield signedUp(teller, person);
  const plan = newSubscription(teller, number);
  if (!teller.odd(0.15)) yield told(teller, plan, person, 'created');
  let owner = person;
  for (let turn = random.between(10, 18); turn > 0; turn--) {
    clock.pass(random.around(32 * HOUR));
    yield* STEPS[plan.status]!(teller, plan, owner);
    if (teller.odd(0.1)) owner.moveOn();
    if (random.chance(0.2)) yield messageSent(teller, owner);
    if (random.chance(0.1)) yield* answered(teller, owner, 'wlusmonthly');
    // Staff put right whose it is.
    if (teller.odd(0.02)) owner = new Person(teller, SUCCESSORS + number, null);
  }
}

type Step = (teller: Teller, plan: SubscriptionDocument, person: Person) => Story;

const STEPS: Record<string, Step> = {
  active: whileActive,
  paused: whilePaused,
  cancelled: whileOver,
  Canceled: whileOver,
  ended: whileOver,
};

function* whileActive(teller: Teller, plan: SubscriptionDocument, person: Person): Story {
  const { random, clock } = teller;
  const turn = random.below(10);
  if (turn < 4) yield* renewed(teller, plan, person);
  else if (turn < 7) yield* paused(teller, plan, person);
  else if (turn < 8) yield* corrected(teller, plan, person);
  else {
    const status = random.pick(['cancelled', 'Canceled', 'cancelled', 'ended']);
    change(plan, clock.now(), { status, nextCycleDate: null });
    if (teller.odd(0.3)) yield legacy(teller, plan, person, 'cancelled');
    else yield told(teller, plan, person, status === 'ended' ? 'ended' : 'cancelled');
  }
}

/** The notice seven days ahead, which changes nothing, and then the next cycle. */
function* renewed(teller: Teller, plan: SubscriptionDocument, person: Person): Story {
  const { random, clock } = teller;
  change(plan, clock.now(), {});
  const path = random.chance(0.5) ? '/webhooks/careportals?trigger=renewal' : undefined;
  yield careportals(teller, 'subscription.upcoming-renewal', nestedSubscription(teller, plan, person), path);
  clock.pass(random.between(DAY, 3 * DAY));
  change(plan, clock.now(), { currentCycle: plan.currentCycle + 1, nextCycleDate: later(clock.now(), 28) });
  yield told(teller, plan, person, 'active');
  if (teller.odd(0.2)) yield* notAnOrder(teller, person, plan._id);
}

function* paused(teller: Teller, plan: SubscriptionDocument, person: Person): Story {
  change(plan, teller.clock.now(), { status: 'paused', nextCycleDate: null });
  if (teller.odd(0.4)) yield legacy(teller, plan, person, 'paused');
  else yield told(teller, plan, person, 'paused');
  // The same millisecond tells another status: arrival must not decide.
  if (teller.odd(0.1)) yield told(teller, { ...plan, status: 'active' }, person, 'active');
}

/** Staff set the cycle back, move the date, or put the patient on another drug. */
function* corrected(teller: Teller, plan: SubscriptionDocument, person: Person): Story {
  const { random, clock } = teller;
  const corrections: Partial<SubscriptionDocument>[] = [
    { currentCycle: Math.max(1, plan.currentCycle - 1) },
    { nextCycleDate: later(clock.now(), random.between(5, 20)) },
    { productId: random.pick(PRODUCTS).productId },
  ];
  change(plan, clock.now(), random.pick(corrections));
  yield told(teller, plan, person, 'active');
}

function* whilePaused(teller: Teller, plan: SubscriptionDocument, person: Person): Story {
  const { random, clock } = teller;
  if (random.chance(0.75)) {
    change(plan, clock.now(), { status: 'active', nextCycleDate: later(clock.now(), 21) });
    yield told(teller, plan, person, 'active');
    // The same legacy pause as before, word for word, is another pause.
    if (!teller.odd(0.3)) return;
    clock.pass(DAY);
    change(plan, clock.now(), { status: 'paused', nextCycleDate: null });
    yield legacy(teller, plan, person, 'paused');
  } else {
    change(plan, clock.now(), { status: 'cancelled' });
    yield told(teller, plan, person, 'cancelled');
  }
}

/** The EMR may bring back what was over. */
function* whileOver(teller: Teller, plan: SubscriptionDocument, person: Person): Story {
  if (!teller.odd(0.2)) return;
  change(plan, teller.clock.now(), { status: 'active', nextCycleDate: later(teller.clock.now(), 28) });
  yield told(teller, plan, person, 'active');
}

/** By template or nested, at the event's own address or at an old workflow's, which may name another status. */
function told(teller: Teller, known: SubscriptionDocument, person: Person, name: string): StoryEvent {
  const { random } = teller;
  // A clock that is far ahead must not make all that follows look old.
  const plan = teller.odd(0.02) ? { ...known, updatedAt: later(teller.clock.now(), 30) } : known;
  const body = random.chance(0.35)
    ? nestedSubscription(teller, plan, person)
    : subscriptionTemplate(teller, plan, person);
  return careportals(teller, `subscription.${name}`, body, pathOf(teller, name));
}

function pathOf(teller: Teller, name: string): string | undefined {
  const bare = '/webhooks/careportals';
  if (teller.odd(0.05)) return `${bare}?trigger=active`;
  if (teller.odd(0.05)) return bare;
  if (teller.odd(0.05)) return `${bare}/subscription.${name.replace('cancelled', 'canceled')}`;
  const alias = name === 'created' ? 'active' : name;
  return teller.random.chance(0.4) ? `${bare}?trigger=${alias}` : undefined;
}

function legacy(teller: Teller, plan: SubscriptionDocument, person: Person, name: string): StoryEvent {
  const parameter = teller.odd(0.1) ? '' : `?trigger=${name}`;
  const body = legacySubscription(plan, person);
  return careportals(teller, `subscription.${name}`, body, `/webhooks/careportals${parameter}`);
}
