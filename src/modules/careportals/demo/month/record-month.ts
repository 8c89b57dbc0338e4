import { Random } from '../random.ts';
import { cartStory } from './order-story.ts';
import { building, Person } from './person.ts';
import { DAY, MINUTE, type Story, type StoryEvent, storyClock, type Teller } from './story.ts';
import { strays } from './strays.ts';
import { subscriptionStory } from './subscription-story.ts';

/** A webhook that arrived. */
export interface RecordedDelivery extends Pick<StoryEvent, 'source' | 'path' | 'body'> {
  receivedAt: Date;
}

export interface MonthSize {
  /** The same seed gives the same month, ids included. */
  seed: string;
  orders: number;
  subscriptions: number;
}

/** The month begins here. */
const BEGIN = Date.UTC(2026, 8, 1);
/** Stories begin within so many days, and take up to a month themselves. */
const BEGINNINGS_DAYS = 14;
const FIRST_ORDER = 2_417;
const FIRST_SUBSCRIPTION = 1_662;

/**
 * All that CarePortals and Stripe sent in a month, oddities, late ones and repeats included, in the order of arrival:
 * some twenty deliveries for each order and subscription. An event has one body only: two bodies that count as one
 * event by their key but say different things would make the outcome a matter of arrival.
 */
export function recordMonth({ seed, orders, subscriptions }: MonthSize): RecordedDelivery[] {
  const random = Random.from(`month ${seed}`);
  const house = building(random);
  const people: Person[] = [];
  const arrived: RecordedDelivery[] = [];
  let stories = 0;
  const tell = (begin: (teller: Teller, person: Person) => Story, teller = newTeller(random.branch(stories++))) => {
    const person = somebody(teller, people, house);
    for (const event of begin(teller, person)) arrived.push(...deliveriesOf(teller, event));
  };
  for (let number = FIRST_ORDER; number < FIRST_ORDER + orders; ) {
    const cart = number + 1 < FIRST_ORDER + orders && random.chance(0.12) ? [number, number + 1] : [number];
    tell((teller, person) => cartStory(teller, person, cart));
    number += cart.length;
  }
  for (let i = 0; i < subscriptions; i++) {
    tell((teller, person) => subscriptionStory(teller, person, FIRST_SUBSCRIPTION + i));
  }
  for (let i = 0; i < orders; i += 20) tell((teller, person) => strays(teller, person, 9_000 + i));
  return arrived.sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime());
}

function newTeller(random: Random): Teller {
  const clock = storyClock(BEGIN + random.below(BEGINNINGS_DAYS * DAY));
  return { random, clock, odd: (probability) => random.chance(probability) };
}

/** Someone new, or a customer of before; every fifth lives in the same building. */
function somebody(teller: Teller, people: Person[], house: ReturnType<typeof building>): Person {
  const { random } = teller;
  if (people.length > 0 && random.chance(0.3)) return random.pick(people);
  const person = new Person(teller, people.length, random.chance(0.2) ? house : null);
  people.push(person);
  return person;
}

/** The event's arrival, and its repeats. */
function deliveriesOf(teller: Teller, event: StoryEvent): RecordedDelivery[] {
  const { source, path, body, delayMs } = event;
  const receivedAt = new Date(teller.clock.now().getTime() + delayMs);
  const delivery = { source, path, body, receivedAt };
  if (!teller.odd(0.12)) return [delivery];
  return [delivery, { ...delivery, receivedAt: repeatedAt(teller, event, receivedAt) }];
}

/**
 * A repeat comes at once or later. A body without a time, or with one that nobody believes, takes the time of its
 * arrival: a later repeat of it comes in the same moment, or after the ten minutes in which equal bodies are one event.
 */
function repeatedAt({ random }: Teller, { source, event, body }: StoryEvent, receivedAt: Date): Date {
  if (random.chance(0.3)) return receivedAt;
  const after = (least: number, most: number) => new Date(receivedAt.getTime() + random.between(least, most));
  if (source === 'stripe' || isDated(body, receivedAt)) return after(1_000, 3 * DAY);
  const isOneEvent = event.startsWith('prescription.') || 'updatedAt' in body;
  return isOneEvent ? receivedAt : after(11 * MINUTE, 90 * MINUTE);
}

function isDated(body: object, receivedAt: Date): boolean {
  return '_id' in body && 'updatedAt' in body && new Date(String(body.updatedAt)) < receivedAt;
}
