import type { Orm } from '../database/connect.ts';
import { isAway, RetryLater } from '../database/transaction.ts';
import { insertDeliveries, type NewDelivery, storeDelivery } from './store-delivery.ts';

/** Statements under way at a time. With one the server would idle while MySQL answers; more would only mean smaller ones. */
const UNDER_WAY = 2;

/** Most rows in one statement. */
const MOST_ROWS = 64;

/** Most text in one statement, in characters, so that it stays far below max_allowed_packet. A single row may have more. */
const MOST_TEXT = 1_000_000;

/** How long after deliveries last had to wait their turn it still counts as a rush, in milliseconds. */
const RUSH_MS = 20;

interface Waiting {
  delivery: NewDelivery;
  length: number;
  resolve: (isRepeat: boolean) => void;
  reject: (error: unknown) => void;
}

/**
 * Stores deliveries that come at the same time by shared statements: what comes while some are under way goes together
 * next, and nobody waits for company. A commit costs MySQL a flush to disk, however many rows are in it, so a burst
 * takes a fraction of the time, and leaves more of the machine to the workers.
 */
export class SharedInserts {
  readonly #orm: Orm;
  #waiting: Waiting[] = [];
  #underWay = 0;
  #crowdedAt = Number.NEGATIVE_INFINITY;

  constructor(orm: Orm) {
    this.#orm = orm;
  }

  /**
   * Resolves when the delivery is committed: true if the same event came before, and nothing was stored this time.
   * @param length of its text, in characters.
   * @throws as storeDelivery does.
   */
  store(delivery: NewDelivery, length: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ delivery, length, resolve, reject });
      this.#send();
    });
  }

  /** Whether more comes than goes at once: senders wait for their answers, and what only must be done soon can wait. */
  isRush(): boolean {
    return performance.now() - this.#crowdedAt < RUSH_MS;
  }

  #send(): void {
    while (this.#underWay < UNDER_WAY && this.#waiting.length > 0) {
      this.#underWay++;
      void this.#insert(this.#waiting.splice(0, this.#fitting())).finally(() => {
        this.#underWay--;
        this.#send();
      });
    }
    if (this.#waiting.length > 1) this.#crowdedAt = performance.now();
  }

  #fitting(): number {
    let text = 0;
    const full = this.#waiting.findIndex(({ length }, row) => {
      text += length;
      return row === MOST_ROWS || (row > 0 && text > MOST_TEXT);
    });
    return full === -1 ? this.#waiting.length : full;
  }

  async #insert(batch: Waiting[]): Promise<void> {
    if (batch.length === 1) return this.#insertAlone(batch[0]!);
    try {
      await insertDeliveries(
        this.#orm,
        batch.map(({ delivery }) => delivery),
      );
      for (const { resolve } of batch) resolve(false);
    } catch (error) {
      if (isAway(error)) for (const { reject } of batch) reject(new RetryLater(error));
      // A repeat among them (1062), or one that cannot be stored, must not be the others' misfortune.
      else await Promise.all(batch.map((one) => this.#insertAlone(one)));
    }
  }

  #insertAlone({ delivery, resolve, reject }: Waiting): Promise<void> {
    return storeDelivery(this.#orm, delivery).then(({ isRepeat }) => resolve(isRepeat), reject);
  }
}
