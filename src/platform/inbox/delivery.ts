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

/** What became of a delivery. It is written in the same transaction as the effect. */
export type Outcome =
  /** Its effect is in the database. `unparks` names what other deliveries may have been waiting for, e.g. `order:2417`. */
  | { kind: 'done'; unparks?: string[]; note?: string }
  /** Nothing to do: a kind of event, or a repeat, that changes nothing. */
  | { kind: 'ignored'; note: string }
  /** Cannot be applied before something else arrives, e.g. `order:2417`. It is tried again when that is unparked. */
  | { kind: 'parked'; waitingFor: string; note?: string };

/**
 * Applies one delivery inside the transaction it is given. What it throws is a failed attempt: rolled back, logged
 * and tried again later.
 */
export type Handler<Tables> = (tx: Kysely<Tables>, delivery: Delivery, cause: Cause) => Promise<Outcome>;
