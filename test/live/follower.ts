import { followLive, type LiveEvent } from '../../src/client/index.ts';

/** What a client wants to be told. */
export interface Wish {
  field: keyof typeof FIELDS;
  filter: object;
  token: string;
}

/** One event, by its row. */
export interface Told {
  id: string;
  /** The order or subscription. */
  subject: string;
  status: string;
}

interface Event extends LiveEvent {
  updateId?: string;
  logId?: string;
  rawStatus: string;
  about: { subject: string } | null;
}

/** Type of the filter, and what is asked of an event beside cursor, kind and status. */
const FIELDS = {
  orderStatusChanged: ['OrderStatusFilter', 'updateId about: order { subject: orderId }'],
  subscriptionChanged: ['SubscriptionChangeFilter', 'logId about: subscription { subject: subscriptionId }'],
};

/** Longest wait before it comes back: shorter than in earnest, so that more happens in less time. */
const LONGEST_WAIT_MS = 60;

/** One who follows with the project's own client, which comes back with its cursor whenever the connection breaks. */
export class Follower {
  readonly told: Told[] = [];
  /** How often it tried to connect. */
  tries = 0;
  gaps = 0;
  isConnected = false;
  /** What ended it, though nobody asked it to stop. */
  error: Error | null = null;
  readonly #following: ReturnType<typeof followLive>;

  constructor(url: string, { field, filter, token }: Wish, after: string | null = null) {
    const [type, fields] = FIELDS[field];
    this.#following = followLive<Event>({
      url,
      token,
      query: `subscription ($filter: ${type}, $after: String) {
        ${field}(filter: $filter, after: $after, progress: true) { cursor kind rawStatus ${fields} } }`,
      variables: { filter },
      after,
      longestWaitMs: LONGEST_WAIT_MS,
      onEvent: (event) => this.#keep(event),
      onGap: () => {
        this.gaps++;
      },
      onError: (error) => {
        this.error = error;
      },
      onConnection: (state) => {
        if (state === 'connecting') this.tries++;
        this.isConnected = state === 'live';
      },
    });
  }

  /** The last that it reached. */
  get cursor(): string | null {
    return this.#following.cursor;
  }

  stop(): void {
    this.#following.stop();
  }

  #keep({ updateId, logId, rawStatus, about }: Event): void {
    this.told.push({ id: updateId ?? logId ?? '', subject: about?.subject ?? '', status: rawStatus });
  }
}
