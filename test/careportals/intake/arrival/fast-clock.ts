import type { RecordedDelivery } from '../../../../src/modules/careportals/demo/month/record-month.ts';
import type { Clock } from '../../../../src/platform/clock.ts';

/** How much faster than the world's this clock runs, so that nobody waits long for a second try. */
const SPEED = 60;

/** Begins after the last of the deliveries has arrived. */
export class FastClock implements Clock {
  readonly #began = Date.now();
  #start: number;

  constructor(deliveries: readonly RecordedDelivery[]) {
    this.#start = Math.max(...deliveries.map(({ receivedAt }) => receivedAt.getTime())) + 60_000;
  }

  now(): Date {
    return new Date(this.#start + (Date.now() - this.#began) * SPEED);
  }

  advance(ms: number): void {
    this.#start += ms;
  }
}
