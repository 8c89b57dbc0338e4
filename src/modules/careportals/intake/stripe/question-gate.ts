import { NotNow } from '../../../../platform/inbox/delivery.ts';

/** Questions that may be out at once: each keeps a slot of the inbox, which has others to work on as well. */
const MOST_AT_ONCE = 2;

/** Milliseconds after which an unanswered question means that Stripe is struggling. */
const SLOW_MS = 1_000;

/** Milliseconds after a failed question in which one at a time is asked, to see whether Stripe is back. */
const REST_MS = 60_000;

/** Milliseconds after which a question that was not let through may come again: of a Stripe that is well, or struggles. */
const AGAIN_MS = { well: 300, struggling: 5_000 } as const;

/**
 * Lets questions to Stripe through, two at a time, and while Stripe is slow or away one. Nobody waits here: a delivery
 * that is not let through is put off, so that neither a Stripe that hangs nor many payments at once hold up anything
 * but what must be asked.
 */
export class QuestionGate {
  #out = 0;
  #slow = 0;
  #failedAt = Number.NEGATIVE_INFINITY;

  /** Whether a question is unanswered for long, or the last one failed within the last minute. */
  isStruggling(): boolean {
    return this.#slow > 0 || performance.now() - this.#failedAt < REST_MS;
  }

  /** @throws NotNow if as many are being asked as may be; whatever the question throws. */
  async ask<T>(question: () => Promise<T>): Promise<T> {
    const isStruggling = this.isStruggling();
    if (this.#out >= (isStruggling ? 1 : MOST_AT_ONCE))
      throw new NotNow(AGAIN_MS[isStruggling ? 'struggling' : 'well']);
    this.#out++;
    let isSlow = false;
    const slow = setTimeout(() => {
      isSlow = true;
      this.#slow++;
    }, SLOW_MS);
    try {
      const answer = await question();
      this.#failedAt = Number.NEGATIVE_INFINITY;
      return answer;
    } catch (error) {
      this.#failedAt = performance.now();
      throw error;
    } finally {
      clearTimeout(slow);
      if (isSlow) this.#slow--;
      this.#out--;
    }
  }
}
