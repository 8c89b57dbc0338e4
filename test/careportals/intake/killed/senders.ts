import type { Random } from '../../../../src/modules/careportals/demo/random.ts';
import { post, type StoryEvent, storyOf } from './story.ts';

const AT_ONCE = 8;

/** Stories told at a time, their events in any order. */
const STORIES = 10;

/** Both senders: every event of one story after the other is posted once, as fast as it goes. */
export class Senders {
  readonly sent: StoryEvent[] = [];
  /** Names of the events that were answered 200. */
  readonly acknowledged = new Set<string>();
  readonly #random: Random;
  #waiting: StoryEvent[] = [];
  #stories = 1_000;
  #awaited = { size: Number.POSITIVE_INFINITY, reached: () => {} };

  constructor(random: Random) {
    this.#random = random;
  }

  async postUntilDead(base: string): Promise<void> {
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.#one(base)));
  }

  /** Resolves when so many more events have been acknowledged than now. */
  acknowledges(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#awaited = { size: this.acknowledged.size + count, reached: resolve };
    });
  }

  /** Events that got no answer. */
  cutOff(): StoryEvent[] {
    return this.sent.filter(({ name }) => !this.acknowledged.has(name));
  }

  /** Posts what got no answer once more, and what is left of the stories that were begun. */
  async finish(base: string): Promise<void> {
    const rest = this.#waiting.splice(0);
    await this.repeat(base, [...this.cutOff(), ...rest]);
    this.sent.push(...rest);
  }

  async repeat(base: string, events: readonly StoryEvent[]): Promise<void> {
    const waiting = shuffled(events, this.#random);
    const client = async () => {
      for (let event = waiting.pop(); event; event = waiting.pop()) {
        if (!(await post(base, event))) throw new Error('The server is gone.');
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, client));
  }

  async #one(base: string): Promise<void> {
    for (;;) {
      const event = this.#next();
      this.sent.push(event);
      if (!(await post(base, event))) return;
      this.acknowledged.add(event.name);
      if (this.acknowledged.size >= this.#awaited.size) this.#awaited.reached();
    }
  }

  #next(): StoryEvent {
    if (this.#waiting.length === 0) {
      const told = Array.from({ length: STORIES }, () => storyOf(this.#stories++)).flat();
      this.#waiting = shuffled(told, this.#random);
    }
    return this.#waiting.pop()!;
  }
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  return list
    .map((item) => ({ item, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
