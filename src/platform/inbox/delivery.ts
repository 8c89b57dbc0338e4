import type { Kysely } from 'kysely';
import type { Cause } from '../cause.ts';
import type { Instant } from '../database/instant.ts';

/** One stored webhook delivery, as a handler gets it. */
export interface Delivery {
  inboxId: string;
  /** Who sent it, e.g. `stripe`. */
  sourceSystem: string;
  /** e.g. `order.updated`, `payment_intent.succeeded`. */
  eventType: string;
  /** The sender's own event id; null where the sender gives none. */
  eventId: string | null;
  /** The parsed body, without the secrets that were stripped before it was stored. */
  payload: unknown;
  receivedAt: Instant;
  /** 1 for the first try. */
  attempt: number;
}

/** A row that a delivery was applied to: its type's name in the graph, and its own key there, e.g. `Order` and `2417`. */
export interface Subject {
  type: string;
  id: string;
}

/**
 * What became of a delivery. It is written in the same transaction as the effect, and so are the rows that it was
 * applied to.
 */
export type Outcome =
  /** Its effect is in the database. `unparks` names what other deliveries may have been waiting for, e.g. `order:2417`. */
  | { kind: 'done'; subjects?: Subject[]; unparks?: string[]; note?: string }
  /** Nothing to do: a kind of event, or a repeat, that changes nothing. Others may have waited to be told so. */
  | { kind: 'ignored'; subjects?: Subject[]; unparks?: string[]; note: string }
  /** Nobody can tell what it is or what it is about: kept for a person to look at. */
  | { kind: 'quarantined'; subjects?: Subject[]; note: string }
  /**
   * Cannot be applied before something else arrives, e.g. `order:2417`. It is tried again when that is unparked, or, if
   * either of two would do, the other.
   */
  | { kind: 'parked'; subjects?: Subject[]; waitingFor: string; orWaitingFor?: string; note?: string };

/**
 * Applies one delivery inside the transaction it is given. What it throws is a failed attempt: rolled back, logged
 * and tried again later. It must bear being run twice, and a parent that it does not find it reads anew each time.
 * Notes and names are shown to support and hold no patient data; names are plain ASCII.
 */
export type Handler<Tables> = (tx: Kysely<Tables>, delivery: Delivery, cause: Cause) => Promise<Outcome>;

/** What a delivery needs is taken by others: it is put off, and that is no attempt. */
export class NotNow extends Error {
  /** Milliseconds until it may be tried again. */
  readonly afterMs: number;

  constructor(afterMs: number) {
    super('What it needs is taken by other deliveries; it is put off.');
    this.name = 'NotNow';
    this.afterMs = afterMs;
  }
}

/** A failed attempt in our own words. The message is kept in webhook_logs, so it holds no patient data. */
export class DeliveryFailure extends Error {
  /** False if another try cannot help: the delivery goes into quarantine at once, for support to look at. */
  readonly retry: boolean;

  constructor(message: string, { retry }: { retry: boolean }) {
    super(message);
    this.name = 'DeliveryFailure';
    this.retry = retry;
  }
}
