import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { type Caller, nameOf } from '../../access/caller.ts';
import type { Settings } from '../../config.ts';
import { rateLimited, tooComplex } from '../faults.ts';

/** Seconds after which a caller's budget is whole again; they begin with its first operation. */
const WINDOW_SECONDS = 60;

/**
 * Points for reading documents that are new to this instance, a caller and minute: what keeps one core busy for half of
 * it. A budget of its own, so that what an operation costs does not depend on who sent it first.
 */
const FOR_READING = 600_000_000;
/** Of a longer text the bound on tokens keeps the rest short of work. */
const MOST_TO_READ = 16_000;

/**
 * Checking a document compares its fields with each other, so it grows with the square of its length: 130 ms for the
 * worst of 12,000 characters.
 */
function priceOfReading({ length }: string): number {
  return Math.ceil(Math.min(length, MOST_TO_READ) ** 2 / 30);
}

/** What an answer says in `extensions.cost`, in points. */
export interface Cost {
  /** What this operation was charged. */
  requested: number;
  /** What its caller may spend in a minute; missing without a limit. */
  limit?: number;
  /** What is left of that. */
  remaining?: number;
  /** SQL statements that a query takes at most, whatever the data are; missing for mutations. */
  statements?: number;
}

/** What callers may spend. Kept in the memory of this instance: each of several grants the whole of it. */
export class Budgets {
  readonly #points: RateLimiterMemory | null;
  readonly #reading: RateLimiterMemory | null;
  readonly #strangers: RateLimiterMemory | null;

  constructor(settings: Pick<Settings, 'RATE_LIMIT' | 'RATE_LIMIT_ANONYMOUS'>) {
    this.#points = limiterOf(settings.RATE_LIMIT);
    this.#reading = limiterOf(settings.RATE_LIMIT === 'off' ? 'off' : FOR_READING);
    this.#strangers = limiterOf(settings.RATE_LIMIT_ANONYMOUS);
  }

  /** Charges an operation before it runs. All tokens of one subject share a budget. @throws RATE_LIMITED */
  async charge(caller: Caller, requested: number): Promise<Cost> {
    const limiter = this.#points;
    if (limiter === null) return { requested };
    // Waiting would not help: it must not look as if.
    if (requested > limiter.points)
      throw tooComplex(moreThanAll(requested, limiter.points), { requested, limit: limiter.points });
    const key = nameOf(caller);
    const left = await limiter.consume(key, requested).catch(async (over: RateLimiterRes) => {
      // What was refused is not paid for: something smaller may still fit.
      const { remainingPoints: remaining } = await limiter.reward(key, requested);
      const cost = { requested, limit: limiter.points, remaining };
      throw rateLimited(tooMuch(cost), over.msBeforeNext, { cost });
    });
    return { requested, limit: limiter.points, remaining: left.remainingPoints };
  }

  /**
   * Charges a caller for a document that has to be parsed and checked, be it good or not: what is refused is never
   * charged as an operation. @throws RATE_LIMITED
   */
  async chargeReading(caller: Caller, text: string): Promise<void> {
    await this.#reading?.consume(nameOf(caller), priceOfReading(text)).catch((over: RateLimiterRes) => {
      const message =
        'You send more new documents than may be read in a minute. Send the same text again, with other variables.';
      throw rateLimited(message, over.msBeforeNext);
    });
  }

  /** Counts a request without a good token. @throws RATE_LIMITED if its address brought too many of them. */
  async countStranger(address: string): Promise<void> {
    await this.#strangers?.consume(address).catch((over: RateLimiterRes) => {
      throw rateLimited('Too many requests without a good token come from your address.', over.msBeforeNext);
    });
  }
}

function limiterOf(setting: number | 'off'): RateLimiterMemory | null {
  return setting === 'off' ? null : new RateLimiterMemory({ points: setting, duration: WINDOW_SECONDS });
}

function tooMuch({ requested, limit, remaining }: Required<Omit<Cost, 'statements'>>): string {
  return `This operation costs ${requested} points; ${remaining} are left of the ${limit} that you may spend in a minute. Come back later, or ask for fewer rows or levels.`;
}

function moreThanAll(requested: number, limit: number): string {
  return `This operation costs ${requested} points, and all that you may spend in a minute are ${limit} (RATE_LIMIT). Ask for fewer rows or levels.`;
}
