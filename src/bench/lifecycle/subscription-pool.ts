/** A subscription as a load process knows it. */
export interface KnownSubscription {
  subscriptionId: string;
  state: 'active' | 'paused';
  version: number;
}

/**
 * The subscriptions of one load process, all active at version 1 to begin with. Picked at random; one that a client
 * holds is not given to another, since a refusal is not what is measured.
 */
export class SubscriptionPool {
  readonly #free: KnownSubscription[];

  constructor(subscriptionIds: readonly string[]) {
    this.#free = subscriptionIds.map((subscriptionId) => ({ subscriptionId, state: 'active', version: 1 }));
  }

  /** Gives `move` a subscription to pause or resume, and remembers that it did. */
  async moveOne(move: (subscription: KnownSubscription) => Promise<void>): Promise<void> {
    const picked = Math.floor(Math.random() * this.#free.length);
    const subscription = this.#free[picked];
    const last = this.#free.pop();
    if (subscription === undefined || last === undefined) throw new Error('There are more clients than subscriptions.');
    if (last !== subscription) this.#free[picked] = last;
    await move(subscription);
    const { subscriptionId, state, version } = subscription;
    this.#free.push({ subscriptionId, state: state === 'active' ? 'paused' : 'active', version: version + 1 });
  }
}
