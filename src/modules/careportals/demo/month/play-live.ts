import { Random } from '../random.ts';
import { cartStory } from './order-story.ts';
import { Person } from './person.ts';
import type { Story, StoryEvent, Teller } from './story.ts';
import { strays } from './strays.ts';
import { subscriptionStory } from './subscription-story.ts';

/** Stories that go on at the same time. */
const IN_FLIGHT = 5;

/** One story of so many is of strays. */
const STRAY_EVERY = 12;

/**
 * Webhooks for ever, as CarePortals and Stripe send them while several customers order, pay, write, pause, cancel and
 * are given their money back: each is of the moment at which it is asked for. None has the senders' usual faults, save
 * that now and then something belongs to nothing that is known here, so that there is something to look into.
 * @param firstNumber a number that no order or subscription has, nor the ones after it
 */
export function* playLive(random: Random, firstNumber: number, now: () => Date): Story {
  let number = firstNumber;
  const running: Story[] = [];
  for (;;) {
    while (running.length < IN_FLIGHT) running.push(newStory(random.branch(number), number++, now));
    const index = random.below(running.length);
    const step = running[index]!.next();
    if (step.done) running.splice(index, 1);
    else yield step.value;
  }
}

function newStory(random: Random, number: number, now: () => Date): Generator<StoryEvent, void> {
  // Time passes by itself.
  const teller: Teller = { random, clock: { now, pass: () => undefined }, odd: () => false };
  const person = new Person(teller, number, null);
  if (number % STRAY_EVERY === 1) return strays(teller, person, number);
  return number % 3 === 0 ? subscriptionStory(teller, person, number) : cartStory(teller, person, [number]);
}
