import type { Random } from '../random.ts';

/** One webhook as its sender posts it. */
export interface StoryEvent {
  source: 'careportals' | 'stripe';
  /** What happened, e.g. `order.updated`; the address may say it in other words, or not at all. */
  event: string;
  /** Address below the server's root, with parameters: `/webhooks/careportals?trigger=paused`. */
  path: string;
  body: object;
  /** Milliseconds between what happened and its arrival here. */
  delayMs: number;
}

export type Story = Generator<StoryEvent, void>;

/** The time in which a story happens. */
export interface StoryClock {
  now(): Date;
  /** Lets so many milliseconds go by; where a story is played live, time passes by itself. */
  pass(ms: number): void;
}

/** Who tells a story: its chances, its time, and whether it is told with all that real senders get wrong. */
export interface Teller {
  random: Random;
  clock: StoryClock;
  /** True with this probability; never where stories are told without oddities. */
  odd(probability: number): boolean;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A clock that goes on only as far as it is told. */
export function storyClock(startMs: number): StoryClock {
  let now = startMs;
  return {
    now: () => new Date(now),
    pass: (ms) => {
      now += ms;
    },
  };
}

/** A CarePortals webhook at the address that its name gives, unless another `path` is said. */
export function careportals({ random, odd }: Teller, event: string, body: object, path?: string): StoryEvent {
  const delayMs = odd(0.12) ? random.between(20 * MINUTE, 3 * DAY) : random.between(300, 4_000);
  return { source: 'careportals', event, path: path ?? `/webhooks/careportals/${event}`, body, delayMs };
}

/** A new id of the EMR: 24 hexadecimal digits. */
export function emrId(random: Random): string {
  return random.hex(32).slice(0, 24);
}
